"""Thresholds of time in state, and alarms: raised, ended, acknowledged, read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.alarms.contracts import USUAL, Bounds, Episode, Exceeded, Level, Thresholds, Watched
from hujiao.alarms.machine import Raised
from hujiao.alarms.models import StateAlarm, StateThreshold
from hujiao.alarms.views import (
    AlarmFilter,
    AlarmView,
    StateThresholdIn,
    StateThresholdView,
    UsualThreshold,
)
from hujiao.identity import accounts
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page
from hujiao.queues import service as queues

KEPT_DAYS = 90
MOST_AT_ONCE = 500  # rows of one statement
EPISODE = ["tenant_id", "subject_id", "state", "since", "level"]  # raised once


class StateThresholds(Catalogue[StateThreshold, StateThresholdIn, StateThresholdView]):
    row, view = StateThreshold, StateThresholdView
    search, order = (StateThreshold.state,), (StateThreshold.state, StateThreshold.amber_seconds)

    async def values(self, data: StateThresholdIn, row: StateThreshold | None) -> dict[str, Any]:
        amber, red = data.amber_seconds, data.red_seconds
        if amber is not None and red is not None and red <= amber:
            raise BadField("error.red_after_amber", field="red_seconds")
        if data.group_id and data.state == "waiting":
            raise BadField("error.threshold_group", field="group_id")
        if data.queue_id and data.state != "waiting":
            raise BadField("error.threshold_queue", field="queue_id")
        if data.reason_code_id:
            if data.state not in ("not_ready", "break"):
                raise BadField("error.reason_with_available", field="reason_code_id")
            breaks = await agents.reasons(self.session)
            if data.reason_code_id not in breaks:
                raise BadField("error.unknown_reference", field="reason_code_id")
            if breaks[data.reason_code_id] != (data.state == "break"):
                raise BadField("error.threshold_reason", field="reason_code_id")
        return data.model_dump()


def usual() -> list[UsualThreshold]:
    return [
        UsualThreshold(state=cast(Watched, state), amber_seconds=bounds.amber, red_seconds=bounds.red)
        for state, bounds in USUAL.items()
    ]


async def thresholds(session: AsyncSession) -> Thresholds:
    """Returns the tenant's own rules as the runtime needs them."""
    return Thresholds(
        {
            (row.state, row.group_id or row.queue_id, str(row.reason_code_id) if row.reason_code_id else None): Bounds(
                row.amber_seconds, row.red_seconds
            )
            for row in await session.scalars(select(StateThreshold))
        }
    )


# ── what the watch does ──────────────────────────────────────────────────────────────────────────────────────────────


async def open_alarms(session: AsyncSession) -> list[Raised]:
    """Returns what is raised and not over."""
    rows = await session.scalars(select(StateAlarm).where(StateAlarm.ended_at.is_(None)))
    return [(Episode(row.subject_id, row.state, row.since), cast(Level, row.level)) for row in rows]


async def write(
    session: AsyncSession, tenant_id: UUID, new: Iterable[Exceeded], over: Collection[Raised], now: datetime
) -> list[tuple[UUID | None, UUID | None]]:
    """Raise and end these; returns the agent and the queue of each that ended. What another process has raised
    meanwhile stays as it is; a state that was over and is there again, since the same moment, is raised anew."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "subject_id": one.episode.subject_id,
            "state": one.episode.state,
            "since": one.episode.since,
            "level": one.level,
            "after_seconds": one.after_seconds,
            "agent_id": one.agent_id,
            "interaction_id": one.interaction_id,
            "queue_id": one.queue_id,
            "reason_code_id": one.reason_code_id,
            "raised_at": now,
        }
        for one in new
    ]
    for at in range(0, len(rows), MOST_AT_ONCE):
        raising = insert(StateAlarm).values(rows[at : at + MOST_AT_ONCE])
        again = {name: raising.excluded[name] for name in rows[0].keys() - {"id", *EPISODE}}
        anew = {**again, "ended_at": None, "acknowledged_at": None, "acknowledged_by": None}
        lapsed = StateAlarm.ended_at.is_not(None)
        await session.execute(raising.on_conflict_do_update(index_elements=EPISODE, set_=anew, where=lapsed))
    if not over:
        return []
    keys = [(episode.subject_id, episode.state, episode.since, level) for episode, level in over]
    same = tuple_(StateAlarm.subject_id, StateAlarm.state, StateAlarm.since, StateAlarm.level).in_(keys)
    ended = update(StateAlarm).where(same, StateAlarm.ended_at.is_(None)).values(ended_at=now)
    found = await session.execute(ended.returning(StateAlarm.agent_id, StateAlarm.queue_id))
    return [(row.agent_id, row.queue_id) for row in found]


async def purge(session: AsyncSession, now: datetime) -> None:
    """Forget what was raised long ago."""
    await session.execute(delete(StateAlarm).where(StateAlarm.raised_at < now - timedelta(days=KEPT_DAYS)))


# ── what supervisors do ──────────────────────────────────────────────────────────────────────────────────────────────


class Alarms:
    """Those that the reader may see: of these agents and queues (None: all)."""

    def __init__(
        self, session: AsyncSession, seen_agents: Collection[UUID] | None, seen_queues: Collection[UUID] | None
    ) -> None:
        self.session = session
        self.seen_agents = seen_agents
        self.seen_queues = seen_queues

    async def page(self, wanted: AlarmFilter, query: ListQuery) -> Page[AlarmView]:
        """Newest first."""
        where = [*self._visible(), *_wanted(wanted)]
        total = await self.session.scalar(select(func.count()).select_from(StateAlarm).where(*where)) or 0
        newest = select(StateAlarm).where(*where).order_by(StateAlarm.raised_at.desc(), StateAlarm.id.desc())
        rows = (await self.session.scalars(newest.limit(query.page_size).offset(query.offset))).all()
        return Page(items=await self._show(rows), total=total, page=query.page, page_size=query.page_size)

    async def acknowledge(self, ids: Collection[UUID], account_id: UUID, now: datetime) -> list[StateAlarm]:
        """Returns those that were not acknowledged before."""
        wanted = select(StateAlarm).where(StateAlarm.id.in_(ids), *self._visible()).order_by(StateAlarm.id)
        rows = (await self.session.scalars(wanted.with_for_update())).all()
        if len(rows) != len(set(ids)):
            raise BadField("error.unknown_reference", field="alarm_ids")
        fresh = [row for row in rows if row.acknowledged_at is None]
        for row in fresh:
            row.acknowledged_at, row.acknowledged_by = now, account_id
        return fresh

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.seen_agents is None or self.seen_queues is None:
            return []
        mine = [
            column.in_(list(ids))
            for column, ids in ((StateAlarm.agent_id, self.seen_agents), (StateAlarm.queue_id, self.seen_queues))
            if ids
        ]
        return [or_(false(), *mine)]

    async def _show(self, rows: Sequence[StateAlarm]) -> list[AlarmView]:
        people = await agents.names(self.session, {row.agent_id for row in rows})
        named = await queues.names(self.session, {row.queue_id for row in rows})
        seen_to = await accounts.names(self.session, {row.acknowledged_by for row in rows if row.acknowledged_by})
        found = []
        for row in rows:
            number, name = people.get(row.agent_id, (None, None)) if row.agent_id else (None, None)
            values = {column: getattr(row, column) for column in AlarmView.model_fields if hasattr(row, column)}
            values |= {
                "agent_number": number,
                "agent_name": name,
                "queue_name": named.get(row.queue_id) if row.queue_id else None,
                "acknowledged_by_name": seen_to.get(row.acknowledged_by) if row.acknowledged_by else None,
            }
            found.append(AlarmView.model_validate(values))
        return found


def _wanted(wanted: AlarmFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.open is not None:
        where.append(StateAlarm.ended_at.is_(None) if wanted.open else StateAlarm.ended_at.is_not(None))
    if wanted.acknowledged is not None:
        seen_to = StateAlarm.acknowledged_at
        where.append(seen_to.is_not(None) if wanted.acknowledged else seen_to.is_(None))
    if wanted.level:
        where.append(StateAlarm.level == wanted.level)
    if wanted.agent_id:
        where.append(StateAlarm.agent_id == wanted.agent_id)
    if wanted.queue_id:
        where.append(StateAlarm.queue_id == wanted.queue_id)
    if wanted.raised_from:
        where.append(StateAlarm.raised_at >= wanted.raised_from)
    if wanted.raised_to:
        where.append(StateAlarm.raised_at < wanted.raised_to)
    return where
