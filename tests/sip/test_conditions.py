"""Rings and overflow that open by what a queue is like, on real calls configured by the public API."""

from __future__ import annotations

from typing import Any

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.test_routing import served_by, skills
from tests.sip.world import World

# What is expected of a queue with one agent signed in and nothing learnt yet lies between these for its first caller.
SURELY_EXPECTED, NEVER_EXPECTED = 30, 3000


async def helper_ring(world: World, admin: Client) -> dict[str, Any]:
    """The last agent leaves the queue, and helps it only as a ring's agent."""
    other = (await world.configure(admin, "POST", "/skills", {"name": "other"}))["id"]
    await skills(world, admin, world.agents[-1], {other: 3})
    return {"skills": [{"skill_id": other, "level": 2}]}


async def rings(world: World, admin: Client, *rings: dict[str, Any]) -> None:
    await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"rings": list(rings)})


async def overflow(world: World, admin: Client, *rules: dict[str, Any]) -> None:
    await world.configure(admin, "PUT", f"/queues/{world.queue_id}/routing", {"overflow": list(rules)})


async def second_queue(world: World, admin: Client) -> str:
    """Of the last agent, who leaves the first one."""
    ring = await helper_ring(world, admin)
    queue = (await admin.get(f"/queues/{world.queue_id}")).json
    del queue["id"]
    made = await world.configure(admin, "POST", "/queues", {**queue, "name": "Second", "skills": ring["skills"]})
    return str(made["id"])


async def test_a_ring_opens_when_few_agents_are_free(build: Build) -> None:
    world = await build(agents=2, straight=True)
    own, helper = world.agents
    async with world.administrator() as admin:
        ring = await helper_ring(world, admin)
        await rings(world, admin, {**ring, "free_at_most": 0})
        first = await world.call()
        offer = await served_by(world, first.caller)
        assert (offer.agent_id, offer.data["ring"]) == (own.id, 0), "an agent of the queue's own is free"
        second = await world.call()
        offer = await served_by(world, second.caller)
        assert (offer.agent_id, offer.data["ring"]) == (helper.id, 1)
        await first.hang_up()
        await second.hang_up()


async def test_a_ring_opens_by_expected_wait(build: Build) -> None:
    world = await build(agents=2, straight=True)
    own, helper = world.agents
    async with world.administrator() as admin:
        ring = await helper_ring(world, admin)
        await rings(world, admin, {**ring, "expected_wait_over": NEVER_EXPECTED})
        assert (await own.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        entered = the(await world.ledger.has("queue.entered", call.caller), "queue.entered")
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert (why["ring"], why["rings"], why["free"]) == (0, 2, [])
        await rings(world, admin, {**ring, "expected_wait_over": SURELY_EXPECTED})
        offer = await served_by(world, call.caller)
        assert (offer.agent_id, offer.data["ring"]) == (helper.id, 1)
        await call.hang_up()


async def test_overflow_by_queue_length_also_of_callers_who_are_looked_up(build: Build) -> None:
    world = await build(agents=2, straight=True)
    own, helper = world.agents
    async with world.administrator() as admin:
        target = await second_queue(world, admin)
        # Now routing looks at who calls, so a caller stands in line a little after entering the queue.
        await world.configure(admin, "PUT", "/routing", {"head_starts": [{"grade": 1, "seconds": 10}]})
        await overflow(world, admin, {"when": "ahead", "over": 0, "to": "queue", "target": target})
        assert (await own.command("agent.set_state", state="not_ready"))["ok"]
        first = await world.call()
        entered = the(await world.ledger.has("queue.entered", first.caller), "queue.entered")
        second = await world.call()
        offer = await served_by(world, second.caller)
        assert (offer.agent_id, offer.data["queue_id"]) == (helper.id, target)
        passed = the(await world.ledger.rows(second.caller), "queue.overflowed")
        assert (passed.data["why"], passed.data["target"]) == ("ahead", target)
        await second.hang_up()
        assert (await own.command("agent.set_state", state="available"))["ok"]
        offer = await served_by(world, first.caller)
        assert offer.agent_id == own.id, "who came first stays"
        kinds = {row.kind for row in await world.ledger.rows(first.caller)}
        assert entered.interaction_id == offer.interaction_id and "queue.overflowed" not in kinds
        await first.hang_up()


async def test_overflow_by_expected_wait(build: Build) -> None:
    world = await build(agents=2, straight=True)
    own, helper = world.agents
    async with world.administrator() as admin:
        target = await second_queue(world, admin)
        await overflow(
            world, admin, {"when": "expected_wait", "over": SURELY_EXPECTED, "to": "queue", "target": target}
        )
        talk = await world.call()
        assert (await served_by(world, talk.caller)).agent_id == own.id, "nobody waits for an agent who is free"
        call = await world.call()
        assert (await served_by(world, call.caller)).agent_id == helper.id
        assert the(await world.ledger.rows(call.caller), "queue.overflowed").data["why"] == "expected_wait"
        await call.hang_up()
        await talk.hang_up()


async def test_overflow_when_nobody_is_signed_in(build: Build) -> None:
    world = await build(agents=2, straight=True, wrap_up_seconds=0)
    own, helper = world.agents
    async with world.administrator() as admin:
        target = await second_queue(world, admin)
        await overflow(world, admin, {"when": "nobody_signed_in", "to": "queue", "target": target})
        assert (await own.command("agent.set_state", state="not_ready"))["ok"]
        for last_agent_goes in (True, False):  # while somebody waits; then nobody is there when somebody comes
            call = await world.call()
            await world.ledger.has("queue.entered", call.caller)
            if last_agent_goes:
                assert (await own.command("agent.sign_out"))["ok"]
            assert (await served_by(world, call.caller)).agent_id == helper.id
            assert the(await world.ledger.rows(call.caller), "queue.overflowed").data["why"] == "nobody_signed_in"
            await call.hang_up()
            await helper.becomes("available")
