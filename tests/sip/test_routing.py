"""Routing on real calls, configured by the public API: criteria, rings, customers, and why somebody waits."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import Row, the
from tests.sip.world import AgentPhone, World


async def person_of(admin: Client, agent: AgentPhone) -> dict[str, Any]:
    people: list[dict[str, Any]] = (await admin.get("/people")).json["items"]
    return next(found for found in people if found["agent"] and found["agent"]["number"] == agent.number)


async def skills(world: World, admin: Client, agent: AgentPhone, levels: dict[str, int], *, site: str = "") -> None:
    """Give the agent these skills, and no others, and this site."""
    person = await person_of(admin, agent)
    body = {name: person[name] for name in ("login", "name", "role", "project_ids")}
    proficiencies = [{"skill_id": skill, "proficiency": level} for skill, level in levels.items()]
    body["agent"] = {"number": agent.number, "phone_kind": "phone", "site": site, "skills": proficiencies}
    await world.configure(admin, "PUT", f"/people/{person['id']}", body)


async def queue_skill(admin: Client) -> str:
    """The queue's."""
    return next(str(skill["id"]) for skill in (await admin.get("/skills")).json["items"] if skill["name"] == "Skill")


async def served_by(world: World, caller: str) -> Row:
    """The offer that was accepted."""
    await world.ledger.has("agent.connected", caller)
    return the(await world.ledger.rows(caller), "offer.made")


async def test_the_better_agent_is_chosen_and_the_order_can_be_changed(build: Build) -> None:
    world = await build(agents=2, straight=True)
    first, second = world.agents
    async with world.administrator() as admin:
        await skills(world, admin, second, {await queue_skill(admin): 9})
        order = {"agent_order": [{"kind": "proficiency"}, {"kind": "longest_idle"}]}
        await world.configure(admin, "PUT", "/routing", order)
        call = await world.call()
        offer = await served_by(world, call.caller)
        assert offer.agent_id == second.id
        assert (offer.data["reason"], offer.data["among"], offer.data["over"]) == ("proficiency", 2, str(first.id))
        assert offer.data["values"]["proficiency"] == 9
        await call.hang_up()
        await second.becomes("wrap_up")
        await second.wrap_up(offer.interaction_id)
        await second.becomes("available")

        order = {"agent_order": [{"kind": "fewest_handled"}, {"kind": "longest_idle"}]}
        await world.configure(admin, "PUT", "/routing", order)
        call = await world.call()
        offer = await served_by(world, call.caller)
        assert (offer.agent_id, offer.data["reason"]) == (first.id, "fewest_handled")
        await call.hang_up()


async def test_a_ring_adds_agents_after_its_seconds_and_says_why_somebody_waits(build: Build) -> None:
    world = await build(agents=2, straight=True)
    first, helper = world.agents
    async with world.administrator() as admin:
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        await skills(world, admin, helper, {other: 3})
        ring = {"skills": [{"skill_id": other, "level": 2}], "after_seconds": 3}
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"rings": [ring]})
        assert (await first.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        entered = the(await world.ledger.has("queue.entered", call.caller), "queue.entered")
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert (why["position"], why["ring"], why["rings"], why["free"], why["away"]) == (1, 0, 2, [], 1)
        assert why["next_ring_at"] is not None
        offer = await served_by(world, call.caller)
        assert (offer.agent_id, offer.data["ring"]) == (helper.id, 1)
        widened = the(await world.ledger.rows(call.caller), "queue.widened")
        assert widened.data["ring"] == 1
        assert (widened.at - entered.at).total_seconds() >= 2.9
        gone = await admin.get(f"/interactions/{entered.interaction_id}/why")
        assert (gone.status, gone.code) == (404, "not_waiting")
        await call.hang_up()


async def test_a_change_acts_on_who_waits_already(build: Build) -> None:
    world = await build(agents=1, straight=True)
    async with world.administrator() as admin:
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        own = await queue_skill(admin)
        await skills(world, admin, world.agents[0], {other: 3})
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        await skills(world, admin, world.agents[0], {own: 1})
        assert (await served_by(world, call.caller)).agent_id == world.agents[0].id
        await call.hang_up()


async def test_who_served_the_caller_last_is_preferred(build: Build) -> None:
    world = await build(agents=2, straight=True, wrap_up_seconds=0)
    async with world.administrator() as admin:
        routing = {"last_agent_days": 7, "last_agent_seconds": 20}
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", routing)
        caller = world.phones.new_caller()
        call = await world.call(caller)
        served = await served_by(world, caller)
        await call.hang_up()
        await world.ledger.ended(caller)
        await projected(admin, caller)
        again = await world.call(caller)
        rows = await world.ledger.until(lambda rows: sum(row.kind == "agent.connected" for row in rows) == 2, caller)
        offer = [row for row in rows if row.kind == "offer.made"][-1]
        assert (offer.agent_id, offer.data["reason"], offer.data["ring"]) == (served.agent_id, "last_agent", -1)
        await again.hang_up()


async def projected(admin: Client, caller: str) -> None:
    """Wait until the caller's interaction is found with its agent, as reports and routing see it."""
    async with asyncio.timeout(20):
        while True:
            found: list[dict[str, Any]] = (await admin.get("/interactions", caller=caller)).json["items"]
            if found and found[0]["agent_id"] and found[0]["connected_at"]:
                return
            await asyncio.sleep(0.2)


async def test_a_customers_grade_counts_as_time_waited(build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    async with world.administrator() as admin:
        important = world.phones.new_caller()
        person = {"contact_points": [{"value": important}], "name": "Ms Wang", "grade": 5}
        customer = await world.configure(admin, "POST", "/customers", person)
        await world.configure(admin, "PUT", "/routing", {"head_starts": [{"grade": 5, "seconds": 300}]})
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        plain = await world.call()
        await world.ledger.has("queue.entered", plain.caller)
        graded = await world.call(important)
        known = the(await world.ledger.has("caller.recognised", important), "caller.recognised")
        assert (known.data["grade"], known.data["name"]) == (5, "Ms Wang")
        assert known.data["customer_id"] == customer["id"]
        (shown,) = [one for one in await world.interactions() if one["caller"] == important]
        assert (shown["caller_name"], shown["customer_id"]) == ("Ms Wang", customer["id"])
        await world.ledger.has("queue.entered", important)
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        offer = await served_by(world, important)
        assert (offer.data["chosen"], offer.data["reason"]) == ("interaction", "age")
        await graded.hang_up()
        await plain.hang_up()


async def test_what_cannot_work_is_refused_with_its_place(build: Build) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        refused: list[tuple[str, Any, str]] = [
            ("/routing", {"item_order": [{"kind": "expression", "expression": "interaction.grade +"}]}, "item_order.0"),
            ("/routing", {"item_order": [{"kind": "age"}, {"kind": "age"}]}, "item_order"),
            ("/routing", {"agent_order": [{"kind": "expression"}]}, "agent_order.0"),
            (f"/queues/{world.queue_id}/routing", {"rings": [{"after_seconds": 5}]}, "rings.0"),
            (f"/queues/{world.queue_id}/routing", {"group_ids": [str(UUID(int=1))]}, "group_ids"),
            (f"/queues/{world.queue_id}/routing", {"rings": [{"queue_ids": [str(world.queue_id)]}]}, "rings.0"),
        ]
        for path, body, field in refused:
            answer = await admin.send("PUT", path, body)
            assert answer.status == 422, answer.text
            error = answer.json["error"]
            assert error["field"].startswith(field), error
            assert error["message"]


async def test_who_has_waited_long_overflows_to_another_queue(build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    async with world.administrator() as admin:
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        queue = (await admin.get(f"/queues/{world.queue_id}")).json
        second = {**queue, "name": "Second", "skills": [{"skill_id": other, "level": 1}]}
        del second["id"]
        target = (await admin.made("/queues", second))["id"]
        await skills(world, admin, agent, {other: 5})
        overflow = [{"when": "waited", "over": 3, "to": "queue", "target": target}]
        await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"overflow": overflow})
        call = await world.call()
        offer = await served_by(world, call.caller)
        assert (offer.agent_id, offer.data["queue_id"]) == (agent.id, target)
        rows = await world.ledger.rows(call.caller)
        assert the(rows, "queue.overflowed").data["why"] == "waited"
        left = [row.data for row in rows if row.kind == "queue.left"]
        assert [data["outcome"] for data in left] == ["overflowed", "answered"]
        assert left[0]["wait_seconds"] >= 2.9
        await call.hang_up()


async def test_a_temporary_skill_brings_the_caller_at_once_and_ends_with_the_next_sign_in(build: Build) -> None:
    world = await build(agents=1, straight=True, wrap_up_seconds=0)
    agent = world.agents[0]
    async with world.administrator() as admin:
        other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
        await skills(world, admin, agent, {other: 3})
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        body = {
            "agent_ids": [str(agent.id)],
            "changes": [{"kind": "skill", "subject": await queue_skill(admin), "level": 4}],
        }
        given = await admin.made("/adjustments", body)
        assert given == {"agents": 1, "not_signed_in": []}
        assert (await served_by(world, call.caller)).agent_id == agent.id
        await call.hang_up()
        await agent.becomes("available")
        running = (await admin.get("/adjustments", agent_id=str(agent.id))).json["items"]
        assert [(row["level"], row["ended_at"]) for row in running] == [(4, None)]

        assert (await agent.command("agent.sign_out"))["ok"]
        await agent.available()
        call = await world.call()
        entered = the(await world.ledger.has("queue.entered", call.caller), "queue.entered")
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert (why["free"], why["busy"], why["away"]) == ([], 0, 0), "nobody has the skill any more"
        history = (await admin.get("/adjustments", agent_id=str(agent.id))).json["items"]
        assert [(row["level"], row["ended_why"]) for row in history] == [(4, "signed_in")]
        await call.hang_up()
