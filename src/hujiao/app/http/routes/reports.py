"""Reports, on the screen and as files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hujiao.app.http.access import need
from hujiao.app.http.errors import reader_language
from hujiao.app.http.sheets import Column, csv_response, xlsx_response
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.kit import i18n
from hujiao.reporting import service as reporting
from hujiao.reporting.views import IntervalQuery, QueueReport

router = APIRouter(prefix="/reports", tags=["reports"], route_class=UnitRoute, dependencies=[need(Right.REPORTS_READ)])

Wanted = Annotated[IntervalQuery, Query()]
_COLUMNS = (
    ("starts_at", "time", 20),
    ("queue_name", "text", 20),
    ("offered", "number", 10),
    ("answered", "number", 10),
    ("abandoned", "number", 10),
    ("short_abandoned", "number", 10),
    ("redirected", "number", 10),
    ("service_level_numerator", "number", 12),
    ("service_level_denominator", "number", 12),
    ("service_level", "share", 12),
    ("asa_seconds", "number", 12),
    ("longest_wait_seconds", "number", 12),
    ("average_abandon_wait_seconds", "number", 12),
    ("handled", "number", 10),
    ("talk_seconds", "number", 12),
    ("hold_seconds", "number", 12),
    ("wrap_up_seconds", "number", 12),
    ("aht_seconds", "number", 12),
)


async def _report(work: InTenant, wanted: IntervalQuery) -> QueueReport:
    who = work.caller.principal
    return await reporting.queue_report(work.session, wanted, who.tenant_time_zone, who.projects)


def _columns(language: str) -> list[Column]:
    return [Column(name, i18n.translate(f"column.{name}", language), kind, width) for name, kind, width in _COLUMNS]


async def _rows(report: QueueReport, language: str) -> AsyncIterator[dict[str, Any]]:
    for row in report.rows:
        yield row.model_dump()
    yield {**report.totals.model_dump(), "queue_name": i18n.translate("column.total", language)}


@router.get("/queue-intervals", name="read_queue_intervals")
async def read_queue_intervals(work: InTenant, wanted: Wanted) -> QueueReport:
    return await _report(work, wanted)


@router.get(
    "/queue-intervals.csv",
    name="export_queue_intervals_csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_queue_intervals_csv(work: InTenant, request: Request, wanted: Wanted) -> Response:
    report, language = await _report(work, wanted), reader_language(request)
    response: Response = csv_response(_columns(language), _rows(report, language), report.time_zone, "queue-intervals")
    return response


@router.get(
    "/queue-intervals.xlsx",
    name="export_queue_intervals_xlsx",
    response_class=Response,
    responses={200: {"content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}},
)
async def export_queue_intervals_xlsx(work: InTenant, request: Request, wanted: Wanted) -> Response:
    report, language = await _report(work, wanted), reader_language(request)
    formula = i18n.translate("column.service_level_formula", language), report.service_level_formula
    response: Response = await xlsx_response(
        _columns(language), _rows(report, language), report.time_zone, "queue-intervals", after=[formula]
    )
    return response
