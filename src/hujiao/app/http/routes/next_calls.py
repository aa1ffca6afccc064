"""Telesales: an agent's own customers, when each is to be called next, and what is overdue of whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hujiao.agents import service as agents
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.routes.customer_files import MOST_OF_A_SHEET, columns_of, row_of
from hujiao.app.http.routes.customers import hands, tell_reminded
from hujiao.app.http.sheets import XLSX, Column, csv_response, xlsx_response
from hujiao.app.http.supervised import supervised
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.customers.next_calls import NextCalls
from hujiao.customers.own import OwnCustomers
from hujiao.customers.views import (
    NextCallIn,
    NextCallView,
    OverdueReport,
    OwnCustomerView,
    OwnFilter,
    SnoozeIn,
)
from hujiao.identity.contracts import Right
from hujiao.interactions.service import Dispositions
from hujiao.kit import i18n
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.secrets import TenantSecrets
from hujiao.summaries.contracts import offered

router = APIRouter(tags=["customers"], route_class=UnitRoute)

_OWN, _READS, _EXPORTS = need(Right.CUSTOMERS_OWN), need(Right.NEXT_CALLS_READ), need(Right.CUSTOMERS_MANAGE)
Wanted = Annotated[OwnFilter, Query()]


# ── the agent's own customers ────────────────────────────────────────────────────────────────────────────────────────


def _own(work: Work) -> OwnCustomers:
    return OwnCustomers(*hands(work), agent_id=work.caller.own_agent.id)


async def _results(work: Work, wanted: OwnFilter) -> set[UUID] | None:
    """The result that is asked for, with those below it."""
    if wanted.last_disposition_id is None:
        return None
    tree = {one.id: one.parent_id for one in await Dispositions(work.session, work.tenant_id).every()}
    if wanted.last_disposition_id not in tree:
        raise BadField("error.unknown_reference", field="last_disposition_id")
    return offered(tree, frozenset({wanted.last_disposition_id}))


@router.get("/me/customers", name="list_own_customers", tags=["me"], dependencies=[_OWN])
async def list_own_customers(
    work: InTenant, request: Request, wanted: Wanted, query: AskedList
) -> Page[OwnCustomerView]:
    """Those whose own agent you are, with the last call and the next one; what is due first comes first."""
    return await _own(work).own_page(wanted, await _results(work, wanted), query, reader_language(request))


_COLUMNS = (
    Column("place", "", width=16),
    Column("calls", "", "number", 8),
    Column("last_call_at", "", "time", 20),
    Column("last_result", "", width=24),
    Column("next_call_at", "", "time", 20),
    Column("next_call_note", "", width=40),
)


async def _columns(work: Work, language: str) -> list[Column]:
    more = [replace(column, title=i18n.translate(f"column.own_{column.name}", language)) for column in _COLUMNS]
    return [*await columns_of(work, language), *more]


def _row(view: OwnCustomerView, language: str) -> dict[str, Any]:
    last, following = view.last_call, view.next_call
    failure = i18n.translate(f"call_failure.{last.failure}", language) if last and last.failure else None
    return {
        **row_of(view),
        "last_call_at": last and last.at,
        "last_result": last and (last.result or failure),
        "next_call_at": following and following.due_at,
        "next_call_note": following and following.note,
    }


async def _rows(
    request: Request, caller: Caller, wanted: OwnFilter, results: Collection[UUID] | None, query: ListQuery
) -> AsyncIterator[Any]:
    """In a transaction of its own, which lasts as long as the file is being written."""
    parts, principal, language = parts_of(request), caller.principal, reader_language(request)
    async with parts.database.tenant(principal.tenant_id) as session:
        secrets = TenantSecrets(parts.settings.secret_key, principal.tenant_id)
        own = OwnCustomers(session, principal, secrets, utc_now(), agent_id=caller.own_agent.id)
        async for view in own.every_own(wanted, results, query, language):
            yield _row(view, language)


async def _possible(work: Work, request: Request, wanted: OwnFilter, query: ListQuery) -> set[UUID] | None:
    """What is wrong is told now: once the file is on its way, nothing can be said any more."""
    results = await _results(work, wanted)
    found = await _own(work).own_page(wanted, results, replace(query, page_size=1), reader_language(request))
    if found.total > MOST_OF_A_SHEET:
        detail = {"largest": MOST_OF_A_SHEET, "count": found.total}
        raise BadField("error.export_large", code="export_large", detail=detail)
    return results


@router.get(
    "/me/customers.csv",
    name="export_own_customers_csv",
    tags=["me"],
    dependencies=[_OWN, _EXPORTS],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_own_customers_csv(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    """All that the list finds, page or not."""
    results = await _possible(work, request, wanted, query)
    columns, zone = await _columns(work, reader_language(request)), work.caller.principal.tenant_time_zone
    rows = _rows(request, work.caller, wanted, results, query)
    response: Response = csv_response(columns, rows, zone, "my-customers")
    return response


@router.get(
    "/me/customers.xlsx",
    name="export_own_customers_xlsx",
    tags=["me"],
    dependencies=[_OWN, _EXPORTS],
    response_class=Response,
    responses={200: {"content": {XLSX: {}}}},
)
async def export_own_customers_xlsx(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    """The same as a sheet."""
    results = await _possible(work, request, wanted, query)
    columns, zone = await _columns(work, reader_language(request)), work.caller.principal.tenant_time_zone
    rows = _rows(request, work.caller, wanted, results, query)
    response: Response = await xlsx_response(columns, rows, zone, "my-customers")
    return response


# ── when to call next ────────────────────────────────────────────────────────────────────────────────────────────────


def _next_calls(work: Work) -> NextCalls:
    return NextCalls(*hands(work))


@router.get("/me/next-calls", name="list_own_next_calls", tags=["me"], dependencies=[_OWN])
async def list_own_next_calls(work: InTenant, query: AskedList) -> Page[NextCallView]:
    """Those that are open, in the order in which you are reminded."""
    return await _next_calls(work).own(work.caller.own_agent.id, query)


@router.put("/me/customers/{customer_id}/next-call", name="set_next_call", tags=["me"], dependencies=[_OWN])
async def set_next_call(work: InTenant, customer_id: UUID, body: NextCallIn) -> NextCallView:
    """Set when you are to call the customer next, or move it: there is one of each customer."""
    agent_id = work.caller.own_agent.id
    made = await _next_calls(work).set(customer_id, agent_id, body)
    tell_reminded(work, {agent_id})
    return made


@router.post("/me/next-calls/{next_call_id}/snooze", name="snooze_next_call", tags=["me"], dependencies=[_OWN])
async def snooze_next_call(work: InTenant, next_call_id: UUID, body: SnoozeIn) -> NextCallView:
    """Be reminded again in some minutes; it stays due since when it was."""
    agent_id = work.caller.own_agent.id
    snoozed = await _next_calls(work).snooze(next_call_id, agent_id, body.minutes)
    tell_reminded(work, {agent_id})
    return snoozed


@router.post("/me/next-calls/{next_call_id}/done", name="close_next_call", tags=["me"], dependencies=[_OWN])
async def close_next_call(work: InTenant, next_call_id: UUID) -> NextCallView:
    agent_id = work.caller.own_agent.id
    done = await _next_calls(work).done(next_call_id, agent_id)
    tell_reminded(work, {agent_id})
    return done


@router.post("/me/next-calls/{next_call_id}/reopen", name="reopen_next_call", tags=["me"], dependencies=[_OWN])
async def reopen_next_call(work: InTenant, next_call_id: UUID) -> NextCallView:
    """It was said to be done by mistake."""
    agent_id = work.caller.own_agent.id
    opened = await _next_calls(work).reopen(next_call_id, agent_id)
    tell_reminded(work, {agent_id})
    return opened


@router.get(
    "/customers/{customer_id}/next-calls",
    name="list_next_calls_of_customer",
    dependencies=[need(Right.CUSTOMERS_READ)],
)
async def list_next_calls_of_customer(work: InTenant, customer_id: UUID) -> list[NextCallView]:
    """Who is to call the customer when, and what was done."""
    return await _next_calls(work).of_customer(customer_id)


# ── what is overdue ──────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/next-calls/overdue", name="read_overdue_next_calls", dependencies=[_READS])
async def read_overdue_next_calls(work: InTenant) -> OverdueReport:
    """How many of each agent whom you see."""
    return await _next_calls(work).overdue(await supervised(work))


@router.get("/next-calls/overdue/{agent_id}", name="list_overdue_next_calls", dependencies=[_READS])
async def list_overdue_next_calls(work: InTenant, agent_id: UUID, query: AskedList) -> Page[NextCallView]:
    """Those of one agent, the longest overdue first."""
    seen = await supervised(work)
    if not await agents.known(work.session, None, [agent_id]) or (seen is not None and agent_id not in seen):
        raise NotFound("error.not_found")
    return await _next_calls(work).overdue_of(agent_id, query)
