"""The queues' figures of the day and of the last minutes, which the live view shows beside what happens now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hujiao.app.realtime.events import Record
from hujiao.kit.db import Database
from hujiao.reporting import service as reporting
from hujiao.reporting.agent_day import day_of
from hujiao.tenancy import service as tenancy

NOTHING = {f"{name}_today": 0 for name in reporting.FIGURES_OF_TODAY}
RECENT_SECONDS = 4.0  # so often are the last minutes looked at again while somebody entered within them


class Figures:
    """One tenant's; `refresh` reads the intervals of the tenant's day, and the contacts of the last minutes."""

    def __init__(self, database: Database, tenant_id: UUID) -> None:
        self.database = database
        self.tenant_id = tenant_id
        self.until: datetime | None = None
        self._by_queue: dict[str, dict[str, int]] = {}
        self._recent: dict[str, Record] = {}
        self._read_at: datetime | None = None

    async def refresh(self, now: datetime) -> set[str]:
        """The queues whose figures changed."""
        async with self.database.tenant(self.tenant_id) as session:
            facts = await tenancy.facts(session, self.tenant_id)
            if facts is None:
                return set()
            since, self.until = day_of(now, facts.time_zone)
            found = await reporting.today_by_queue(session, since, self.until)
            recent = await reporting.recent_by_queue(session, now)
        before, self._by_queue = self._by_queue, found
        earlier, self._recent, self._read_at = self._recent, recent, now
        return {
            queue_id
            for queue_id in before.keys() | found.keys() | earlier.keys() | recent.keys()
            if before.get(queue_id, NOTHING) != found.get(queue_id, NOTHING)
            or earlier.get(queue_id) != recent.get(queue_id)
        }

    def into(self, record: Record) -> None:
        record.update(self._by_queue.get(record["id"], NOTHING))
        record["recent"] = self._recent.get(record["id"])

    def over(self, now: datetime) -> bool:
        """Whether they are others by now: the day has ended, or a contact may have left the last minutes."""
        if self._recent and self._read_at and (now - self._read_at).total_seconds() >= RECENT_SECONDS:
            return True
        return self.until is not None and now >= self.until
