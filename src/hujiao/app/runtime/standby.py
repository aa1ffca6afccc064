"""The configurations of the tenants that other runtimes serve, at hand for the moment in which one of them is gone.

Reading a tenant's configuration takes 25 ms, unpacking it 0.3 ms: callers hear the fallback when a shard with a few
hundred tenants is read for longer than three seconds. They are packed, so that collections of garbage pass them by.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Callable, Iterable
from uuid import UUID

import structlog

from hujiao.app.runtime import config
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.kit.db import Database

log = structlog.get_logger()

# Reading ahead takes no more than this share of the time: calls come first.
SHARE = 0.2


class Standby:
    def __init__(self, database: Database, ours: Callable[[UUID], bool]) -> None:
        self._database = database
        self._ours = ours
        self._kept: dict[UUID, bytes] = {}
        self._wanted: dict[UUID, None] = {}
        self._news = asyncio.Event()
        self.warm = False  # everybody has been read once: who asks for a shard now is quick to serve it

    def __len__(self) -> int:
        return len(self._kept)

    def want(self, tenant_ids: Iterable[UUID]) -> None:
        """They are new or have changed: what was kept holds no more."""
        for tenant_id in tenant_ids:
            self._kept.pop(tenant_id, None)
            self._wanted[tenant_id] = None
        self._news.set()

    def keep(self, known: TenantConfig) -> None:
        """It was ours until now."""
        self._kept[known.id] = pickle.dumps(known)

    def take(self, tenant_id: UUID) -> TenantConfig | None:
        """As it was when we were last told of a change; a message that was missed is made good afterwards."""
        self._wanted.pop(tenant_id, None)
        packed = self._kept.pop(tenant_id, None)
        found: TenantConfig | None = pickle.loads(packed) if packed else None
        return found

    async def run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._wanted:
                tenant_id = next(iter(self._wanted))
                del self._wanted[tenant_id]
                began = time.monotonic()
                if not self._ours(tenant_id):
                    await self._read(tenant_id)
                await asyncio.sleep((time.monotonic() - began) * (1 / SHARE - 1))
            self.warm = True

    async def _read(self, tenant_id: UUID) -> None:
        try:
            found = await config.load(self._database, tenant_id)
        except Exception as error:  # whoever takes it over reads it and says so
            log.warning("tenant_not_read_ahead", tenant_id=str(tenant_id), reason=str(error))
            return
        if tenant_id not in self._wanted and not self._ours(tenant_id):
            self.keep(found)
