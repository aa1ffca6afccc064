"""Flows tried without a telephone, and the tests that are kept with them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from hujiao.app.http import trying
from hujiao.app.http.access import SignedIn, need, parts_of
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.flows import refused
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.flows.check import unreadable
from hujiao.flows.service import Flows
from hujiao.flows.trying.script import TriedAnswer, Walked
from hujiao.flows.trying.service import FlowTests
from hujiao.flows.trying.views import FlowTestIn, FlowTestResults, FlowTestsIn, FlowTestView, TryFlowIn
from hujiao.flows.trying.walking import asked, walk
from hujiao.identity.contracts import Right
from hujiao.kit.errors import Conflict
from hujiao.kit.paging import Page

router = APIRouter(tags=["flows"], route_class=UnitRoute)
# Of tests too: a script says what a caller typed in secret.
WRITE = need(Right.ADMIN_FLOWS)
_Parts = Annotated[Parts, Depends(parts_of)]


def _readable(there: trying.Ground, request: Request) -> trying.Ground:
    """The same; refused when its document cannot be read."""
    if found := unreadable(there.document):
        raise refused("error.flow_document", "flow_has_problems", found, reader_language(request))
    return there


async def _tests(work: Work, flow_id: UUID) -> FlowTests:
    await Flows(work.session, work.tenant_id, work.projects).find(flow_id)
    return trying.tests_of(work.session, work.unit.parts, work.tenant_id, flow_id)


@router.post("/flows/{flow_id}/try", name="try_flow", dependencies=[WRITE])
async def try_flow(caller: SignedIn, parts: _Parts, request: Request, flow_id: UUID, body: TryFlowIn) -> Walked:
    """Lead an imagined caller through the document by the script; nothing is called, asked or kept."""
    there = _readable(await trying.ground(parts, caller, flow_id, body.document), request)
    return await parts.apart.run(
        caller.principal.tenant_id,
        trying.WALKING_SECONDS,
        walk,
        there.document,
        flow_id,
        body.script,
        there.around,
        reader_language(request),
        field="document",
    )


@router.post("/flows/{flow_id}/try/look-up", name="try_flow_look_up", dependencies=[WRITE])
async def try_flow_look_up(
    caller: SignedIn, parts: _Parts, request: Request, flow_id: UUID, body: TryFlowIn
) -> TriedAnswer:
    """Ask the real data source at which the walk waits, and give its answer as an act of the script."""
    tenant_id = caller.principal.tenant_id
    there = _readable(await trying.ground(parts, caller, flow_id, body.document), request)
    question = await parts.apart.run(
        tenant_id,
        trying.WALKING_SECONDS,
        asked,
        there.document,
        flow_id,
        body.script,
        there.around,
        field="document",
    )
    source = there.sources.get(question.source) if question else None
    if question is None or source is None:
        raise Conflict("error.flow_asks_nothing", field="script.acts", code="flow_asks_nothing")
    async with parts.trying:
        found = await parts.data_sources.ask(tenant_id, source, question.parameters)
    return TriedAnswer(
        do="answer", outcome=found.outcome, values=found.values, seconds=min(round(found.seconds, 3), 60)
    )


@router.get("/flows/{flow_id}/tests", name="list_flow_tests", dependencies=[WRITE])
async def list_flow_tests(work: InTenant, flow_id: UUID, query: AskedList) -> Page[FlowTestView]:
    return await (await _tests(work, flow_id)).page(query)


@router.post("/flows/{flow_id}/tests", name="create_flow_test", dependencies=[WRITE], status_code=201)
async def create_flow_test(work: InTenant, flow_id: UUID, body: FlowTestIn) -> FlowTestView:
    return await (await _tests(work, flow_id)).create(body)


@router.post("/flows/{flow_id}/tests/run", name="run_flow_tests", dependencies=[WRITE])
async def run_flow_tests(
    caller: SignedIn, parts: _Parts, request: Request, flow_id: UUID, body: FlowTestsIn
) -> FlowTestResults:
    """Walk the tests, say where each first differs, and which nodes and ways they reach together."""
    there = _readable(await trying.ground(parts, caller, flow_id, body.document, body.tests), request)
    found = await trying.results(parts, caller.principal.tenant_id, there)
    return FlowTestResults(tests=found.tests, coverage=found.coverage)


@router.put("/flows/{flow_id}/tests/{test_id}", name="change_flow_test", dependencies=[WRITE])
async def change_flow_test(work: InTenant, flow_id: UUID, test_id: UUID, body: FlowTestIn) -> FlowTestView:
    return await (await _tests(work, flow_id)).change(test_id, body)


@router.delete("/flows/{flow_id}/tests/{test_id}", name="remove_flow_test", dependencies=[WRITE], status_code=204)
async def remove_flow_test(work: InTenant, flow_id: UUID, test_id: UUID) -> None:
    await (await _tests(work, flow_id)).remove(test_id)
