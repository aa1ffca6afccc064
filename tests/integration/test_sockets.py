"""The live socket and the browser phone's socket: who may open them, and what each reader gets of whose events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from hujiao.app.realtime import events
from hujiao.kit.bus import Bus
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.world import PASSWORD, Side, World

WAIT_SECONDS = 30.0
AFTER_ANY = 100_000  # messages, also of the runtimes that other tests have started
SINCE = "2026-11-22T08:00:00Z"


def agent_record(side: Side, ids: dict[str, str], state: str = "available", **more: Any) -> dict[str, Any]:
    return {
        "id": ids["agent"],
        "number": "1",
        "name": f"secret-of-{side.slug}",
        "state": state,
        "since": SINCE,
        "interaction_id": None,
        "phone_kind": "phone",
        "queue_ids": [ids["queue"]],
        "adjustments": [],
        **more,
    }


def queue_record(side: Side, ids: dict[str, str], waiting: int = 0) -> dict[str, Any]:
    return {"id": ids["queue"], "name": f"secret-of-{side.slug}", "waiting": waiting, "longest_wait_since": None}


def call_record(side: Side, ids: dict[str, str], call: str, **more: Any) -> dict[str, Any]:
    return {
        "id": call,
        "state": "queued",
        "medium": "voice",
        "direction": "inbound",
        "caller": f"secret-of-{side.slug}",
        "called": "1",
        "project_id": ids["project"],
        "queue_id": ids["queue"],
        "agent_id": None,
        "started_at": SINCE,
        **more,
    }


class Reader:
    """A socket and all that came over it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.received: list[dict[str, Any]] = []

    async def next(self, kind: str) -> dict[str, Any]:
        """The next message of this kind; the others are kept as received."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, (kind, message, self.received)
                decoded = message.json()
                self.received.append(decoded)
                if decoded["type"] == kind:
                    return decoded

    async def closed(self) -> int | None:
        """The code with which the server closed."""
        return await close_code(self.socket)

    async def settled(self) -> list[dict[str, Any]]:
        """All that came before the answer to a ping, which follows what was sent before it."""
        await self.socket.send_str('{"type":"ping"}')
        await self.next("pong")
        return self.received

    async def up_to(self, seq: int) -> None:
        """Until the reader knows this: by a delta, or by a snapshot if the view was just being read anew."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not any(m["type"] in ("delta", "snapshot") and m["seq"] >= seq for m in self.received):
                self.received.append(await self.socket.receive_json())

    async def with_change(self, seq: int) -> dict[str, Any]:
        while True:
            delta = await self.next("delta")
            if delta["seq"] >= seq and delta["prev_seq"] != delta["seq"]:
                return delta


async def close_code(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            message = await socket.receive()
            if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED}:
                return socket.close_code


@asynccontextmanager
async def reading(client: Client) -> AsyncIterator[Reader]:
    socket = await client.socket()
    try:
        reader = Reader(socket)
        await reader.next("snapshot")
        yield reader
    finally:
        await socket.close()


def stage(world: World, control: CallControl) -> None:
    """Both tenants with both projects' agent and queue, nobody calling."""
    for side in (world.a, world.b):
        view = control.views[side.tenant_id]
        view["agents"] = [agent_record(side, ids) for ids in (side.ids, side.walled)]
        view["queues"] = [queue_record(side, ids) for ids in (side.ids, side.walled)]
        view["interactions"] = []
        view["seq"] += AFTER_ANY


async def fresh(world: World, control: CallControl) -> None:
    """Readers of before and the API's view agree on the stage."""
    stage(world, control)
    for side in (world.a, world.b):
        await control.change(side.tenant_id, skip=True)


def read_by_others(reader: Reader, side: Side) -> list[str]:
    said = str(reader.received)
    return [mark for mark in side.marks if mark in said]


async def test_snapshot(world: World, control: CallControl) -> None:
    """Each reader's first message holds what they may see, and nothing of the other tenant or project."""
    stage(world, control)
    a = world.a
    call = call_record(a, a.ids, "01900000-0000-7000-8000-000000000001")
    other = call_record(a, a.walled, "01900000-0000-7000-8000-000000000002")
    told = [(a, await control.change(a.tenant_id, interactions=[call, other], skip=True))]
    told.append((world.b, await control.change(world.b.tenant_id, skip=True)))

    async def ids(client: Client) -> tuple[set[str], set[str], set[str]]:
        async with reading(client) as reader:
            view = reader.received[-1]["view"]
            names = ("agents", "queues", "interactions")
            found = [{record["id"] for record in view[name]} for name in names]
            return found[0], found[1], found[2]

    for side, seq in told:
        async with reading(side.admin) as settled:
            await settled.up_to(seq)
    everything = await ids(a.admin)
    assert everything[0] == {a.ids["agent"], a.walled["agent"]}
    assert everything[1] == {a.ids["queue"], a.walled["queue"]}
    assert everything[2] == {call["id"], other["id"]}
    assert await ids(a.clients["supervisor"]) == ({a.ids["agent"]}, {a.ids["queue"]}, {call["id"]})
    assert await ids(a.clients["agent"]) == ({a.ids["agent"]}, {a.ids["queue"]}, set())
    theirs = await ids(world.b.admin)
    assert theirs[0] == {world.b.ids["agent"], world.b.walled["agent"]}
    assert theirs[2] == set()


async def test_delta(world: World, control: CallControl) -> None:
    """A change reaches those who may see it, numbered without a gap, and nobody else."""
    await fresh(world, control)
    a, b = world.a, world.b
    call = "01900000-0000-7000-8000-000000000003"
    async with (
        reading(a.clients["supervisor"]) as boss,
        reading(a.clients["agent"]) as agent,
        reading(b.admin) as stranger,
    ):
        for reader in (boss, agent, stranger):
            await reader.settled()
        await control.change(a.tenant_id, agents=[agent_record(a, a.walled, "not_ready")])  # not for these readers
        first = await control.change(
            a.tenant_id, interactions=[call_record(a, a.ids, call)], queues=[{"id": a.ids["queue"], "waiting": 1}]
        )
        seen = await boss.with_change(first)
        assert [record["id"] for record in seen["interactions"]] == [call]
        assert seen["queues"] == [{"id": a.ids["queue"], "waiting": 1}], "what changed of a queue"
        own = await agent.with_change(first)
        assert own["interactions"] == []
        assert own["queues"][0]["id"] == a.ids["queue"]
        async with reading(a.clients["supervisor"]) as later:
            (queue,) = later.received[-1]["view"]["queues"]
            assert (queue["waiting"], queue["name"]) == (1, f"secret-of-{a.slug}"), "the rest is as it was"
            assert queue["offered_today"] >= 0, "the day's figures go with the queue"

        offered = call_record(a, a.ids, call, state="offered", agent_id=a.ids["agent"])
        second = await control.change(a.tenant_id, interactions=[offered])
        mine = await agent.with_change(second)
        assert mine["prev_seq"] == own["seq"], "no gap for the reader, though some numbers were not for it"
        assert mine["interactions"][0]["agent_id"] == a.ids["agent"]

        elsewhere = call_record(a, a.ids, call, state="queued", agent_id=None)
        third = await control.change(a.tenant_id, interactions=[elsewhere])
        assert (await agent.with_change(third))["ended"] == [call], "what is no longer the agent's is gone for it"
        fourth = await control.change(a.tenant_id, ended=[call])
        await boss.with_change(third)
        assert (await boss.with_change(fourth))["ended"] == [call]
        await stranger.settled()
        assert not read_by_others(stranger, a)
        assert a.walled["agent"] not in str(boss.received)


async def test_a_gap_brings_a_snapshot(world: World, control: CallControl) -> None:
    await fresh(world, control)
    a = world.a
    async with reading(a.admin) as reader:
        await reader.settled()
        view = control.views[a.tenant_id]
        view["queues"] = [queue_record(a, a.ids, 7), queue_record(a, a.walled, 0)]
        await control.change(a.tenant_id, agents=[agent_record(a, a.ids, "engaged")], skip=True)
        waiting: set[int] = set()
        while 7 not in waiting:  # a change of configuration before may bring another one first
            snapshot = await reader.next("snapshot")
            waiting = {record["waiting"] for record in snapshot["view"]["queues"]}


async def test_stale(world: World, control: CallControl) -> None:
    """A reader whose tenant's call control does not answer, or has set it aside, is told so."""
    operator = world.operator
    made = await operator.made(
        "/platform/tenants",
        {"slug": "silent", "name": "S", "administrator": {"login": "admin", "name": "A", "password": PASSWORD}},
    )
    control.views[made["id"]] = {"ok": False, "error": {"code": "not_here", "field": None, "message": ""}}
    async with Client(world.settings.web_url) as client:
        await client.sign_in("silent", "admin", PASSWORD)
        reader = Reader(await client.socket())
        await reader.next("stale")
        control.views[made["id"]] = {"seq": 1, "agents": [], "queues": [], "interactions": []}
        assert (await reader.next("snapshot"))["seq"] == 1

        # Set aside while somebody looks, and for who comes later; back by itself.
        aside = {"work": "events", "since": SINCE, "next_try_at": SINCE, "about": "flow F, step S"}
        refused = {"ok": False, "error": {"code": "set_aside", "message": "error.set_aside", "detail": aside}}
        control.views[made["id"]] = refused
        await control.bus.publish(control.bus.subjects.live(made["id"]), refused)
        assert (await reader.next("stale"))["set_aside"] == aside
        later = Reader(await client.socket())
        assert (await later.next("stale"))["set_aside"] == aside
        answer = await client.get("/blending")
        assert (answer.status, answer.code) == (503, "set_aside"), answer.text
        control.views[made["id"]] = {"seq": 2, "agents": [], "queues": [], "interactions": []}
        for one in (reader, later):
            assert (await one.next("snapshot"))["seq"] == 2
            await one.socket.close()


async def test_ping_and_pong(world: World, control: CallControl) -> None:
    async with reading(world.a.clients["agent"]) as reader:
        assert await reader.settled()
        ping = await reader.next("ping")
        assert ping == {"type": "ping"}
        await reader.socket.send_str('{"type":"pong"}')
        await reader.socket.send_str('{"type":"something newer"}')
        await reader.socket.send_str('{"type":"snapshot"}')
        assert (await reader.next("snapshot"))["view"]["agents"]


async def test_bye(world: World, control: CallControl) -> None:
    """Signing out closes the session's own sockets, and no other's."""
    async with Client(world.settings.web_url) as client:
        await client.sign_in("a", "boss", PASSWORD)
        reader = Reader(await client.socket())
        await reader.next("snapshot")
        async with reading(world.a.clients["supervisor"]) as other:
            assert (await client.send("DELETE", "/session")).status == 204
            assert (await reader.next("bye"))["reason"] == "signed_out"
            assert await reader.closed() == 1000
            await other.settled()
            assert "bye" not in {message["type"] for message in other.received}


@pytest.mark.parametrize("state", ["reserved", "engaged"])
async def test_nobody_signs_out_of_a_call(world: World, control: CallControl, state: str) -> None:
    """Neither of one session nor of all; afterwards all of the account end, and nobody else's."""
    a = world.a
    async with Client(world.settings.web_url, language="zh-CN") as here, Client(world.settings.web_url) as there:
        for client in (here, there):
            await client.sign_in("a", "first", PASSWORD)
        reader = Reader(await here.socket())
        await reader.next("snapshot")
        await reader.up_to(await control.change(a.tenant_id, agents=[agent_record(a, a.ids, state)]))
        for path in ("/session", "/session?everywhere=true"):
            refused = await here.send("DELETE", path)
            assert (refused.status, refused.code) == (409, "in_a_call")
            assert "请先结束通话" in refused.json["error"]["message"]
        assert (await here.get("/session")).status == 200
        await reader.up_to(await control.change(a.tenant_id, agents=[agent_record(a, a.ids, "wrap_up")]))
        ended = await here.send("DELETE", "/session?everywhere=true")
        assert ended.status == 204, ended.text
        assert (await reader.next("bye"))["reason"] == "signed_out"
        assert [(await client.get("/session")).status for client in (here, there)] == [401, 401]
        assert (await a.admin.get("/session")).status == 200
        await control.change(a.tenant_id, agents=[agent_record(a, a.ids)])
        await a.clients["agent"].sign_in("a", "first", PASSWORD)  # whose session ended as well


async def test_bulletins(world: World, control: CallControl) -> None:
    """Who is addressed, or was, is told to ask anew; nothing of the bulletin is in it, and nobody else hears of it."""
    a, b = world.a, world.b
    to_agent = {"title": "B", "text": "B", "audience": "persons", "account_ids": [a.ids["person"]]}
    to_boss = {**to_agent, "account_ids": [str(a.clients["supervisor"].session["account"]["id"])]}
    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.clients["supervisor"]) as boss,
        reading(a.admin) as admin,
        reading(b.clients["agent"]) as stranger,
    ):
        made = await a.admin.made("/bulletins", to_agent)
        assert await agent.next("bulletins") == {"type": "bulletins"}
        changed = await a.admin.send("PUT", f"/bulletins/{made['id']}", to_boss)
        assert changed.status == 200, changed.text
        await agent.next("bulletins")
        await boss.next("bulletins")
        assert (await a.admin.post(f"/bulletins/{made['id']}/withdraw")).status == 204
        await boss.next("bulletins")
        await a.admin.made("/bulletins", {"title": "B", "text": "B", "audience": "all"})
        for reader, times in ((agent, 3), (boss, 3), (admin, 1)):
            while sum(one["type"] == "bulletins" for one in reader.received) < times:
                await reader.next("bulletins")
        # The stranger's own comes over the same way, after whatever would have come of the others'.
        await b.admin.made("/bulletins", {"title": "B", "text": "B", "audience": "all"})
        await stranger.next("bulletins")
        for reader, times in ((agent, 3), (boss, 3), (admin, 1), (stranger, 1)):
            told = [one for one in await reader.settled() if one["type"] == "bulletins"]
            assert len(told) == times


async def test_alarms(world: World, bus: Bus, control: CallControl) -> None:
    """Whoever supervises an agent or a queue is told to ask anew; the agent is told nothing, nor is anybody else."""
    await fresh(world, control)
    a, b = world.a, world.b
    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.clients["supervisor"]) as boss,
        reading(a.admin) as admin,
        reading(b.admin) as stranger,
    ):
        for about in ({"agents": [a.ids["agent"]], "queues": []}, {"agents": [], "queues": [a.ids["queue"]]}):
            await bus.publish(bus.subjects.alarms(a.tenant_id), about)
            assert await boss.next("alarms") == {"type": "alarms"}
        for about in ({"agents": [a.walled["agent"]], "queues": []}, {"agents": [], "queues": [a.walled["queue"]]}):
            await bus.publish(bus.subjects.alarms(a.tenant_id), about)
        await bus.publish(bus.subjects.alarms(b.tenant_id), {"agents": [b.ids["agent"]], "queues": []})
        for reader, times in ((admin, 4), (stranger, 1)):
            while sum(one["type"] == "alarms" for one in reader.received) < times:
                await reader.next("alarms")
        for reader, times in ((agent, 0), (boss, 2), (admin, 4), (stranger, 1)):
            told = [one for one in await reader.settled() if one["type"] == "alarms"]
            assert len(told) == times


async def test_next_calls(world: World, bus: Bus, control: CallControl) -> None:
    """The agent whose next calls changed is told, and who supervises that agent; nobody of another project."""
    await fresh(world, control)
    a, b = world.a, world.b
    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.clients["supervisor"]) as boss,
        reading(a.admin) as admin,
        reading(b.admin) as stranger,
    ):
        for side, ids in ((a, a.ids), (a, a.walled), (b, b.ids)):
            await bus.publish(bus.subjects.next_calls(side.tenant_id), {"agents": [ids["agent"]]})
        for reader, times in ((agent, 1), (boss, 1), (admin, 2), (stranger, 1)):
            while sum(one["type"] == "next_calls" for one in reader.received) < times:
                assert await reader.next("next_calls") == {"type": "next_calls"}
        for reader, times in ((agent, 1), (boss, 1), (admin, 2), (stranger, 1)):
            assert sum(one["type"] == "next_calls" for one in await reader.settled()) == times


async def test_chat(world: World, bus: Bus, control: CallControl) -> None:
    """Who has a part in a chat hears what is said there, and nobody else: neither colleagues nor the administrator."""
    await fresh(world, control)
    a, mine, theirs = world.a, str(uuid4()), str(uuid4())
    own = call_record(a, a.ids, mine, medium="chat", state="connected", agent_id=a.ids["agent"], last=0, unread=0)
    other = call_record(a, a.walled, theirs, medium="chat", state="connected", agent_id=a.walled["agent"])
    async with reading(a.clients["agent"]) as agent, reading(a.admin) as admin:
        await agent.settled()
        await admin.settled()
        seq = await control.change(a.tenant_id, interactions=[own, other])
        await agent.up_to(seq)
        await admin.up_to(seq)
        for chat, text in ((theirs, "of others"), (mine, "mine")):
            frame = {"type": "message", "number": 3, "part": 0, "from": "visitor", "text": text}
            told = {"interaction_id": chat, "frame": frame, "counts": {"last": 3, "unread": 1}}
            await bus.publish(bus.subjects.chat(a.tenant_id), {"tenant_id": a.tenant_id, "frames": [told]})
        heard = await agent.next("chat")
        assert (heard["interaction_id"], heard["frame"]["text"]) == (mine, "mine")
        assert "of others" not in str(agent.received)
        assert "chat" not in {message["type"] for message in await admin.settled()}
    async with reading(a.clients["agent"]) as late:
        view = late.received[0]["view"]
    assert [(one["last"], one["unread"]) for one in view["interactions"] if one["id"] == mine] == [(3, 1)]


async def test_screen_view(world: World, control: CallControl) -> None:
    """Who is viewed is told, and nobody else."""
    await fresh(world, control)
    a, b = world.a, world.b
    told = {"tenant_id": a.tenant_id, "agent_id": a.ids["agent"], "view_id": str(uuid4()), "what": "on", "by": "B"}
    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.clients["supervisor"]) as boss,
        reading(b.clients["agent"]) as stranger,
    ):
        await control.bus.publish(control.bus.subjects.screens(a.tenant_id), told)
        seen = await agent.next("screen_view")
        assert (seen["view_id"], seen["what"], seen["by"]) == (told["view_id"], "on", "B")
        for other in (boss, stranger):
            assert "screen_view" not in {one["type"] for one in await other.settled()}


async def test_screen_views(world: World, control: CallControl) -> None:
    """Who may view screens and sees the agent is told that somebody looks, and that it is over; not the agent, nor
    anybody of another project or company."""
    await fresh(world, control)
    a, b = world.a, world.b
    views = {ids["agent"]: str(uuid4()) for ids in (a.ids, a.walled)}

    async def say(what: str, agent_id: str) -> None:
        told = {"tenant_id": a.tenant_id, "agent_id": agent_id, "view_id": views[agent_id], "what": what, "by": None}
        await control.bus.publish(control.bus.subjects.screens(a.tenant_id), told)

    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.clients["supervisor"]) as boss,
        reading(a.admin) as admin,
        reading(b.admin) as stranger,
    ):
        for what in ("on", "on", "noted", "off"):
            for agent_id in views:
                await say(what, agent_id)
        for reader, times in ((boss, 3), (admin, 6)):
            while sum(one["type"] == "screen_views" for one in reader.received) < times:
                await reader.next("screen_views")
        for reader, times in ((agent, 0), (boss, 3), (admin, 6), (stranger, 0)):
            told = [one for one in await reader.settled() if one["type"] == "screen_views"]
            assert told == [{"type": "screen_views"}] * times


async def test_settings(world: World, control: CallControl) -> None:
    """The tenant's agents are told that its settings have changed, and nobody else; nothing of them is in it."""
    await fresh(world, control)
    a, b = world.a, world.b
    async with (
        reading(a.clients["agent"]) as agent,
        reading(a.admin) as admin,
        reading(b.clients["agent"]) as stranger,
    ):
        kept = (await a.admin.get("/settings")).json
        assert (await a.admin.send("PUT", "/settings", kept)).status == 200
        assert await agent.next("settings") == {"type": "settings"}
        for other in (admin, stranger):
            assert "settings" not in {one["type"] for one in await other.settled()}


TRIED = {
    "snapshot": test_snapshot,
    "delta": test_delta,
    "bulletins": test_bulletins,
    "alarms": test_alarms,
    "chat": test_chat,
    "next_calls": test_next_calls,
    "settings": test_settings,
    "screen_view": test_screen_view,
    "screen_views": test_screen_views,
    "stale": test_stale,
    "ping": test_ping_and_pong,
    "pong": test_ping_and_pong,
    "bye": test_bye,
}


def test_every_event_has_a_test() -> None:
    for kinds in (events.SERVER_EVENTS, events.CLIENT_EVENTS):
        for kind in kinds:
            assert kind.__struct_config__.tag in TRIED


SCREEN, SCREEN_OF = "/api/v1/me/screen/socket", "/api/v1/agents/01900000-0000-7000-8000-000000000001/screen/socket"


@pytest.mark.parametrize("path", ["/api/v1/socket", "/sip", SCREEN, SCREEN_OF])
async def test_sockets_are_for_those_signed_in_and_for_our_own_pages(world: World, path: str) -> None:
    async with Client(world.settings.web_url) as nobody:
        socket = await nobody.socket(path, protocols=["sip"])
        assert await close_code(socket) == 4401
    agent = world.a.clients["agent"]
    socket = await agent._http.ws_connect(
        world.settings.web_url + path, headers={"origin": "https://elsewhere.example"}
    )
    assert await close_code(socket) == 4403


async def test_who_may_not_open_which_socket(world: World) -> None:
    refused = [("/api/v1/socket", world.operator), ("/sip", world.operator), ("/sip", world.a.admin)]
    refused += [(SCREEN, world.operator), (SCREEN, world.a.admin), (SCREEN_OF, world.operator)]
    for path, client in refused:
        socket = await client.socket(path)
        assert await close_code(socket) == 4403, path


async def test_sip_goes_both_ways_unchanged_and_bounded(world: World) -> None:
    """An echo in the switch's place: what the browser sends arrives there, and comes back."""
    arrived: list[str] = []

    async def switch(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["sip"])
        await socket.prepare(request)
        async for message in socket:
            arrived.append(message.data)
            await socket.send_str(f"SIP/2.0 200 OK\r\n{message.data}")
        return socket

    app = web.Application()
    app.router.add_get("/ws", switch)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", world.settings.asterisk_http_port).start()
    try:
        agent = world.a.clients["agent"]
        sign_in = await agent.post("/me/sign-in", {"phone_kind": "browser", "seat_id": world.a.ids["seat"]})
        user = sign_in.json["sip"]["authorization_user"]
        register = (
            f"REGISTER sip:hujiao SIP/2.0\r\nFrom: <sip:{user}@hujiao>;tag=1\r\nTo: <sip:{user}@hujiao>\r\n"
            "Content-Length: 0\r\n\r\n"
        )
        socket = await agent.socket("/sip", protocols=["sip"])
        assert socket.protocol == "sip"
        await socket.send_str(register)
        async with asyncio.timeout(WAIT_SECONDS):
            assert await socket.receive_str() == f"SIP/2.0 200 OK\r\n{register}"
            await socket.send_str("x" * 70_000)
        assert await close_code(socket) == 1009
        socket = await agent.socket("/sip", protocols=["sip"])
        await socket.send_str(register.replace(f"From: <sip:{user}@", "From: <sip:test-phone@"))
        assert await close_code(socket) == 1008
        assert len(arrived) == 1
    finally:
        await runner.cleanup()
    socket = await world.a.clients["agent"].socket("/sip", protocols=["sip"])
    assert await close_code(socket) == 1013, "the switch is away"
