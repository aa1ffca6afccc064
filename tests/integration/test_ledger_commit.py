"""The runtime's commit against a real database: all of it or nothing, and nothing at all without the lease."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace

from hujiao.agents.adjustments import AdjustmentRecord
from hujiao.agents.models import Agent
from hujiao.app.runtime import ledger as commit
from hujiao.app.runtime.lease import Leases
from hujiao.identity.models import Account
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.recordings.contracts import RecordingChange
from hujiao.tenancy.models import Tenant
from tests.conftest import until

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
STARTED = {"caller": "1", "called": "2"}
ENDED = {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"}
HOLDER, SHARD = "ledger-test:runtime", 77
Pool = asyncpg.Pool


@pytest.fixture(scope="module")
async def agent(database: Database) -> AsyncIterator[tuple[UUID, UUID]]:
    """A tenant and an agent of it."""
    tenant_id, account_id, agent_id = new_id(), new_id(), new_id()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug=f"ledger-{tenant_id.hex[-8:]}", name="Ledger"))
        await session.flush()
        session.add(
            Account(id=account_id, tenant_id=tenant_id, login="1", name="1", role="agent", password_hash="unusable")
        )
        await session.flush()
        session.add(
            Agent(id=agent_id, tenant_id=tenant_id, account_id=account_id, number="1", sip_user=agent_id.hex[-12:])
        )
    yield tenant_id, agent_id


@pytest.fixture
async def leases(settings: Settings) -> AsyncIterator[Leases]:
    opened = Leases(settings.database_ledger_url, HOLDER)
    yield opened
    await opened.close()


@pytest.fixture
async def fence(leases: Leases) -> int:
    number = await leases.acquire(SHARD, None)
    assert number is not None
    return number


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def change(recording_id: UUID, ended_at: datetime | None = None) -> RecordingChange:
    return RecordingChange(
        recording_id=recording_id, interaction_id=recording_id, node="node-1", started_at=NOW, ended_at=ended_at
    )


async def test_rows_appear_change_and_go(ledger: Pool, agent: tuple[UUID, UUID], fence: int) -> None:
    tenant_id, agent_id = agent
    one, two = new_id(), new_id()
    first = commit.Batch(
        tenant_id,
        SHARD,
        fence,
        events=[
            (1, NOW, "interaction.started", one, None, STARTED),
            (2, NOW, "agent.state", None, agent_id, {}),
        ],
        interactions={one: raw('{"step":1}'), two: raw('{"step":1}')},
        agents={agent_id: raw('{"state":"available"}')},
    )
    second = commit.Batch(
        tenant_id,
        SHARD,
        fence,
        events=[(3, NOW, "interaction.ended", one, None, ENDED)],
        interactions={two: raw('{"step":2}')},
        ended={one},
        agents={agent_id: raw('{"state":"engaged"}')},
    )
    await commit.write(ledger, HOLDER, [first])
    await commit.write(ledger, HOLDER, [second])
    events = await ledger.fetch("SELECT seq, kind, data FROM ledger_event WHERE tenant_id = $1 ORDER BY seq", tenant_id)
    assert [(row["seq"], row["kind"]) for row in events] == [
        (1, "interaction.started"),
        (2, "agent.state"),
        (3, "interaction.ended"),
    ]
    assert events[0]["data"] == STARTED
    live = await ledger.fetch("SELECT id, state FROM interaction_live WHERE tenant_id = $1", tenant_id)
    assert [(row["id"], row["state"]) for row in live] == [(two, {"step": 2})]
    state = await ledger.fetchval("SELECT state FROM agent_live WHERE tenant_id = $1", tenant_id)
    assert state == {"state": "engaged"}


async def test_a_text_that_no_database_keeps_costs_no_commit(
    ledger: Pool, agent: tuple[UUID, UUID], fence: int
) -> None:
    tenant_id, _ = agent
    told = {"a\0b": "c\0", "path": "C:\\u0000", "all": ["\\\0"]}
    batch = commit.Batch(tenant_id, SHARD, fence, events=[(90, NOW, "routing.problem", None, None, told)])
    await commit.write(ledger, HOLDER, [batch])
    kept = await ledger.fetchval("SELECT data FROM ledger_event WHERE tenant_id = $1 AND seq = 90", tenant_id)
    assert kept == {"ab": "c", "path": "C:\\u0000", "all": ["\\"]}


async def test_recordings_begin_and_stop(ledger: Pool, agent: tuple[UUID, UUID], fence: int) -> None:
    tenant_id, _ = agent
    long, short = new_id(), new_id()
    began = commit.Batch(tenant_id, SHARD, fence, recordings=[change(long), change(short), change(short, NOW)])
    await commit.write(ledger, HOLDER, [began])
    found = "SELECT state, ended_at FROM recording WHERE tenant_id = $1 AND id = $2"
    assert tuple(await ledger.fetchrow(found, tenant_id, long)) == ("recording", None)
    assert tuple(await ledger.fetchrow(found, tenant_id, short)) == ("processing", NOW)
    await commit.write(ledger, HOLDER, [commit.Batch(tenant_id, SHARD, fence, recordings=[change(long, NOW)])])
    assert tuple(await ledger.fetchrow(found, tenant_id, long)) == ("processing", NOW)


async def test_adjustments_begin_and_end(ledger: Pool, agent: tuple[UUID, UUID], fence: int) -> None:
    tenant_id, agent_id = agent
    long, short = (
        AdjustmentRecord(
            id=new_id(),
            agent_id=agent_id,
            subject=str(new_id()),
            level=3,
            given_by=new_id(),
            given_at=NOW,
            until_at=None,
        )
        for _ in range(2)
    )
    ended = [replace(skill, ended_at=NOW, ended_why="signed_in") for skill in (long, short)]
    found = "SELECT level, ended_at, ended_why FROM adjustment WHERE tenant_id = $1 AND id = $2"
    await commit.write(ledger, HOLDER, [commit.Batch(tenant_id, SHARD, fence, adjustments=[long, short, ended[1]])])
    assert tuple(await ledger.fetchrow(found, tenant_id, long.id)) == (3, None, None)
    assert tuple(await ledger.fetchrow(found, tenant_id, short.id)) == (3, NOW, "signed_in")
    await commit.write(ledger, HOLDER, [commit.Batch(tenant_id, SHARD, fence, adjustments=[ended[0]])])
    assert tuple(await ledger.fetchrow(found, tenant_id, long.id)) == (3, NOW, "signed_in")


async def test_blending_is_kept_by_rule(ledger: Pool, agent: tuple[UUID, UUID], fence: int) -> None:
    tenant_id, _ = agent
    one, other = new_id(), new_id()
    first = commit.Batch(tenant_id, SHARD, fence, blends={one: raw('{"calm_since":1}'), other: raw("{}")})
    second = commit.Batch(tenant_id, SHARD, fence, blends={one: raw('{"calm_since":null}')})
    for batch in (first, second):
        await commit.write(ledger, HOLDER, [batch])
    rows = await ledger.fetch("SELECT rule_id, state FROM blend_live WHERE tenant_id = $1", tenant_id)
    assert {row["rule_id"]: row["state"] for row in rows} == {one: {"calm_since": None}, other: {}}


async def test_without_the_lease_nothing_is_written(ledger: Pool, agent: tuple[UUID, UUID], fence: int) -> None:
    tenant_id, agent_id = agent
    interaction_id = new_id()

    def batch(fencing: int) -> commit.Batch:
        return commit.Batch(
            tenant_id,
            SHARD,
            fencing,
            events=[(1000, NOW, "interaction.started", interaction_id, None, {})],
            interactions={interaction_id: raw("{}")},
            agents={agent_id: raw('{"state":"stolen"}')},
            recordings=[change(interaction_id)],
            blends={interaction_id: raw("{}")},
        )

    for holder, fencing in ((HOLDER, fence - 1), (HOLDER, fence + 1), ("somebody else", fence)):
        with pytest.raises(commit.LeaseLost):
            await commit.write(ledger, holder, [batch(fencing)])
    written = (
        "ledger_event WHERE seq = 1000 AND interaction_id",
        "interaction_live WHERE id",
        "recording WHERE interaction_id",
        "blend_live WHERE rule_id",
    )
    for where in written:
        assert await ledger.fetchval(f"SELECT count(*) FROM {where} = $1", interaction_id) == 0, where
    state = await ledger.fetchval("SELECT state->>'state' FROM agent_live WHERE agent_id = $1", agent_id)
    assert state != "stolen"


async def test_a_take_over_waits_for_the_commit_under_way(ledger: Pool, leases: Leases, fence: int) -> None:
    async with ledger.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        nothing, rows = commit.encoded([])
        assert await connection.fetchval(nothing, [SHARD], [fence], HOLDER, *rows)
        taken = asyncio.create_task(leases.acquire(SHARD, None))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"

        async def blocked() -> bool:
            return bool(await ledger.fetchval(waiting))

        await until(blocked, "the take-over waits for the row")
        assert not taken.done()
        await transaction.commit()
    assert await taken == fence + 1
