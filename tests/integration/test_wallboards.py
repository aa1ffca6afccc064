"""Wallboards: what a board shows to whom, and links that open one board and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from hujiao.kit.bus import Bus
from tests.conftest import until
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.test_sockets import WAIT_SECONDS, agent_record, call_record, close_code, fresh, queue_record
from tests.integration.test_tenancy_matrix import CASES, address
from tests.integration.world import PASSWORD, Side, World

AT_ONCE = 20  # sockets of an address that have not said yet what they want
MOST_FRAMES = 16
SOCKET = "/api/v1/public/board/socket"
NOT_SIGNED_IN, NOT_ALLOWED, AWAY = 4401, 4403, 1013


def tile(key: str, kind: str, at: int, **more: Any) -> dict[str, Any]:
    return {"id": key, "kind": kind, "x": at % 6 * 2, "y": at // 6 * 2, "w": 2, "h": 2, **more}


def board(*tiles: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": f"w{uuid4().hex[:10]}", "tiles": list(tiles), **more}


EVERYTHING = (
    tile("waiting", "figure", 0, figure="waiting"),
    tile("signed", "figure", 1, figure="signed_in"),
    tile("queues", "queues", 2, columns=["waiting", "offered_today"]),
    tile("agents", "agents", 3),
    tile("states", "bars", 4, of="agents"),
    tile("trend", "trend", 5, figure="waiting"),
    tile("level", "trend", 6, figure="service_level", hours=8),
    tile("text", "text", 7, text="Good morning"),
    tile("clock", "clock", 8),
    tile("news", "bulletins", 9),
    tile("flow", "figure", 10, figure="in_flow"),
)


class Screen:
    """A board's page: the board, and the newest value of each tile."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.board: dict[str, Any] = {}
        self.values: dict[str, Any] = {}

    async def shows(self, what: Any) -> None:
        """Until it does."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (self.board and what(self)):
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, (message, self.socket.close_code, self.values)
                frame = message.json()
                if frame["type"] == "board":
                    self.board, self.values = frame["board"], {}
                elif frame["type"] == "values":
                    self.values |= frame["values"]

    async def closed(self) -> int | None:
        return await close_code(self.socket)


@asynccontextmanager
async def screen(client: Client, **hello: Any) -> AsyncIterator[Screen]:
    socket = await client.socket(SOCKET)
    try:
        await socket.send_json(hello)
        yield Screen(socket)
    finally:
        await socket.close()


@asynccontextmanager
async def nobody(world: World) -> AsyncIterator[Client]:
    async with Client(world.settings.web_url) as client:
        yield client


def calls(number: int) -> Any:
    return lambda shown: shown.values.get("waiting", {}).get("value") == number


async def link(client: Client, made: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await client.made(f"/wallboards/{made['id']}/links", {"name": "Hall", **more})
    return found


async def test_a_link_shows_the_board_live_and_only_its_project(world: World, control: CallControl) -> None:
    """What the wall hides is nowhere in what the socket sends, for the link as for who is signed in."""
    await fresh(world, control)
    side, boss = world.a, world.a.clients["supervisor"]
    await side.admin.made("/bulletins", {"title": "For all", "text": "T", "audience": "all"})
    made = await boss.made("/wallboards", board(*EVERYTHING))
    secret = (await link(boss, made))["secret"]
    of_all = await side.admin.made("/wallboards", board(*EVERYTHING))
    own = [agent_record(side, side.ids, activity="idle"), agent_record(side, side.walled, activity="idle")]
    own[1]["name"], own[0]["name"] = "behind the wall", "of the project"
    await control.change(side.tenant_id, agents=own)
    async with nobody(world) as client, screen(client, link=secret) as shown:
        await shown.shows(lambda one: one.values.get("signed", {}).get("value") == 1)
        assert shown.board["name"] == made["name"] and "project_ids" not in shown.board
        assert [row["name"] for row in shown.values["agents"]["rows"]] == ["of the project"]
        assert shown.values["states"] == {"bars": [{"name": "idle", "value": 1}]}
        assert len(shown.values["trend"]["values"]) == 61 and len(shown.values["level"]["values"]) == 32
        assert "For all" in [one["title"] for one in shown.values["news"]["items"]]
        queues = [queue_record(side, side.ids, 3), queue_record(side, side.walled, 9)]
        walled, seen = (call_record(side, ids, str(uuid4()), state="flow") for ids in (side.walled, side.ids))
        await control.change(side.tenant_id, queues=queues, interactions=[walled, seen])
        await shown.shows(calls(3))
        await shown.shows(lambda one: one.values["flow"]["value"] == 1)
        assert [row["cells"][0]["value"] for row in shown.values["queues"]["rows"]] == [3]
        async with screen(side.admin, board_id=of_all["id"]) as wide:
            await wide.shows(calls(12))
            assert wide.values["signed"]["value"] == 2 and wide.values["flow"]["value"] == 2
        # A new version of the board comes to its screens by itself.
        changed = board(tile("only", "figure", 0, figure="waiting"), name=made["name"], revision=made["revision"])
        assert (await boss.send("PUT", f"/wallboards/{made['id']}", changed)).status == 200
        await shown.shows(lambda one: [t["id"] for t in one.board["tiles"]] == ["only"] and "only" in one.values)


async def test_a_revoked_link_closes_and_opens_no_more(world: World, control: CallControl) -> None:
    await fresh(world, control)
    boss = world.a.clients["supervisor"]
    made = await boss.made("/wallboards", board(*EVERYTHING))
    first, second = await link(boss, made), await link(boss, made)
    listed = (await boss.get(f"/wallboards/{made['id']}/links")).text
    assert first["id"] in listed and first["secret"] not in listed
    async with nobody(world) as client, screen(client, link=first["secret"]) as shown:
        await shown.shows(lambda one: one.values)
        assert (await boss.send("DELETE", f"/wallboards/{made['id']}/links/{first['id']}")).status == 204
        assert await shown.closed() == NOT_SIGNED_IN
        async with screen(client, link=first["secret"]) as again:
            assert await again.closed() == NOT_SIGNED_IN
        async with screen(client, link=second["secret"]) as other:
            await other.shows(lambda one: one.values)
            assert (await boss.send("DELETE", f"/wallboards/{made['id']}")).status == 204
            assert await other.closed() == NOT_SIGNED_IN


async def test_a_link_ends_at_its_time_and_opens_from_its_networks(world: World, control: CallControl) -> None:
    await fresh(world, control)
    boss = world.a.clients["supervisor"]
    made = await boss.made("/wallboards", board(tile("clock", "clock", 0)))
    soon = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
    elsewhere = (await link(boss, made, networks=["192.0.2.0/24"]))["secret"]
    here = (await link(boss, made, networks=["192.0.2.7", "127.0.0.0/8", "::1"]))["secret"]
    brief = (await link(boss, made, expires_at=soon))["secret"]
    async with nobody(world) as client:
        async with screen(client, link=brief) as shown:
            await shown.shows(lambda one: True)
            assert await shown.closed() == NOT_SIGNED_IN, "an open screen closes when the link's time is over"
        async with screen(client, link=elsewhere) as shown:
            assert await shown.closed() == NOT_ALLOWED
        async with screen(client, link=here) as shown:
            await shown.shows(lambda one: True)
    for field, more in (("networks.0", {"networks": ["a hall"]}), ("expires_at", {"expires_at": "2026-01-01T00:00Z"})):
        refused = await boss.post(f"/wallboards/{made['id']}/links", {"name": "H", **more})
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text


async def test_a_suspended_tenants_boards_end(world: World, control: CallControl) -> None:
    tenant = await world.operator.made("/platform/tenants", {
        "slug": f"t{uuid4().hex[:8]}", "name": "T", "administrator": {"login": "x", "name": "X", "password": PASSWORD},
    })  # fmt: skip
    async with nobody(world) as admin, nobody(world) as client:
        await admin.sign_in(tenant["slug"], "x", PASSWORD)
        made = await admin.made("/wallboards", board(tile("clock", "clock", 0)))
        secret = (await link(admin, made))["secret"]
        async with screen(client, link=secret) as shown:
            await shown.shows(lambda one: True)
            path = f"/platform/tenants/{tenant['id']}"
            suspended = await world.operator.send("PATCH", path, {"suspended": True})
            assert suspended.status == 200, suspended.text
            assert await shown.closed() == NOT_ALLOWED
        async with screen(client, link=secret) as shown:
            assert await shown.closed() == NOT_ALLOWED
        assert (await world.operator.send("PATCH", path, {"suspended": False})).status == 200
        async with screen(client, link=secret) as shown:
            await shown.shows(lambda one: True)


async def test_the_link_opens_nothing_else(world: World, control: CallControl) -> None:
    """As a bearer's token and as the session's cookie: every route and every other socket refuses it."""
    secret = world.a.ids["board secret"]
    async with (
        Client(world.settings.web_url, token=secret) as bearer,
        Client(world.settings.web_url) as holder,
    ):
        holder.headers["cookie"] = f"hujiao_session={secret}"
        for (method, path), case in CASES.items():
            if case.public and not case.visitor:
                continue
            for client in (bearer, holder):
                target = address(path, case, {}, world.a.ids["queue"])
                answer = await client.send(method, target, {} if case.body else None, query=case.query or None)
                assert answer.status == 401, (method, path, answer.status, answer.text)
        for path in ("/api/v1/socket", "/sip"):
            for client in (bearer, holder):
                assert await close_code(await client.socket(path)) == NOT_SIGNED_IN, path
        chat = await bearer.socket("/api/v1/public/chat/socket")
        await chat.send_json({"token": secret})
        assert await close_code(chat) == NOT_SIGNED_IN


@pytest.mark.parametrize(
    ("who", "hello", "code"),
    [
        ("nobody", lambda a, b: {"board_id": a.ids["wallboard"]}, NOT_SIGNED_IN),
        ("nobody", lambda a, b: {"link": "guessed"}, NOT_SIGNED_IN),
        ("nobody", lambda a, b: {}, NOT_SIGNED_IN),
        ("nobody", lambda a, b: {"link": a.ids["board secret"], "more": 1}, NOT_SIGNED_IN),
        ("agent", lambda a, b: {"board_id": a.ids["wallboard"]}, NOT_ALLOWED),
        ("supervisor", lambda a, b: {"board_id": a.walled["wallboard"]}, NOT_ALLOWED),
        ("tenant_administrator", lambda a, b: {"board_id": b.ids["wallboard"]}, NOT_ALLOWED),
        ("platform_administrator", lambda a, b: {"board_id": a.ids["wallboard"]}, NOT_ALLOWED),
        ("supervisor", lambda a, b: {}, NOT_ALLOWED),
    ],
)
async def test_who_may_not_open_a_board(world: World, control: CallControl, who: str, hello: Any, code: int) -> None:
    async with nobody(world) as stranger:
        client = stranger if who == "nobody" else world.client(world.a, who)
        async with screen(client, **hello(world.a, world.b)) as shown:
            assert await shown.closed() == code


async def test_who_opens_too_many_at_once_is_asked_to_come_again(world: World, control: CallControl) -> None:
    """Not that the link has ended: a page that hears this keeps its picture."""
    async with nobody(world) as client, AsyncExitStack() as silent:
        sockets = [await client.socket(SOCKET) for _ in range(AT_ONCE)]
        for socket in sockets:
            silent.push_async_callback(socket.close)
        async with screen(client, link=world.a.ids["board secret"]) as shown:
            assert await shown.closed() == AWAY


async def test_a_page_that_talks_is_closed(world: World, control: CallControl) -> None:
    admin = world.a.admin
    made = await admin.made("/wallboards", board(tile("clock", "clock", 0)))
    async with screen(admin, board_id=made["id"]) as shown:
        await shown.shows(lambda one: True)
        for _ in range(MOST_FRAMES):
            await shown.socket.send_str("more")
        assert await shown.closed() == 1000


async def test_an_unchanged_board_of_a_busy_floor_says_that_it_stands(world: World, control: CallControl) -> None:
    await fresh(world, control)
    made = await world.a.admin.made("/wallboards", board(tile("text", "text", 0, text="Good morning")))

    async def stir() -> None:
        for number in range(1000):
            await control.change(world.a.tenant_id, queues=[queue_record(world.a, world.a.ids, number)])
            await asyncio.sleep(0.5)

    async with screen(world.a.admin, board_id=made["id"]) as shown:
        await shown.shows(lambda one: True)
        stirring = asyncio.create_task(stir())
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while (await shown.socket.receive_json())["type"] != "ping":
                    pass
        finally:
            stirring.cancel()


async def test_a_page_elsewhere_does_not_open_it_with_ones_cookie(world: World, control: CallControl) -> None:
    boss = world.a.clients["supervisor"]
    socket = await boss.socket(SOCKET, origin="https://evil.example")
    await socket.send_json({"board_id": world.a.ids["wallboard"]})
    assert await close_code(socket) == NOT_ALLOWED


async def test_a_board_says_when_the_call_control_is_away(world: World, control: CallControl) -> None:
    await fresh(world, control)
    side = world.a
    made = await side.admin.made("/wallboards", board(*EVERYTHING))
    async with screen(side.admin, board_id=made["id"]) as shown:
        await shown.shows(lambda one: one.values)
        aside = {"ok": False, "error": {"code": "set_aside", "message": "", "detail": ASIDE}}
        await world_says(control, side, aside)
        async with asyncio.timeout(WAIT_SECONDS):
            while (await shown.socket.receive_json())["type"] != "stale":
                pass
        shown.values = {}
        await control.change(side.tenant_id, queues=[queue_record(side, side.ids, 6)], skip=True)
        await shown.shows(lambda one: one.values.get("waiting", {}).get("value", 0) >= 6)


ASIDE = {"work": "events", "since": "2026-01-05T08:00:00Z", "next_try_at": None, "about": ""}


async def world_says(control: CallControl, side: Side, message: dict[str, Any]) -> None:
    await control.bus.publish(control.bus.subjects.live(side.tenant_id), message)
    await control.bus.client.flush()


async def test_calls_do_not_go_by_a_board(world: World, bus: Bus) -> None:
    """Its screens are told when it is saved; nobody who serves calls reads the configuration for it."""
    side, told = world.a, list[bool]()

    async def heard(message: dict[str, Any]) -> None:
        told.append(message["of_calls"])

    stop = await bus.subscribe(bus.subjects.config(UUID(side.tenant_id)), heard)
    try:
        await side.admin.made("/wallboards", board(tile("a", "clock", 0)))
        await until(lambda: _are(told, [False]), "screens are told of the board")
        await side.admin.made("/skills", {"name": f"s{uuid4().hex[:8]}"})
        await until(lambda: _are(told, [False, True]), "all are told of a skill")
    finally:
        await stop()


async def _are(told: list[bool], wanted: list[bool]) -> bool:
    return told == wanted


async def test_two_who_save_at_once_are_told(world: World) -> None:
    boss, admin = world.a.clients["supervisor"], world.a.admin
    made = await boss.made("/wallboards", board(tile("clock", "clock", 0)))
    path, first = f"/wallboards/{made['id']}", {"revision": made["revision"]}
    by_admin = await admin.send("PUT", path, board(tile("a", "clock", 1), name=made["name"], **first))
    assert by_admin.status == 200 and by_admin.json["project_ids"] == [world.a.ids["project"]], "it stays the project's"
    late = await boss.send("PUT", path, board(tile("b", "clock", 2), name=made["name"], **first))
    assert (late.status, late.code) == (409, "changed_meanwhile")
    assert [one["id"] for one in (await boss.get(path)).json["tiles"]] == ["a"]


async def test_bad_boards_are_refused_by_field(world: World) -> None:
    boss, ids = world.a.clients["supervisor"], world.a.walled
    good = tile("a", "figure", 0, figure="waiting")
    for bad, field in (
        ({**good, "queue_ids": [ids["queue"]]}, "tiles.0.queue_ids"),
        ({**good, "group_ids": [world.a.ids["agent_group"]]}, "tiles.0.group_ids"),
        ({**good, "figure": "within"}, "tiles.0.seconds"),
        ({**good, "bounds": {"amber": 5, "red": 3}}, "tiles.0.bounds.red"),
        ({**good, "figure": "loss", "bounds": {"amber": 5}}, "tiles.0.bounds.amber"),
        ({**good, "x": 11}, "tiles.0"),
    ):
        refused = await boss.post("/wallboards", board(bad))
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text
    # What the administrator may name on a board of all is refused on a supervisor's.
    of_all = board({**good, "queue_ids": [ids["queue"]]})
    assert (await world.a.admin.post("/wallboards", of_all)).status == 201


async def test_the_trend_knows_who_waited(world: World, control: CallControl) -> None:
    """The world's abandoned caller has waited for a while, an hour ago."""
    side = world.a
    made = await side.admin.made("/wallboards", board(tile("t", "trend", 0, figure="offered", hours=8)))
    async with screen(side.admin, board_id=made["id"]) as shown:
        await shown.shows(lambda one: sum(v or 0 for v in one.values.get("t", {}).get("values", ())) >= 1)


async def test_an_account_without_projects_makes_no_board(world: World) -> None:
    side, login = world.a, f"none{uuid4().hex[:8]}"
    body = {"login": login, "name": "None", "role": "supervisor", "password": PASSWORD, "project_ids": []}
    await side.admin.made("/people", body)
    async with nobody(world) as client:
        await client.sign_in(side.slug, login, PASSWORD)

        async def refused() -> bool:
            return (await client.post("/wallboards", board(tile("a", "clock", 0)))).status == 403

        await until(refused, "the board is refused")
        assert (await client.get("/wallboards")).json["total"] == 0
