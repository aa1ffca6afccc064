"""Flows tried without a telephone, and the tests that are kept with them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from hujiao.app.http import trying
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.flows import refused
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.data_sources import service as data_sources
from hujiao.flows.check import unreadable
from hujiao.flows.models import Flow
from hujiao.flows.service import Flows
from hujiao.flows.trying.script import TriedAnswer, Walked
from hujiao.flows.trying.service import FlowTests
from hujiao.flows.trying.views import FlowTestIn, FlowTestResults, FlowTestsIn, FlowTestView, TryFlowIn
from hujiao.flows.trying.walking import asked, walk
from hujiao.identity.contracts import Right
from hujiao.kit.errors import Conflict
from hujiao.kit.paging import Page

router = APIRouter(tags=["flows"], route_class=UnitRoute)
READ, WRITE = need(Right.CONFIG_READ), need(Right.ADMIN_FLOWS)
_Parts = Annotated[Parts, Depends(parts_of)]


async def _readable(
    work: Work, request: Request, flow_id: UUID, document: dict[str, Any] | None
) -> tuple[Flow, dict[str, Any]]:
    """The flow, and the document or its draft; refused when it cannot be read, or the flow is not for this reader."""
    flow = await Flows(work.session, work.tenant_id, work.projects).find(flow_id)
    wanted = flow.draft if document is None else document
    if found := unreadable(wanted):
        raise refused("error.flow_document", "flow_has_problems", found, reader_language(request))
    return flow, wanted


async def _tests(work: Work, flow_id: UUID) -> FlowTests:
    await Flows(work.session, work.tenant_id, work.projects).find(flow_id)
    return FlowTests(work.session, work.tenant_id, flow_id)


@router.post("/flows/{flow_id}/try", name="try_flow", dependencies=[WRITE])
async def try_flow(work: InTenant, request: Request, flow_id: UUID, body: TryFlowIn) -> Walked:
    """Lead an imagined caller through the document by the script; nothing is called, asked or kept."""
    flow, document = await _readable(work, request, flow_id, body.document)
    around, reader = await trying.around(work, flow, document), reader_language(request)
    return await work.unit.parts.apart.run(
        work.tenant_id, trying.WALKING_SECONDS, walk, document, flow_id, body.script, around, reader, field="document"
    )


@router.post("/flows/{flow_id}/try/look-up", name="try_flow_look_up", dependencies=[WRITE])
async def try_flow_look_up(
    work: InTenant, parts: _Parts, request: Request, flow_id: UUID, body: TryFlowIn
) -> TriedAnswer:
    """Ask the real data source at which the walk waits, and give its answer as an act of the script."""
    flow, document = await _readable(work, request, flow_id, body.document)
    question = await parts.apart.run(
        work.tenant_id,
        trying.WALKING_SECONDS,
        asked,
        document,
        flow_id,
        body.script,
        await trying.around(work, flow, document),
        field="document",
    )
    known = await data_sources.sources(work.session)
    source = next((one for key, one in known.items() if question and str(key) == question.source), None)
    if question is None or source is None:
        raise Conflict("error.flow_asks_nothing", field="script.acts", code="flow_asks_nothing")
    async with parts.trying:
        found = await parts.data_sources.ask(work.tenant_id, source, question.parameters)
    return TriedAnswer(
        do="answer", outcome=found.outcome, values=found.values, seconds=min(round(found.seconds, 3), 60)
    )


@router.get("/flows/{flow_id}/tests", name="list_flow_tests", dependencies=[READ])
async def list_flow_tests(work: InTenant, flow_id: UUID, query: AskedList) -> Page[FlowTestView]:
    return await (await _tests(work, flow_id)).page(query)


@router.post("/flows/{flow_id}/tests", name="create_flow_test", dependencies=[WRITE], status_code=201)
async def create_flow_test(work: InTenant, flow_id: UUID, body: FlowTestIn) -> FlowTestView:
    return await (await _tests(work, flow_id)).create(body)


@router.post("/flows/{flow_id}/tests/run", name="run_flow_tests", dependencies=[WRITE])
async def run_flow_tests(work: InTenant, request: Request, flow_id: UUID, body: FlowTestsIn) -> FlowTestResults:
    """Walk the tests, say where each first differs, and which nodes and ways they reach together."""
    flow, document = await _readable(work, request, flow_id, body.document)
    scripts = await (await _tests(work, flow_id)).scripts(body.tests)
    found = await trying.results(work, flow, document, scripts)
    return FlowTestResults(tests=found.tests, coverage=found.coverage)


@router.put("/flows/{flow_id}/tests/{test_id}", name="change_flow_test", dependencies=[WRITE])
async def change_flow_test(work: InTenant, flow_id: UUID, test_id: UUID, body: FlowTestIn) -> FlowTestView:
    return await (await _tests(work, flow_id)).change(test_id, body)


@router.delete("/flows/{flow_id}/tests/{test_id}", name="remove_flow_test", dependencies=[WRITE], status_code=204)
async def remove_flow_test(work: InTenant, flow_id: UUID, test_id: UUID) -> None:
    await (await _tests(work, flow_id)).remove(test_id)
