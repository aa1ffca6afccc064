"""The queues' figures of the day, which the live view shows beside what happens now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hujiao.app.realtime.events import Record
from hujiao.kit.db import Database
from hujiao.reporting import service as reporting
from hujiao.reporting.agent_day import day_of
from hujiao.tenancy import service as tenancy

NOTHING = {f"{name}_today": 0 for name in reporting.FIGURES_OF_TODAY}


class DayFigures:
    """One tenant's; `refresh` reads the intervals of the tenant's day."""

    def __init__(self, database: Database, tenant_id: UUID) -> None:
        self.database = database
        self.tenant_id = tenant_id
        self.until: datetime | None = None
        self._by_queue: dict[str, dict[str, int]] = {}

    async def refresh(self, now: datetime) -> set[str]:
        """The queues whose figures changed."""
        async with self.database.tenant(self.tenant_id) as session:
            facts = await tenancy.facts(session, self.tenant_id)
            if facts is None:
                return set()
            since, self.until = day_of(now, facts.time_zone)
            found = await reporting.today_by_queue(session, since, self.until)
        before, self._by_queue = self._by_queue, found
        return {
            queue_id
            for queue_id in before.keys() | found.keys()
            if before.get(queue_id, NOTHING) != found.get(queue_id, NOTHING)
        }

    def into(self, record: Record) -> None:
        record.update(self._by_queue.get(record["id"], NOTHING))

    def over(self, now: datetime) -> bool:
        """Whether the day has ended since."""
        return self.until is not None and now >= self.until
