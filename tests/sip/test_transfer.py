"""A flow sends the caller to an outside number: over a trunk, and what happens without one."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import kinds, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
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
