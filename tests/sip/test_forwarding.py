"""Calls to an agent in person go elsewhere on real phones: always, when busy, when nobody answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import Row, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_consulting import act, projected, seconds_of
from tests.sip.test_outgoing import ended
from tests.sip.test_sent_on import TALK_SECONDS, VOICES, member, send_on, talks_with
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import AgentPhone, World


@asynccontextmanager
async def at_work(build: Build, **wanted: Any) -> AsyncIterator[tuple[World, Client, Client]]:
    """A tenant with three agents, each with a voice of their own; its administrator, and the first agent's desk."""
    world = await build(agents=3, **wanted)
    for agent, voice in zip(world.agents, VOICES, strict=True):
        agent.robot = replace(agent.robot, keeps=True)
        await world.speaks(agent, voice)
    async with world.administrator() as admin, world.working(world.agents[0]) as one:
        for agent in world.agents:
            await member(world, admin, agent)
        yield world, admin, one


async def forwards(world: World, admin: Client, agent: AgentPhone, **rules: Any) -> None:
    await world.configure(admin, "PUT", f"/agents/{agent.id}/forwarding", rules)


def to(agent: AgentPhone) -> dict[str, str]:
    return {"to": "agent", "target": str(agent.id)}


async def answers(world: World, agent: AgentPhone, how: str) -> None:
    agent.robot = replace(agent.robot, answers=how)  # type: ignore[arg-type]
    await world.phones.change(agent.robot)


def hop(row: Row, agent: AgentPhone) -> tuple[Any, ...]:
    return row.agent_id == agent.id, row.data["why"], row.data["to"], row.data["hop"]


async def test_always_to_an_outside_number(running: Running, build: Build) -> None:
    async with at_work(build) as (world, admin, one), own_switch(running, CARRIER) as carrier:
        first, second, _ = world.agents
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            await forwards(world, admin, second, always={"to": "number", "target": "100"})
            answer = await one.post("/me/calls", {"agent_id": str(second.id)})
            assert answer.status == 201, answer.text
            await world.ledger.has("agent.connected")
            (shown,) = await world.interactions()
            assert [(told["why"], told["name"]) for told in shown["forwarded"]] == [("always", "100")]
            await asyncio.sleep(TALK_SECONDS)  # the far side is an echo
            await act(one, answer.json["id"], "hang-up")
            rows = await ended(world)
            await first.becomes("available")
            told = (await second.view())["forwarded"]
            contact = await projected(admin, answer.json["id"])
    assert hop(the(rows, "call.forwarded"), second) == (True, "always", "number", 1)
    assert (told["why"], told["name"], told["caller"].split()[0]) == ("always", "100", first.number)
    assert (contact["direction"], contact["wrap_up_seconds"]) == ("internal", None)
    heard = await seconds_of(world.phones.phone.heard_by(first.robot.user), VOICES[0])
    assert heard[0] > 1.5, "the outside number speaks with who called the colleague"


async def test_busy_to_a_colleague(build: Build) -> None:
    async with at_work(build) as (world, admin, one):
        first, second, third = world.agents
        await forwards(world, admin, second, busy=to(third))
        for count, busy in enumerate(("talks", "declines"), start=1):
            if busy == "talks":
                assert (await second.command("agent.set_state", state="not_ready"))["ok"]
            else:
                assert (await second.command("agent.set_state", state="available"))["ok"]
                await answers(world, second, "busy")
            answer = await one.post("/me/calls", {"agent_id": str(second.id)})
            assert answer.status == 201, answer.text
            call = answer.json["id"]
            await world.ledger.has("agent.connected", count=count)
            await asyncio.sleep(TALK_SECONDS)
            await act(one, call, "hang-up")
            await third.becomes("available")
            await first.becomes("available")
            heard = await seconds_of(world.phones.phone.heard_by(first.robot.user), VOICES[2])
            assert heard[0] > 1.5, busy
            rows = [row for row in await world.ledger.rows() if str(row.interaction_id) == call]
            assert hop(the(rows, "call.forwarded"), second) == (True, "busy", "agent", 1), busy


async def test_no_answer_of_a_transfer_a_consultation_and_a_call(build: Build) -> None:
    async with at_work(build, wrap_up_seconds=0) as (world, admin, one):
        first, second, third = world.agents
        await answers(world, second, "no")
        await forwards(world, admin, second, no_answer=to(third), no_answer_seconds=5)
        for agent in (second, third):
            assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call_and_press("1")
        rows = await talks_with(world, call, first, count=1)
        interaction = rows[0].interaction_id
        for agent in (second, third):
            assert (await agent.command("agent.set_state", state="available"))["ok"]
        await act(one, interaction, "consult", to="agent", target=str(second.id))
        await world.ledger.has("consultation.answered", call.caller)
        await asyncio.sleep(TALK_SECONDS)
        await act(one, interaction, "end-consultation")
        await third.becomes("available")
        heard = await seconds_of(world.phones.phone.heard_by(third.robot.user), VOICES[0])
        assert heard[0] > 1.5, "who is asked in the end hears who asks"
        await send_on(one, interaction, "agent", second.id)
        rows = await talks_with(world, call, third, count=2)
        assert [hop(row, second) for row in rows if row.kind == "call.forwarded"] == [
            (True, "no_answer", "agent", 1)
        ] * 2
        assert await second.state() == "available", "nobody is blamed who has a rule for that"
        await call.hang_up()
        await world.ledger.ended(call.caller)
        assert (await seconds_of(await call.heard(), VOICES[2]))[0] > 1

        await third.becomes("available")
        await first.becomes("available")
        answer = await one.post("/me/calls", {"agent_id": str(second.id)})
        assert answer.status == 201, answer.text
        await third.becomes("engaged")
        await act(one, answer.json["id"], "hang-up")
        for agent in world.agents:
            await agent.becomes("available")
