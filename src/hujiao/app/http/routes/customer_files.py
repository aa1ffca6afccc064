"""Customers as files: exactly what the list finds, as CSV or a sheet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.routes.customers import Wanted, customers_of
from hujiao.app.http.sheets import XLSX, Column, csv_response, xlsx_response
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.customers.fields import all_fields, as_text
from hujiao.customers.models import CustomerField
from hujiao.customers.service import Customers
from hujiao.customers.views import CustomerFilter, CustomerView
from hujiao.identity.contracts import Right
from hujiao.kit import i18n
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField
from hujiao.kit.paging import ListQuery
from hujiao.kit.secrets import TenantSecrets

router = APIRouter(tags=["customers"], route_class=UnitRoute)

MOST_OF_A_SHEET = 1_048_575
MANAGE = need(Right.CUSTOMERS_MANAGE)
_PLAIN = (
    Column("name", "", width=16),
    Column("phones", "", width=30),
    Column("emails", "", width=24),
    Column("grade", "", "number", 8),
    Column("tags", "", width=16),
    Column("agent_name", "", width=16),
    Column("note", "", width=40),
    Column("created_at", "", "time", 20),
    Column("updated_at", "", "time", 20),
)


async def columns_of(work: Work, language: str) -> list[Column]:
    """The record's own, then the tenant's fields by their names."""
    columns = [replace(column, title=i18n.translate(f"column.customer_{column.name}", language)) for column in _PLAIN]
    for field in (await all_fields(work.session)).values():
        title = field.label.get(language) or next(iter(field.label.values()))
        columns.append(Column(f"fields.{field.key}", title, "number" if _numeric(field) else "text", 18))
    return columns


def _numeric(field: CustomerField) -> bool:
    return field.kind == "number" and not field.private


def row_of(view: CustomerView) -> dict[str, Any]:
    def of(kind: str) -> str:
        return "; ".join(point.value for point in view.contact_points if point.kind == kind)

    own = {
        f"fields.{key}": value if isinstance(value, int | float) and not isinstance(value, bool) else as_text(value)
        for key, value in view.fields.items()
    }
    return {**view.model_dump(), "phones": of("phone"), "emails": of("email"), "tags": ", ".join(view.tags), **own}


async def _rows(request: Request, caller: Caller, wanted: CustomerFilter, query: ListQuery) -> AsyncIterator[Any]:
    """In a transaction of its own, which lasts as long as the file is being written."""
    parts, principal = parts_of(request), caller.principal
    async with parts.database.tenant(principal.tenant_id) as session:
        secrets = TenantSecrets(parts.settings.secret_key, principal.tenant_id)
        async for view in Customers(session, principal, secrets, utc_now()).every(wanted, query):
            yield row_of(view)


@router.get(
    "/customers.csv",
    name="export_customers_csv",
    dependencies=[MANAGE],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_customers_csv(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    """All that the list finds, page or not; private values as the reader sees them."""
    await customers_of(work).page(wanted, replace(query, page_size=1))  # what is wrong is told now
    columns, zone = await columns_of(work, reader_language(request)), work.caller.principal.tenant_time_zone
    response: Response = csv_response(columns, _rows(request, work.caller, wanted, query), zone, "customers")
    return response


@router.get(
    "/customers.xlsx",
    name="export_customers_xlsx",
    dependencies=[MANAGE],
    response_class=Response,
    responses={200: {"content": {XLSX: {}}}},
)
async def export_customers_xlsx(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    """The same as a sheet, of as many rows as a sheet has."""
    found = await customers_of(work).page(wanted, replace(query, page_size=1))
    if found.total > MOST_OF_A_SHEET:
        detail = {"largest": MOST_OF_A_SHEET, "count": found.total}
        raise BadField("error.export_large", code="export_large", detail=detail)
    columns, zone = await columns_of(work, reader_language(request)), work.caller.principal.tenant_time_zone
    rows = _rows(request, work.caller, wanted, query)
    response: Response = await xlsx_response(columns, rows, zone, "customers")
    return response
