"""Strategies that the operator has installed decide on real calls: docs/examples/strategy, by its entry points."""

from __future__ import annotations

from typing import Any

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.test_criteria import Waiting, served, with_one_agent
from tests.sip.test_routing import queue_skill, skills
from tests.sip.world import World

# Callers whose numbers end so have so many days left, or something that is no number of days.
ENDING, LASTING, NONSENSE = "1", "2", "3"
REGION = "south"


DAYS_LEFT = f'caller.endsWith("{ENDING}") ? dyn(5) : caller.endsWith("{LASTING}") ? dyn(80) : dyn("soon")'
FLOW: dict[str, Any] = {
    "version": 1,
    "start": "data",
    "nodes": {
        "data": {"type": "set", "values": {"contract_days_left": DAYS_LEFT, "region": f'"{REGION}"'}, "next": "queue"},
        "queue": {"type": "queue", "queue": "Queue"},
    },
}


def caller(world: World, ending: str) -> str:
    return world.phones.new_caller().replace("138", "13", 1) + ending


def strategy(name: str) -> dict[str, Any]:
    return {"kind": "plugin", "plugin": name}


async def is_installed(admin: Client) -> None:
    found = {one["name"]: one for one in (await admin.get("/routing/strategies")).json}
    missing = "this instance was not brought up by the tests: take it down, and let them bring it up"
    assert {"likeliest_to_leave", "speaks_their_dialect"} <= set(found), missing
    judge = found["likeliest_to_leave"]
    assert (judge["package"], judge["version"], judge["problem"]) == ("acme-routing", "1.0", None)
    assert judge["subjects"] == ["agent", "interaction"]


async def test_a_strategy_chooses_the_agent_alone_and_together_with_the_caller(build: Build) -> None:
    world = await build(agents=2, document=FLOW, wrap_up_seconds=0)
    first, second = world.agents
    async with world.administrator() as admin:
        await is_installed(admin)
        await world.configure(admin, "PUT", "/routing", {"agent_order": [strategy("likeliest_to_leave")]})
        offers = [await served(world, caller(world, LASTING)) for _ in range(3)]
        assert [(offer.agent_id, offer.data["reason"], offer.data["values"]["plugin"]) for offer in offers] == [
            (first.id, "longest_idle", 0),  # of two whom the strategy likes equally
            (second.id, "plugin", 0),
            (first.id, "longest_idle", -1),
        ]

        own = await queue_skill(admin)
        await skills(world, admin, first, {own: 5}, site="north")
        await skills(world, admin, second, {own: 5}, site=REGION)
        await world.configure(admin, "PUT", "/routing", {"agent_order": [strategy("speaks_their_dialect")]})
        for _ in range(2):
            offer = await served(world, caller(world, LASTING))
            assert (offer.agent_id, offer.data["reason"], offer.data["values"]["plugin"]) == (second.id, "plugin", 2)


async def test_a_strategy_chooses_the_caller_and_one_that_fails_counts_as_nothing(build: Build) -> None:
    world = await with_one_agent(build, document=FLOW, wrap_up_seconds=0)
    async with world.administrator() as admin:
        await is_installed(admin)
        wait = Waiting(world, admin, str(world.queue_id))
        order = [strategy("likeliest_to_leave")]

        lasting, ending = caller(world, LASTING), caller(world, ENDING)
        who, offer = await wait.first_of(lasting, ending, order=order)
        assert (who, offer.data["chosen"], offer.data["reason"]) == (ending, "interaction", "plugin")
        assert offer.data["values"]["plugin"] == 85

        nonsense, ending = caller(world, NONSENSE), caller(world, ENDING)
        who, _ = await wait.first_of(nonsense, ending, order=order)
        assert who == ending, "whose days are no number counts as 0, and waits on"
        await world.ledger.has("routing.problem")  # its administrators are told
        (problem,) = (await admin.get("/routing/problems")).json
        assert (problem["kind"], problem["place"]) == ("plugin", "likeliest_to_leave")
        assert "TypeError" in problem["problem"]

        first, then = caller(world, NONSENSE), caller(world, NONSENSE)
        who, _ = await wait.first_of(first, then, order=order)
        assert who == first, "none of them is lost"
