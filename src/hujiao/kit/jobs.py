"""Jobs: what is done when there is time for it, as rows of the capability's own table that say what is left to do.

One mechanism for every kind. A worker takes what is due and holds it by an advisory lock of its connection, so that a
job whose process dies is the next one's at once. What fails is tried again after growing pauses, and given up after
the last of them.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hujiao.kit.db import is_away

log = structlog.get_logger()

DATABASE = (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)
SHORTEST_PAUSE_SECONDS = 0.05

Connection = Any  # asyncpg's, of the pool


class Job(Protocol):
    """`attempts` have failed so far."""

    @property
    def id(self) -> UUID: ...

    @property
    def attempts(self) -> int: ...


J = TypeVar("J", bound=Job)


class NotYet(Exception):
    """What the job needs is not there yet: it is looked at again, and that is no failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds} s")
        self.seconds = seconds


class Jobs(ABC, Generic[J]):
    """The workers of one kind. `wake` says that there may be something; without it they look every `idle_seconds`."""

    name: str

    def __init__(
        self,
        pool: asyncpg.Pool[asyncpg.Record],
        *,
        workers: int = 1,
        idle_seconds: float = 30.0,
        pauses: Sequence[float] = (),
    ) -> None:
        self.pool = pool
        self._wakes = [asyncio.Event() for _ in range(workers)]
        self._idle_seconds = idle_seconds
        self._pauses = tuple(pauses)
        self._deferred: dict[UUID, float] = {}  # until when, by the loop's clock
        self.done = 0
        self.failed = 0

    @abstractmethod
    async def due(self, but: Collection[UUID]) -> Sequence[J]:
        """Return the next jobs in their order, without these."""

    @abstractmethod
    async def do(self, job: J, connection: Connection) -> bool:
        """Do it, if it is still to be done, and return whether it was; `connection` holds it. Raises `NotYet`."""

    @abstractmethod
    async def note(self, job: J, error: Exception, connection: Connection, *, last: bool) -> None:
        """Write down that it failed; the `last` time it is given up."""

    def blameless(self, error: Exception) -> bool:
        """Return whether it failed because nothing works for anybody now."""
        return is_away(error)

    def wake(self) -> None:
        for event in self._wakes:
            event.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for event in self._wakes:
                group.create_task(self._work(event))

    async def next(self) -> bool:
        """Work on one job, whatever comes of it; False when none is due. Raises what says that the database is away."""
        now = asyncio.get_running_loop().time()
        self._deferred = {key: until for key, until in self._deferred.items() if until > now}
        for job in await self.due(self._deferred):
            async with self._held(job.id) as connection:
                if connection is not None:
                    await self._try(job, connection)
                    return True
        return False

    async def _work(self, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            try:
                while await self.next():
                    pass
            except (OSError, *DATABASE) as error:
                log.warning("jobs_waiting", kind=self.name, reason=str(error))
            try:
                async with asyncio.timeout(self._pause()):
                    await wake.wait()
            except TimeoutError:
                continue

    def _pause(self) -> float:
        """Until the next deferred one is due, at most the idle time."""
        now = asyncio.get_running_loop().time()
        return max(SHORTEST_PAUSE_SECONDS, min([self._idle_seconds, *(at - now for at in self._deferred.values())]))

    @asynccontextmanager
    async def _held(self, job_id: UUID) -> AsyncIterator[Connection | None]:
        """The connection that holds the job; None when another worker does."""
        key = job_id.int % 2**63  # ids are new for every row of any table, and random in these bits
        async with self.pool.acquire() as connection:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                yield None
                return
            try:
                yield connection
            finally:
                if not connection.is_closed():
                    await connection.execute("SELECT pg_advisory_unlock($1)", key)

    async def _try(self, job: J, connection: Connection) -> None:
        try:
            if await self.do(job, connection):
                self.done += 1
        except NotYet as wanted:
            self._defer(job, wanted.seconds)
        except Exception as error:
            if self.blameless(error):
                raise  # it is begun anew
            last = job.attempts >= len(self._pauses)
            told = {"kind": self.name, "job": str(job.id), "attempt": job.attempts + 1, "last": last}
            log.error("job_failed", **told, exc_info=error)
            # First of all: a row that cannot even be written must not be the next one again.
            pauses = self._pauses or (self._idle_seconds,)
            self._defer(job, pauses[min(job.attempts, len(pauses) - 1)])
            await self.note(job, error, connection, last=last)
            self.failed += last

    def _defer(self, job: J, seconds: float) -> None:
        self._deferred[job.id] = asyncio.get_running_loop().time() + seconds
