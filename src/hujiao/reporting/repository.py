"""Queries of intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, extract, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.reporting.models import QueueInterval
from hujiao.reporting.views import Step

SUMS = (
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "redirected",
    "service_level_numerator",
    "service_level_denominator",
    "answer_wait_seconds",
    "abandon_wait_seconds",
    "handled",
    "talk_seconds",
    "hold_seconds",
    "wrap_up_seconds",
)


def _starts(step: Step, zone: str) -> ColumnElement[datetime]:
    """The beginning of the stretch, by the tenant's clock: days may have 23 or 25 hours."""
    at = QueueInterval.starts_at
    if step == "15m":
        return at.expression
    hour: ColumnElement[datetime] = func.date_trunc("hour" if step != "day" else "day", at, zone)
    if step != "30m":
        return hour
    minute = extract("minute", func.timezone(zone, at))
    return case((minute >= 30, hour + func.make_interval(0, 0, 0, 0, 0, 30)), else_=hour)


def _sums() -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [
        func.coalesce(func.sum(getattr(QueueInterval, name)), literal(0)).label(name) for name in SUMS
    ]
    longest = func.coalesce(func.max(QueueInterval.longest_wait_seconds), literal(0)).label("longest_wait_seconds")
    return [*columns, longest]


def _within(statement: Any, since: datetime, until: datetime, queues: Iterable[UUID], medium: str | None = None) -> Any:
    where = [
        QueueInterval.starts_at >= since,
        QueueInterval.starts_at < until,
        QueueInterval.queue_id.in_(list(queues)),
    ]
    return statement.where(*where, *([QueueInterval.medium == medium] if medium else []))


async def rows(
    session: AsyncSession,
    since: datetime,
    until: datetime,
    queues: Iterable[UUID],
    step: Step,
    zone: str,
    medium: str | None,
) -> Sequence[Any]:
    stretches = select(QueueInterval, _starts(step, zone).label("stretch"))
    inner = _within(stretches, since, until, queues, medium).subquery()
    stretch = inner.c.stretch
    sums = [func.sum(inner.c[name]).label(name) for name in SUMS]
    longest = func.max(inner.c.longest_wait_seconds).label("longest_wait_seconds")
    statement = (
        select(stretch.label("starts_at"), inner.c.queue_id, *sums, longest)
        .group_by(stretch, inner.c.queue_id)
        .order_by(stretch, inner.c.queue_id)
    )
    return (await session.execute(statement)).all()


async def totals(
    session: AsyncSession, since: datetime, until: datetime, queues: Iterable[UUID], medium: str | None
) -> Any:
    return (await session.execute(_within(select(*_sums()), since, until, queues, medium))).one()


async def by_queue(session: AsyncSession, since: datetime, until: datetime) -> Sequence[Any]:
    statement = select(QueueInterval.queue_id, *_sums()).where(
        QueueInterval.starts_at >= since, QueueInterval.starts_at < until
    )
    return (await session.execute(statement.group_by(QueueInterval.queue_id))).all()


async def by_quarter(session: AsyncSession, since: datetime, until: datetime, queues: Iterable[UUID]) -> Sequence[Any]:
    """Sums of these queues together."""
    statement = _within(select(QueueInterval.starts_at, *_sums()), since, until, queues)
    return (await session.execute(statement.group_by(QueueInterval.starts_at))).all()
