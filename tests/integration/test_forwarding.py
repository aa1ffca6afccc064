"""Where calls to an agent in person go instead: who may set it, to what, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from hujiao.agents.forwarding import ForwardRule
from hujiao.app.runtime.config import load
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from tests.integration.client import Answer, Client
from tests.integration.world import World

OUTSIDE = {"to": "number", "target": "139 0000 0001"}
OWN = "/me/forwarding"


async def put(client: Client, path: str, **rules: Any) -> Answer:
    return await client.send("PUT", path, rules)


async def runtime_rule(database: Database, world: World, agent_id: str, why: Any) -> ForwardRule | None:
    """As the runtime reads it."""
    config = await load(database, UUID(world.a.tenant_id))
    return config.agents[UUID(agent_id)].forwarding.rule(why)


async def test_an_agent_sets_them_and_the_runtime_reads_them(world: World, database: Database) -> None:
    side, agent = world.a, world.a.clients["agent"]
    boss, queue = side.ids["boss agent"], side.ids["queue"]
    rules = {"busy": {"to": "agent", "target": boss}, "no_answer": {"to": "queue", "target": queue}}
    kept = await put(agent, OWN, **rules, no_answer_seconds=15)
    assert kept.status == 200, kept.text
    assert kept.json == (await agent.get(OWN)).json
    assert kept.json["always"] is None and kept.json["no_answer_seconds"] == 15
    assert all(kept.json[why]["name"] for why in rules), "the names of colleague and queue"
    assert await runtime_rule(database, world, side.ids["agent"], "busy") == ForwardRule(to="agent", target=boss)
    assert (await put(agent, OWN)).json["busy"] is None, "what is not sent is off"
    assert await runtime_rule(database, world, side.ids["agent"], "busy") is None


async def test_outside_numbers_are_a_right_of_their_own(world: World, database: Database) -> None:
    side, agent = world.a, world.a.clients["agent"]
    refused = await put(agent, OWN, always=OUTSIDE)
    assert (refused.status, refused.json["error"]["code"], refused.json["error"]["field"]) == (
        403,
        "forward_outside",
        "always.target",
    )
    assert (await put(side.clients["supervisor"], OWN, always=OUTSIDE)).status == 200
    assert (await put(side.clients["supervisor"], OWN)).status == 200
    own = side.ids["agent"]
    given = await put(side.admin, f"/agents/{own}/forwarding", busy=OUTSIDE)
    assert given.status == 200, given.text
    assert given.json["busy"] == {"to": "number", "target": "13900000001", "name": "13900000001"}
    assert await runtime_rule(database, world, own, "busy") == ForwardRule(to="number", target="13900000001")
    kept = await put(agent, OWN, busy=OUTSIDE, no_answer_seconds=9)
    assert kept.status == 200, "what was given to the agent stays while the agent changes something else"
    moved = await put(agent, OWN, no_answer=OUTSIDE)
    assert moved.status == 403, "and is no right to forward for another reason"
    assert (await agent.get(OWN)).json["busy"]["target"] == "13900000001", "nothing of it is half done"
    assert (await put(agent, OWN)).status == 200, "the agent may turn it off"


async def test_who_is_let_by_a_supervisor_has_the_rule_for_as_long(
    world: World, database: Database, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    side, agent = world.a, world.a.clients["agent"]
    own, let = side.ids["agent"], new_id()
    async with ledger.acquire() as connection:
        await connection.execute(
            "INSERT INTO adjustment (tenant_id, id, agent_id, kind, subject, level, given_by, given_at)"
            " VALUES ($1, $2, $3, 'act', 'forward_outside', 1, $3, now())",
            *(UUID(side.tenant_id), let, UUID(own)),
        )
    try:
        assert (await put(agent, OWN, busy=OUTSIDE)).status == 200
        lent = ForwardRule(to="number", target="13900000001", lent=True)
        assert await runtime_rule(database, world, own, "busy") == lent
    finally:
        async with ledger.acquire() as connection:
            await connection.execute("DELETE FROM adjustment WHERE id = $1", let)
    assert (await put(agent, OWN, busy=OUTSIDE, no_answer_seconds=9)).status == 200, "as it was"
    assert await runtime_rule(database, world, own, "busy") == lent
    assert (await put(side.admin, f"/agents/{own}/forwarding", busy=OUTSIDE)).status == 200
    assert await runtime_rule(database, world, own, "busy") == replace(lent, lent=False)
    assert (await put(agent, OWN)).status == 200


@pytest.mark.parametrize(
    ("rule", "status", "code", "field"),
    [
        ({"to": "number", "target": "110"}, 422, "emergency_number", "busy.target"),
        ({"to": "number", "target": "+4912345678"}, 422, "number_beyond_bounds", "busy.target"),
        ({"to": "number", "target": "anonymous"}, 422, "bad_field", "busy.target"),
        ({"to": "agent", "target": "not an id"}, 422, "bad_field", "busy.target"),
        ({"to": "flow", "target": str(uuid4())}, 422, None, "busy.to"),
        ({"to": "queue", "target": ""}, 422, None, "busy.target"),
        ({"to": "agent"}, 422, None, "busy.target"),
        ({"to": "agent", "target": str(uuid4())}, 422, "bad_field", "busy.target"),
    ],
)
async def test_what_is_wrong_names_its_field(
    world: World, rule: dict[str, str], status: int, code: str | None, field: str
) -> None:
    answer = await put(world.a.admin, f"/agents/{world.a.ids['agent']}/forwarding", busy=rule)
    assert (answer.status, answer.json["error"]["field"]) == (status, field), answer.text
    assert code is None or answer.json["error"]["code"] == code
    assert answer.json["error"]["message"] and not answer.json["error"]["message"].startswith("error.")


async def test_not_to_oneself_and_not_for_ever(world: World) -> None:
    side = world.a
    own = await put(side.clients["agent"], OWN, always={"to": "agent", "target": side.ids["agent"]})
    assert (own.status, own.json["error"]["field"]) == (422, "always.target")
    for seconds in (4, 61):
        long = await put(side.clients["agent"], OWN, no_answer_seconds=seconds)
        assert (long.status, long.json["error"]["field"]) == (422, "no_answer_seconds")


@pytest.mark.parametrize("kind", ["agent", "queue"])
async def test_another_tenants_are_as_those_that_do_not_exist(world: World, kind: str) -> None:
    for client, path in (
        (world.b.clients["agent"], OWN),
        (world.b.admin, f"/agents/{world.b.ids['agent']}/forwarding"),
    ):
        foreign = await put(client, path, busy={"to": kind, "target": world.a.ids[kind]})
        absent = await put(client, path, busy={"to": kind, "target": str(uuid4())})
        assert foreign.status == 422 and foreign.body == absent.body


async def test_another_projects_are_not_the_agents_to_name(world: World) -> None:
    """What an administrator has set beyond the wall is named to nobody on this side of it."""
    side, agent = world.a, world.a.clients["agent"]
    walled = side.walled["queue"]
    refused = await put(agent, OWN, busy={"to": "queue", "target": walled})
    absent = await put(agent, OWN, busy={"to": "queue", "target": str(uuid4())})
    assert refused.status == 422 and refused.body == absent.body
    path = f"/agents/{side.ids['agent']}/forwarding"
    given = await put(side.admin, path, busy={"to": "queue", "target": walled})
    assert given.status == 200 and given.json["busy"]["name"]
    assert (await agent.get(OWN)).json["busy"]["name"] == ""
    assert (await put(side.admin, path)).status == 200


async def test_supervisors_set_their_own_alone(world: World) -> None:
    path = f"/agents/{world.a.ids['agent']}/forwarding"
    assert (await put(world.a.clients["supervisor"], path)).status == 403
    assert (await world.a.clients["agent"].get(path)).status == 403
