"""Agents' phones: registration by SIP, secrets that change, contacts that outlive Asterisk."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hujiao.asterisk import config, console
from hujiao.asterisk.endpoints import Endpoint, Endpoints
from hujiao.asterisk.testphone.config import free_port
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import sip_digest
from hujiao.kit.settings import Settings
from tests.sip import sipp
from tests.sip.ledger import PATIENCE
from tests.sip.running import Running


class Switch:
    """An Asterisk of its own, so that it may be restarted."""

    def __init__(self, running: Running, settings: Settings) -> None:
        self.running = running
        self.settings = settings
        self.endpoints = Endpoints(settings)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = self.running.program()
        self._process = await asyncio.create_subprocess_exec(
            *program.command,
            *("-f", "-C", str(self.settings.asterisk_etc / "asterisk.conf")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(program.environment),
        )
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.command("core waitfullybooted")
                    return
                except OSError:
                    await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def command(self, text: str) -> str:
        return await console.run(console.socket_path(self.settings), text)

    async def registers(self, user: str, password: str, scenario: str = "register", transport: str = "u1") -> None:
        result = await sipp.run(
            scenario,
            self.settings.sip_port,
            self.settings.home / "sipp",
            service=user,
            user=user,
            password=password,
            address="127.0.0.3",  # 127.0.0.1 is the test phone's line
            arguments=("-t", transport),
        )
        assert result.passed, result.said + result.messages


@asynccontextmanager
async def own_switch(running: Running, folder: Path) -> AsyncIterator[Switch]:
    program = running.program()
    settings = replace(running.settings, home=folder, sip_port=free_port(), asterisk_http_port=free_port())
    config.write(settings, program.modules, program.data)
    switch = Switch(running, settings)
    await switch.start()
    try:
        yield switch
    finally:
        await switch.stop()


@pytest.fixture
async def switch(running: Running) -> AsyncIterator[Switch]:
    folder = running.home / f"switch-{secrets.token_hex(3)}"  # a short path: Asterisk's socket is in it
    async with own_switch(running, folder) as made:
        yield made


def phone(user: str, secret: str) -> Endpoint:
    return Endpoint(user, sip_digest(user, secret), "phone")


async def test_a_hard_phone_registers_over_udp_and_tcp_with_its_own_secret_only(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "right"), phone("u2", "other")])
    await switch.registers("u1", "right")
    await switch.registers("u1", "wrong", "register_refused")
    await switch.registers("u1", "other", "register_refused")
    await switch.registers("u2", "other", transport="t1")
    await switch.registers("nobody", "right", "register_refused")
    contacts = await switch.command("pjsip show contacts")
    assert "u1/sip:u1@" in contacts
    assert "nobody" not in contacts


async def test_a_changed_secret_counts_at_once_and_voids_the_old_registration(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "first")])
    await switch.registers("u1", "first")
    await switch.endpoints.set([phone("u1", "second")])
    assert "u1/sip:" not in await switch.command("pjsip show contacts")
    await switch.registers("u1", "first", "register_refused")
    await switch.registers("u1", "second")
    await switch.endpoints.remove(["u1"])
    assert "u1/sip:" not in await switch.command("pjsip show contacts")
    await switch.registers("u1", "second", "register_refused")


async def test_a_phone_stays_registered_when_asterisk_is_killed_and_comes_back(switch: Switch) -> None:
    await switch.endpoints.set([phone("u1", "secret")])
    await switch.registers("u1", "secret")
    await switch.stop()
    await switch.start()
    assert "u1/sip:u1@" in await switch.command("pjsip show aor u1")


async def test_hard_phones_are_made_those_of_the_database_and_browsers_are_left_alone(switch: Switch) -> None:
    browser = Endpoint("u2", sip_digest("u2", "page"), "browser", 3)
    await switch.endpoints.set([phone("u1", "a"), browser, phone("u9", "z")])
    assert await switch.endpoints.keep_phones([phone("u1", "a"), phone("u2", "desk"), phone("u3", "c")]) == (1, 1)
    assert await switch.endpoints.count() == 3
    await switch.registers("u2", "page")
    await switch.registers("u3", "c")
    await switch.registers("u9", "z", "register_refused")
    assert "HUJIAO_SHARD                       : 3" in await switch.command("pjsip show endpoint u2")


async def test_an_endpoint_that_asterisk_could_not_use_is_refused(switch: Switch) -> None:
    with pytest.raises(BadField):
        await switch.endpoints.set([Endpoint("a b", "0" * 32, "phone")])
    with pytest.raises(BadField):
        await switch.endpoints.set([Endpoint("a", "password", "phone")])
    assert await switch.endpoints.count() == 0
