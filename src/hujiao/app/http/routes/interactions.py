"""Interactions: search, one with its timeline, export; and their recordings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList, administer
from hujiao.app.http.presence import in_hand
from hujiao.app.http.routes.customers import customers_of
from hujiao.app.http.sheets import Column, csv_response, xlsx_response
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.service import Dispositions, Interactions
from hujiao.interactions.views import (
    DispositionIn,
    DispositionView,
    EventView,
    InteractionFilter,
    InteractionView,
    SegmentView,
    Sight,
)
from hujiao.kit import i18n
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.paging import Page
from hujiao.recordings import service as recordings
from hujiao.recordings.views import Peaks, RecordingView

router = APIRouter(tags=["interactions"], route_class=UnitRoute)

LARGEST_EXPORT = 100_000
READERS = (Right.INTERACTIONS_ALL, Right.INTERACTIONS_OWN)
LISTENERS = (Right.RECORDINGS_ALL, Right.RECORDINGS_OWN)
_MEDIA_TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav"}

Wanted = Annotated[InteractionFilter, Query()]


class InteractionDetail(InteractionView):
    segments: list[SegmentView]
    events: list[EventView]
    recordings: list[RecordingView]
    variables: dict[str, Any]


def sight_of(caller: Caller, everything: Right) -> Sight:
    """All interactions of the caller's projects by right, else the agent's own; an account without either sees none."""
    if caller.principal.may(everything):
        return Sight(projects=caller.principal.projects)
    return Sight(own_agent=caller.own_agent.id)


async def _sight(work: Work, wanted: InteractionFilter) -> Sight:
    """Of a customer the contacts with others, too, if they are the agent's in hand: as a line of the list, no more."""
    if wanted.customer_id is None:
        return sight_of(work.caller, Right.INTERACTIONS_ALL)
    principal = work.caller.principal
    callers = frozenset(await customers_of(work).keys(wanted.customer_id))
    if principal.may(Right.INTERACTIONS_CUSTOMER) and await in_hand(work, wanted.customer_id, callers):
        return Sight(projects=principal.projects, callers=callers)
    return replace(sight_of(work.caller, Right.INTERACTIONS_ALL), callers=callers)


@router.get("/interactions", name="list_interactions", dependencies=[need(*READERS)])
async def list_interactions(work: InTenant, wanted: Wanted, query: AskedList) -> Page[InteractionView]:
    return await Interactions(work.session, await _sight(work, wanted)).page(wanted, query)


def _columns(request: Request) -> list[Column]:
    language = reader_language(request)

    def column(name: str, kind: str = "text", width: int = 14) -> Column:
        return Column(name, i18n.translate(f"column.{name}", language), kind, width)

    return [
        column("id", width=38),
        column("medium"),
        column("direction"),
        column("caller", width=18),
        column("called", width=18),
        column("queue_name", width=18),
        column("agent_number"),
        column("agent_name"),
        column("started_at", "time", 20),
        column("answered_at", "time", 20),
        column("queued_at", "time", 20),
        column("connected_at", "time", 20),
        column("ended_at", "time", 20),
        column("wait_seconds", "number"),
        column("ring_seconds", "number"),
        column("talk_seconds", "number"),
        column("hold_seconds", "number"),
        column("wrap_up_seconds", "number"),
        column("duration_seconds", "number"),
        column("end_reason", width=20),
        column("hangup_cause", "number"),
        column("ended_by"),
        column("disposition_name", width=18),
        column("note", width=40),
        column("keys"),
        column("rating", "number"),
        column("message_left"),
        column("malicious_at", "time", 20),
        column("malicious_by_name"),
        column("malicious_reason", width=40),
        column("line_mos", "number"),
        column("line_loss_percent", "number"),
        column("line_jitter_ms", "number"),
        column("line_round_trip_ms", "number"),
        column("recording_count", "number"),
    ]


async def _rows(
    request: Request, caller: Caller, sight: Sight, wanted: InteractionFilter, sort: str | None
) -> AsyncIterator[Any]:
    """In a transaction of its own, which lasts as long as the file is being written."""
    withheld = i18n.translate("caller.withheld", reader_language(request))
    async with parts_of(request).database.tenant(caller.principal.tenant_id) as session:
        found = Interactions(session, sight)
        async for view in found.every(wanted, sort, LARGEST_EXPORT):
            yield {**view.model_dump(), "caller": view.caller or withheld}


async def _possible(work: InTenant, wanted: InteractionFilter, sort: str | None) -> Sight:
    """What is wrong is told now: once the file is on its way, nothing can be said any more."""
    sight = await _sight(work, wanted)
    count = await Interactions(work.session, sight).count(wanted, sort)
    if count > LARGEST_EXPORT:
        raise BadField("error.export_large", code="export_large", detail={"largest": LARGEST_EXPORT, "count": count})
    return sight


@router.get(
    "/interactions.csv",
    name="export_interactions_csv",
    dependencies=[need(*READERS)],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_interactions_csv(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    sight = await _possible(work, wanted, query.sort)
    zone = work.caller.principal.tenant_time_zone
    rows = _rows(request, work.caller, sight, wanted, query.sort)
    response: Response = csv_response(_columns(request), rows, zone, "interactions")
    return response


@router.get(
    "/interactions.xlsx",
    name="export_interactions_xlsx",
    dependencies=[need(*READERS)],
    response_class=Response,
    responses={200: {"content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}},
)
async def export_interactions_xlsx(work: InTenant, request: Request, wanted: Wanted, query: AskedList) -> Response:
    sight = await _possible(work, wanted, query.sort)
    zone = work.caller.principal.tenant_time_zone
    rows = _rows(request, work.caller, sight, wanted, query.sort)
    response: Response = await xlsx_response(_columns(request), rows, zone, "interactions")
    return response


@router.get("/interactions/{interaction_id}", name="read_interaction", dependencies=[need(*READERS)])
async def read_interaction(work: InTenant, request: Request, interaction_id: UUID) -> InteractionDetail:
    found = Interactions(work.session, sight_of(work.caller, Right.INTERACTIONS_ALL))
    view, variables = await found.get(interaction_id)
    return InteractionDetail(
        **view.model_dump(),
        segments=await found.segments(interaction_id),
        events=await found.events(interaction_id, reader_language(request)),
        recordings=await recordings.of_interaction(work.session, interaction_id),
        variables=variables,
    )


async def _audible(work: InTenant, recording_id: UUID) -> RecordingView:
    """The recording, if the caller may listen to its interaction; else it is not there."""
    recording = await recordings.get(work.session, recording_id)
    sight = sight_of(work.caller, Right.RECORDINGS_ALL)
    if not await interactions.may_see(work.session, sight, recording.interaction_id):
        raise NotFound("error.not_found")
    return recording


@router.get("/recordings/{recording_id}", name="read_recording", dependencies=[need(*LISTENERS)])
async def read_recording(work: InTenant, recording_id: UUID) -> RecordingView:
    return await _audible(work, recording_id)


@router.get(
    "/recordings/{recording_id}/audio",
    name="read_recording_audio",
    dependencies=[need(*LISTENERS)],
    response_class=FileResponse,
    responses={200: {"content": {"audio/mpeg": {}, "audio/ogg": {}}}, 206: {"description": "A part, by Range"}},
)
async def read_recording_audio(
    work: InTenant, request: Request, recording_id: UUID, download: bool = False
) -> FileResponse:
    recording = await _audible(work, recording_id)
    path = await recordings.file_of(work.session, recording_id, parts_of(request).settings.recordings)
    sides = "left-customer_right-agent" if recording.channels == 2 else "message"
    name = f"{recording.started_at:%Y%m%dT%H%M%SZ}_{recording.id}_{sides}{path.suffix}"
    return FileResponse(
        path,
        media_type=_MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        filename=name,
        content_disposition_type="attachment" if download else "inline",
        headers={"cache-control": "private, no-cache"},
    )


@router.get("/recordings/{recording_id}/peaks", name="read_recording_peaks", dependencies=[need(*LISTENERS)])
async def read_recording_peaks(work: InTenant, request: Request, recording_id: UUID) -> Peaks:
    await _audible(work, recording_id)
    path = await recordings.file_of(work.session, recording_id, parts_of(request).settings.recordings)
    return recordings.peaks(path)


administer(
    router,
    "/dispositions",
    one="disposition",
    many="dispositions",
    catalogue=lambda work: Dispositions(work.session, work.tenant_id),
    data=DispositionIn,
    view=DispositionView,
    right=Right.ADMIN_QUEUES,
    read=(Right.CONFIG_READ, Right.AGENT_WORK),
)
