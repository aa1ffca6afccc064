"""Calls that are sent on, by the public API: to an agent, a queue, a flow, a supervisor, a number, and back from it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from hujiao.asterisk.testphone.phone import Call
from hujiao.kit.clock import utc_now
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, Row, kinds, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_routing import person_of, served_by, skills
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import CALLER_TONE, AgentPhone, World

VOICES = (880, 1200, 1480)
TALK_SECONDS = 3.0  # a phone pauses for half a second of every five and a half


async def member(world: World, admin: Client, agent: AgentPhone, role: str = "agent") -> None:
    """Let the agent see the project's work, in this role."""
    person = await person_of(admin, agent)
    project = (await admin.get("/projects")).json["items"][0]["id"]
    body = {"login": person["login"], "name": person["name"], "role": role, "project_ids": [project]}
    body["agent"] = {name: person["agent"][name] for name in ("number", "phone_kind", "skills")}
    await world.configure(admin, "PUT", f"/people/{person['id']}", body)


async def send_on(client: Client, interaction_id: Any, to: str, target: Any = "", **more: Any) -> None:
    answer = await client.post(f"/interactions/{interaction_id}/transfer", {"to": to, "target": str(target), **more})
    assert answer.status == 200, answer.text


async def talks_with(world: World, call: Call, agent: AgentPhone, *, count: int) -> list[Row]:
    """Wait until the caller talks with this agent, as the so manieth; then let them."""
    rows = await world.ledger.has("agent.connected", call.caller, count=count)
    assert [row.agent_id for row in rows if row.kind == "agent.connected"][-1] == agent.id
    await asyncio.sleep(TALK_SECONDS)
    return rows


async def one_contact(admin: Client, world: World, *, handled: int) -> None:
    """The report counts the one contact once, and leads to it."""
    span = {"from": rounded(utc_now() - timedelta(hours=1)), "to": rounded(utc_now() + timedelta(hours=1))}
    async with asyncio.timeout(PATIENCE):
        while True:
            report = (await admin.get("/reports/queue-intervals", **span, step="15m")).json
            if report["totals"]["handled"] == handled:
                break
            await asyncio.sleep(0.5)
    assert (report["totals"]["offered"], report["totals"]["answered"], report["totals"]["abandoned"]) == (1, 1, 0)
    (row,) = [row for row in report["rows"] if row["offered"]]
    behind = {"queue_id": str(world.queue_id), "queued_from": row["starts_at"], "queued_to": row["ends_at"]}
    assert (await admin.get("/interactions", **behind)).json["total"] == 1


def rounded(at: datetime) -> str:
    return at.replace(minute=0, second=0, microsecond=0).isoformat()


async def test_one_caller_is_sent_to_an_agent_a_queue_a_flow_and_a_supervisor(build: Build) -> None:
    world = await build(agents=3)
    first, second, third = world.agents
    for agent, voice in zip(world.agents, VOICES, strict=True):
        await world.speaks(agent, voice)
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second, "supervisor")
        call = await world.call_and_press("1")
        rows = await talks_with(world, call, first, count=1)
        interaction = rows[0].interaction_id
        await send_on(one, interaction, "agent", second.id)
        await first.becomes("wrap_up")
        rows = await talks_with(world, call, second, count=2)
        offer = [row for row in rows if row.kind == "offer.made"][-1]
        assert (offer.data["reason"], offer.data["ring"]) == ("transfer", -1)
        await send_on(two, interaction, "queue", world.queue_id)
        await talks_with(world, call, third, count=3)
        refused = await one.post(
            f"/interactions/{interaction}/transfer", {"to": "queue", "target": str(world.queue_id)}
        )
        assert refused.status == 404, "who no longer has the call cannot send it on"
        await send_on(two, interaction, "flow", (await admin.get("/flows")).json["items"][0]["id"])
        await world.ledger.has("flow.node", call.caller, count=2, node="menu")
        await first.wrap_up(interaction)
        await first.becomes("available")
        await call.press("1")
        await talks_with(world, call, first, count=4)
        await send_on(one, interaction, "supervisor")
        await second.wrap_up(interaction)
        await talks_with(world, call, second, count=5)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        for agent in (first, second, third):
            await agent.becomes("wrap_up")
            await agent.wrap_up(interaction)
            await agent.becomes("available")

        heard = await call.heard()
        for voice in VOICES:
            assert tones.seconds_of(heard, voice) > 0.8, voice
        assert [row.data["to"] for row in rows if row.kind == "transfer.requested"] == [
            "agent",
            "queue",
            "flow",
            "supervisor",
        ]
        assert the(rows, "interaction.ended").data["end_reason"] == "completed"
        recordings = [row for row in rows if row.kind == "recording.started"]
        assert len(recordings) == kinds(rows).count("recording.stopped") == 5
        async with asyncio.timeout(20):
            while not (found := (await admin.get(f"/interactions/{interaction}")).json).get("ended_at"):
                await asyncio.sleep(0.2)
        parts = [(part["kind"], part["outcome"]) for part in found["segments"]]
        assert [kind for kind, _ in parts] == [
            *("flow", "queue", "agent", "queue", "agent", "queue", "agent"),
            *("flow", "queue", "agent", "queue", "agent"),
        ]
        assert [outcome for kind, outcome in parts if kind == "agent"] == [*["transfer"] * 4, "customer"]
        talked = sum(part["talk_seconds"] or 0 for part in found["segments"])
        assert abs(found["talk_seconds"] - talked) < 0.01


async def test_a_supervisor_moves_a_waiting_caller(build: Build) -> None:
    world = await build(agents=2, straight=True)
    agent, away = world.agents
    assert (await away.command("agent.sign_out"))["ok"]
    async with world.administrator() as admin:
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        queue = (await admin.get(f"/queues/{world.queue_id}")).json
        second = {**queue, "name": "Second", "skills": [{"skill_id": other, "level": 1}]}
        del second["id"]
        target = (await world.configure(admin, "POST", "/queues", second))["id"]
        await skills(world, admin, agent, {other: 5})
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        entered = the(await world.ledger.has("queue.entered", call.caller), "queue.entered")
        await send_on(admin, entered.interaction_id, "queue", target)
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        offer = await served_by(world, call.caller)
        assert offer.data["queue_id"] == target
        left = [row.data["outcome"] for row in await world.ledger.rows(call.caller) if row.kind == "queue.left"]
        assert left == ["transferred", "answered"]
        await call.hang_up()


async def test_to_a_number_and_back_when_it_is_busy(running: Running, build: Build) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    agent = world.agents[0]
    async with (
        own_switch(running, CARRIER) as carrier,
        world.administrator() as admin,
        world.working(agent) as working,
    ):
        await member(world, admin, agent)
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            call = await world.call()
            rows = await talks_with(world, call, agent, count=1)
            await send_on(working, rows[0].interaction_id, "number", "101")
            rows = await talks_with(world, call, agent, count=2)
            assert the(rows, "transfer.failed").data["cause"] == 17
            await send_on(working, rows[0].interaction_id, "number", "100")
            await world.ledger.has("transfer.answered", call.caller)
            assert (await agent.becomes("available"))["interaction_id"] is None
            await call.say(f"sound:{world.phones.caller_voice}", loop=True)
            await asyncio.sleep(TALK_SECONDS)  # the far side is an echo
            await call.hang_up()
            rows = await world.ledger.ended(call.caller)
            await one_contact(admin, world, handled=2)
    assert the(rows, "transfer.ended").data["talk_seconds"] > 2
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    heard = await call.heard()
    assert tones.seconds_of(heard, CALLER_TONE) > 1
    assert tones.seconds_of(heard, VOICES[0]) > 2
