"""The projector: folds each tenant's ledger, in its own order, into interactions, segments and interval facts.

Position, facts and sums are written in one transaction, so a crash at any point neither loses nor counts twice. Of the
facts only rows that differ from what the events before gave are written.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import reduce
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from hujiao.app.events import fold
from hujiao.app.jobs import called_customers
from hujiao.app.jobs.fact_rows import Changes, rows
from hujiao.interactions.facts import InteractionFacts, LedgerEntry
from hujiao.kit.db import is_away
from hujiao.kit.faults import Faults, reason_of
from hujiao.reporting.intervals import Key, Share, difference, shares

log = structlog.get_logger()

NAME = "facts"
WORK = "facts"  # what its faults are written down under
EVENTS_AT_ONCE = 2000
# A call's events come in bursts, and each time that there are new ones the call is folded anew. So there is a pause
# between two turns, the longer the more there was to fold: what is busy folds most calls once.
LEAST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, PAUSE_TIMES = 0.2, 3.0, 30


class Unfoldable(Exception):
    """An event that cannot be folded; the cause says why."""

    def __init__(self, entry: LedgerEntry) -> None:
        super().__init__(f"event {entry.seq} ({entry.kind}) of interaction {entry.interaction_id}")


class Projector:
    """`wake` says that there may be something new; without it the ledger is looked at every `idle_seconds`.

    A tenant whose events cannot be folded is set aside in `faults`; the others go on. `reminded` hears of agents whose
    next calls were done.
    """

    def __init__(
        self,
        pool: asyncpg.Pool[asyncpg.Record],
        faults: Faults | None = None,
        *,
        idle_seconds: float = 2.0,
        reminded: Callable[[UUID, set[UUID]], Awaitable[None]] | None = None,
    ) -> None:
        self._pool = pool
        self._faults = faults or Faults()
        self._reminded = reminded
        self._idle_seconds = idle_seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self.catch_up()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("projection_waiting", reason=str(error))
            took = loop.time() - began
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), self._idle_seconds)
            except TimeoutError:
                continue
            await asyncio.sleep(min(max(PAUSE_TIMES * took, LEAST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))

    async def catch_up(self) -> int:
        """Fold all that is new, a stretch of each tenant in turn; returns how many events that was."""
        total = 0
        behind = await self._behind()
        while behind:
            counts = {tenant_id: await self._try(tenant_id) for tenant_id in behind}
            total += sum(counts.values())
            behind = [tenant_id for tenant_id, count in counts.items() if count]
        return total

    async def _try(self, tenant_id: UUID) -> int:
        """As `project`; 0 also for a tenant that is set aside, or is from now on."""
        if self._faults.aside(WORK, tenant_id):
            return 0
        try:
            count = await self.project(tenant_id)
        except Exception as error:
            if is_away(error):
                raise
            unfoldable = isinstance(error, Unfoldable)
            about, cause = (str(error), error.__cause__) if unfoldable else ("its facts", error)
            self._faults.met(WORK, tenant_id, about=about, reason=reason_of(cause))
            return 0
        self._faults.mended(WORK, tenant_id)
        return count

    async def lag(self) -> list[dict[str, Any]]:
        """How far the facts are behind the ledger: of each tenant, the events and the age of the first of them."""
        rows = await self._pool.fetch(
            "SELECT t.id, last.seq - coalesce(p.seq, 0) AS events, (SELECT extract(epoch FROM now() - at)::float"
            " FROM ledger_event e WHERE e.tenant_id = t.id AND e.seq > coalesce(p.seq, 0) ORDER BY seq LIMIT 1)"
            " AS seconds FROM lookup_tenants() t LEFT JOIN projection p ON p.tenant_id = t.id AND p.name = $1,"
            " LATERAL (SELECT seq FROM ledger_event e WHERE e.tenant_id = t.id ORDER BY seq DESC LIMIT 1) AS last"
            " WHERE last.seq > coalesce(p.seq, 0)",
            NAME,
        )
        return [{"tenant_id": str(row["id"]), "events": row["events"], "seconds": row["seconds"]} for row in rows]

    async def _behind(self) -> list[UUID]:
        rows = await self._pool.fetch(
            "SELECT t.id FROM lookup_tenants() t LEFT JOIN projection p ON p.tenant_id = t.id AND p.name = $1"
            " WHERE coalesce(p.seq, 0) < (SELECT seq FROM ledger_event e WHERE e.tenant_id = t.id"
            " ORDER BY seq DESC LIMIT 1)",
            NAME,
        )
        return [row["id"] for row in rows]

    async def project(self, tenant_id: UUID) -> int:
        """The next stretch of one tenant's events, in one transaction."""
        count, concerned = await self._project(tenant_id)
        if concerned and self._reminded:
            await self._reminded(tenant_id, concerned)
        return count

    async def _project(self, tenant_id: UUID) -> tuple[int, set[UUID]]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO projection (tenant_id, name, seq) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
                tenant_id,
                NAME,
            )
            done: int = await connection.fetchval(
                "SELECT seq FROM projection WHERE tenant_id = $1 AND name = $2 FOR UPDATE", tenant_id, NAME
            )
            new = await connection.fetch(
                "SELECT seq, interaction_id FROM ledger_event WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                tenant_id,
                done,
                EVENTS_AT_ONCE,
            )
            if not new:
                return 0, set()
            upto: int = new[-1]["seq"]
            touched = {row["interaction_id"] for row in new if row["interaction_id"]}
            concerned = await self._fold(connection, tenant_id, touched, done, upto)
            await connection.execute(
                "UPDATE projection SET seq = $3 WHERE tenant_id = $1 AND name = $2", tenant_id, NAME, upto
            )
            return len(new), concerned

    async def _fold(self, connection: Any, tenant_id: UUID, touched: set[UUID], done: int, upto: int) -> set[UUID]:
        """Returns the agents whose next calls are done."""
        found = await connection.fetch(
            "SELECT seq, at, kind, interaction_id, agent_id, data FROM ledger_event"
            " WHERE tenant_id = $1 AND interaction_id = ANY($2) AND seq <= $3 ORDER BY seq",
            tenant_id,
            list(touched),
            upto,
        )
        events: dict[UUID, list[LedgerEntry]] = defaultdict(list)
        for row in found:
            events[row["interaction_id"]].append(LedgerEntry(*row.values()))
        changes = Changes()
        sums: dict[Key, Share] = defaultdict(dict)
        calls: list[InteractionFacts] = []
        for interaction_id, entries in events.items():
            old = [entry for entry in entries if entry.seq <= done]
            facts = reduce(_folded, old, None)
            before, shares_before = rows(facts), shares(facts)
            connected = facts is not None and facts.connected_at is not None
            facts = reduce(_folded, entries[len(old) :], facts)
            if facts and not connected and called_customers.reached(facts):
                calls.append(facts)
            changes.add(interaction_id, before, rows(facts))
            for key, delta in difference(shares_before, shares(facts)).items():
                _merge(sums[key], delta)
        await changes.write(connection, tenant_id)
        await _write_sums(connection, tenant_id, sums)
        return await called_customers.close(connection, tenant_id, calls)


def _folded(facts: InteractionFacts | None, entry: LedgerEntry) -> InteractionFacts | None:
    try:
        return fold(facts, entry)
    except Exception as error:
        raise Unfoldable(entry) from error


def _merge(total: Share, delta: Share) -> None:
    for name, value in delta.items():
        if name == "longest_wait_seconds":
            total[name] = max(total.get(name, 0.0), value)
        else:
            total[name] = total.get(name, 0) + value


async def _write_sums(connection: Any, tenant_id: UUID, sums: dict[Key, Share]) -> None:
    for (queue_id, starts_at, medium), share in sorted(sums.items(), key=lambda item: (str(item[0][0]), *item[0][1:])):
        names = sorted(share)
        places = ", ".join(f"${number + 5}" for number in range(len(names)))
        update = ", ".join(
            f"{name} = greatest(queue_interval.{name}, excluded.{name})"
            if name == "longest_wait_seconds"
            else f"{name} = queue_interval.{name} + excluded.{name}"
            for name in names
        )
        await connection.execute(
            f"INSERT INTO queue_interval (tenant_id, queue_id, starts_at, medium, {', '.join(names)})"
            f" VALUES ($1, $2, $3, $4, {places})"
            f" ON CONFLICT (tenant_id, queue_id, starts_at, medium) DO UPDATE SET {update}",
            tenant_id,
            queue_id,
            starts_at,
            medium,
            *(share[name] for name in names),
        )
