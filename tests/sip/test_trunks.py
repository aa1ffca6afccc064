"""Trunks to a carrier: live state, calls in and out, limits, and a registration that is accepted or refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, text

from hujiao.asterisk import console, rest, transports
from hujiao.asterisk.endpoints import Endpoint
from hujiao.asterisk.trunks import endpoint_name
from hujiao.calls.models import Trunk
from hujiao.calls.service import PASSWORD_PURPOSE
from hujiao.kit.i18n import translate
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets, sip_digest
from tests.sip import sipp, tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running, hujiao
from tests.sip.switch import own_switch
from tests.sip.world import CALLER_TONE

# The carrier's side: one number answers, one is busy; any other is refused by its own fallback.
CARRIER = """[from-trunk]
exten => 100,1,Goto(echo,s,1)
exten => 101,1,Hangup(17)
"""
CARRIER_ADDRESS = "127.0.0.2"


@asynccontextmanager
async def trunk(running: Running, **columns: Any) -> AsyncIterator[UUID]:
    """A trunk of the operator, known to the node inside the block."""
    async with running.database.lookup() as session:
        operator = (await session.execute(text("SELECT id FROM lookup_tenants() WHERE kind = 'operator'"))).scalar_one()
    trunk_id = new_id()
    password = columns.pop("password", None)
    sealed = (
        TenantSecrets(running.settings.secret_key, operator).seal(password, purpose=PASSWORD_PURPOSE)
        if password
        else None
    )
    row = {"id": trunk_id, "tenant_id": operator, "name": str(trunk_id), "password_encrypted": sealed, **columns}
    async with running.database.tenant(operator) as session:
        await session.execute(insert(Trunk).values(**row))
    await told(running, operator)
    try:
        yield trunk_id
    finally:
        async with running.database.tenant(operator) as session:
            await session.execute(delete(Trunk).where(Trunk.id == trunk_id))
        await told(running, operator)


async def told(running: Running, operator: UUID) -> None:
    """The runtime and the node know, as after a change in the application."""
    await running.bus.configuration_changed(operator)
    answer = await running.bus.request(running.bus.subjects.node(running.settings.node, "trunks"), {}, timeout=20)
    assert answer["ok"], answer


def said(state: dict[str, Any]) -> str:
    """The node's words for the state of a trunk, in English."""
    return translate(state["detail"], "en", state["values"])


async def state_of(running: Running, trunk_id: UUID, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for the trunk's live state to become so."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(PATIENCE * 2):
            while True:
                states = await running.bus.request(
                    running.bus.subjects.node(running.settings.node, "trunk-state"), {}, timeout=10
                )
                found = next(state for state in states if state["id"] == str(trunk_id))
                if met(found):
                    return found
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise AssertionError(f"The trunk's state stayed {found}") from None


async def test_call(running: Running, trunk_id: UUID, number: str) -> dict[str, Any]:
    subject = running.bus.subjects.node(running.settings.node, "trunk-test")
    answer = await running.bus.request(subject, {"trunk_id": trunk_id, "number": number}, timeout=40)
    assert answer["ok"], answer
    result: dict[str, Any] = answer["data"]
    return result


test_call.__test__ = False  # type: ignore[attr-defined]


async def test_a_trunk_by_address_shows_its_state_and_calls_both_ways(running: Running, build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with (
        own_switch(running, CARRIER) as carrier,
        trunk(
            running,
            kind="address",
            host=CARRIER_ADDRESS,
            port=carrier.settings.sip_port,
            match=[CARRIER_ADDRESS],
            codecs=["alaw"],
            max_channels=1,
            caller_number="02100000000",
            inbound_number_format="national",
            country_code="86",
            national_prefix="",
        ) as trunk_id,
    ):
        await state_of(running, trunk_id, lambda state: state["state"] == "up")
        answered = await test_call(running, trunk_id, "100")
        assert (answered["ok"], answered["sip_status"]) == (True, 200), answered
        busy = await test_call(running, trunk_id, "101")
        assert (busy["ok"], busy["sip_status"]) == (False, 486), busy

        # In: the carrier writes +86 before the number; the second call is one too many.
        async def incoming(caller: str, scenario: str) -> sipp.Result:
            return await sipp.run(
                scenario,
                running.settings.sip_port,
                running.home / "sipp",
                service=f"+86{world.number}",
                address=CARRIER_ADDRESS,
                arguments=("-key", "caller", caller),
            )

        first = asyncio.create_task(incoming("13711110001", "silent_caller"))
        await world.ledger.has("queue.entered", "13711110001")
        assert (await state_of(running, trunk_id, lambda state: state["channels"] == 1))["state"] == "up"
        full = await test_call(running, trunk_id, "100")
        assert (full["ok"], full["sip_status"]) == (False, None), full
        second = await incoming("13711110002", "refused_full")
        assert second.passed, second.messages
        assert (await first).passed
        rows = await world.ledger.ended("13711110001")
        assert the(rows, "interaction.started").data["called"] == world.number
        assert await world.ledger.rows("13711110002") == []

        await carrier.stop()
        down = await state_of(running, trunk_id, lambda state: state["state"] == "down")
        assert CARRIER_ADDRESS in said(down)


async def test_a_trunk_by_registration_is_registered_or_says_that_it_is_refused(running: Running) -> None:
    async with own_switch(running, CARRIER) as carrier:
        await carrier.endpoints.set([Endpoint("line1", sip_digest("line1", "right"), "phone")])
        how = {"kind": "registration", "host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "username": "line1"}
        async with trunk(running, password="right", **how) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            assert "line1/sip:line1@" in await carrier.command("pjsip show contacts")
        async with trunk(running, password="wrong", **how) as trunk_id:
            refused = await state_of(running, trunk_id, lambda state: state["state"] == "rejected")
            assert "password" in said(refused)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"dtmf": "morse"}, "dtmf is 'morse'"), ({"transport": "sctp"}, "transport"), ({"codecs": 7}, "TypeError")],
)
async def test_an_impossible_trunk_is_left_out_alone(running: Running, wrong: dict[str, Any], says: str) -> None:
    where = {"kind": "address", "qualify": False}
    async with (
        trunk(running, host="127.0.0.27", **where | wrong) as left_out,
        trunk(running, host="127.0.0.28", **where) as used,
    ):
        assert says in said(await state_of(running, left_out, lambda state: state["state"] == "down"))
        control = console.socket_path(running.settings)
        assert endpoint_name(used) in await console.run(control, "pjsip show endpoints")
        assert endpoint_name(left_out) not in await console.run(control, "pjsip show endpoints")
        told = json.dumps(await hujiao(running.home, "doctor", check=False))
        assert f"trunk {left_out} is left out" in told
        assert str(used) not in told


def hears_thanks() -> dict[str, Any]:
    return {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "thanks"},
            "thanks": {"type": "play", "prompts": ["thanks"], "next": "bye"},
            "bye": {"type": "hang_up"},
        },
    }


async def calls_in(
    running: Running, scenario: str, caller: str, service: str, *, to: str = "x", header: str = "X-None: -", **more: str
) -> sipp.Result:
    keys = {"caller": caller, "to": to, "header": header, **more}
    arguments = [word for name, value in keys.items() for word in ("-key", name, value)]
    return await sipp.run(
        scenario,
        running.settings.sip_port,
        running.home / "sipp",
        service=service,
        address=CARRIER_ADDRESS,
        arguments=tuple(arguments),
    )


async def test_the_called_number_is_found_wherever_the_carrier_writes_it(running: Running, build: Build) -> None:
    world = await build(agents=0, document=hears_thanks())
    number = world.number
    ways = {
        "13711120001": {"service": f"+86{number}", "header": "Diversion: <sip:+8613800000009@x>;reason=unconditional"},
        "13711120002": {"service": "line-user", "to": f"+86{number}"},
        "13711120003": {"service": "line-user", "header": f'P-Called-Party-ID: "A, B" <tel:0086{number};x=y>'},
        "13711120004": {"service": "95999", "to": "95998", "header": f"Diversion: <sip:{number}@x>;reason=no-answer"},
    }
    columns = {"kind": "address", "host": CARRIER_ADDRESS, "inbound_number_format": "national", "country_code": "86"}
    async with trunk(running, national_prefix="", qualify=False, **columns):
        found = await asyncio.gather(
            *(calls_in(running, "vanished_caller", caller, **way) for caller, way in ways.items())
        )
        assert [result.passed for result in found] == [True] * len(ways), [result.messages for result in found]
        for caller in ways:
            rows = await world.ledger.ended(caller)
            assert the(rows, "interaction.started").data["called"] == number
    rows = await world.ledger.rows("13711120001")
    assert the(rows, "interaction.started").data["variables"] == {"diverted_from": "+8613800000009"}
    async with trunk(running, national_prefix="", called_number_in="request", **columns):
        refused = await calls_in(running, "vanished_caller", "13711120005", "line-user", to=f"+86{number}")
        assert 404 in refused.statuses(), refused.messages


async def test_who_sends_no_sound_any_more_is_gone_but_not_who_holds_us(running: Running, build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with trunk(running, kind="address", host=CARRIER_ADDRESS, rtp_timeout_seconds=3, qualify=False):
        gone, *holding = await asyncio.gather(
            calls_in(running, "vanished_caller", "13711130001", world.number),
            calls_in(running, "holding_caller", "13711130002", world.number, direction="sendonly"),
            calls_in(running, "holding_caller", "13711130003", world.number, direction="inactive"),
        )
    assert gone.passed, gone.messages
    rows = await world.ledger.ended("13711130001")
    assert the(rows, "interaction.ended").data == {
        "end_reason": "abandoned_in_queue",
        "hangup_cause": 44,
        "ended_by": "system",
    }
    for result in holding:
        assert result.passed, result.messages


def line_of(number: str, **settings: str) -> str:
    """The carrier's endpoint for us, who show this number; it calls us by an address of its own."""
    common = {"transport": "transport-line", "context": "from-trunk", "allow": "!all,alaw", "aors": number}
    rows = [f"{name} = {value}" for name, value in (common | settings).items()]
    return "\n".join([f"[{number}]", "type = endpoint", *rows, ""])


async def test_keys_in_the_sound_are_heard_and_sound_is_encrypted_both_ways(running: Running, build: Build) -> None:
    key = tones.make_keys(running.home / "carrier" / "key-1.wav", "1").with_suffix("")
    world = await build(agents=0)
    number, port = "02100000000", sipp.free_udp_port(CARRIER_ADDRESS)
    pjsip = "\n".join(
        [
            line_of(number, dtmf_mode="inband", media_encryption="sdes"),
            f"[{number}]\ntype = aor\ncontact = sip:127.0.0.1:{running.settings.sip_port}\n",
            f"[transport-line]\ntype = transport\nprotocol = udp\nbind = {CARRIER_ADDRESS}:{port}\n",
        ]
    )
    presses = "[presses]\nexten => s,1,Playback(" + "&".join([str(key)] * 20) + ")\n"
    columns = {"kind": "address", "host": CARRIER_ADDRESS, "port": port, "caller_number": number, "codecs": ["alaw"]}
    async with own_switch(running, CARRIER + presses, pjsip) as carrier:
        settings = carrier.settings
        async with (
            rest.connect(settings.asterisk_http_port, settings.ari_user, settings.ari_password) as ari,
            trunk(running, media_encryption="optional", **columns),
        ):
            calls = {"endpoint": f"PJSIP/{world.number}@{number}", "context": "presses", "extension": "s"}
            await ari.post("channels", **calls, priority=1, callerId="13711140001")
            await world.ledger.has("queue.entered", "13711140001")
            await world.ledger.ended("13711140001")
        for encryption, answered in (("required", True), ("off", False)):
            async with trunk(running, media_encryption=encryption, **columns):
                out = await build(agents=0, document=sent_to("100"))  # the runtime that serves it has the trunk, too
                call = await out.call()
                if not answered:
                    rows = await out.ledger.has("transfer.failed", call.caller)
                    assert the(rows, "transfer.failed").data["cause"] == 58
                    continue
                await out.ledger.has("transfer.answered", call.caller)
                await call.say(f"sound:{out.phones.caller_voice}", loop=True)
                await asyncio.sleep(3)  # the far side is an echo
                await call.hang_up()
                await out.ledger.ended(call.caller)
                assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1


@pytest.mark.skipif(not transports.ipv6(), reason="this machine has no IPv6")
async def test_a_carrier_with_an_ipv6_address_is_reached(running: Running, build: Build) -> None:
    number = "02100000000"
    pjsip = line_of(number, transport="transport-udp6", rtp_ipv6="yes")
    async with own_switch(running, CARRIER, pjsip) as carrier:
        where = {"host": "::1", "port": carrier.settings.sip_port, "caller_number": number, "codecs": ["alaw"]}
        async with trunk(running, kind="address", **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            world = await build(agents=0, document=sent_to("100"))
            call = await world.call()
            await world.ledger.has("transfer.answered", call.caller)
            await call.say(f"sound:{world.phones.caller_voice}", loop=True)
            await asyncio.sleep(3)  # the far side is an echo
            await call.hang_up()
            await world.ledger.ended(call.caller)
            incoming = await sipp.run(
                "vanished_caller",
                running.settings.sip_port,
                running.home / "sipp",
                service="95999",
                address="::1",
                server="[::1]",
                arguments=("-key", "caller", "1", "-key", "to", "x", "-key", "header", "X-None: -"),
            )
    assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1
    assert 404 in incoming.statuses(), "known as the trunk's, with a number that nobody has"


def sent_to(number: str) -> dict[str, Any]:
    return {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "out"},
            "out": {"type": "transfer", "to": number, "timeout_seconds": 20, "on_failure": "bye"},
            "bye": {"type": "hang_up"},
        },
    }
