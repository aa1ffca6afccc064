"""Screen views: what an agent's page shows goes to who may see it, to nobody else, and only as long as they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import text

from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.screen_views.contracts import LOST
from tests.conftest import until
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.test_sockets import WAIT_SECONDS, Reader, agent_record, close_code, fresh, reading
from tests.integration.world import PASSWORD, Side, World

NOT_ALLOWED, AWAY, OVER = 4403, 1013, 4410
NOT_UNDERSTOOD, TOO_BIG, TOO_MUCH = 4400, 1009, 4429
LARGEST_FRAME = 640_000
WHOLE, NEXT = {"type": "piece", "data": "d2hvbGU=", "whole": True}, {"type": "piece", "data": "bmV4dA=="}


class Viewing(Reader):
    """A supervisor's socket, and the frames that came."""

    async def piece(self) -> dict[str, Any]:
        while True:
            frame = await self.next("frame")
            if frame["piece"]:
                return dict(frame["piece"])

    async def ended(self) -> str:
        reason = str((await self.next("ended"))["reason"])
        assert await self.closed() == OVER
        return reason


async def view_socket(client: Client, agent_id: str) -> aiohttp.ClientWebSocketResponse:
    return await client.socket(f"/api/v1/agents/{agent_id}/screen/socket")


@asynccontextmanager
async def viewing(client: Client, agent_id: str) -> AsyncIterator[Viewing]:
    socket = await view_socket(client, agent_id)
    try:
        view = Viewing(socket)
        await view.next("view")
        yield view
    finally:
        await socket.close()


class Page:
    """A page of an agent that shows its screen, and what the server says there."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> int:
        while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
            self.said.put_nowait(message.json())
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return int(message.data)

    async def stays(self) -> bool:
        begin = asyncio.ensure_future(self.said.get())
        await asyncio.wait({self._reading, begin}, timeout=WAIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        begin.cancel()
        return not self._reading.done()

    async def show(self, frame: dict[str, Any]) -> None:
        await self.socket.send_json(frame)

    async def hears(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT_SECONDS):
            return await self.said.get()

    async def closed(self) -> int:
        async with asyncio.timeout(WAIT_SECONDS):
            return await self._reading

    @property
    def over(self) -> bool:
        return self._reading.done()

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.wait({self._reading})
        await self.socket.close()


@asynccontextmanager
async def page(agent: Client) -> AsyncIterator[Page]:
    """As soon as the API has heard that somebody views the agent's screen."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            shown = Page(await agent.socket("/api/v1/me/screen/socket"))
            if await shown.stays():
                break
            assert await shown.closed() == AWAY
    try:
        await shown.show({"type": "page", "visible": True})
        yield shown
    finally:
        await shown.close()


async def refused(client: Client, agent_id: str) -> tuple[int | None, str]:
    """The code and the reason with which the server closes."""
    socket = await view_socket(client, agent_id)
    async with asyncio.timeout(WAIT_SECONDS):
        message = await socket.receive()
    assert message.type is aiohttp.WSMsgType.CLOSE, message
    await socket.close()
    return message.data, str(message.extra)


async def switch(side: Side, rule: str, whole_screen: str = "off") -> None:
    kept = (await side.admin.get("/settings")).json
    chosen = {"screen_view": rule, "whole_screen": whole_screen}
    changed = await side.admin.send("PUT", "/settings", {**kept, **chosen})
    assert changed.status == 200 and changed.json["screen_view"] == rule


@pytest.fixture
async def viewed(world: World, control: CallControl) -> AsyncIterator[World]:
    """Both tenants let screens be viewed, and say so; all agents are at work."""
    for side in (world.a, world.b):
        await switch(side, "announced")
    await fresh(world, control)
    yield world
    for side in (world.a, world.b):
        await switch(side, "off")


async def test_the_screen_goes_to_who_views_it_and_to_nobody_else(viewed: World) -> None:
    a, b = viewed.a, viewed.b
    mine = a.ids["agent"]
    async with (
        reading(a.clients["agent"]) as told,
        reading(b.clients["agent"]) as stranger,
        viewing(a.clients["supervisor"], mine) as boss,
        viewing(b.clients["supervisor"], b.ids["agent"]) as theirs,
        viewing(a.admin, a.walled["agent"]) as walled,
    ):
        said = await told.next("screen_view")
        assert (said["what"], said["by"]) == ("on", a.clients["supervisor"].session["account"]["name"])
        async with page(a.clients["agent"]) as shown, page(b.clients["agent"]) as foreign:
            await shown.show(NEXT)  # worth nothing before a whole picture
            await shown.show(WHOLE)
            await foreign.show({**WHOLE, "data": "c3RyYW5nZXI="})
            assert (await boss.piece()) == WHOLE
            assert (await theirs.piece())["data"] == "c3RyYW5nZXI="
            # Who comes later begins with a whole picture, too, for which the page is asked by the new view.
            async with viewing(a.admin, mine) as admin:
                while (again := await told.next("screen_view"))["view_id"] == said["view_id"]:
                    assert again["what"] == "on"
                await shown.show(NEXT)
                await shown.show(WHOLE)
                assert (await admin.piece()) == WHOLE
                assert (await boss.piece())["data"] == NEXT["data"]
                await admin.socket.send_json({"type": "picture"})
                while (asked := await told.next("screen_view"))["what"] == "on":
                    pass
                assert (asked["what"], asked["view_id"]) == ("picture", again["view_id"])
            while (left := await told.next("screen_view"))["what"] != "off":
                pass
            assert left["view_id"] == again["view_id"]
        while (gone := await boss.next("frame"))["page"] or gone["piece"]:
            pass
        await boss.socket.close()
        while (left := await told.next("screen_view"))["view_id"] != said["view_id"] or left["what"] != "off":
            pass
        others = [one for one in (await stranger.settled()) if one["type"] == "screen_view"]
        assert {one["view_id"] for one in others}.isdisjoint({said["view_id"], again["view_id"]})
        assert not [frame for frame in walled.received if frame["type"] == "frame"]

    async def kept() -> bool:
        rows = (await a.clients["supervisor"].get("/screen-views", agent_id=mine)).json["items"]
        found = {row["id"]: row for row in rows}
        one = found[said["view_id"]]
        assert one["announced"] and one["by_name"] == a.clients["supervisor"].session["account"]["name"]
        return one["end_reason"] == found[again["view_id"]]["end_reason"] == "left" and one["ended_at"] is not None

    await until(kept, "who looked, and until when")


async def test_who_looks_now_is_seen_by_those_who_may_look_themselves(viewed: World) -> None:
    a, mine, walled = viewed.a, viewed.a.ids["agent"], viewed.a.walled["agent"]
    boss = a.clients["supervisor"]

    async def now(client: Client) -> list[tuple[str, str | None]]:
        rows = (await client.get("/screen-views", now="true")).json["items"]
        assert all(row["ended_at"] is None for row in rows)
        return sorted((row["agent_id"], row["by_name"]) for row in rows)

    def names(*clients: Client) -> list[str]:
        return [client.session["account"]["name"] for client in clients]

    by_admin, by_boss = names(a.admin, boss)
    async with reading(boss) as told:
        async with viewing(a.admin, mine), viewing(a.admin, walled), viewing(boss, mine):
            await told.next("screen_views")
            expected = sorted([(mine, by_admin), (mine, by_boss)])
            assert await now(boss) == expected, "nothing of another project's agents"
            assert await now(a.admin) == sorted([*expected, (walled, by_admin)])
            assert await now(viewed.b.admin) == []
            assert (await a.clients["agent"].get("/screen-views", now="true")).status == 403

        async def nobody() -> bool:
            return await now(a.admin) == []

        await until(nobody, "nobody looks any more")
        assert [one["type"] for one in await told.settled()].count("screen_views") > 1


async def test_who_may_not(viewed: World, control: CallControl) -> None:
    a, b = viewed.a, viewed.b
    boss, mine = a.clients["supervisor"], a.ids["agent"]
    assert await refused(a.clients["agent"], mine) == (NOT_ALLOWED, "forbidden")
    for client, agent in ((b.admin, mine), (boss, a.walled["agent"]), (boss, a.ids["queue"])):
        assert await refused(client, agent) == (NOT_ALLOWED, "not_found")
    await control.change(a.tenant_id, agents=[agent_record(a, a.ids, "logged_out")])

    async def noticed() -> bool:
        return (await refused(boss, mine))[1] == "agent_not_at_work"

    async with Client(viewed.settings.web_url) as nobody:
        assert (await refused(nobody, mine))[0] == 4401
    await control.change(a.tenant_id, agents=[agent_record(a, a.ids)])
    async with viewing(boss, mine):
        await control.change(a.tenant_id, agents=[agent_record(a, a.ids, "logged_out")])
        await until(noticed, "that the agent is not at work")
    await control.change(a.tenant_id, agents=[agent_record(a, a.ids)])
    await switch(a, "off")
    assert await refused(boss, mine) == (NOT_ALLOWED, "screen_view_off")
    bad = await a.admin.send("PUT", "/settings", {"recording_format": "mp3", "screen_view": "always"})
    assert (bad.status, bad.json["error"]["field"]) == (422, "screen_view")


async def test_the_screen_of_who_sees_other_projects_is_not_for_who_does_not(viewed: World) -> None:
    a = viewed.a
    boss, mine = a.clients["supervisor"], a.ids["agent"]
    (person,) = [one for one in (await a.admin.get("/people")).json["items"] if one["id"] == a.ids["person"]]
    body = {name: person[name] for name in ("login", "name", "role")}
    body["agent"] = {name: person["agent"][name] for name in ("number", "phone_kind", "skills")}
    of_both = [a.ids["project"], a.walled["project"]]
    path = f"/people/{person['id']}"
    async with viewing(boss, mine) as before:
        changed = await a.admin.send("PUT", path, {**body, "project_ids": of_both})
        assert changed.status == 200, changed.text
        try:
            assert await before.ended() == "not_allowed"
            assert await refused(boss, mine) == (NOT_ALLOWED, "sees_other_projects")
            async with viewing(a.admin, mine):
                pass
        finally:
            again = await a.admin.send("PUT", path, {**body, "project_ids": [a.ids["project"]]})
            assert again.status == 200, again.text


async def test_it_ends_when_it_may_not_be_seen_any_more(viewed: World, control: CallControl) -> None:
    a = viewed.a
    mine = a.ids["agent"]
    async with Client(viewed.settings.web_url) as leaving:
        await leaving.sign_in("a", "boss", PASSWORD)
        async with viewing(leaving, mine) as view:
            assert (await leaving.send("DELETE", "/session")).status == 204
            assert await view.ended() == "session_ended"
    boss = a.clients["supervisor"]
    async with viewing(boss, mine) as view:
        await control.change(a.tenant_id, agents=[agent_record(a, a.ids, "logged_out")])
        assert await view.ended() == "agent_signed_out"
    await control.change(a.tenant_id, agents=[agent_record(a, a.ids)])
    async with viewing(boss, mine) as view, page(a.clients["agent"]) as shown:
        await shown.show(WHOLE)
        assert await view.piece() == WHOLE
        await switch(a, "off")
        assert await view.ended() == "switched_off"
        assert await shown.closed() == 1000, "the page stops when nobody views it"

    async def kept() -> bool:
        rows = (await boss.get("/screen-views", agent_id=mine)).json["items"]
        return [row["end_reason"] for row in rows[:3]] == ["switched_off", "agent_signed_out", "session_ended"]

    await until(kept, "why each of them ended")


async def test_a_silent_view_is_not_announced(viewed: World) -> None:
    a = viewed.a
    await switch(a, "silent")
    async with reading(a.clients["agent"]) as told, viewing(a.admin, a.ids["agent"]):
        assert (await told.next("screen_view"))["by"] is None
    assert (await a.clients["agent"].get("/me/desktop")).json["screen_viewed"] is True


async def test_a_view_is_announced_all_of_its_time_or_not_at_all(viewed: World) -> None:
    a = viewed.a
    async with viewing(a.clients["supervisor"], a.ids["agent"]) as view:
        await switch(a, "silent")
        assert await view.ended() == "rule_changed"


async def test_switching_off_ends_a_view_while_the_runtime_is_away(viewed: World, control: CallControl) -> None:
    a = viewed.a
    away = {"ok": False, "error": {"code": "not_here", "field": None, "message": ""}}
    there = control.views[a.tenant_id]
    async with viewing(a.clients["supervisor"], a.ids["agent"]) as view:
        control.views[a.tenant_id] = away
        await control.bus.publish(control.bus.subjects.live(a.tenant_id), away)
        try:
            await switch(a, "off")
            assert await view.ended() == "switched_off"
        finally:
            control.views[a.tenant_id] = there


async def test_a_view_goes_on_for_those_who_look_it_up_while_the_runtime_is_away(
    viewed: World, control: CallControl, database: Database
) -> None:
    a = viewed.a
    tenant_id = UUID(a.tenant_id)
    away = {"ok": False, "error": {"code": "not_here", "field": None, "message": ""}}
    there = control.views[a.tenant_id]

    async def kept() -> dict[str, Any]:
        return dict((await a.admin.get("/screen-views", agent_id=a.ids["agent"])).json["items"][0])

    async def goes_on() -> bool:
        return (await kept())["ended_at"] is None

    async with viewing(a.clients["supervisor"], a.ids["agent"]) as view:
        control.views[a.tenant_id] = away
        await control.bus.publish(control.bus.subjects.live(a.tenant_id), away)
        try:
            async with database.tenant(tenant_id) as session:
                long_ago = {"id": (await kept())["id"], "at": utc_now() - 2 * LOST}
                await session.execute(text("UPDATE screen_view SET seen_at = :at WHERE id = :id"), long_ago)
            assert not await goes_on()
            await control.bus.configuration_changed(tenant_id)
            await until(goes_on, "that it is seen to go on")
        finally:
            control.views[a.tenant_id] = there
        await view.next("ping")


async def test_who_was_viewed_is_kept(viewed: World) -> None:
    a = viewed.a
    async with viewing(a.clients["supervisor"], a.ids["agent"]):
        pass
    refused_to_remove = await a.admin.send("DELETE", f"/people/{a.ids['person']}")
    assert (refused_to_remove.status, refused_to_remove.code) == (409, "has_history")


async def test_a_page_sends_no_more_than_it_may(viewed: World) -> None:
    a = viewed.a
    agent = a.clients["agent"]

    async def unwatched() -> bool:
        socket = await agent.socket("/api/v1/me/screen/socket")
        return await close_code(socket) == AWAY

    await until(unwatched, "that nobody views it")
    async with viewing(a.clients["supervisor"], a.ids["agent"]):
        for sent, code in (("x" * (LARGEST_FRAME + 1), TOO_BIG), ('{"type":"rest"}', NOT_UNDERSTOOD)):
            async with page(agent) as shown:
                await shown.socket.send_str(sent)
                assert await shown.closed() == code
        async with page(agent) as shown:
            with suppress(ConnectionError):  # closed meanwhile
                for _ in range(400):
                    await shown.show(WHOLE)
            assert await shown.closed() == TOO_MUCH


async def test_so_many_at_once(viewed: World) -> None:
    a = viewed.a
    open_ones = [await view_socket(a.admin, a.ids["agent"]) for _ in range(4)]
    for socket in open_ones:
        assert (await Viewing(socket).next("view"))["announced"] is True
    assert await refused(a.admin, a.ids["agent"]) == (AWAY, "throttled")
    for socket in open_ones:
        await socket.close()
