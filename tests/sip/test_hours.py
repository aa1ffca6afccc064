"""Business hours and overflow on real calls, configured by the public API."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, Ledger, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import PROMPTS, World

ALWAYS = [[{"start": "00:00", "end": "24:00"}]] * 7
NEVER: list[Any] = [[]] * 7


async def hours(world: World, admin: Client, weekly: list[Any]) -> str:
    return str((await world.configure(admin, "POST", "/hours", {"name": "Hours", "weekly": weekly}))["id"])


async def overflowing(world: World, admin: Client, **rule: Any) -> None:
    await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"overflow": [rule]})


async def left_message(admin: Client, queue_id: Any, caller: str) -> dict[str, Any]:
    """The interaction as the list of this queue's messages shows it, when it is there with its recording."""
    wanted = {"queue_id": str(queue_id), "message_left": "true", "caller": caller}
    async with asyncio.timeout(PATIENCE):
        while True:
            found: list[dict[str, Any]] = (await admin.get("/interactions", **wanted)).json["items"]
            if found and found[0]["ended_at"] and found[0]["recording_count"]:
                return found[0]
            await asyncio.sleep(0.2)


async def says_its_message(world: World, ledger: Ledger, call: Any) -> None:
    await ledger.has("recording.started", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(3)  # the message
    await call.press("#")


async def test_outside_hours_the_caller_leaves_a_message_for_the_queue(build: Build) -> None:
    world = await build(agents=1, straight=True)
    async with world.administrator() as admin:
        routing = {
            "hours_id": await hours(world, admin, NEVER),
            "overflow": [{"when": "outside_hours", "to": "voicemail", "prompts": ["greeting"]}],
        }
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", routing)
        call = await world.call()
        await says_its_message(world, world.ledger, call)
        rows = await world.ledger.ended(call.caller)
        assert the(rows, "queue.overflowed").data["why"] == "outside_hours"
        assert the(rows, "interaction.ended").data["end_reason"] == "flow_ended"
        assert not [row for row in rows if row.kind == "offer.made"]
        heard = await call.heard()
        assert tones.seconds_of(heard, PROMPTS["greeting"][0]) > 0.3
        assert tones.seconds_of(heard, 1000) > 0.1, "the tone"
        found = await left_message(admin, world.queue_id, call.caller)
        assert (found["queue_name"], found["message_left"]) == ("Queue", True)


async def test_night_mode_sends_on_who_waits_already(build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    async with world.administrator() as admin:
        schedule = await hours(world, admin, ALWAYS)
        routing = {"hours_id": schedule, "overflow": [{"when": "outside_hours", "to": "voicemail"}]}
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", routing)
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        switched = await admin.send("PUT", f"/hours/{schedule}/switch", {"open": False, "note": "typhoon"})
        assert switched.json["phase"] == "emergency"
        await world.ledger.has("queue.overflowed", call.caller, why="outside_hours")
        await says_its_message(world, world.ledger, call)
        await world.ledger.ended(call.caller)

        await world.configure(admin, "DELETE", f"/hours/{schedule}/switch", None)
        again = await world.call()
        await world.ledger.has("queue.entered", again.caller)
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        await world.ledger.has("agent.connected", again.caller)
        await again.hang_up()


async def test_a_flow_asks_for_the_hours(build: Build) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        schedule = await hours(world, admin, NEVER)
        flow = (await admin.get("/flows")).json["items"][0]["id"]
        document = {
            "version": 1,
            "start": "ask",
            "nodes": {
                "ask": {"type": "hours", "hours": schedule, "open": "welcome", "closed": "night"},
                "welcome": {"type": "play", "prompts": ["greeting"], "next": "bye"},
                "night": {"type": "play", "prompts": ["thanks"], "next": "bye"},
                "bye": {"type": "hang_up"},
            },
        }
        assert (await admin.send("PUT", f"/flows/{flow}/draft", {"document": document})).status == 200
        await world.configure(admin, "POST", f"/flows/{flow}/publish", {})
        for body, phase, prompt in ((None, "closed", "thanks"), ({"open": True}, "open", "greeting")):
            if body:
                await world.configure(admin, "PUT", f"/hours/{schedule}/switch", body)
            call = await world.call()
            rows = await world.ledger.ended(call.caller)
            assert the(rows, "flow.hours").data["phase"] == phase
            heard = await call.heard()
            others = {"thanks", "greeting"} - {prompt}
            assert tones.seconds_of(heard, PROMPTS[prompt][0]) > 0.2
            assert tones.seconds_of(heard, PROMPTS[others.pop()][0]) < 0.1


async def test_overflow_by_an_expression(build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        expression = f"interaction.called == '{world.number}' && queue.signed_in == 0"
        await overflowing(world, admin, when="expression", expression=expression, to="voicemail")
        call = await world.call()
        rows = await world.ledger.has("voicemail.entered", call.caller)
        assert the(rows, "queue.overflowed").data["why"] == "expression"
        await call.hang_up()


async def test_an_expression_that_fails_leaves_the_caller_waiting(build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    async with world.administrator() as admin:
        await overflowing(world, admin, when="expression", expression="interaction.nothing > 1", to="voicemail")
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        rows = await world.ledger.has("agent.connected", call.caller)
        assert not [row for row in rows if row.kind == "queue.overflowed"]
        await call.hang_up()


async def test_overflow_to_an_outside_number(running: Running, build: Build) -> None:
    """Who is not taken there waits on, and is served."""
    world = await build(agents=1, straight=True)
    assert (await world.agents[0].command("agent.sign_out"))["ok"]
    async with world.administrator() as admin, own_switch(running, CARRIER) as carrier:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            await overflowing(world, admin, when="nobody_signed_in", to="number", target="100")
            call = await world.call()
            rows = await world.ledger.has("transfer.answered", call.caller)
            assert the(rows, "queue.overflowed").data["target"] == "100"
            await call.hang_up()
            rows = await world.ledger.ended(call.caller)
            assert the(rows, "interaction.ended").data["end_reason"] == "completed"
            await overflowing(world, admin, when="nobody_signed_in", to="number", target="101")  # always busy
            call = await world.call()
            rows = await world.ledger.has("queue.entered", call.caller, count=2)
            assert the(rows, "transfer.failed").data["cause"] == 17
            await world.agents[0].available()
            rows = await world.ledger.has("agent.connected", call.caller)
            assert "interaction.ended" not in {row.kind for row in rows}
            await call.hang_up()
