"""The one mechanism of jobs against real PostgreSQL: who holds one, what becomes of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hujiao.kit.ids import new_id
from hujiao.kit.jobs import Connection, Jobs, NotYet

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class Errand(msgspec.Struct):
    id: UUID
    attempts: int = 0
    state: str = "due"


class Errands(Jobs[Errand]):
    """What is to be done is a list; `does` says what comes of each."""

    name = "errands"

    def __init__(self, pool: Pool, errands: list[Errand], does: Any = None, **options: Any) -> None:
        super().__init__(pool, **options)
        self.errands = errands
        self.does = does
        self.begun: list[UUID] = []

    async def due(self, but: Collection[UUID]) -> Sequence[Errand]:
        return [errand for errand in self.errands if errand.state == "due" and errand.id not in but]

    async def do(self, job: Errand, connection: Connection) -> bool:
        if job.state != "due":
            return False
        self.begun.append(job.id)
        if self.does:
            await self.does(job, connection)
        job.state = "done"
        return True

    async def note(self, job: Errand, error: Exception, connection: Connection, *, last: bool) -> None:
        await connection.execute("SELECT 1")
        job.attempts += 1
        job.state = "failed" if last else "due"


def some(count: int) -> list[Errand]:
    return [Errand(new_id()) for _ in range(count)]


async def all_of(jobs: Errands) -> None:
    while await jobs.next():
        pass


async def test_each_is_done_once_whoever_looks(ledger: Pool) -> None:
    errands = some(12)

    async def slowly(job: Errand, connection: Connection) -> None:
        await connection.execute("SELECT pg_sleep(0.01)")

    several = [Errands(ledger, errands, slowly) for _ in range(3)]
    await asyncio.gather(*map(all_of, several))
    assert {errand.state for errand in errands} == {"done"}
    assert sorted(job for one in several for job in one.begun) == sorted(errand.id for errand in errands)
    assert sum(one.done for one in several) == 12


async def test_what_one_holds_no_other_takes_and_the_next_is_taken_instead(ledger: Pool) -> None:
    errands = some(2)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def waits(*_: Any) -> None:
        begun.set()
        await go_on.wait()

    first, second = Errands(ledger, errands, waits), Errands(ledger, errands)
    held = asyncio.create_task(first.next())
    await begun.wait()
    assert await second.next()
    assert second.begun == [errands[1].id]
    assert not await second.next()
    go_on.set()
    assert await held
    assert not await first.next() and not await second.next()


async def test_one_whose_connection_breaks_is_the_next_ones_at_once(ledger: Pool) -> None:
    errands = some(1)
    begun = asyncio.Event()

    async def waits(_: Errand, connection: Connection) -> None:
        errands[0].attempts = await connection.fetchval("SELECT pg_backend_pid()")
        begun.set()
        await connection.execute("SELECT pg_sleep(60)")

    first, second = Errands(ledger, errands, waits), Errands(ledger, errands)
    held = asyncio.create_task(first.next())
    await begun.wait()
    assert not await second.next()
    await ledger.execute("SELECT pg_terminate_backend($1)", errands[0].attempts)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await held
    assert await second.next()
    assert errands[0].state == "done"


async def test_what_fails_is_tried_after_its_pauses_and_given_up_after_the_last(ledger: Pool) -> None:
    errands = some(2)

    async def fails(job: Errand, _: Connection) -> None:
        if job is errands[0]:
            raise ValueError("no such place")

    jobs = Errands(ledger, errands, fails, pauses=(0.01, 0.01), idle_seconds=60.0)
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(30):
        while {errand.state for errand in errands} != {"failed", "done"}:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (errands[0].attempts, jobs.begun.count(errands[0].id)) == (3, 3)
    assert (jobs.done, jobs.failed) == (1, 1)


async def test_what_is_not_ready_yet_has_not_failed(ledger: Pool) -> None:
    errands, looked = some(1), 0

    async def later(*_: Any) -> None:
        nonlocal looked
        looked += 1
        if looked < 3:
            raise NotYet(0.01)

    jobs = Errands(ledger, errands, later, idle_seconds=60.0)
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(30):
        while errands[0].state != "done":
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (errands[0].attempts, looked, jobs.failed) == (0, 3, 0)
