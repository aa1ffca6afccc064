"""Summaries (话后小结): what has to be written, what agents have still to write, and the counts by result."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList, administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.sheets import Column, csv_response, xlsx_response
from hujiao.app.http.summarised import contact_of
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.service import Dispositions, Interactions
from hujiao.interactions.views import (
    DispositionReport,
    DispositionView,
    InteractionFilter,
    InteractionView,
    OpenSummaries,
    Sight,
)
from hujiao.kit import i18n
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.paging import Page
from hujiao.summaries.outbound import OutboundTree
from hujiao.summaries.service import NoteTemplates, Summaries, SummaryRules
from hujiao.summaries.views import (
    NoteTemplateIn,
    NoteTemplateView,
    SummaryForm,
    SummaryIn,
    SummaryRuleIn,
    SummaryRuleView,
)

router = APIRouter(tags=["summaries"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
_AGENTS = [need(Right.AGENT_WORK)]
_READERS = [need(Right.REPORTS_READ)]
Wanted = Annotated[InteractionFilter, Query()]


@router.get("/me/summaries", name="list_own_summaries", tags=["me"], dependencies=_AGENTS)
async def list_own_summaries(work: InTenant, query: AskedList) -> Page[InteractionView]:
    """Contacts of which the agent has still to write (待补小结)."""
    agent_id = work.caller.own_agent.id
    found = Interactions(work.session, Sight(own_agent=agent_id))
    return await found.page(InteractionFilter(summary_agent_id=agent_id), query)


@router.get("/me/interactions/{interaction_id}/summary", name="read_summary_form", tags=["me"], dependencies=_AGENTS)
async def read_summary_form(work: InTenant, parts: _Parts, interaction_id: UUID) -> SummaryForm:
    """What the agent may choose from for this contact, and what must be given."""
    contact = await contact_of(work, parts, interaction_id)
    agent_id = work.caller.own_agent.id
    form = await Summaries(work.session, work.tenant_id).form(contact, agent_id)
    saved = await interactions.saved_summary(work.session, interaction_id, agent_id)
    return form.model_copy(update={"begun": SummaryIn(**saved)}) if saved else form


@router.put(
    "/me/interactions/{interaction_id}/summary",
    name="complete_summary",
    tags=["me"],
    dependencies=_AGENTS,
    status_code=204,
)
async def complete_summary(work: InTenant, parts: _Parts, interaction_id: UUID, body: SummaryIn) -> None:
    """Write later what was to be written; the ledger has when."""
    agent_id = work.caller.own_agent.id
    found, _ = await Interactions(work.session, Sight(own_agent=agent_id)).get(interaction_id)
    lacks = found.summary_due.get(agent_id)
    if lacks is None:
        raise Conflict("error.summary_not_due", code="summary_not_due")
    for name in lacks:
        if not getattr(body, name):
            raise BadField("error.summary_needed", field=name)
    contact = await contact_of(work, parts, interaction_id)
    name = await Summaries(work.session, work.tenant_id).name_of(body.disposition_id, contact)
    what = {**body.model_dump(), "disposition_name": name}
    await command(parts, work.caller, "interaction.complete_summary", interaction_id=interaction_id, **what)


@router.get("/reports/open-summaries", name="read_open_summaries", dependencies=_READERS)
async def read_open_summaries(work: InTenant) -> list[OpenSummaries]:
    """Who has still to write of how many contacts."""
    return await interactions.open_summaries(work.session, Sight(projects=work.projects))


async def _report(work: InTenant, wanted: InteractionFilter) -> DispositionReport:
    tree = await Dispositions(work.session, work.tenant_id).every()
    return await interactions.disposition_report(work.session, Sight(projects=work.projects), wanted, tree)


@router.get("/reports/dispositions", name="read_dispositions_report", dependencies=_READERS)
async def read_dispositions_report(work: InTenant, wanted: Wanted) -> DispositionReport:
    """Contacts by result at every level, of those that the same filter finds in the list of interactions."""
    return await _report(work, wanted)


_COLUMNS = (("disposition_name", "text", 40), *((name, "number", 12) for name in ("inbound", "outbound", "total")))


def _columns(language: str) -> list[Column]:
    return [Column(name, i18n.translate(f"column.{name}", language), kind, width) for name, kind, width in _COLUMNS]


async def _rows(report: DispositionReport, language: str) -> AsyncIterator[dict[str, Any]]:
    """Each result stands under those above it, set in by its level."""
    for row in report.rows:
        yield {"disposition_name": "\u3000" * row.depth + row.name, **row.model_dump()}
    yield {"disposition_name": i18n.translate("column.without_disposition", language), "total": report.without}
    yield {"disposition_name": i18n.translate("column.total", language), "total": report.contacts}


@router.get(
    "/reports/dispositions.csv",
    name="export_dispositions_csv",
    dependencies=_READERS,
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_dispositions_csv(work: InTenant, request: Request, wanted: Wanted) -> Response:
    report, language = await _report(work, wanted), reader_language(request)
    zone = work.caller.principal.tenant_time_zone
    response: Response = csv_response(_columns(language), _rows(report, language), zone, "dispositions")
    return response


@router.get(
    "/reports/dispositions.xlsx",
    name="export_dispositions_xlsx",
    dependencies=_READERS,
    response_class=Response,
    responses={200: {"content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}},
)
async def export_dispositions_xlsx(work: InTenant, request: Request, wanted: Wanted) -> Response:
    report, language = await _report(work, wanted), reader_language(request)
    zone = work.caller.principal.tenant_time_zone
    response: Response = await xlsx_response(_columns(language), _rows(report, language), zone, "dispositions")
    return response


@router.post(
    "/dispositions/outbound", name="add_outbound_dispositions", dependencies=[need(Right.ADMIN_QUEUES)], status_code=201
)
async def add_outbound_dispositions(work: InTenant, request: Request) -> DispositionView:
    """Add the ready tree of results of outbound calls, in your language, and offer it after these."""
    top = await OutboundTree(work.session, work.tenant_id, reader_language(request)).add()
    work.configuration_changed()
    return top


administer(
    router,
    "/summary-rules",
    one="summary_rule",
    many="summary_rules",
    catalogue=lambda work: SummaryRules(work.session, work.tenant_id, work.projects),
    data=SummaryRuleIn,
    view=SummaryRuleView,
    right=Right.ADMIN_QUEUES,
)
administer(
    router,
    "/note-templates",
    one="note_template",
    many="note_templates",
    catalogue=lambda work: NoteTemplates(work.session, work.tenant_id, work.projects),
    data=NoteTemplateIn,
    view=NoteTemplateView,
    right=Right.ADMIN_QUEUES,
)
