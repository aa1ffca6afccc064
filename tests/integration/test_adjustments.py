"""Adjustments by the API: who may be meant, what is refused and why, and the history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hujiao.agents import adjusting
from hujiao.agents.adjusting import Adjustments, may_by_adjustment
from hujiao.agents.contracts import Act
from hujiao.agents.views import AdjustmentChange, AdjustmentsIn
from hujiao.identity.contracts import Principal, Right, Role
from hujiao.kit.db import Database
from hujiao.kit.errors import BadField, Forbidden
from hujiao.kit.ids import new_id
from tests.integration.control import CallControl
from tests.integration.world import Side, World


def wanted(side: Side, **changes: Any) -> dict[str, Any]:
    changed = [{"kind": "skill", "subject": side.ids["skill"], "level": 3}]
    return {"agent_ids": [side.ids["agent"]], "changes": changed, **changes}


def signed_in(side: Side, *kinds: str, state: str = "available") -> list[dict[str, Any]]:
    return [{"id": side.ids[kind], "state": state, "number": "1", "name": "A", "phone_kind": "phone"} for kind in kinds]


async def test_a_supervisor_gives_a_group_a_skill(world: World, control: CallControl) -> None:
    side = world.a
    await control.change(side.tenant_id, agents=signed_in(side, "agent"))
    boss = side.clients["supervisor"]
    body = wanted(side, agent_ids=[], group_ids=[side.ids["agent_group"]])
    answer = await boss.post("/adjustments", body)
    assert answer.status == 201, answer.text
    assert answer.json == {"agents": 1, "not_signed_in": []}
    command = control.commands[-1]
    assert (command["kind"], command["agent_ids"], command["until_at"]) == (
        "adjustments.give",
        [side.ids["agent"]],
        None,
    )
    assert command["changes"] == [["skill", side.ids["skill"], 3]]
    assert command["actor"]["account_id"] == boss.session["account"]["id"]


async def test_until_the_next_sign_in_needs_somebody_signed_in(world: World, control: CallControl) -> None:
    side = world.a
    await control.change(side.tenant_id, agents=signed_in(side, "agent", state="logged_out"))
    before = len(control.commands)
    refused = await side.admin.post("/adjustments", wanted(side))
    assert (refused.status, refused.code) == (409, "nobody_signed_in")
    assert refused.json["error"]["field"] == "until_at"
    assert len(control.commands) == before
    until = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
    assert (await side.admin.post("/adjustments", wanted(side, until_at=until))).status == 201


async def test_what_cannot_be_is_refused_with_its_field(world: World, control: CallControl) -> None:
    side = world.a
    now = datetime.now(UTC)
    skill = {"kind": "skill", "subject": side.ids["skill"], "level": 3}
    refused: list[tuple[dict[str, Any], str | None]] = [
        ({"until_at": (now - timedelta(minutes=1)).isoformat()}, "until_at"),
        ({"until_at": (now + timedelta(days=400)).isoformat()}, "until_at"),
        ({"until_at": "2030-01-01T00:00:00"}, "until_at"),
        ({"changes": []}, "changes"),
        ({"changes": [skill, skill]}, None),
        ({"changes": [{**skill, "level": 11}]}, "changes.0"),
        ({"changes": [{**skill, "subject": side.ids["agent"]}]}, "changes.0.subject"),
        ({"agent_ids": []}, None),
        ({"agent_ids": [side.ids["skill"]]}, "agent_ids"),
    ]
    for change, field in refused:
        answer = await side.admin.post("/adjustments", wanted(side, **change))
        assert answer.status == 422, f"{change}: {answer.text}"
        assert answer.json["error"]["field"] == field, f"{change}: {answer.text}"


async def test_a_supervisor_reaches_the_agents_of_their_projects_alone(world: World, control: CallControl) -> None:
    side = world.a
    boss = side.clients["supervisor"]
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = await boss.post("/adjustments", wanted(side, agent_ids=[side.walled["agent"]], until_at=until))
    assert (answer.status, answer.json["error"]["field"]) == (422, "agent_ids")
    answer = await boss.post("/adjustments/end", {"ids": [side.walled["adjustment"]]})
    assert (answer.status, answer.json["error"]["field"]) == (422, "ids")
    group = wanted(side, agent_ids=[], group_ids=[side.walled["agent_group"]], until_at=until)
    answer = await boss.post("/adjustments", group)
    assert (answer.status, answer.json["error"]["field"]) == (422, "group_ids")


async def test_the_history_says_who_and_until_when(world: World) -> None:
    side = world.a
    found = (await side.admin.get("/adjustments", agent_id=side.ids["agent"], running="true")).json
    assert found["total"] == 1
    row = found["items"][0]
    assert (row["id"], row["agent_number"], row["level"]) == (side.ids["adjustment"], "1001", 3)
    assert row["name"] and row["given_by_name"] and row["ended_at"] is None and row["until_at"] is None
    assert (await side.admin.get("/adjustments", running="false")).json["items"] == []


async def test_one_capacity_profile_is_the_default(world: World) -> None:
    admin = world.b.admin
    chats = [{"medium": "chat", "weight": 20, "most": 4}]
    first = await admin.made("/capacity-profiles", {"name": "All", "is_default": True, "media": chats})
    second = await admin.made("/capacity-profiles", {"name": "New people", "is_default": True, "media": []})
    listed = {row["id"]: row["is_default"] for row in (await admin.get("/capacity-profiles")).json["items"]}
    assert (listed[first["id"]], listed[second["id"]]) == (False, True)


async def test_capacities_that_cannot_be_are_refused(world: World) -> None:
    admin = world.b.admin
    chat = {"medium": "chat", "weight": 25}
    for media, field in (
        ([{"medium": "voice", "weight": 50}], "media.0"),
        ([{"medium": "telex", "weight": 50}], "media.0.medium"),
        ([{**chat, "weight": 101}], "media.0.weight"),
        ([chat, chat], None),
    ):
        answer = await admin.post("/capacity-profiles", {"name": "Wrong", "media": media})
        assert answer.status == 422, answer.text
        assert answer.json["error"]["field"] == field, answer.text


async def test_an_agent_has_a_profile_of_their_own(world: World) -> None:
    side = world.b
    path = f"/people/{side.ids['person']}"
    person = (await side.admin.get(path)).json
    agent = {name: person["agent"][name] for name in ("number", "phone_kind", "site", "skills")}
    body = {name: person[name] for name in ("login", "name", "role", "project_ids")}
    profile = side.ids["capacity_profile"]
    changed = await side.admin.send("PUT", path, {**body, "agent": {**agent, "capacity_profile_id": profile}})
    assert changed.json["agent"]["capacity_profile_id"] == profile
    in_use = await side.admin.send("DELETE", f"/capacity-profiles/{profile}")
    assert (in_use.status, in_use.code) == (409, "in_use")
    foreign = {**agent, "capacity_profile_id": world.a.ids["capacity_profile"]}
    answer = await side.admin.send("PUT", path, {**body, "agent": foreign})
    assert (answer.status, answer.json["error"]["field"]) == (422, "capacity_profile_id")
    assert (await side.admin.send("PUT", path, {**body, "agent": agent})).status == 200


# ── what a supervisor may give whom ──────────────────────────────────────────────────────────────────────────────────


def changing(side: Side, kind: str, subject: str, level: int, **more: Any) -> dict[str, Any]:
    return wanted(side, changes=[{"kind": kind, "subject": subject, "level": level}], for_good=True, **more)


async def test_ranks_queues_projects_media_and_acts_are_given_for_good(world: World, control: CallControl) -> None:
    side = world.a
    boss = side.clients["supervisor"]
    for kind, subject, level in (
        ("rank", side.ids["queue"], -2),
        ("queue", side.ids["queue"], 1),
        ("project", side.ids["project"], 0),
        ("medium", "chat", 3),
        ("act", "dial_out", 0),
        ("act", "forward_outside", 1),
    ):
        answer = await boss.post("/adjustments", changing(side, kind, subject, level, reason="crowded"))
        assert answer.status == 201, answer.text
        command = control.commands[-1]
        assert (command["changes"], command["for_good"]) == ([[kind, subject, level]], True)
        assert (command["agent_ids"], command["reason"]) == ([side.ids["agent"]], "crowded")


async def test_what_lies_behind_the_wall_or_is_not_there_is_not_given(world: World, control: CallControl) -> None:
    side, other = world.a, world.b
    boss = side.clients["supervisor"]
    before = len(control.commands)
    for kind, subject in (
        ("rank", side.walled["queue"]),
        ("queue", side.walled["queue"]),
        ("queue", other.ids["queue"]),
        ("project", side.walled["project"]),
        ("medium", "telex"),
        ("act", "fly"),
        ("skill", "no id"),
    ):
        answer = await boss.post("/adjustments", changing(side, kind, subject, 1))
        assert (answer.status, answer.json["error"]["field"]) == (422, "changes.0.subject"), answer.text
    for kind, subject, level in (
        ("rank", side.ids["queue"], 0),
        ("queue", side.ids["queue"], 2),
        ("medium", "voice", 2),
    ):
        answer = await boss.post("/adjustments", changing(side, kind, subject, level))
        assert (answer.status, answer.json["error"]["field"]) == (422, "changes.0"), answer.text
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = await boss.post("/adjustments", changing(side, "act", "record", 0, until_at=until))
    assert answer.status == 422, answer.text
    assert len(control.commands) == before


async def test_a_queue_is_given_to_who_sees_its_project(world: World, control: CallControl) -> None:
    """By an administrator, who sees both projects; the agent sees the first alone."""
    side = world.a
    for kind in ("queue", "project"):
        answer = await side.admin.post("/adjustments", changing(side, kind, side.walled[kind], 1))
        assert (answer.status, answer.json["error"]["field"]) == (422, "agent_ids"), answer.text
        answer = await side.admin.post("/adjustments", changing(side, kind, side.walled[kind], 0))
        assert answer.status == 201, answer.text


async def test_nobody_changes_their_own_rights(
    world: World, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    side = world.a
    boss = side.clients["supervisor"]
    own = side.ids["boss agent"]
    to_self = changing(side, "queue", side.ids["queue"], 1, agent_ids=[own])
    answer = await boss.post("/adjustments", to_self)
    assert (answer.status, answer.json["error"]["field"]) == (422, "agent_ids"), answer.text
    assert (await side.admin.post("/adjustments", to_self)).status == 201, "somebody else may"
    async with set_of(ledger, side, own, ("act", "record", 0)) as (taken,):
        answer = await boss.post("/adjustments/end", {"ids": [taken]})
        assert (answer.status, answer.json["error"]["field"]) == (422, "ids"), answer.text
        answer = await boss.post("/adjustments", changing(side, "act", "record", 1))
        assert (answer.status, answer.code) == (403, "not_yours_to_give"), answer.text
        async with set_of(ledger, side, side.ids["agent"], ("act", "record", 0)) as (of_agent,):
            answer = await boss.post("/adjustments/end", {"ids": [of_agent]})
            assert (answer.status, answer.code, answer.json["error"]["field"]) == (403, "not_yours_to_give", "ids")
            assert (await side.admin.post("/adjustments/end", {"ids": [of_agent]})).status == 204
        assert (await side.admin.post("/adjustments/end", {"ids": [taken]})).status == 204


async def test_nobody_gives_back_a_right_that_is_not_theirs(
    world: World, database: Database, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    side = world.a
    async with (
        set_of(ledger, side, side.ids["agent"], ("act", "record", 0), ("act", "record", 1)) as (taken, given),
        database.tenant(UUID(side.tenant_id)) as session,
    ):
        adjustments = Adjustments(session, None)
        may_not, may = (asker(side, right) for right in (Right.LIVE_SKILLS, Right.SUPERVISION_RECORD))
        assert await adjustments.running([UUID(given)], may_not) == [UUID(given)]
        assert await adjustments.running([UUID(taken)], may) == [UUID(taken)]
        with pytest.raises(Forbidden) as refused:
            await adjustments.running([UUID(taken)], may_not)
        assert refused.value.field == "ids"


async def test_how_much_is_done_at_once_is_bounded(
    world: World, database: Database, ledger: asyncpg.Pool[asyncpg.Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    side, agent = world.a, world.a.ids["agent"]
    monkeypatch.setattr(adjusting, "MOST_AT_ONCE", 2)
    two, three = (
        [AdjustmentChange(kind="medium", subject=medium, level=1) for medium in media]
        for media in (("chat", "email"), ("chat", "email", "fax"))
    )
    boss = asker(side, Right.LIVE_SKILLS)
    async with (
        set_of(ledger, side, agent, *(("medium", one.subject, 1) for one in three)) as ids,
        database.tenant(UUID(side.tenant_id)) as session,
    ):
        adjustments, now = Adjustments(session, None), datetime.now(UTC)
        for whom in ({"agent_ids": [UUID(agent)]}, {"group_ids": [UUID(side.ids["agent_group"])]}):
            assert await adjustments.whom(AdjustmentsIn(changes=two, **whom), boss, now) == [UUID(agent)]
            with pytest.raises(BadField) as refused:
                await adjustments.whom(AdjustmentsIn(changes=three, **whom), boss, now)
            assert [refused.value.field] == list(whom)
        with pytest.raises(BadField) as refused:
            await adjustments.running([UUID(one) for one in ids], boss)
        assert refused.value.field == "ids"


async def test_what_is_given_for_a_while_lies_above_what_holds_for_good(
    world: World, database: Database, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    side, agent = world.a, world.a.ids["agent"]
    act: Act = "forward_outside"
    async with (
        set_of(ledger, side, agent, ("act", act, 1)) as (above,),
        set_of(ledger, side, agent, ("act", act, 0)) as (below,),
    ):
        async with ledger.acquire() as connection:
            await connection.execute("UPDATE adjustment SET for_good = true WHERE id = $1", UUID(below))
        async with database.tenant(UUID(side.tenant_id)) as session:
            assert await may_by_adjustment(session, UUID(agent), act) is True
        async with ledger.acquire() as connection:
            swapped = "UPDATE adjustment SET for_good = NOT for_good WHERE id IN ($1, $2)"
            await connection.execute(swapped, UUID(above), UUID(below))
        async with database.tenant(UUID(side.tenant_id)) as session:
            assert await may_by_adjustment(session, UUID(agent), act) is False


async def test_what_is_set_of_another_projects_queue_stays_behind_its_wall(
    world: World, control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    """The agent is of the supervisor's project; queue and project are not."""
    side = world.a
    boss, agent = side.clients["supervisor"], side.ids["agent"]
    here = [("rank", side.ids["queue"], 2), ("project", side.ids["project"], 1), ("medium", "chat", 2)]
    beyond = [
        ("rank", side.walled["queue"], 2),
        ("queue", side.walled["queue"], 0),
        ("project", side.walled["project"], 0),
    ]
    async with set_of(ledger, side, agent, *here, *beyond) as ids:
        seen, hidden = ids[: len(here)], ids[len(here) :]
        listed = {row["id"] for row in (await boss.get("/adjustments", agent_id=agent)).json["items"]}
        assert listed.issuperset(seen) and listed.isdisjoint(hidden)
        all_of_it = {row["id"] for row in (await side.admin.get("/adjustments", agent_id=agent)).json["items"]}
        assert all_of_it.issuperset(ids)
        for one in hidden:
            answer = await boss.post("/adjustments/end", {"ids": [seen[0], one]})
            absent = await boss.post("/adjustments/end", {"ids": [seen[0], str(new_id())]})
            assert (answer.status, answer.body) == (422, absent.body)
        assert (await boss.post("/adjustments/end", {"ids": list(seen)})).status == 204
        assert (await side.admin.post("/adjustments/end", {"ids": list(hidden)})).status == 204


def asker(side: Side, right: Right) -> Principal:
    """Somebody with this right alone."""
    return Principal(
        tenant_id=UUID(side.tenant_id),
        tenant_slug=side.slug,
        tenant_name="",
        tenant_kind="",
        tenant_language="en",
        tenant_time_zone="UTC",
        shard=0,
        account_id=new_id(),
        login="",
        name="",
        role=Role.SUPERVISOR,
        language=None,
        rights=frozenset({right}),
        projects=None,
        session_id=None,
        csrf_token=None,
        expires_at=None,
    )


@asynccontextmanager
async def set_of(
    ledger: asyncpg.Pool[asyncpg.Record], side: Side, agent_id: str, *changes: tuple[str, str, int]
) -> AsyncIterator[tuple[str, ...]]:
    """These are set of the agent meanwhile."""
    ids = [new_id() for _ in changes]
    async with ledger.acquire() as connection:
        await connection.executemany(
            "INSERT INTO adjustment (tenant_id, id, agent_id, kind, subject, level, given_by, given_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $3, now())",
            [(UUID(side.tenant_id), one, UUID(agent_id), *change) for one, change in zip(ids, changes, strict=True)],
        )
    try:
        yield tuple(map(str, ids))
    finally:
        async with ledger.acquire() as connection:
            await connection.execute("DELETE FROM adjustment WHERE id = ANY($1)", ids)
