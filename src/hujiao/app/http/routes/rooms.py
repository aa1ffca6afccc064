"""Rooms and their plans: an administrator places the seats, supervisors see who sits where."""

from __future__ import annotations

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, UploadFile
from starlette.responses import Response

from hujiao.agents.rooms import PLAN_TYPES, Rooms
from hujiao.agents.views import RoomIn, RoomPlaces, RoomView, SeatPlaceView
from hujiao.app.http.access import need
from hujiao.app.http.body import largest_body
from hujiao.app.http.lists import administer
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.chat.files import TYPES
from hujiao.identity.contracts import Right
from hujiao.kit.errors import BadField

router = APIRouter(tags=["configuration"], route_class=UnitRoute)

LARGEST_PLAN = 5 * 1024 * 1024
_FORM = 64 * 1024  # of what stands around the file
_READ = need(Right.CONFIG_READ, Right.LIVE_READ)
_WRITE = need(Right.ADMIN_QUEUES)


@router.get("/rooms/places", name="list_seat_places", dependencies=[_READ])
async def list_seat_places(work: InTenant) -> list[SeatPlaceView]:
    """Where every seat is that has been placed."""
    return await Rooms(work.session, work.tenant_id).places()


administer(
    router,
    "/rooms",
    one="room",
    many="rooms",
    catalogue=lambda work: Rooms(work.session, work.tenant_id),
    data=RoomIn,
    view=RoomView,
    right=Right.ADMIN_QUEUES,
    read=(Right.CONFIG_READ, Right.LIVE_READ),
)


@router.put("/rooms/{room_id}/places", name="set_seat_places", dependencies=[_WRITE])
async def set_seat_places(work: InTenant, room_id: UUID, body: RoomPlaces) -> list[SeatPlaceView]:
    return await Rooms(work.session, work.tenant_id).set_places(room_id, body)


@router.put("/rooms/{room_id}/plan", name="set_room_plan", dependencies=[_WRITE])
@largest_body(LARGEST_PLAN + _FORM)
async def set_room_plan(work: InTenant, room_id: UUID, file: Annotated[UploadFile, File()]) -> RoomView:
    """A PNG or JPEG, by its content."""
    content = await file.read()
    kind = next((kind for kind in PLAN_TYPES if TYPES[kind](content[:16])), None)
    if kind is None:
        raise BadField("error.not_a_picture", field="file")
    mark = hashlib.sha256(content).hexdigest()[:16]
    return await Rooms(work.session, work.tenant_id).set_plan(room_id, content, kind, mark)


@router.get(
    "/rooms/{room_id}/plan",
    name="read_room_plan",
    dependencies=[_READ],
    response_class=Response,
    responses={200: {"content": {"image/png": {}, "image/jpeg": {}}}},
)
async def read_room_plan(work: InTenant, room_id: UUID) -> Response:
    content, kind = await Rooms(work.session, work.tenant_id).plan(room_id)
    headers = {
        "cache-control": "private, no-cache",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)
