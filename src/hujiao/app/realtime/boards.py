"""What an open wallboard shows: of the tenant's live view, and of what is read beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao import __version__
from hujiao.agents import service as agents
from hujiao.app.realtime.view import LiveView, Scope
from hujiao.bulletins import service as bulletins
from hujiao.interactions import service as interactions
from hujiao.kit.db import Database
from hujiao.kit.rates import Rates
from hujiao.kit.slots import Slots
from hujiao.queues import service as queues
from hujiao.reporting import service as reporting
from hujiao.reporting.intervals import QUARTER, quarter
from hujiao.reporting.views import IndicatorSettings
from hujiao.wallboards.service import Shown
from hujiao.wallboards.showing import Floor, Value, value_of
from hujiao.wallboards.views import TrendTile

TREND_POINTS = 60
MOST_BULLETINS = 6
LOOKING = 8  # screens that read at once


async def project_scope(session: AsyncSession, projects: frozenset[UUID] | None, own_agent: str | None = None) -> Scope:
    """What one sees live who sees these projects' work (None: all)."""
    if projects is None:
        return Scope(everything=True, own_agent=own_agent)
    return Scope(
        projects=frozenset(map(str, projects)),
        queues=frozenset(map(str, await queues.in_projects(session, projects))),
        agents=frozenset(map(str, await agents.in_projects(session, projects))),
        own_agent=own_agent,
    )


class Limits:
    """What the screens of this API process may do, by address."""

    def __init__(self) -> None:
        self.strangers = Rates(60, 1)  # links that open nothing
        self.unknown_sockets = Slots(200, 20)
        self.sockets = Slots(2000, 60)
        self.looking = asyncio.Semaphore(LOOKING)


class OpenBoard:
    """One board on one screen. `look_up` reads what does not come from the live view."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self._scope = Scope()
        self._settings = IndicatorSettings()
        self._read: dict[str, Value] = {}

    async def look_up(self, database: Database, now: datetime) -> None:
        async with database.tenant(self.shown.tenant_id) as session:
            self._scope = await project_scope(session, self.shown.projects)
            self._settings = await reporting.indicator_settings(session)
            visible = await queues.in_projects(session, self.shown.projects)
            read: dict[str, Value] = {}
            for tile in self.shown.board.tiles:
                if isinstance(tile, TrendTile):
                    wanted = visible.keys() & set(tile.queue_ids) if tile.queue_ids else visible.keys()
                    read[tile.id] = await _trend(session, tile, wanted, now)
                elif tile.kind == "bulletins":
                    newest = await bulletins.newest_for_all(session, now, MOST_BULLETINS)
                    read[tile.id] = {"items": [one.model_dump(mode="json") for one in newest]}
        self._read = read

    def values(self, view: LiveView) -> dict[str, Value]:
        """What each tile shows now, by its id."""
        scope = self._scope
        floor = Floor(
            queues=[one for one in view.queues.values() if scope.everything or one["id"] in scope.queues],
            agents=[one for one in view.agents.values() if scope.agent(one)],
            in_flow=sum(one.get("state") == "flow" and scope.interaction(one) for one in view.interactions.values()),
            settings=self._settings,
        )
        found = {tile.id: value_of(tile, floor) or self._read.get(tile.id) for tile in self.shown.board.tiles}
        return {tile_id: value for tile_id, value in found.items() if value is not None}

    def definition(self) -> dict[str, Any]:
        """The board as its page needs it: what it is bound to stays here."""
        shown = self.shown.board.model_dump(mode="json", exclude={"project_ids"})
        kept = {"time_zone": self.shown.time_zone, "minutes": self._settings.minutes}
        return {**shown, **kept, "version": __version__}


async def _trend(session: AsyncSession, tile: TrendTile, queue_ids: Collection[UUID], now: datetime) -> Value:
    """Values from the oldest to now, at equal distances; None where there is none."""
    length = timedelta(hours=tile.hours)
    if tile.figure == "waiting":
        step = length / TREND_POINTS
        moments = [now - step * back for back in reversed(range(TREND_POINTS + 1))]
        values: list[Any] = await interactions.waiting_at(session, queue_ids, moments)
    else:
        step, last = QUARTER, quarter(now)
        moments = [last - QUARTER * back for back in reversed(range(tile.hours * 4))]
        sums = await reporting.quarters(session, queue_ids, moments[0], last + QUARTER)
        values = [_quarter_value(tile.figure, sums.get(moment)) for moment in moments]
    return {"since": moments[0].isoformat(), "step_seconds": step.total_seconds(), "values": values}


def _quarter_value(figure: str, sums: Any) -> float | None:
    if figure == "service_level":
        whole = sums.service_level_denominator if sums else 0
        return float(sums.service_level_numerator / whole) if whole else None
    return float(getattr(sums, figure)) if sums else 0.0
