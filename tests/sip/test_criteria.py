"""Each criterion on real calls, configured by the public API: who is chosen for a caller, and which caller is next."""

from __future__ import annotations

import asyncio
from typing import Any

from hujiao.agents.contracts import NO_ANSWER
from hujiao.routing.order import lot
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, Row, the
from tests.sip.test_routing import queue_skill, served_by, skills
from tests.sip.test_sent_on import send_on
from tests.sip.world import AgentPhone, World, answering


async def served(world: World, caller: str | None = None) -> Row:
    """One caller comes, is served and goes; the offer, when its agent is free again."""
    call = await world.call(caller)
    offer = await served_by(world, call.caller)
    await call.hang_up()
    await world.ledger.ended(call.caller)
    await next(agent for agent in world.agents if agent.id == offer.agent_id).becomes("available")
    return offer


async def agent_order(world: World, admin: Client, **criterion: str) -> None:
    await world.configure(admin, "PUT", "/routing", {"agent_order": [criterion]})


async def test_each_criterion_for_agents(build: Build) -> None:
    world = await build(agents=2, straight=True, wrap_up_seconds=0)
    first, second = world.agents
    async with world.administrator() as admin:
        own = await queue_skill(admin)
        await agent_order(world, admin, kind="expression", expression=f'agent.number == "{second.number}" ? 1 : 0')
        offer = await served(world)
        assert (offer.agent_id, offer.data["reason"], offer.data["among"]) == (second.id, "expression", 2)
        offer = await served(world)
        assert offer.agent_id == second.id, "whatever was done before"

        await agent_order(world, admin, kind="least_occupied")
        offer = await served(world)
        assert (offer.agent_id, offer.data["reason"]) == (first.id, "least_occupied")
        assert offer.data["values"]["least_occupied"] == 0

        await skills(world, admin, first, {own: 5}, site="far")
        await skills(world, admin, second, {own: 5}, site=world.running.settings.node)
        await agent_order(world, admin, kind="nearest_site")
        for _ in range(2):
            offer = await served(world)
            assert (offer.agent_id, offer.data["reason"]) == (second.id, "nearest_site")

        await agent_order(world, admin, kind="random")
        drawn = [await served(world) for _ in range(2)]
        for offer in drawn:
            assert offer.agent_id is not None
            assert offer.data["reason"] == "random"
            lots = {lot(world.tenant_id.int, offer.agent_id, draw) for draw in range(1, 200)}
            assert offer.data["values"]["random"] in lots, "the tenant's seed draws the lots"

        await agent_order(world, admin, kind="longest_idle")
        idle = [(await served(world)).agent_id for _ in range(2)]
        assert set(idle) == {first.id, second.id}

        caller = world.phones.new_caller()
        mine = second if idle[-1] == first.id else first  # not the one who would be next
        mine = first if mine is second else second
        await world.configure(admin, "POST", "/customers", customer(caller, agent_id=str(mine.id)))
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"own_agent_seconds": 20})
        offer = await served(world, caller)
        assert (offer.agent_id, offer.data["reason"], offer.data["ring"]) == (mine.id, "customer_agent", -1)


def customer(number: str, **known: Any) -> dict[str, Any]:
    return {"contact_points": [{"value": number}], **known}


async def with_one_agent(build: Build, **queue: Any) -> World:
    """A second one is signed out: only a changed configuration tells of both at once, so that it can be waited for."""
    world = await build(agents=2, straight=True, **queue)
    assert (await world.agents[1].command("agent.sign_out"))["ok"]
    await world.agents[1].becomes("logged_out")
    return world


class Waiting:
    """A world with one agent, two queues and callers who wait; who is served next, and why."""

    def __init__(self, world: World, admin: Client, second: str) -> None:
        self.world = world
        self.admin = admin
        self.second = second

    @property
    def agent(self) -> AgentPhone:
        return self.world.agents[0]

    async def first_of(self, *callers: str, moved: str = "", order: list[dict[str, Any]]) -> tuple[str, Row]:
        """They come one after another while the agent is away; `moved` waits in the second queue. Who is served."""
        world = self.world
        await world.configure(self.admin, "PUT", "/routing", {"item_order": order})
        assert (await self.agent.command("agent.set_state", state="not_ready"))["ok"]
        calls = []
        for caller in callers:
            calls.append(await world.call(caller))
            rows = await world.ledger.has("queue.entered", caller)
            if caller == moved:
                await send_on(self.admin, rows[0].interaction_id, "queue", self.second)
                await world.ledger.has("queue.entered", caller, queue_id=self.second)
            await self.in_line(rows[0].interaction_id)
        assert (await self.agent.command("agent.set_state", state="available"))["ok"]
        known = await world.ledger.until(
            lambda rows: any(row.kind == "offer.made" and row.interaction_id in _of(rows, callers) for row in rows)
        )
        of = _of(known, callers)
        offer = next(row for row in known if row.kind == "offer.made" and row.interaction_id in of)
        for call in reversed(calls):
            await call.hang_up()
            await world.ledger.ended(call.caller)
        await self.agent.becomes("available")
        return of[offer.interaction_id], offer

    async def in_line(self, interaction_id: Any) -> None:
        """Who enters a queue stands in its line when what is known of the caller has been looked up."""
        async with asyncio.timeout(PATIENCE):
            while (await self.admin.get(f"/interactions/{interaction_id}/why")).status != 200:
                await asyncio.sleep(0.05)


def _of(rows: list[Row], callers: tuple[str, ...]) -> dict[Any, str]:
    return {
        row.interaction_id: row.data["caller"]
        for row in rows
        if row.kind == "interaction.started" and row.data["caller"] in callers
    }


async def test_each_criterion_for_callers(build: Build) -> None:
    world = await with_one_agent(build, wrap_up_seconds=0)
    new = world.phones.new_caller
    async with world.administrator() as admin:
        own = await queue_skill(admin)
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        queue = (await admin.get(f"/queues/{world.queue_id}")).json
        body = {**queue, "name": "Second", "priority": 0, "skills": [{"skill_id": other, "level": 1}]}
        del body["id"]
        second = (await world.configure(admin, "POST", "/queues", body))["id"]
        await skills(world, admin, world.agents[0], {own: 3, other: 8})
        wait = Waiting(world, admin, second)

        early, late = new(), new()
        expression = {"kind": "expression", "expression": f'interaction.caller == "{late}" ? 1 : 0'}
        who, offer = await wait.first_of(early, late, order=[expression])
        assert (who, offer.data["chosen"], offer.data["reason"]) == (late, "interaction", "expression")

        early, late = new(), new()
        await world.configure(admin, "POST", "/customers", customer(late, grade=3))
        who, offer = await wait.first_of(early, late, order=[{"kind": "grade"}])
        assert (who, offer.data["reason"], offer.data["values"]["grade"]) == (late, "grade", 3)

        early, late = new(), new()
        who, offer = await wait.first_of(early, late, moved=late, order=[{"kind": "agent_skill"}])
        assert (who, offer.data["reason"], offer.data["values"]["agent_skill"]) == (late, "agent_skill", 8)

        early, late = new(), new()
        await world.configure(admin, "PUT", f"/queues/{second}", {**body, "priority": 5})
        who, offer = await wait.first_of(early, late, moved=late, order=[{"kind": "queue_priority"}])
        assert (who, offer.data["reason"]) == (late, "queue_priority")

        early, late = new(), new()
        await skills(world, admin, world.agents[0], {own: 3})
        ring = {"skills": [{"skill_id": own, "level": 1}], "after_seconds": 0}
        await world.configure(admin, "PUT", f"/queues/{second}/routing", {"rings": [ring]})
        who, offer = await wait.first_of(early, late, moved=early, order=[{"kind": "ring"}])
        assert (who, offer.data["reason"], offer.data["ring"]) == (late, "ring", 0), "own work before help for others"


async def test_who_waits_for_this_very_agent_is_before_who_waits_for_anybody(build: Build) -> None:
    world = await with_one_agent(build)
    agent = world.agents[0]
    async with world.administrator() as admin:
        caller = world.phones.new_caller()
        await world.configure(admin, "POST", "/customers", customer(caller, agent_id=str(agent.id)))
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"own_agent_seconds": 60})
        talk = await world.call()
        busy = await served_by(world, talk.caller)
        early = await world.call()
        await world.ledger.has("queue.entered", early.caller)
        late = await world.call(caller)
        entered = the(await world.ledger.has("queue.entered", caller), "queue.entered")
        await world.ledger.has("caller.recognised", caller)
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert why["waits_for"] == str(agent.id)
        await talk.hang_up()
        await agent.becomes("wrap_up")
        await agent.wrap_up(busy.interaction_id)
        offer = await served_by(world, caller)
        assert (offer.data["chosen"], offer.data["reason"]) == ("interaction", "preferred")
        await late.hang_up()
        await early.hang_up()


async def test_no_answer_sets_the_agent_not_ready_which_everybody_sees(build: Build) -> None:
    world = await build(agents=2, straight=True)
    silent, other = world.agents
    await world.phones.change(answering(silent, answers="no"))
    async with world.administrator() as admin:
        queue = (await admin.get(f"/queues/{world.queue_id}")).json
        row_id = queue.pop("id")
        await world.configure(admin, "PUT", f"/queues/{row_id}", {**queue, "no_answer_seconds": 5})
        call = await world.call()
        await world.ledger.has("agent.connected", call.caller)
        rows = await world.ledger.rows(call.caller)
        missed = the(rows, "offer.missed")
        assert (missed.agent_id, missed.data["reason"]) == (silent.id, "no_answer")
        assert missed.data["ring_seconds"] >= 4.9
        assert the(rows, "agent.connected").agent_id == other.id
        view = await silent.becomes("not_ready")
        assert view["reason_code_id"] == NO_ANSWER
        states = [row for row in await world.ledger.rows() if row.kind == "agent.state" and row.agent_id == silent.id]
        assert (states[-1].data["state"], states[-1].data["reason"]) == ("not_ready", NO_ANSWER)
        await call.hang_up()
