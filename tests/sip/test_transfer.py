"""A flow sends the caller to an outside number: over a trunk, and what happens without one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.sip import sipp, tones
from tests.sip.conftest import Build
from tests.sip.ledger import kinds, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, said, state_of, trunk
from tests.sip.world import CALLER_TONE, PROMPTS

FLOW: dict[str, Any] = {
    "version": 1,
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "next": "out"},
        "out": {"type": "transfer", "to": "100", "timeout_seconds": 20, "on_failure": "sorry"},
        "sorry": {"type": "play", "prompts": ["thanks"], "next": "bye"},
        "bye": {"type": "hang_up"},
    },
}


async def test_the_caller_talks_with_the_outside_number(running: Running, build: Build) -> None:
    world = await build(agents=0, document=FLOW)
    async with own_switch(running, CARRIER) as carrier:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            call = await world.call()
            await world.ledger.has("transfer.answered", call.caller)
            await call.say(f"sound:{world.phones.caller_voice}", loop=True)
            await asyncio.sleep(3)  # the far side is an echo
            await call.hang_up()
            rows = await world.ledger.ended(call.caller)
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert the(rows, "transfer.ended").data["talk_seconds"] > 2
    assert tones.seconds_of(await call.heard(), CALLER_TONE) > 1


async def test_without_a_trunk_the_flow_goes_on(build: Build) -> None:
    world = await build(agents=0, document=FLOW)
    call = await world.call()
    rows = await world.ledger.ended(call.caller)
    assert the(rows, "transfer.failed").data["cause"] == 3
    assert the(rows, "interaction.ended").data["end_reason"] == "flow_ended"
    assert tones.seconds_of(await call.heard(), PROMPTS["thanks"][0]) > 0.2


async def test_a_full_trunk_takes_no_more_calls(running: Running, build: Build) -> None:
    world = await build(agents=0, document=FLOW)
    async with own_switch(running, CARRIER) as carrier:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], max_channels=1, **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            first = await world.call()
            await world.ledger.has("transfer.answered", first.caller)
            second = await world.call()
            rows = await world.ledger.ended(second.caller)
            assert the(rows, "transfer.failed").data["cause"] == 34
            await first.hang_up()
            await world.ledger.ended(first.caller)
            await state_of(running, trunk_id, lambda state: state["channels"] == 0)
            third = await world.call()
            await world.ledger.has("transfer.answered", third.caller)
            await third.hang_up()


async def test_a_number_that_may_not_be_called_is_refused_and_nobody_is_lost(running: Running, build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    async with own_switch(running, CARRIER) as carrier, world.administrator() as admin, world.working(agent) as works:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            await world.configure(admin, "PUT", "/settings/dialling", {"deny": ["+86100"]})
            call = await world.call()
            rows = await world.ledger.has("agent.connected", call.caller)
            path = f"/interactions/{rows[0].interaction_id}/transfer"
            for number, code in (("+442079460000", "number_beyond_bounds"), ("100", "number_not_allowed")):
                refused = await works.post(path, {"to": "number", "target": number})
                assert (refused.status, refused.code, refused.json["error"]["field"]) == (409, code, "target")
                await world.ledger.has(
                    "number.refused", call.caller, number=number, reason=code, by_agent=str(agent.id)
                )
            assert await agent.state() == "engaged", "they talk on"
            await world.configure(admin, "PUT", "/settings/dialling", {})
            assert (await works.post(path, {"to": "number", "target": "100"})).status == 200
            await world.ledger.has("transfer.answered", call.caller)
            await call.hang_up()
            await world.ledger.ended(call.caller)

            rule = {"when": "waited", "over": 1, "to": "number", "target": "100"}
            await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"overflow": [rule]})
            await world.configure(admin, "PUT", "/settings/dialling", {"allow": ["+86138"]})
            assert (await agent.command("agent.sign_out"))["ok"]
            late = await world.call()
            await world.ledger.has("transfer.failed", late.caller)
            rows = await world.ledger.rows(late.caller)
            assert the(rows, "number.refused").data == {"number": "100", "reason": "number_not_allowed"}
            assert kinds(rows).count("queue.entered") == 2, "the caller waits on"
            await late.hang_up()
            rows = await world.ledger.ended(late.caller)
            assert the(rows, "interaction.ended").data["end_reason"] == "abandoned_in_queue"


async def test_a_carrier_is_offered_our_codecs_in_order_and_needs_not_answer_options(
    running: Running, build: Build
) -> None:
    world = await build(agents=0, document=FLOW)
    for formats, codecs in (("8 0", ["alaw", "ulaw"]), ("0 8", ["ulaw", "alaw"])):
        async with sipp.carrier("carrier_answers", running.home / "sipp", "-key", "formats", formats) as carrier:
            where = {"host": carrier.address, "port": carrier.port, "codecs": codecs}
            async with trunk(running, kind="address", **where) as trunk_id:
                silent = await state_of(running, trunk_id, lambda state: state["state"] == "down")
                assert "OPTIONS" in said(silent)
                call = await world.call()
                await world.ledger.has("transfer.answered", call.caller)
                await state_of(running, trunk_id, lambda state: state["state"] == "up")
                await call.hang_up()
                await world.ledger.ended(call.caller)
            assert carrier.offers() == [formats.split()], "asked once, in the order that is set"


@pytest.mark.parametrize(("scenario", "formats"), [("carrier_answers", "18"), ("carrier_without_media", "8")])
async def test_an_answer_without_sound_that_both_understand_is_none(
    running: Running, build: Build, scenario: str, formats: str
) -> None:
    async with sipp.carrier(scenario, running.home / "sipp", "-key", "formats", formats) as carrier:
        async with trunk(running, kind="address", host=carrier.address, port=carrier.port, qualify=False):
            world = await build(agents=0, document=FLOW)  # the runtime that serves it has the trunk, too
            call = await world.call()
            rows = await world.ledger.ended(call.caller)
        assert carrier.received("OPTIONS") == []
    assert the(rows, "transfer.failed").data["cause"] == 58, "bearer capability not available"
    assert "transfer.answered" not in kinds(rows)
    assert the(rows, "interaction.ended").data["end_reason"] == "flow_ended"
    assert tones.seconds_of(await call.heard(), PROMPTS["thanks"][0]) > 0.2


async def test_the_caller_hears_what_the_carrier_says_before_anybody_answers(running: Running, build: Build) -> None:
    announcement = tones.make(running.home / "carrier" / "switched-off.wav", 1234, 3).with_suffix("")
    says = f"Playback({announcement},noanswer)"
    dialplan = CARRIER.replace("exten => 100,1,", f"exten => 100,1,Progress()\n same => n,{says}\n same => n,")
    world = await build(agents=0, document=FLOW)
    async with own_switch(
        running, dialplan + f"exten => 102,1,Progress()\n same => n,{says}\n same => n,Hangup(20)\n"
    ) as other:
        where = {"host": CARRIER_ADDRESS, "port": other.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            call = await world.call()
            await world.ledger.has("transfer.answered", call.caller)
            await call.say(f"sound:{world.phones.caller_voice}", loop=True)
            await asyncio.sleep(3)  # the far side is an echo
            await call.hang_up()
            await world.ledger.ended(call.caller)
            unreached = await build(
                agents=0, document={**FLOW, "nodes": {**FLOW["nodes"], "out": {**FLOW["nodes"]["out"], "to": "102"}}}
            )
            missed = await unreached.call()
            rows = await unreached.ledger.ended(missed.caller)
    heard = await call.heard()
    assert tones.seconds_of(heard, 1234) > 2.5, "the carrier's own sound"
    assert tones.seconds_of(heard, CALLER_TONE) > 1, "and whoever answers"
    assert the(rows, "transfer.failed").data["cause"] == 19, "SIP 480"
    heard = await missed.heard()
    assert tones.seconds_of(heard, 1234) > 2.5
    assert tones.seconds_of(heard, PROMPTS["thanks"][0]) > 0.2, "alone again, as the flow has it"
