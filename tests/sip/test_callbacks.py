"""Call-backs on real calls over a trunk, and what callers hear while they wait and before an agent speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from hujiao.asterisk.testphone.phone import Call
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import Row, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_desk_phones import desk
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import AGENT_TONE, PROMPTS, World

ECHO, BUSY = "100", "101"  # the carrier answers the one, the other is always busy


def promising(queue: str, number: str = ECHO, **more: Any) -> dict[str, Any]:
    """A queue that callers leave by 1 for a call-back."""
    call_back = {"most_tries": 1, "retry_seconds": 10, "ring_seconds": 10, **more}
    return {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "queue"},
            "queue": {"type": "queue", "queue": queue, "keys": {"1": "call_back"}},
            "call_back": {"type": "call_back", "number": number, "next": "promised", **call_back},
            "promised": {"type": "play", "prompts": ["thanks"], "next": "bye"},
            "bye": {"type": "hang_up"},
        },
    }


@asynccontextmanager
async def carrier(running: Running, dialplan: str = CARRIER) -> AsyncIterator[None]:
    async with own_switch(running, dialplan) as switch:
        where = {"host": CARRIER_ADDRESS, "port": switch.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            yield


async def leave(world: World, call: Call) -> None:
    """Press the key; one that comes before the caller's own phone has heard the answer is lost, so people repeat it."""
    for _ in range(10):
        await call.press("1")
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await world.ledger.has("queue.left", call.caller)
                return
    raise AssertionError("the caller never left the queue")


async def test_the_place_is_kept_until_an_agent_is_free(running: Running, build: Build) -> None:
    world = await build(agents=1, document=promising("Queue"), wrap_up_seconds=0)
    agent = world.agents[0]
    assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
    async with carrier(running), world.administrator() as admin:
        first = await world.call()
        entered = the(await world.ledger.has("queue.entered", first.caller), "queue.entered")
        await leave(world, first)
        rows = await world.ledger.ended(first.caller)
        assert the(rows, "interaction.ended").data["end_reason"] == "callback_requested"
        assert tones.seconds_of(await first.heard(), PROMPTS["thanks"][0]) > 0.2
        (waits,) = (await admin.get("/callbacks")).json
        assert (waits["number"], waits["state"], waits["position"]) == (ECHO, "queued", 1)
        later = await world.call()
        await world.ledger.has("queue.entered", later.caller)
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        rows = await world.ledger.has("agent.connected", ECHO)
        started, tried = the(rows, "interaction.started"), the(rows, "callback.tried")
        assert started.data["direction"] == "callback" and started.data["origin"] == str(entered.interaction_id)
        assert tried.data["tries"] == 1
        again = the(rows, "queue.entered")
        assert again.data["callback"] is True
        assert "offer.made" not in {row.kind for row in await world.ledger.rows(later.caller)}
        assert (await agent.command("interaction.hang_up", interaction_id=started.interaction_id))["ok"]
        rows = await world.ledger.ended(ECHO)
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
        await world.ledger.has("agent.connected", later.caller)  # the agent is free for who came after
        await later.hang_up()


async def test_a_queue_offers_it_to_who_has_waited_and_calls_who_takes_it(running: Running, build: Build) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    agent = world.agents[0]
    async with carrier(running), world.administrator() as admin:
        offer = {"when": "waited", "over": 1, "to": "callback", "prompts": ["menu"], "callback": {"first": "customer"}}
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"overflow": [offer]})
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        withheld = await world.call("Anonymous <anonymous>")
        await world.ledger.has("callback.not_offered", "", reason="number_withheld")
        call = await world.call(ECHO)
        await world.ledger.has("callback.offered", ECHO, why="waited")
        await asyncio.sleep(1)  # they listen to what is offered
        await leave(world, call)
        rows = await world.ledger.ended(ECHO)
        assert the(rows, "interaction.ended").data["end_reason"] == "callback_requested"
        assert tones.seconds_of(await call.heard(), PROMPTS["menu"][0]) > 0.2
        assert "queue.left" not in {row.kind for row in await world.ledger.rows("")}, "who waits on"
        await withheld.hang_up()
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        rows = await world.ledger.has("agent.connected", ECHO)
        started = next(row for row in rows if row.data.get("direction") == "callback")
        kinds = [row.kind for row in rows if row.interaction_id == started.interaction_id]
        assert kinds.index("interaction.answered") < kinds.index("offer.made"), "the customer first, as the rule says"
        assert (await agent.command("interaction.hang_up", interaction_id=started.interaction_id))["ok"]
        await world.ledger.has("interaction.ended", ECHO, end_reason="completed")


async def test_asked_for_by_an_application_with_the_customer_called_first(running: Running, build: Build) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    agent = world.agents[0]
    async with carrier(running), world.administrator() as admin:
        body = {"queue_id": str(world.queue_id), "number": ECHO, "name": "Ms Li", "first": "customer"}
        made = await admin.made("/callbacks", body)
        rows = await world.ledger.has("agent.connected", ECHO)
        kinds = [row.kind for row in rows]
        assert kinds.index("interaction.answered") < kinds.index("offer.made") < kinds.index("agent.connected")
        assert str(the(rows, "interaction.started").interaction_id) == made["id"]
        assert (await agent.command("interaction.hang_up", interaction_id=made["id"]))["ok"]
        await world.ledger.ended(ECHO)


async def test_who_cannot_be_reached_is_tried_and_given_up(running: Running, build: Build) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    agent = world.agents[0]
    async with carrier(running), world.administrator() as admin:
        body = {"queue_id": str(world.queue_id), "number": BUSY, "most_tries": 2, "retry_seconds": 10}
        await admin.made("/callbacks", body)
        await world.ledger.has("callback.unreached", BUSY)
        await agent.becomes("available")
        (waits,) = (await admin.get("/callbacks")).json
        assert (waits["state"], waits["tries"]) == ("scheduled", 1)
        refused = await admin.send("POST", "/callbacks", body)
        assert (refused.status, refused.code) == (409, "already_to_be_called_back")
        rows = await world.ledger.ended(BUSY)
        assert the(rows, "interaction.ended").data["end_reason"] == "callback_failed"
        unreached = [row for row in rows if row.kind == "callback.unreached"]
        assert len(unreached) == 2 and (unreached[1].at - unreached[0].at).total_seconds() > 9
        await agent.becomes("available")


async def test_the_agent_hears_what_the_carrier_says_before_the_customer_answers(
    running: Running, build: Build
) -> None:
    announcement = tones.make(running.home / "carrier" / "colour-ring.wav", 1234, 3).with_suffix("")
    says = f"Progress()\n same => n,Playback({announcement},noanswer)\n same => n,"
    dialplan = CARRIER.replace("100,1,", f"100,1,{says}") + f"exten => 102,1,{says}Hangup(20)\n"
    world = await build(straight=True, registered=False, wrap_up_seconds=0)
    async with desk(world) as phone, carrier(running, dialplan), world.administrator() as admin:
        for number, kind in (("102", "callback.unreached"), (ECHO, "agent.connected")):
            phone.heard.clear()
            body = {"queue_id": str(world.queue_id), "number": number, "first": "agent", "most_tries": 1}
            made = await admin.made("/callbacks", body)
            await world.ledger.has(kind, number)
            heard = tones.of_alaw(announcement.with_name(f"heard-{number}.wav"), bytes(phone.heard))
            assert tones.seconds_of(heard, 1234) > 2.5, number
            if number == ECHO:
                assert (await world.agents[0].command("interaction.hang_up", interaction_id=made["id"]))["ok"]
            await world.ledger.ended(number)
            await world.agents[0].becomes("available")


async def test_nobody_is_called_back_who_does_not_want_it_any_more(build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        made = await admin.made("/callbacks", {"queue_id": str(world.queue_id), "number": ECHO})
        assert (await admin.send("DELETE", f"/callbacks/{made['id']}")).status == 204
        rows = await world.ledger.ended(ECHO)
        assert the(rows, "interaction.ended").data["end_reason"] == "callback_cancelled"
        assert (await admin.get("/callbacks")).json == []
        assert (await admin.send("DELETE", f"/callbacks/{made['id']}")).status == 404


async def test_a_flow_plays_to_who_waits_and_the_greeting_before_the_agent(build: Build) -> None:
    world = await build(agents=1, straight=True, announce_first_seconds=1, announce_every_seconds=3)
    agent = world.agents[0]
    async with world.administrator() as admin:
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        flow = await published(admin, WHILE_WAITING)
        queue = (await admin.get(f"/queues/{world.queue_id}")).json
        changed = {**queue, "waiting_flow_id": flow, "greeting": "greeting"}
        del changed["id"]
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}", changed)
        call = await world.call()
        rows = await twice(world.ledger, call.caller)
        assert {row.data["node"] for row in rows if row.kind == "flow.node"} >= {"say", "stay"}
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        rows = await world.ledger.has("agent.connected", call.caller)
        await asyncio.sleep(3)
        await call.hang_up()
        await world.ledger.ended(call.caller)
        heard = await call.heard()
        assert tones.seconds_of(heard, PROMPTS["thanks"][0]) > 0.4, "the flow, at least twice"
        greeted, agents = tones.seconds_of(heard, PROMPTS["greeting"][0]), tones.seconds_of(heard, AGENT_TONE)
        assert greeted > 0.3 and agents > 1
        assert tones.first(heard, PROMPTS["greeting"][0]) < tones.first(heard, AGENT_TONE)


WHILE_WAITING: dict[str, Any] = {
    "version": 1,
    "start": "say",
    "nodes": {"say": {"type": "play", "prompts": ["thanks"], "next": "stay"}, "stay": {"type": "return"}},
}


async def published(admin: Any, document: dict[str, Any]) -> str:
    project = (await admin.get("/projects")).json["items"][0]["id"]
    flow = await admin.made("/flows", {"name": "While waiting", "project_id": project})
    answer = await admin.send("PUT", f"/flows/{flow['id']}/draft", {"document": document})
    assert answer.status == 200, answer.text
    answer = await admin.send("POST", f"/flows/{flow['id']}/publish")
    assert answer.status in (200, 201), answer.text
    return str(flow["id"])


async def twice(ledger: Any, caller: str) -> list[Row]:
    """The flow has returned to the queue two times."""

    def returned(rows: list[Row]) -> bool:
        return sum(row.kind == "flow.node" and row.data["node"] == "stay" for row in rows) >= 2

    rows: list[Row] = await ledger.until(returned, caller)
    return rows
