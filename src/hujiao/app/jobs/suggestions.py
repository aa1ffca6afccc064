"""Suggestions for queues in trouble: raised, kept up to date, withdrawn, and looked back at. Part of the alarms' watch.

Which queues are in trouble follows from the live view that the alarms are compared with; who could help, the runtime
says. What is suggested is in the database: whoever watches next goes on with it. What helping would do is simulated
beside that, and added when it is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.app.holder import ask
from hujiao.app.jobs.foresight import AGAIN_AFTER, Foreseen, arrivals, foresee
from hujiao.app.realtime.hub import Feed
from hujiao.kit.bus import Bus
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.kit.errors import Unavailable
from hujiao.kit.tasks import Tasks
from hujiao.reporting import service as reporting
from hujiao.suggestions import service as suggestions
from hujiao.suggestions.machine import Trouble, figures_of, troubles
from hujiao.suggestions.service import MEASURED_AFTER

EVERY = timedelta(seconds=10)  # so often are figures read that the live view does not have, and suggestions renewed


@dataclass(slots=True)
class _Tenant:
    """What is known of one tenant. `shown`: there may be open suggestions; `measure_at`: the next look back; `looking`
    ahead, which has `foreseen` something by queue, of which these queues are `news`."""

    troubles: dict[str, Trouble] = field(default_factory=dict)
    low: dict[str, float] = field(default_factory=dict)
    read_at: datetime | None = None
    renewed_at: datetime | None = None
    shown: bool = True
    measure_at: datetime | None = None
    foreseen: dict[str, Foreseen] = field(default_factory=dict)
    looking: bool = False
    news: set[UUID] = field(default_factory=set)


class Suggestions:
    def __init__(self, bus: Bus, database: Database) -> None:
        self.bus = bus
        self.database = database
        self._tenants: dict[UUID, _Tenant] = {}
        self._tasks = Tasks()
        self._one_at_a_time = asyncio.Semaphore()

    async def stop(self) -> None:
        await self._tasks.stop()

    def forget(self, tenant_id: UUID) -> None:
        self._tenants.pop(tenant_id, None)

    async def look(self, feed: Feed, now: datetime) -> set[UUID]:
        """The queues whose suggestions are others now."""
        known = self._tenants.setdefault(feed.tenant_id, _Tenant())
        await self._read_levels(feed, known, now)
        known.troubles = troubles(feed.view.queues.values(), known.low, known.troubles, now)
        lasting = {queue_id: one for queue_id, one in known.troubles.items() if one.lasts(now)}
        changed, known.news = known.news, set()
        due = known.renewed_at is None or now - known.renewed_at >= EVERY
        if (lasting and due) or (known.shown and not lasting):
            changed |= await self._renew(feed, known, lasting, now)
            known.renewed_at, known.shown = now, bool(lasting)
        if known.measure_at and now >= known.measure_at:
            changed |= await self._look_back(feed, known, now)
        return changed

    async def _read_levels(self, feed: Feed, known: _Tenant, now: datetime) -> None:
        """The service levels that are under their bound, while anybody waits."""
        if not any(queue["waiting"] for queue in feed.view.queues.values()):
            known.low = {}
        elif known.read_at is None or now - known.read_at >= EVERY:
            known.read_at = now
            async with self.database.tenant(feed.tenant_id) as session:
                bound = (await reporting.indicator_settings(session)).bounds.service_level.red
                recent = await reporting.recent_by_queue(session, now) if bound is not None else {}
            levels = {queue_id: one["in_service"] / one["entered"] for queue_id, one in recent.items()}
            known.low = {queue_id: level for queue_id, level in levels.items() if bound is not None and level < bound}

    async def _renew(self, feed: Feed, known: _Tenant, lasting: Mapping[str, Trouble], now: datetime) -> set[UUID]:
        """Suggest anew for these queues, and no longer for others."""
        found = {}
        known.foreseen = {queue_id: one for queue_id, one in known.foreseen.items() if queue_id in lasting}
        for queue_id in lasting:
            if said := await self._ask(feed, queue_id, known.troubles):
                said["figures"]["service_level"] = known.low.get(queue_id)
                if queue_id in known.foreseen:
                    known.foreseen[queue_id].into(said["plans"])
                found[UUID(queue_id)] = said
        self._look_ahead(feed, known, [str(queue_id) for queue_id, said in found.items() if said["plans"]], now)
        async with self.database.tenant(feed.tenant_id) as session:
            rest = await suggestions.just_applied(session, now) if found else set()
            wanted = {queue_id: said for queue_id, said in found.items() if queue_id not in rest}
            gone = await suggestions.withdraw(session, wanted)
            for one, said in wanted.items():
                await suggestions.put(session, feed.tenant_id, one, lasting[str(one)], said, now)
            known.measure_at = await _next_look_back(session)
        return gone | wanted.keys()

    def _look_ahead(self, feed: Feed, known: _Tenant, queue_ids: Iterable[str], now: datetime) -> None:
        """One queue of the tenant at a time, that first which was looked at longest ago."""
        since = {queue_id: one.at if (one := known.foreseen.get(queue_id)) else None for queue_id in queue_ids}
        due = [queue_id for queue_id, at in since.items() if at is None or now - at >= AGAIN_AFTER]
        if due and not known.looking:
            known.looking = True
            first = min(due, key=lambda queue_id: since[queue_id] or datetime.min.replace(tzinfo=UTC))
            self._tasks.spawn(self._foresee(feed, known, first))

    async def _foresee(self, feed: Feed, known: _Tenant, queue_id: str) -> None:
        """From the floor as it is when its turn has come; what is not found leaves what was."""
        try:
            async with self._one_at_a_time:
                said = await self._ask(feed, queue_id, known.troubles, floor=True)
                if not said or not said["plans"] or not said.get("floor"):
                    return
                per_hour = await arrivals(self.database, feed.tenant_id, utc_now())
                choices = await foresee(said["floor"], per_hour, said)
            before = known.foreseen.get(queue_id)
            known.foreseen[queue_id] = Foreseen(utc_now(), choices or (before.choices if before else {}))
            async with self.database.tenant(feed.tenant_id) as session:
                if row := await suggestions.open_one(session, UUID(queue_id)):
                    row.plans = known.foreseen[queue_id].into(deepcopy(row.plans))
            known.news.add(UUID(queue_id))
        finally:
            known.looking = False

    async def _ask(
        self, feed: Feed, queue_id: str, troubled: Iterable[str], *, floor: bool = False
    ) -> dict[str, Any] | None:
        """What the runtime suggests, of agents who may work for the queue's project; None: there is no such queue. The
        `floor` comes with it on request."""
        queue = feed.view.queues.get(queue_id)
        if queue is None:
            return None
        here = [UUID(agent["id"]) for agent in feed.view.agents.values() if agent["state"] != "logged_out"]
        async with self.database.tenant(feed.tenant_id) as session:
            among = await agents.seeing(session, here, [UUID(queue["project_id"])])
        message = {
            "tenant_id": feed.tenant_id,
            "queue_id": queue_id,
            "agent_ids": sorted(among),
            "troubled": sorted(troubled),
            "floor": floor,
        }
        answer = await ask(self.bus, self.bus.subjects.helpers(feed.shard), message)
        if not answer.get("ok"):
            code = (answer.get("error") or {}).get("code")
            if code == "not_found":
                return None
            raise Unavailable(f"nobody says who could help: {code}")
        found: dict[str, Any] = answer["data"]
        return found

    async def _look_back(self, feed: Feed, known: _Tenant, now: datetime) -> set[UUID]:
        """What has become of the queues whose helpers were asked ten minutes ago."""
        seen = set()
        async with self.database.tenant(feed.tenant_id) as session:
            for row in await suggestions.unmeasured(session):
                queue = feed.view.queues.get(str(row.queue_id))
                if row.applied_at is None or now < row.applied_at + MEASURED_AFTER:
                    continue
                row.after, row.after_at = figures_of(queue, now) if queue else None, now
                seen.add(row.queue_id)
            await session.flush()
            known.measure_at = await _next_look_back(session)
        return seen


async def _next_look_back(session: AsyncSession) -> datetime | None:
    rows = await suggestions.unmeasured(session)
    return rows[0].applied_at + MEASURED_AFTER if rows and rows[0].applied_at else None
