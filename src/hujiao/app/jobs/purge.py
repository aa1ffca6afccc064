"""Every hour: delete what has expired, tenant by tenant."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hujiao.alarms import service as alarms
from hujiao.customers.imports import files as import_files
from hujiao.customers.imports import service as imports
from hujiao.identity import service as identity
from hujiao.identity import throttle
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, is_away
from hujiao.kit.faults import Faults, reason_of
from hujiao.routing import trials
from hujiao.screen_views import service as screen_views
from hujiao.suggestions import service as suggestions

log = structlog.get_logger()

EVERY_SECONDS = 3600.0


class Purge:
    def __init__(self, database: Database, home: Path, faults: Faults | None = None) -> None:
        self._database = database
        self._home = home
        self._faults = faults or Faults()

    async def run(self) -> None:
        while True:
            try:
                sessions, keys = await self.purge(utc_now())
                log.info("purged", sessions=sessions, idempotency_keys=keys)
            except (OSError, SQLAlchemyError) as error:  # in an hour, then
                log.warning("purge_failed", reason=str(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def purge(self, now: datetime) -> tuple[int, int]:
        """How many sessions and idempotency keys went, of all tenants."""
        async with self._database.lookup() as session:
            tenants = list(await session.scalars(text("SELECT id FROM lookup_tenants()")))
            await throttle.purge(session, now)
        sessions = keys = 0
        for tenant_id in tenants:
            try:
                async with self._database.tenant(tenant_id) as session:
                    ended, expired = await identity.purge(session, now)
                    await trials.purge(session, now)
                    await alarms.purge(session, now)
                    await suggestions.purge(session, now)
                    await screen_views.purge(session, now)
                    old = await imports.purge(session, now)
                for import_id in old:
                    import_files.remove(import_files.place(self._home, tenant_id, import_id))
            except Exception as error:
                if is_away(error):
                    raise
                self._faults.met("purge", tenant_id, about="what has expired", reason=reason_of(error))
            else:
                self._faults.mended("purge", tenant_id)
                sessions, keys = sessions + ended, keys + expired
        import_files.sweep(self._home, (now - 2 * imports.KEPT).timestamp())
        return sessions, keys
