"""Who may take a shard: nobody while its holder lives, everybody when it is known to be gone or has not renewed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from hujiao.app.runtime import lease
from hujiao.app.runtime.lease import NOBODY, Leases
from hujiao.kit.settings import Settings
from tests.conftest import until

SHARD = 60  # no other test's
Join = Callable[[str], Awaitable[Leases]]


@pytest.fixture
async def join(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Join]:
    """A runtime's leases by its name; those who joined leave at the end."""
    monkeypatch.setattr(lease, "TRUST_SECONDS", 0.0)
    async with AsyncExitStack() as stack:

        async def make(holder: str) -> Leases:
            leases = Leases(settings.database_ledger_url, holder)
            stack.push_async_callback(leases.close)
            await leases.survey()
            return leases

        yield make


@pytest.fixture(autouse=True)
async def unheld(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_owner_url)
    await connection.execute("DELETE FROM shard_lease WHERE shard = $1", SHARD)
    await connection.close()


async def run_out(settings: Settings) -> None:
    """As if nobody had renewed."""
    connection = await asyncpg.connect(settings.database_owner_url)
    await connection.execute("UPDATE shard_lease SET expires_at = now() - interval '1 s' WHERE shard = $1", SHARD)
    await connection.close()


async def test_a_living_holder_keeps_its_shard(join: Join) -> None:
    a, b = await join("x:a"), await join("x:b")
    fence = await a.acquire(SHARD, (await a.survey()).get(SHARD))
    assert fence == 1
    seen = (await b.survey())[SHARD]
    assert not seen.free
    assert await b.acquire(SHARD, seen) is None
    assert await a.renew({SHARD: fence}) == {SHARD}


async def test_a_killed_holder_is_known_at_once(join: Join) -> None:
    a, b = await join("x:a"), await join("x:b")
    fence = await a.acquire(SHARD, None)
    assert fence
    await a.close()

    async def gone() -> bool:
        return (await b.survey())[SHARD].gone

    await until(gone, "PostgreSQL has seen the connection end")
    assert await b.acquire(SHARD, (await b.survey())[SHARD]) == fence + 1
    back = await join("x:a")
    assert await back.renew({SHARD: fence}) == set()
    assert await back.acquire(SHARD, (await back.survey())[SHARD]) is None


async def test_a_frozen_holder_is_replaced_when_its_time_is_over(join: Join, settings: Settings) -> None:
    a, b = await join("x:a"), await join("x:b")
    fence = await a.acquire(SHARD, None)
    assert fence
    await run_out(settings)
    seen = (await b.survey())[SHARD]
    assert seen.expired and not seen.gone
    assert await b.acquire(SHARD, seen) == fence + 1
    assert await a.renew({SHARD: fence}) == set()
    assert not await a.give(SHARD, fence, NOBODY)


async def test_who_renews_in_the_last_moment_keeps_it(join: Join, settings: Settings) -> None:
    a, b = await join("x:a"), await join("x:b")
    fence = await a.acquire(SHARD, None)
    assert fence
    await run_out(settings)
    seen = (await b.survey())[SHARD]
    assert await a.renew({SHARD: fence}) == {SHARD}
    assert await b.acquire(SHARD, seen) is None


async def test_a_shard_is_given_to_one_and_to_whoever_wants_it(join: Join) -> None:
    a, b, c = await join("x:a"), await join("x:b"), await join("x:c")
    fence = await a.acquire(SHARD, None)
    assert fence
    assert await a.give(SHARD, fence, "x:b")
    assert await c.acquire(SHARD, (await c.survey())[SHARD]) is None
    theirs = await b.acquire(SHARD, (await b.survey())[SHARD])
    assert theirs == fence + 2
    assert await b.give(SHARD, theirs, NOBODY)
    assert await c.acquire(SHARD, (await c.survey())[SHARD]) == theirs + 2


async def test_who_has_just_come_judges_nobody(join: Join, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    a = await join("x:a")
    assert await a.acquire(SHARD, None)
    await run_out(settings)
    monkeypatch.setattr(lease, "TRUST_SECONDS", 3600.0)
    new = await join("x:new")
    assert not (await new.survey())[SHARD].free
