"""Rooms: plans that are pictures, and seats that are placed on them once."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.integration.client import Answer
from tests.integration.world import PICTURE, Side, World


async def send_plan(side: Side, room: str, content: bytes, role: str = "tenant_administrator") -> Answer:
    form = aiohttp.FormData()
    form.add_field("file", content, filename="plan.png")
    return await side.clients[role].send("PUT", f"/rooms/{room}/plan", form=form)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + bytes(20), b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', b"%PDF-1.7"],
    ids=["empty", "gif", "svg", "pdf"],
)
async def test_a_plan_is_a_picture_by_its_content(world: World, content: bytes) -> None:
    answer = await send_plan(world.a, world.a.ids["room"], content)
    assert (answer.status, answer.json["error"]["field"]) == (422, "file")
    assert not answer.json["error"]["message"].startswith("error.")


async def test_a_plan_is_bounded_and_replaced(world: World) -> None:
    side = world.a
    room = await side.admin.made("/rooms", {"name": "Hall"})
    assert (room["plan"], room["seats"]) == (None, 0)
    assert (await side.admin.get(f"/rooms/{room['id']}/plan")).status == 404
    assert (await send_plan(side, room["id"], PICTURE + bytes(6 * 1024 * 1024))).status == 413
    first = (await send_plan(side, room["id"], PICTURE)).json["plan"]
    second = (await send_plan(side, room["id"], PICTURE + b"more")).json["plan"]
    assert first and second and first != second
    assert (await side.clients["supervisor"].get(f"/rooms/{room['id']}/plan")).status == 200
    assert (await send_plan(side, room["id"], PICTURE, "supervisor")).status == 403
    assert (await side.admin.send("DELETE", f"/rooms/{room['id']}")).status == 204


async def test_a_seat_is_in_one_place(world: World) -> None:
    admin = world.a.admin
    rooms = [await admin.made("/rooms", {"name": f"Room {number}"}) for number in (1, 2)]
    seat = await admin.made("/seats", {"name": "P-1"})

    async def place(room: dict[str, Any], *places: dict[str, Any]) -> Answer:
        return await admin.send("PUT", f"/rooms/{room['id']}/places", {"places": list(places)})

    def at(x: float, seat_id: str = seat["id"]) -> dict[str, Any]:
        return {"seat_id": seat_id, "x": x, "y": 0.5}

    for room in rooms:
        assert [one["seat_name"] for one in (await place(room, at(0.5))).json] == ["P-1"]
    found = [one for one in (await admin.get("/rooms/places")).json if one["seat_id"] == seat["id"]]
    assert [one["room_id"] for one in found] == [rooms[1]["id"]]
    for wrong, field in (
        ([at(1.5)], "places.0.x"),
        ([at(0.1), at(0.2)], "places"),
        ([at(0.1, world.b.ids["seat"])], "seat_id"),
    ):
        answer = await place(rooms[0], *wrong)
        assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text
    assert (await admin.send("DELETE", f"/seats/{seat['id']}")).status == 204
    assert (await place(rooms[1])).json == []
    for room in rooms:
        assert (await admin.send("DELETE", f"/rooms/{room['id']}")).status == 204
