"""Imports of customers: a process reads the file, and what it reads is written here batch by batch.

A batch's customers and how far the import is are one transaction: whoever goes on after a crash begins with the first
row that is not done, and nothing is there twice.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.jobs.of_tenants import TenantJobs, Wanted
from hujiao.customers import contacts
from hujiao.customers import service as customers
from hujiao.customers.imports import files, writing
from hujiao.customers.imports import service as imports
from hujiao.customers.imports.files import Refused
from hujiao.customers.imports.known import Changed, Gone, Known
from hujiao.customers.imports.models import ACTIVE, CustomerImport
from hujiao.customers.imports.reader import Batch, Task
from hujiao.customers.imports.rows import Fault, Plan, Row
from hujiao.customers.imports.sorting import Sorted, sort
from hujiao.customers.imports.tables import Format
from hujiao.kit import i18n
from hujiao.kit.apart import LENGTH
from hujiao.kit.bus import Bus
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, collided, dangling
from hujiao.kit.errors import BadField, HujiaoError, Unavailable
from hujiao.kit.faults import Faults
from hujiao.kit.jobs import Connection
from hujiao.kit.settings import CHECKOUT, Settings

log = structlog.get_logger()

AT_ONCE = 3  # tenants; of each one import
TAKEN_BACK_AT_ONCE = 1000
PATIENCE_MS = 300  # with a lock, less than after which PostgreSQL looks for deadlocks
ATTEMPTS, AGAIN_SECONDS = 20, 0.3
TURN_SECONDS = 20.0  # after which an import makes room for others' that wait
ASKED_SECONDS = 2.0  # how often it is asked whether it is still wanted while nothing comes out of the file
_AHEAD = 2 * 1024**2  # bytes of batches that are read while one is written
_decode = msgspec.msgpack.Decoder(Batch).decode


@dataclass(frozen=True, slots=True)
class Tools:
    database: Database
    bus: Bus
    settings: Settings


class Imports(TenantJobs):
    name = "imports"

    def __init__(
        self,
        database: Database,
        pool: asyncpg.Pool[asyncpg.Record],
        bus: Bus,
        settings: Settings,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(database, pool, faults, workers=AT_ONCE)
        self._tools = Tools(database, bus, settings)
        self._held_now: set[UUID] = set()

    async def unfinished(self, session: AsyncSession, but: Collection[UUID]) -> UUID | None:
        return await imports.unfinished(session, but)

    async def do(self, job: Wanted, connection: Connection) -> bool:
        async with self._database.tenant(job.tenant_id) as session:
            row = await session.get(CustomerImport, (job.tenant_id, job.id))
        if row is None or row.state not in ACTIVE:
            return False
        self._turn = job.tenant_id
        self._held_now.add(job.id)
        try:
            if row.state == "taking_back":
                return await self._take_back(job, row.turn)
            return await self._read(job, row)
        except HujiaoError as problem:  # the file breaks off, say
            await self._fail(job, row.turn, problem)
            return True
        finally:
            self._held_now.discard(job.id)
            self._turn = job.tenant_id  # others' are begun before this one goes on

    async def _read(self, job: Wanted, row: CustomerImport) -> bool:
        """Checks or imports. When an agent, a project or a field is gone meanwhile, it goes on without it."""
        stuck, turn = -1, row.turn
        kind = _Checking if row.state == "checking" else _Importing
        while True:
            async with self._database.tenant(job.tenant_id) as session:
                found = await imports.locked(session, job.id, kind.state, turn)
                if found is None:
                    return False
                plan = await imports.plan_of(session, found)
            work = kind(self._tools, found, plan, self._others_wait)
            try:
                return await work.run()
            except DBAPIError as error:
                if not dangling(error) or work.done == stuck:
                    raise
                stuck = work.done

    async def note(self, job: Wanted, error: Exception, connection: Connection, *, last: bool) -> None:
        await self._fail(job, None, Unavailable("error.import_broke_off"))

    async def _fail(self, job: Wanted, turn: int | None, problem: HujiaoError) -> None:
        async with self._database.tenant(job.tenant_id) as session:
            failed = await imports.fail(session, job.id, turn, problem, utc_now())
        if failed:
            files.place(self._tools.settings.home, job.tenant_id, job.id).unlink(missing_ok=True)

    async def _others_wait(self) -> bool:
        return len(self._held_now) == AT_ONCE and bool(await self.due(self._held_now))

    async def _take_back(self, job: Wanted, turn: int) -> bool:
        while True:
            async with self._database.tenant(job.tenant_id) as session:
                row = await imports.locked(session, job.id, "taking_back", turn)
                if row is None:
                    return False
                most = TAKEN_BACK_AT_ONCE
                count = await writing.take_back(session, job.tenant_id, job.id, row.projects, most)
                row.taken_back += count
                if not count:
                    row.state = "taken_back"
                    return True


class _Work:
    """An import's file, read from the first row that is not done; each batch is one transaction."""

    state: str
    resumable = False

    def __init__(
        self, tools: Tools, row: CustomerImport, plan: Plan, others_wait: Callable[[], Awaitable[bool]]
    ) -> None:
        self.tools = tools
        self.others_wait = others_wait
        self.row = row
        self.plan = plan
        self.overwrites = bool(row.plan and row.plan["known"] == "overwrite")
        self.skips = bool(row.plan and row.plan["known"] == "skip")
        self.file = files.place(self.tools.settings.home, row.tenant_id, row.id)
        self.refused = Refused(self.file, row.headings, row.language, row.refused_bytes)
        self.done = row.done
        self.last = 0.0  # when the last batch was written

    async def run(self) -> bool:
        """Returns whether it came to its end; it does not when nobody wants it any more, or others wait."""
        self.last, ended = time.monotonic(), False
        turn_ends = self.last + TURN_SECONDS
        async with aclosing(self._batches()) as batches:
            async for batch in batches:
                if not await self._take(batch):
                    break
                await self.written()
                if batch.problem:
                    raise BadField(batch.problem.message, field="file", detail=batch.problem.detail)
                ended = batch.ended
                if self.resumable and not ended and time.monotonic() > turn_ends:
                    if await self.others_wait():
                        return False
                    turn_ends = time.monotonic() + TURN_SECONDS
        self.over()
        return ended

    async def _take(self, batch: Batch) -> bool:
        """One transaction, tried again when somebody was in its way; false when nobody wants it any more."""
        size, attempt = self.refused.size, 0
        while True:
            attempt += 1
            try:
                async with self.tools.database.tenant(self.row.tenant_id) as session:
                    row = await imports.locked(session, self.row.id, self.state, self.row.turn)
                    if row is None:
                        return False
                    await self.write(session, row, batch)
                    now = time.monotonic()
                    rate = len(batch.rows) / max(now - self.last, 0.001)
                    row.rate = rate if not row.rate else 0.8 * row.rate + 0.2 * rate
                self.last, self.done = now, row.done
                return True
            except (DBAPIError, Gone) as error:
                if attempt == ATTEMPTS or not (isinstance(error, Gone) or collided(error)):
                    raise
                log.warning("import_collided", attempt=attempt, tenant_id=str(self.row.tenant_id))
            self.refused.size = size
            await asyncio.sleep(AGAIN_SECONDS)

    async def write(self, session: AsyncSession, row: CustomerImport, batch: Batch) -> None:
        raise NotImplementedError

    async def written(self) -> None:
        """After the commit."""

    def over(self) -> None:
        """At the end, or when nobody wants it any more."""

    async def sorted(self, session: AsyncSession, batch: Batch, taken: set[int]) -> Sorted:
        keys = {key for row in batch.rows for key in row.keys}
        holders = await writing.holders(session, self.row.tenant_id, keys) if keys else {}
        return sort(batch.rows, holders, taken, self.plan.reached)

    def refuse(self, row: CustomerImport, rows: Iterable[tuple[Row, Fault]]) -> None:
        told = [(one, in_words(fault, row.language)) for one, fault in rows]
        if told:
            self.refused.add(told)
            row.refused += len(told)
            row.refused_bytes = self.refused.size

    async def _wanted(self) -> bool:
        async with self.tools.database.tenant(self.row.tenant_id) as session:
            return await imports.locked(session, self.row.id, self.state, self.row.turn) is not None

    async def _batches(self) -> AsyncGenerator[Batch]:
        """What the reading process says."""
        task = Task(
            path=self.file,
            format=msgspec.convert(self.row.format, Format),
            plan=self.plan,
            tenant_id=self.row.tenant_id,
            secret_key=self.tools.settings.secret_key,
            done=self.row.done if self.state == "importing" else 0,
            distinct=self.state == "importing" and not self.skips,
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hujiao.customers.imports.reader"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_AHEAD,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert process.stdin and process.stdout
        coming = asyncio.ensure_future(_next(process.stdout))
        try:
            process.stdin.write(pickle.dumps(task))
            await process.stdin.drain()
            process.stdin.close()
            while True:
                while not (await asyncio.wait([coming], timeout=ASKED_SECONDS))[0]:
                    if not await self._wanted():
                        return
                batch = await coming
                if not batch.ended:  # while this one is written the next one is taken
                    coming = asyncio.ensure_future(_next(process.stdout))
                yield batch
                if batch.ended:
                    return
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            raise Unavailable("error.import_broke_off") from None
        finally:
            coming.cancel()
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _next(source: asyncio.StreamReader) -> Batch:
    (length,) = LENGTH.unpack(await source.readexactly(LENGTH.size))
    return _decode(await source.readexactly(length))


class _Checking(_Work):
    """Looks through all rows, and writes nothing but how many of each kind there are, and which are refused."""

    state = "checking"

    def __init__(
        self, tools: Tools, row: CustomerImport, plan: Plan, others_wait: Callable[[], Awaitable[bool]]
    ) -> None:
        super().__init__(tools, row, plan, others_wait)
        self.taken: set[int] = set()
        self.begun = False

    async def write(self, session: AsyncSession, row: CustomerImport, batch: Batch) -> None:
        if not self.begun:  # somebody may have begun before
            self.begun, self.refused.size = True, 0
            row.done = row.created = row.changed = row.skipped = row.refused = row.refused_bytes = 0
        found = await self.sorted(session, batch, self.taken)
        self.refuse(row, found.refused)
        row.done += len(batch.rows)
        row.created += len(found.new)
        row.skipped += len(found.known) if self.skips else 0
        row.changed += 0 if self.skips else len(found.known)
        row.total = max(row.done, round(row.done / batch.share)) if batch.share else row.done
        if batch.ended and not batch.problem:
            row.total, row.state = row.done, "checked"


class _Importing(_Work):
    state = "importing"
    resumable = True

    def __init__(
        self, tools: Tools, row: CustomerImport, plan: Plan, others_wait: Callable[[], Awaitable[bool]]
    ) -> None:
        super().__init__(tools, row, plan, others_wait)
        self.first = False  # whether there was no customer before
        self.known = False  # that there are customers; who goes on does not know whether that was told
        self.resumed = row.done > 0
        self.changed = Changed()

    async def write(self, session: AsyncSession, row: CustomerImport, batch: Batch) -> None:
        now = utc_now()
        await session.execute(text("SET LOCAL synchronous_commit = off"))  # what is lost in a crash is done again
        await contacts.lock_all(session, row.tenant_id)
        # Who changes a customer by hand may hold them and wait for the contacts: they go first.
        await session.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        found = await self.sorted(session, batch, set())
        asked = bool(found.new) and not self.known
        self.first = self.resumed or (asked and not await customers.any_known(session))
        self.known = self.known or (asked and not self.first)
        await writing.create(session, found.new, row.tenant_id, row.account_id, row.id, now)
        self.changed = await self._change(session, row, found, now)
        refused = [*found.refused, *self.changed.refused]
        self.refuse(row, refused)
        row.done += len(batch.rows)
        row.created += len(found.new)
        row.changed += self.changed.count
        row.skipped += len(batch.rows) - len(found.new) - self.changed.count - len(refused)
        if batch.ended and not batch.problem:
            await session.execute(text("SET LOCAL synchronous_commit = on"))
            row.total, row.state, row.ended_at = row.done, "done", now

    async def _change(self, session: AsyncSession, row: CustomerImport, found: Sorted, now: datetime) -> Changed:
        about = [(one, customer_id) for one, customer_id in found.known if customer_id]
        if self.skips or not about:
            return Changed()
        known = Known(session, row.account_id, row.id, now, overwrite=self.overwrites, reached=self.plan.reached)
        return await known.change(about)

    async def written(self) -> None:
        tenant_id = self.row.tenant_id
        if self.first:  # from now on callers are looked up
            await self.tools.bus.configuration_changed(tenant_id)
            self.known, self.resumed = True, False
        if self.changed.reminded:
            told: Any = {"agents": sorted(self.changed.reminded)}
            await self.tools.bus.publish(self.tools.bus.subjects.next_calls(tenant_id), told)

    def over(self) -> None:
        self.file.unlink(missing_ok=True)


def in_words(fault: Fault, language: str) -> str:
    """What is wrong with a row, for who mends it: the column, and what would be right."""
    if not fault.heading:
        return i18n.translate(fault.message, language, fault.detail)
    told = {**fault.detail, "heading": fault.heading, "problem": fault.message}
    return i18n.translate("error.import_fault", language, told)
