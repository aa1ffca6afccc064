"""An agent at another machine of the LAN: https from the first minute, and voice, across a network namespace."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import async_playwright, expect
from sqlalchemy import text

from hujiao.asterisk.testphone import phone as testphone
from tests.browser.chromium import FLAGS, voice_file
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_reload import comes_back
from tests.sip.ledger import Ledger, kinds
from tests.sip.running import Running, started
from tests.sip.tones import make

HERE, THERE = "10.213.7.1", "10.213.7.2"
CALLER_HERTZ = 440
LOOKUP = text("SELECT id FROM lookup_tenants() WHERE slug = 'a'")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def other_machine() -> Iterator[str]:
    """A network namespace with one cable to us."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("A network namespace needs root and iproute2: as root, apt-get install iproute2")
    name, ours, theirs = f"hujiao{os.getpid()}", f"hj{os.getpid()}a", f"hj{os.getpid()}b"
    ip("netns", "add", name)
    try:
        ip("link", "add", ours, "type", "veth", "peer", "name", theirs)
        ip("link", "set", theirs, "netns", name)
        ip("addr", "add", f"{HERE}/24", "dev", ours)
        ip("link", "set", ours, "up")
        for command in (["addr", "add", f"{THERE}/24", "dev", theirs], ["link", "set", theirs, "up"]):
            ip("-n", name, *command)
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        ip("netns", "del", name)


@pytest.fixture(scope="module")
async def lan(other_machine: str) -> AsyncIterator[Running]:
    async with started("--address", HERE) as installation:
        yield installation


def public_key_pin(certificate: Path) -> str:
    """What Chromium takes for this one certificate in place of an authority that it was told to trust."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


async def test_an_agent_elsewhere_on_the_lan_talks(lan: Running, other_machine: str, tmp_path: Path) -> None:
    assert lan.settings.web_url.startswith(f"https://{HERE}:")
    assert lan.settings.tls_cert is not None
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not on this machine: as root, apt-get install chromium")
    start = tmp_path / "chromium-there"
    start.write_text(f'#!/bin/sh\nexec ip netns exec {other_machine} {chromium} "$@"\n')
    start.chmod(0o755)
    accounts = json.loads((lan.home / "demo.json").read_text("utf-8"))["accounts"]
    password = next(one["password"] for one in accounts if (one["tenant"], one["login"]) == ("a", "1001"))
    flags = [
        *FLAGS,
        f"--use-file-for-fake-audio-capture={voice_file(tmp_path / 'agent.wav')}",
        f"--ignore-certificate-errors-spki-list={public_key_pin(lan.settings.tls_cert)}",
    ]
    async with (
        async_playwright() as playwright,
        testphone.running(lan.settings, lan.program()) as phone,
        lan.database.lookup() as session,
    ):
        browser = await playwright.chromium.launch(executable_path=str(start), args=flags)
        desk = Desk(await browser.new_page(), lan.settings.web_url)
        await desk.sign_in("a", "1001", password)
        await desk.check_phone()
        await desk.sign_in_to_work()
        await desk.go_available()
        tenants = await session.execute(LOOKUP)
        ledger = Ledger(lan.database, lan.bus, tenants.scalar_one())
        call = await phone.call("10010001", caller="13800000077")
        await ledger.has("flow.node", call.caller, node="menu")
        await call.press("1")
        await desk.ringing()
        await desk.by("answer").click()
        await desk.becomes("engaged")
        await call.say(f"sound:{make(tmp_path / 'caller.wav', CALLER_HERTZ, 10).with_suffix('')}", loop=True)
        heard = await desk.hears(seconds=3)
        await a_cut_of_the_network(other_machine, desk, ledger, call.caller)
        await desk.by("hang-up").click()
        await ledger.has("agent.disconnected", call.caller, by="agent")
        await desk.becomes("wrap_up")
        await call.hang_up()
        await browser.close()
        assert desk.errors == []
    assert abs(heard["hertz"] - CALLER_HERTZ) < 15, heard


async def a_cut_of_the_network(there: str, desk: Desk, ledger: Ledger, caller: str) -> None:
    """The cable is out for 20 s, in the call: the customer stays, and the voice comes back."""
    cable = f"hj{os.getpid()}b"
    ip("-n", there, "link", "set", cable, "down")
    await expect(desk.by("live-status")).to_have_attribute("data-state", "reconnecting", timeout=PATIENCE)
    await asyncio.sleep(20)
    ip("-n", there, "link", "set", cable, "up")
    await comes_back(desk, ledger, caller)
    await expect(desk.by("live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    assert "agent.disconnected" not in kinds(await ledger.rows(caller))
