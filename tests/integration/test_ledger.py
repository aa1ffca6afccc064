"""The shared commit against real PostgreSQL: fencing, one tenant's poison, order and gaplessness."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import insert

from hujiao.app.jobs.projector import Projector
from hujiao.app.runtime import ledger as commit
from hujiao.app.runtime.lease import NOBODY, Leases
from hujiao.app.runtime.ledger import Batch, LeaseLost
from hujiao.kit.db import Database
from hujiao.kit.faults import Faults
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Tenant

SHARD = 61
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ENDED = {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"}
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Join: TypeAlias = Callable[[str], Leases]
Take: TypeAlias = Callable[[int], Awaitable[int]]


@pytest.fixture
async def tenant_id(database: Database) -> UUID:
    """A tenant of the test's own: what it writes is in nobody's report."""
    return await made(database)


@pytest.fixture
async def join(settings: Settings) -> AsyncIterator[Join]:
    """A runtime's leases by its name."""
    async with AsyncExitStack() as stack:

        def make(holder: str) -> Leases:
            leases = Leases(settings.database_ledger_url, holder)
            stack.push_async_callback(leases.close)
            return leases

        yield make


@pytest.fixture
async def take(join: Join) -> Take:
    """A shard for the runtime "one", which no other test has."""
    one = join("one")

    async def taken(shard: int) -> int:
        fence = await one.acquire(shard, (await one.survey()).get(shard))
        assert fence is not None
        return fence

    return taken


async def first_free(pool: Pool, tenant: UUID) -> int:
    last = await pool.fetchval("SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = $1", tenant)
    return int(last) + 1


def started(seq: int, interaction: UUID) -> tuple[int, datetime, str, UUID, None, dict[str, Any]]:
    return (seq, NOW, "interaction.started", interaction, None, {"caller": "138", "called": "95001"})


def ended(seq: int, interaction: UUID) -> tuple[int, datetime, str, UUID, None, dict[str, Any]]:
    return (seq, NOW, "interaction.ended", interaction, None, ENDED)


async def test_a_commit_writes_events_and_state_together(ledger: Pool, tenant_id: UUID, take: Take) -> None:
    fence = await take(SHARD)
    seq, interaction = await first_free(ledger, tenant_id), new_id()
    batch = Batch(tenant_id, SHARD, fence, events=[started(seq, interaction)], interactions={interaction: {"x": 1}})
    await ledger_write(ledger, "one", [batch])
    assert await live(ledger, interaction) == {"x": 1}
    done = Batch(tenant_id, SHARD, fence, events=[ended(seq + 1, interaction)], ended={interaction})
    await ledger_write(ledger, "one", [done])
    assert await live(ledger, interaction) is None


async def test_who_lost_the_shard_writes_nothing(ledger: Pool, tenant_id: UUID, take: Take, join: Join) -> None:
    old = await take(SHARD + 3)
    one, two = join("one"), join("two")
    assert await two.acquire(SHARD + 3, (await two.survey())[SHARD + 3]) is None, "the lease is not over yet"
    new = await take(SHARD + 3)
    assert new == old + 1, "the same holder begins anew and fences its own past off"
    seq, interaction = await first_free(ledger, tenant_id), new_id()
    late = Batch(tenant_id, SHARD + 3, old, events=[started(seq, interaction)], interactions={interaction: {}})
    with pytest.raises(LeaseLost):
        await ledger_write(ledger, "one", [late])
    assert await first_free(ledger, tenant_id) == seq
    assert await live(ledger, interaction) is None
    assert await one.renew({SHARD + 3: old}) == set()
    assert await one.give(SHARD + 3, new, NOBODY)
    assert await two.acquire(SHARD + 3, (await two.survey())[SHARD + 3]) == new + 2


async def test_a_number_used_twice_fails_whole(ledger: Pool, tenant_id: UUID, take: Take) -> None:
    fence = await take(SHARD + 1)
    seq, interaction = await first_free(ledger, tenant_id), new_id()
    await ledger_write(ledger, "one", [Batch(tenant_id, SHARD + 1, fence, events=[started(seq, interaction)])])
    other = new_id()
    twice = Batch(tenant_id, SHARD + 1, fence, events=[started(seq, other)], interactions={other: {}})
    with pytest.raises(asyncpg.UniqueViolationError):
        await ledger_write(ledger, "one", [twice])
    assert await live(ledger, other) is None


async def test_the_ledger_cannot_be_rewritten(ledger: Pool, tenant_id: UUID) -> None:
    for statement in ("UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ledger.execute(statement)


async def test_the_projector_counts_each_call_once_however_often_it_runs(
    ledger: Pool, tenant_id: UUID, take: Take
) -> None:
    fence = await take(SHARD + 2)
    queue, interaction, seq = new_id(), new_id(), await first_free(ledger, tenant_id)
    entered = (seq + 1, NOW, "queue.entered", interaction, None, {"queue_id": str(queue)})
    gone = NOW + timedelta(seconds=30)
    abandoned = {"queue_id": str(queue), "outcome": "abandoned", "wait_seconds": 30.0}
    left = (seq + 2, gone, "queue.left", interaction, None, abandoned)
    events = [started(seq, interaction), entered, left, ended(seq + 3, interaction)]
    projector = Projector(ledger)
    for event in events:  # one at a time: the sums must not depend on it
        await ledger_write(ledger, "one", [Batch(tenant_id, SHARD + 2, fence, events=[event])])
        await projector.catch_up()
    await projector.catch_up()
    row = await ledger.fetchrow("SELECT offered, abandoned FROM queue_interval WHERE queue_id = $1", queue)
    assert row is not None
    assert (row["offered"], row["abandoned"]) == (1, 1)
    facts = await ledger.fetchrow("SELECT end_reason, queue_id FROM interaction WHERE id = $1", interaction)
    assert facts is not None
    assert (facts["end_reason"], facts["queue_id"]) == ("completed", queue)


POISON: dict[str, tuple[str, Any, str]] = {
    "a field is missing": ("flow.collected", {"node": "ask", "variable": "digits"}, "ValidationError"),
    "a number that is none": (
        "queue.left", {"queue_id": None, "outcome": "left", "wait_seconds": "long"}, "ValidationError"
    ),
    "an id that is none": ("queue.entered", {"queue_id": "the first one"}, "ValidationError"),
    "no object": ("queue.entered", ["queue_id"], "ValidationError"),
    "a text that is none": ("interaction.started", {"caller": 138, "called": "95001"}, "ValidationError"),
    "more than a column holds": (
        "interaction.started",
        {"caller": "138", "called": "95001", "flow_version": 2**40},
        "NumericValueOutOfRangeError",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", POISON)
async def test_a_tenant_whose_events_cannot_be_folded_is_set_aside_and_the_others_go_on(
    ledger: Pool, database: Database, settings: Settings, take: Take, name: str
) -> None:
    """Also those that come after it, whichever way the tenants are ordered."""
    kind, data, error = POISON[name]
    tenants = [await made(database) for _ in range(3)]
    poisoned = tenants[1]
    fence = await take(SHARD + 4)
    interactions = {tenant: new_id() for tenant in tenants}
    for tenant, interaction in interactions.items():
        events = [started(1, interaction), ended(3, interaction)]
        if tenant == poisoned:
            events.insert(1, (2, NOW, kind, interaction, None, data))
        await ledger_write(ledger, "one", [Batch(tenant, SHARD + 4, fence, events=events)])
    faults = Faults()
    projector = Projector(ledger, faults)
    await projector.catch_up()
    known = await ledger.fetch("SELECT tenant_id FROM interaction WHERE tenant_id = ANY($1)", tenants)
    assert {row["tenant_id"] for row in known} == {*tenants} - {poisoned}
    (fault,) = [fault for fault in faults.report() if fault["tenant_id"] == str(poisoned)]
    assert error in fault["reason"]
    (lag,) = [lag for lag in await projector.lag() if lag["tenant_id"] == str(poisoned)]
    assert (lag["events"], lag["seconds"] > 0) == (3, True)
    if error == "ValidationError":
        assert fault["about"] == f"event 2 ({kind}) of interaction {interactions[poisoned]}"
    for _ in range(3):  # again and again it costs its pauses alone
        await projector.catch_up()
    await forget(settings, poisoned)


async def made(database: Database) -> UUID:
    tenant = new_id()
    async with database.tenant(tenant) as session:
        await session.execute(insert(Tenant).values(id=tenant, slug=f"ledger-{tenant.hex[-12:]}", name="Ledger"))
    return tenant


async def forget(settings: Settings, tenant: UUID) -> None:
    """As the owner: other tests project everybody's events."""
    connection = await asyncpg.connect(settings.database_owner_url)
    try:
        await connection.execute("SELECT set_config('hujiao.tenant', $1, false)", str(tenant))
        await connection.execute("DELETE FROM ledger_event WHERE tenant_id = $1", tenant)
    finally:
        await connection.close()


async def ledger_write(pool: Pool, holder: str, batches: list[Batch]) -> None:
    await commit.write(pool, holder, batches)


async def live(pool: Pool, interaction: UUID) -> Any:
    return await pool.fetchval("SELECT state FROM interaction_live WHERE id = $1", interaction)
