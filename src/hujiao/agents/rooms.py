"""Rooms: where on whose plan each seat is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select

from hujiao.agents.models import Room, Seat, SeatPlace
from hujiao.agents.views import RoomIn, RoomPlaces, RoomView, SeatPlaceView
from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, NotFound

PLAN_TYPES = ("image/png", "image/jpeg")  # an SVG can hold a program


class Rooms(Catalogue[Room, RoomIn, RoomView]):
    row, view = Room, RoomView
    search, order = (Room.name,), (Room.name,)

    async def show(self, rows: Sequence[Room]) -> list[RoomView]:
        counted = await self.session.execute(
            select(SeatPlace.room_id, func.count())
            .where(SeatPlace.room_id.in_([row.id for row in rows]))
            .group_by(SeatPlace.room_id)
        )
        seats = {row[0]: row[1] for row in counted}
        return [RoomView(id=row.id, name=row.name, plan=row.plan_mark, seats=seats.get(row.id, 0)) for row in rows]

    async def set_plan(self, room_id: UUID, content: bytes, kind: str, mark: str) -> RoomView:
        """`mark` tells this picture from an earlier one."""
        row = await self.find(room_id)
        row.plan, row.plan_type, row.plan_mark = content, kind, mark
        await flush(self.session)
        return await self.get(room_id)

    async def plan(self, room_id: UUID) -> tuple[bytes, str]:
        columns = select(Room.plan, Room.plan_type).where(Room.id == room_id)
        found = (await self.session.execute(columns)).one_or_none()
        if found is None or found.plan is None:
            raise NotFound("error.not_found")
        return found.plan, found.plan_type

    async def places(self, room_id: UUID | None = None) -> list[SeatPlaceView]:
        """Of this room, or of all."""
        if room_id is not None:
            await self.find(room_id)
        statement = select(SeatPlace, Seat.name).join(
            Seat, (Seat.tenant_id == SeatPlace.tenant_id) & (Seat.id == SeatPlace.seat_id)
        )
        if room_id is not None:
            statement = statement.where(SeatPlace.room_id == room_id)
        rows = await self.session.execute(statement.order_by(Seat.name))
        return [
            SeatPlaceView(room_id=place.room_id, seat_id=place.seat_id, seat_name=name, x=place.x, y=place.y)
            for place, name in rows
        ]

    async def set_places(self, room_id: UUID, data: RoomPlaces) -> list[SeatPlaceView]:
        """All of the room's; a seat that was elsewhere is here now."""
        await self.find(room_id)
        wanted = {place.seat_id: place for place in data.places}
        if len(wanted) != len(data.places):
            raise BadField("error.said_twice", field="places")
        known = set(await self.session.scalars(select(Seat.id).where(Seat.id.in_(wanted))))
        if known != wanted.keys():
            raise BadField("error.unknown_reference", field="seat_id")
        gone = (SeatPlace.room_id == room_id) | SeatPlace.seat_id.in_(wanted)
        await self.session.execute(delete(SeatPlace).where(gone))
        self.session.add_all(
            SeatPlace(tenant_id=self.tenant_id, room_id=room_id, seat_id=place.seat_id, x=place.x, y=place.y)
            for place in wanted.values()
        )
        await flush(self.session)
        return await self.places(room_id)
