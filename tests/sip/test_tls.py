"""SIP over TLS: desk phones and carriers that prove, and check, who they are; their sound is encrypted, too."""

from __future__ import annotations

import asyncio
import datetime
import re
import ssl
from pathlib import Path
from typing import Any

import pytest

from hujiao.asterisk import console, rest
from hujiao.embedded import certificates
from tests.sip import sipp, tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.switch import Switch, own_switch
from tests.sip.test_desk_phones import encrypts
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, line_of, sent_to, state_of, test_call, trunk
from tests.sip.world import CALLER_TONE, AgentPhone, World

PHONE_ADDRESS = "127.0.0.6"
CALLER = "13711150001"
OURS = "02100000000"


def authority(folder: Path, address: str = "127.0.0.1") -> Path:
    """A certificate for the address, of an authority of its own, whose certificate is returned."""
    certificates.ensure(folder, address, datetime.datetime.now(datetime.UTC))
    return folder / certificates.AUTHORITY


def trusting(name: str, address: str, authority: Path) -> str:
    """A transport that calls by TLS from this address, and only whom the authority vouches for."""
    rows = ["type = transport", "protocol = tls", f"bind = {address}:{sipp.free_udp_port(address)}"]
    rows += ["method = tlsv1_2", "verify_server = yes", f"ca_list_file = {authority}"]
    return "\n".join([f"[{name}]", *rows, ""])


def phone_of(agent: AgentPhone, running: Running, trusted: Path) -> str:
    """A desk phone, as an Asterisk of its own: it registers by TLS and takes encrypted sound alone."""
    user, server = agent.robot.user, rf"127.0.0.1:{running.settings.sip_tls_port}\;transport=tls"
    calls = {"type": "endpoint", "transport": "transport-phone", "context": "phone", "allow": "!all,alaw"}
    calls |= {"aors": CALLER, "media_encryption": "sdes"}
    secret = {"type": "auth", "auth_type": "userpass", "username": user, "password": agent.robot.password}
    registers = {"type": "registration", "transport": "transport-phone", "outbound_auth": "secret"}
    registers |= {"server_uri": f"sip:{server}", "client_uri": f"sip:{user}@127.0.0.1", "contact_user": user}
    registers |= {"retry_interval": "1", "max_retries": "100", "expiration": "120"}
    objects = {CALLER: calls, "secret": secret, "line": registers}
    written = [
        "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in rows.items())]) for name, rows in objects.items()
    ]
    return "\n\n".join([trusting("transport-phone", PHONE_ADDRESS, trusted), *written, f"[{CALLER}]\ntype = aor", ""])


async def registration(phone: Switch, *, yes: bool) -> None:
    """Wait until the phone is registered, or has failed to."""
    wanted = r"\bRegistered\b" if yes else r"\b(Rejected|Unregistered)\b"
    shown = ""
    try:
        async with asyncio.timeout(PATIENCE):
            while not re.search(wanted, shown):
                shown = await phone.command("pjsip show registrations")
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(shown) from None


@pytest.fixture
async def world(build: Build) -> World:
    return await build(straight=True, registered=False)


async def test_a_desk_phone_registers_by_tls_and_sound_goes_both_ways_encrypted(world: World) -> None:
    (agent,) = world.agents
    await encrypts(world, "required")
    dialplan = f"[phone]\nexten => {agent.robot.user},1,Goto(echo,s,1)\n"
    async with own_switch(world.running, dialplan, phone_of(agent, world.running, world.running.authority)) as phone:
        await registration(phone, yes=True)
        await agent.reached(True)
        call = await world.call(CALLER)
        rows = await world.ledger.has("agent.connected", CALLER)
        await call.say(f"sound:{world.phones.caller_voice}", loop=True)
        await asyncio.sleep(3)  # the phone is an echo
        await call.hang_up()
        await world.ledger.ended(CALLER)
        assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1
    await agent.wrap_up(rows[0].interaction_id)


async def test_a_phone_that_trusts_another_authority_does_not_register(world: World, tmp_path: Path) -> None:
    (agent,) = world.agents
    async with own_switch(world.running, "", phone_of(agent, world.running, authority(tmp_path))) as phone:
        await registration(phone, yes=False)
        control = console.socket_path(world.running.settings)
        assert agent.robot.user not in await console.run(control, "pjsip show contacts")
        assert (await agent.view())["unreachable_since"] is not None


def certificate_at(port: int, trusted: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port), ca_certs=str(trusted)))


async def test_a_renewed_certificate_is_used_and_whoever_is_connected_stays(world: World) -> None:
    (agent,) = world.agents
    settings = world.running.settings
    assert settings.sip_tls_port
    assert settings.tls_cert
    trusted = world.running.authority
    dialplan = f"[phone]\nexten => {agent.robot.user},1,Goto(echo,s,1)\n"
    await encrypts(world, "required")
    async with own_switch(world.running, dialplan, phone_of(agent, world.running, trusted)) as phone:
        await registration(phone, yes=True)
        await agent.reached(True)
        call = await world.call(CALLER)
        rows = await world.ledger.has("agent.connected", CALLER)
        await call.say(f"sound:{world.phones.caller_voice}", loop=True)  # a phone without sound is gone
        before = {port: await asyncio.to_thread(certificate_at, port, trusted) for port in ports(world.running)}
        settings.tls_cert.unlink()
        authority(settings.tls_cert.parent)  # the same authority; what is missing is made
        async with asyncio.timeout(PATIENCE * 2):
            for port, old in before.items():
                while await asyncio.to_thread(renewed, port, trusted) in (old, None):
                    await asyncio.sleep(0.5)
        assert await agent.state() == "engaged"
        assert len(re.findall(r"^PJSIP/", await phone.command("core show channels concise"), re.M)) == 1
        await call.hang_up()
        await world.ledger.ended(CALLER)
        assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1
    await agent.wrap_up(rows[0].interaction_id)


def ports(running: Running) -> list[int]:
    assert running.settings.sip_tls_port
    return [running.settings.sip_tls_port, running.settings.web_port]


def renewed(port: int, trusted: Path) -> bytes | None:
    try:
        return certificate_at(port, trusted)
    except OSError:
        return None


async def test_a_carrier_is_called_by_tls_and_calls_by_tls_if_it_proves_its_name(
    running: Running, build: Build, tmp_path: Path
) -> None:
    carriers = authority(tmp_path / "carrier", CARRIER_ADDRESS)
    pair = {"tls_cert": carriers.parent / certificates.CERTIFICATE, "tls_key": carriers.parent / certificates.KEY}
    pjsip = "\n".join(
        [
            line_of(OURS, media_encryption="sdes"),
            f"[{OURS}]\ntype = aor\ncontact = sip:127.0.0.1:{running.settings.sip_tls_port}\\;transport=tls\n",
            trusting("transport-line", CARRIER_ADDRESS, running.authority),
        ]
    )
    async with own_switch(running, CARRIER, pjsip, **pair) as carrier:
        how: dict[str, Any] = {"kind": "address", "port": carrier.settings.sip_tls_port, "transport": "tls"}
        how |= {"caller_number": OURS, "codecs": ["alaw"], "media_encryption": "required", "match": [CARRIER_ADDRESS]}
        how["tls_authority"] = carriers.read_text("utf-8")
        for wrong in ({"host": CARRIER_ADDRESS, "tls_authority": None}, {"host": "127.0.0.3"}):
            async with trunk(running, **how | wrong) as trunk_id:
                await state_of(running, trunk_id, lambda state: state["state"] == "down")
                assert not (await test_call(running, trunk_id, "100"))["ok"]
        async with trunk(running, host=CARRIER_ADDRESS, **how) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            assert (await test_call(running, trunk_id, "101"))["sip_status"] == 486

            world = await build(agents=0, document=sent_to("100"))
            call = await world.call()
            await world.ledger.has("transfer.answered", call.caller)
            await call.say(f"sound:{world.phones.caller_voice}", loop=True)
            await asyncio.sleep(3)  # the far side is an echo
            await call.hang_up()
            await world.ledger.ended(call.caller)
            assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1

            inbound = await build(agents=0)
            settings = carrier.settings
            async with rest.connect(settings.asterisk_http_port, settings.ari_user, settings.ari_password) as ari:
                calls = {"endpoint": f"PJSIP/{inbound.number}@{OURS}", "context": "echo", "extension": "s"}
                await ari.post("channels", **calls, priority=1, callerId="13711150002")
                rows = await inbound.ledger.has("flow.node", "13711150002", node="menu")
                assert the(rows, "interaction.started").data["called"] == inbound.number
                for channel in await ari.get("channels"):
                    await ari.delete(f"channels/{channel['id']}")
                await inbound.ledger.ended("13711150002")
