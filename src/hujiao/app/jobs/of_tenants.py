"""Jobs that somebody of a tenant waits for: the next one of every tenant in turn, so that nobody's many hold up
others'. One that fails is given up: who waits for it is told why.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.db import Database, is_away
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.jobs import Jobs


class Wanted(msgspec.Struct, frozen=True):
    tenant_id: UUID
    id: UUID
    attempts: int = 0


class TenantJobs(Jobs[Wanted]):
    """`name` is also what its faults are written down under."""

    def __init__(
        self,
        database: Database,
        pool: asyncpg.Pool[asyncpg.Record],
        faults: Faults | None = None,
        *,
        workers: int = 1,
    ) -> None:
        super().__init__(pool, workers=workers)
        self._database = database
        self._faults = faults or Faults()
        self._turn = UUID(int=0)  # the tenant whose job was begun last

    @abstractmethod
    async def unfinished(self, session: AsyncSession, but: Collection[UUID]) -> UUID | None:
        """The tenant's next job, none of these."""

    async def due(self, but: Collection[UUID]) -> Sequence[Wanted]:
        async with self._database.lookup() as session:
            tenants = sorted(await session.scalars(text("SELECT id FROM lookup_tenants()")))
        tenants.sort(key=lambda tenant_id: tenant_id <= self._turn)
        found = [(tenant_id, await self._next_of(tenant_id, but)) for tenant_id in tenants]
        return [Wanted(tenant_id, job_id) for tenant_id, job_id in found if job_id]

    async def _next_of(self, tenant_id: UUID, but: Collection[UUID]) -> UUID | None:
        """None also for a tenant that is set aside, or is from now on."""
        if self._faults.aside(self.name, tenant_id):
            return None
        try:
            async with self._database.tenant(tenant_id) as session:
                job_id = await self.unfinished(session, but)
        except Exception as error:
            if is_away(error):
                raise
            self._faults.met(self.name, tenant_id, about=f"its {self.name}", reason=reason_of(error))
            return None
        self._faults.mended(self.name, tenant_id)
        return job_id
