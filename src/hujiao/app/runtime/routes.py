"""Whose the called numbers are, and the trunks by which calls go out: read at the start, then what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from hujiao.calls.lines import WayOut, ways_out
from hujiao.calls.numbers import by_number, called_in
from hujiao.kit.db import Database


class Routes:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners: dict[str, UUID] = {}
        self._numbers: dict[UUID, set[str]] = {}  # of each tenant, in all their forms
        self._operators: frozenset[UUID] = frozenset()  # whose trunks are the ways out
        self._begun = 0
        self._read: dict[UUID, int] = {}  # which reading of a tenant's numbers they are from
        self.ways_out: list[WayOut] = []

    def owner(self, called: str) -> UUID | None:
        """Return whose number was called, however a carrier writes it."""
        return called_in(self._owners, called)

    async def load(self) -> None:
        """Read all of all tenants."""
        async with self._database.lookup() as session:
            rows = await session.execute(text("SELECT number, tenant_id FROM lookup_access_numbers()"))
            owned: dict[UUID, list[str]] = {}
            for row in rows:
                owned.setdefault(row.tenant_id, []).append(row.number)
            operators = await session.scalars(text("SELECT id FROM lookup_tenants() WHERE kind = 'operator'"))
            self._operators = frozenset(operators)
        for tenant_id in self._numbers.keys() | owned.keys():
            self._keep(tenant_id, owned.get(tenant_id, ()))
        self.ways_out = await ways_out(self._database)

    async def changed(self, tenant_id: UUID) -> None:
        """Read one tenant's anew. Of two readings at once the one that began last holds."""
        self._begun += 1
        begun = self._begun
        numbers = await self._numbers_of(tenant_id)
        if self._read.get(tenant_id, 0) < begun:
            self._read[tenant_id] = begun
            self._keep(tenant_id, numbers)
        if tenant_id in self._operators:
            self.ways_out = await ways_out(self._database)

    async def _numbers_of(self, tenant_id: UUID) -> list[str]:
        async with self._database.tenant(tenant_id) as session:
            return list(await session.scalars(text("SELECT number FROM access_number")))

    def _keep(self, tenant_id: UUID, numbers: Iterable[str]) -> None:
        """A number that has gone to another tenant meanwhile stays there."""
        now = by_number(dict.fromkeys(numbers, tenant_id))
        for number in self._numbers.get(tenant_id, set()) - now.keys():
            if self._owners.get(number) == tenant_id:
                del self._owners[number]
        self._owners |= now
        self._numbers[tenant_id] = set(now)
