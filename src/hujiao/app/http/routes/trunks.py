"""Carriers' trunks, as the platform's staff keep them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import raise_refusal
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.calls.service import Trunks
from hujiao.calls.views import TestCallIn, TestCallResult, TrunkIn, TrunkState, TrunkStateOf, TrunkView
from hujiao.identity.contracts import Right
from hujiao.kit import i18n
from hujiao.kit.errors import Conflict, Unavailable
from hujiao.kit.paging import Page

router = APIRouter(prefix="/trunks", tags=["trunks"], route_class=UnitRoute, dependencies=[need(Right.ADMIN_TRUNKS)])

TEST_CALL_SECONDS = 45.0
_AWAY = TrunkState(state="unknown", detail=None)


def _trunks(work: InTenant, request: Request) -> Trunks:
    return Trunks(work.session, work.tenant_id, parts_of(request).settings.secret_key)


def _told(answer: dict[str, Any], request: Request) -> dict[str, Any]:
    """The node's answer with its `detail` as a sentence in the reader's language."""
    key, values = answer.get("detail"), answer.pop("values", {})
    return {**answer, "detail": i18n.translate(key, reader_language(request), values) if key else None}


async def _states(request: Request) -> dict[str, TrunkState]:
    """Live states by trunk; none when the node is away."""
    parts = parts_of(request)
    try:
        subject = parts.bus.subjects.node(parts.settings.node, "trunk-state")
        answer: Any = await parts.bus.request(subject, {}, timeout=3.0)
    except Unavailable:
        return {}
    if not isinstance(answer, list):
        return {}
    return {str(state["id"]): TrunkState.model_validate(_told(state, request)) for state in answer}


@router.get("", name="list_trunks")
async def list_trunks(work: InTenant, request: Request, query: AskedList) -> Page[TrunkView]:
    found = await _trunks(work, request).page(query)
    states = await _states(request)
    for trunk in found.items:
        trunk.state = states.get(str(trunk.id), _AWAY)
    return found


@router.post("", name="create_trunk", status_code=201)
async def create_trunk(work: InTenant, request: Request, body: TrunkIn) -> TrunkView:
    created = await _trunks(work, request).create(body)
    work.configuration_changed()
    return created


@router.get("/state", name="read_trunk_states")
async def read_trunk_states(request: Request) -> list[TrunkStateOf]:
    states = await _states(request)
    return [TrunkStateOf(id=UUID(trunk_id), **state.model_dump()) for trunk_id, state in states.items()]


@router.get("/{trunk_id}", name="read_trunk")
async def read_trunk(work: InTenant, request: Request, trunk_id: UUID) -> TrunkView:
    trunk = await _trunks(work, request).get(trunk_id)
    trunk.state = (await _states(request)).get(str(trunk_id), _AWAY)
    return trunk


@router.put("/{trunk_id}", name="change_trunk")
async def change_trunk(work: InTenant, request: Request, trunk_id: UUID, body: TrunkIn) -> TrunkView:
    changed = await _trunks(work, request).change(trunk_id, body)
    work.configuration_changed()
    return changed


@router.delete("/{trunk_id}", name="remove_trunk", status_code=204)
async def remove_trunk(work: InTenant, request: Request, trunk_id: UUID) -> None:
    await _trunks(work, request).remove(trunk_id)
    work.configuration_changed()


@router.post("/{trunk_id}/test-call", name="place_test_call")
async def place_test_call(work: InTenant, request: Request, trunk_id: UUID, body: TestCallIn) -> TestCallResult:
    """Call a number over the trunk, hang up when it answers, and say what the carrier said."""
    trunk = await _trunks(work, request).get(trunk_id)
    if not trunk.enabled:
        raise Conflict("error.trunk_disabled", code="trunk_disabled")
    parts = parts_of(request)
    answer = await parts.bus.request(
        parts.bus.subjects.node(parts.settings.node, "trunk-test"),
        {"trunk_id": trunk_id, "number": body.number},
        timeout=TEST_CALL_SECONDS,
    )
    raise_refusal(answer)
    return TestCallResult.model_validate(_told(answer["data"], request))
