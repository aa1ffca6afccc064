"""Reports per queue from quarters of an hour, in the tenant's time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.interactions import service as interactions
from hujiao.kit.errors import BadField, NotFound
from hujiao.queues import service as queues
from hujiao.reporting import repository
from hujiao.reporting.indicators import recent
from hujiao.reporting.intervals import SERVICE_LEVEL_FORMULA
from hujiao.reporting.models import IndicatorSetting
from hujiao.reporting.views import Figures, IndicatorSettings, IntervalQuery, QueueReport, QueueRow, Step

LONGEST_DAYS = {"15m": 31, "30m": 62, "1h": 93, "day": 800}
_LENGTHS = {"15m": timedelta(minutes=15), "30m": timedelta(minutes=30), "1h": timedelta(hours=1)}
FIGURES_OF_TODAY = (
    "offered",
    "answered",
    "abandoned",
    "service_level_numerator",
    "service_level_denominator",
)


async def queue_report(
    session: AsyncSession, wanted: IntervalQuery, zone: str, projects: frozenset[UUID] | None
) -> QueueReport:
    """Rows by stretch and queue of the projects that the reader may see. Empty stretches have no row."""
    if wanted.to <= wanted.from_:
        raise BadField("error.period", field="to")
    longest = LONGEST_DAYS[wanted.step]
    if wanted.to - wanted.from_ > timedelta(days=longest):
        raise BadField("error.period_long", field="to", detail={"days": longest})
    names = await queues.in_projects(session, projects)
    if unknown := set(wanted.queue_id) - names.keys():
        raise NotFound("error.not_found", field="queue_id", detail={"queue_id": str(min(unknown))})
    chosen = set(wanted.queue_id) or names.keys()
    found = await repository.rows(session, wanted.from_, wanted.to, chosen, wanted.step, zone, wanted.medium)
    rows = [
        QueueRow(
            starts_at=row.starts_at,
            ends_at=_end(row.starts_at, wanted.step, zone),
            queue_id=row.queue_id,
            queue_name=names[row.queue_id],
            **_figures(row),
        )
        for row in found
    ]
    rows.sort(key=lambda row: (row.starts_at, row.queue_name))
    totals = await repository.totals(session, wanted.from_, wanted.to, chosen, wanted.medium)
    return QueueReport(
        rows=rows, totals=Figures(**_figures(totals)), service_level_formula=SERVICE_LEVEL_FORMULA, time_zone=zone
    )


async def today_by_queue(session: AsyncSession, since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    """What the live view shows of the day so far, by queue."""
    rows = await repository.by_queue(session, since, until)
    return {str(row.queue_id): {f"{name}_today": int(getattr(row, name)) for name in FIGURES_OF_TODAY} for row in rows}


async def quarters(
    session: AsyncSession, queue_ids: Iterable[UUID], since: datetime, until: datetime
) -> dict[datetime, Any]:
    """Sums of these queues by quarter of an hour; an empty one has none."""
    return {row.starts_at: row for row in await repository.by_quarter(session, since, until, queue_ids)}


async def recent_by_queue(session: AsyncSession, now: datetime) -> dict[str, dict[str, Any]]:
    """What the live view shows of the last minutes, by queue."""
    window = (await indicator_settings(session)).window()
    stretches = await interactions.queue_stretches(session, now - timedelta(minutes=window.minutes))
    return {str(queue_id): asdict(sums) for queue_id, sums in recent(stretches, window).items()}


async def indicator_settings(session: AsyncSession) -> IndicatorSettings:
    stored = await session.scalar(select(IndicatorSetting.settings))
    return IndicatorSettings.model_validate(stored or {})


async def set_indicator_settings(session: AsyncSession, tenant_id: UUID, data: IndicatorSettings) -> IndicatorSettings:
    data.check()
    settings = data.model_dump(mode="json")
    row = insert(IndicatorSetting).values(tenant_id=tenant_id, settings=settings)
    await session.execute(row.on_conflict_do_update(index_elements=["tenant_id"], set_={"settings": settings}))
    return data


def _end(start: datetime, step: Step, zone: str) -> datetime:
    if step != "day":
        return start + _LENGTHS[step]
    local = start.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=1)).astimezone(UTC)


def _figures(row: Any) -> dict[str, Any]:
    denominator = row.service_level_denominator
    handling = row.talk_seconds + row.hold_seconds + row.wrap_up_seconds
    return {
        "offered": row.offered,
        "answered": row.answered,
        "abandoned": row.abandoned,
        "short_abandoned": row.short_abandoned,
        "redirected": row.redirected,
        "service_level_numerator": row.service_level_numerator,
        "service_level_denominator": denominator,
        "service_level": row.service_level_numerator / denominator if denominator else None,
        "asa_seconds": row.answer_wait_seconds / row.answered if row.answered else None,
        "longest_wait_seconds": row.longest_wait_seconds,
        "average_abandon_wait_seconds": row.abandon_wait_seconds / row.abandoned if row.abandoned else None,
        "handled": row.handled,
        "talk_seconds": row.talk_seconds,
        "hold_seconds": row.hold_seconds,
        "wrap_up_seconds": row.wrap_up_seconds,
        "aht_seconds": handling / row.handled if row.handled else None,
    }
