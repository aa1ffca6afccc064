"""The ledger as a test reads it: under the tenant's own eyes, waiting for what must come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hujiao.app.events import KINDS
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database
from hujiao.kit.events import flaws

PATIENCE = 40.0


@dataclass(frozen=True, slots=True)
class Row:
    seq: int
    at: datetime
    kind: str
    interaction_id: UUID | None
    agent_id: UUID | None
    data: dict[str, Any]


class Ledger:
    def __init__(self, database: Database, bus: Bus, tenant_id: UUID) -> None:
        self._database = database
        self._bus = bus
        self.tenant_id = tenant_id

    async def rows(self, caller: str | None = None) -> list[Row]:
        """All rows of the tenant, or of the interactions of one caller."""
        async with self._database.tenant(self.tenant_id) as session:
            found = await session.execute(
                text("SELECT seq, at, kind, interaction_id, agent_id, data FROM ledger_event ORDER BY seq")
            )
            rows = [Row(*row) for row in found]
        assert [flaw for row in rows for flaw in flaws(KINDS, row.kind, row.data)] == [], "events are as published"
        if caller is None:
            return rows
        mine = {
            row.interaction_id for row in rows if row.kind == "interaction.started" and row.data["caller"] == caller
        }
        return [row for row in rows if row.interaction_id in mine]

    async def until(self, met: Callable[[list[Row]], bool], caller: str | None = None) -> list[Row]:
        """Wait until the rows are as they must become; says what they are when they never do."""
        news = asyncio.Event()

        async def committed(_: Any) -> None:
            news.set()

        stop = await self._bus.subscribe(self._bus.subjects.live(self.tenant_id), committed)
        rows: list[Row] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    news.clear()
                    rows = await self.rows(caller)
                    if met(rows):
                        return rows
                    with suppress(TimeoutError):
                        await asyncio.wait_for(news.wait(), 1)
        except TimeoutError:
            raise AssertionError(f"The ledger never came to it: {[(row.kind, row.data) for row in rows]}") from None
        finally:
            await stop()

    async def has(self, kind: str, caller: str | None = None, *, count: int = 1, **data: Any) -> list[Row]:
        """Wait for a row of this kind with this data; all rows so far are returned."""

        def met(rows: list[Row]) -> bool:
            alike = [
                r for r in rows if r.kind == kind and all(r.data.get(name) == value for name, value in data.items())
            ]
            return len(alike) >= count

        return await self.until(met, caller)

    async def ended(self, caller: str) -> list[Row]:
        return await self.has("interaction.ended", caller)


def kinds(rows: list[Row]) -> list[str]:
    return [row.kind for row in rows]


def the(rows: list[Row], kind: str) -> Row:
    found = [row for row in rows if row.kind == kind]
    assert len(found) == 1, f"{len(found)} rows of {kind} in {kinds(rows)}"
    return found[0]
