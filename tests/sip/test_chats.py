"""Chats on a whole installation: a visitor on a website, agents at their desks, processes that are killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from tests.integration.client import PREFIX, Client
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.running import Running
from tests.sip.test_faults import runtime_of, runtime_serves, whole_again
from tests.sip.world import AgentPhone, World

__all__ = ["whole_again"]

SHOP = "https://shop.example"


def document(queue: str) -> dict[str, Any]:
    return {
        "version": 1,
        "start": "hello",
        "nodes": {
            "hello": {"type": "say", "text": "Hello {{name}}", "next": "menu"},
            "menu": {"type": "menu", "prompts": ["menu"], "keys": {"1": "queue"}, "labels": {"1": "An agent"}},
            "queue": {"type": "queue", "queue": queue},
        },
    }


class Visitor:
    """A website's visitor: sends until it is acknowledged, as the widget does."""

    def __init__(self, world: World, client: Client, opened: dict[str, Any]) -> None:
        self.world = world
        self.client = client
        self.id = UUID(opened["id"])
        self.token = opened["token"]
        self.client.headers["authorization"] = f"Bearer {self.token}"
        self.sent = 0

    async def says(self, text: str, kind: str = "text") -> int:
        self.sent += 1
        said = {"value": text} if kind == "choice" else {"text": text}
        body = {"client_number": self.sent, "kind": kind, **said}
        return await until_taken(self.client, "/public/chat/conversation/messages", body)

    async def read(self, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.client.get("/public/chat/conversation/messages", after=after)
        assert answer.status == 200, answer.text
        found: list[dict[str, Any]] = answer.json
        return found

    async def standing(self) -> dict[str, Any]:
        answer = await self.client.get("/public/chat/conversation")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    async def becomes(self, state: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.standing())["state"] != state:
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def listening(self, after: int = 0) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        socket = await self.client.socket(f"{PREFIX}/public/chat/socket")
        await socket.send_json({"token": self.token, "after": after})
        async with socket:
            yield socket


async def until_taken(client: Client, path: str, body: dict[str, Any]) -> int:
    """Send the same message until its number comes; who is away meanwhile is asked again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                answer = await client.send("POST", path, body)
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
                continue
            if answer.status == 200:
                return int(answer.json["number"])
            assert answer.status in {409, 429, 503} and answer.code not in {"client_number_gap"}, answer.text
            await asyncio.sleep(0.1)


async def frame(socket: aiohttp.ClientWebSocketResponse, kind: str, **wanted: Any) -> dict[str, Any]:
    """The next frame of this kind that has all of these."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found: dict[str, Any] = await socket.receive_json()
            if found["type"] == kind and wanted.items() <= found.items():
                return found


class Shop:
    """A world with a website."""

    def __init__(self, world: World, stack: AsyncExitStack, entry: dict[str, Any]) -> None:
        self.world = world
        self.stack = stack
        self.entry = entry

    async def visitor(self, name: str = "Li") -> Visitor:
        client = await self.stack.enter_async_context(self.world.client())
        client.headers["origin"] = SHOP
        wanted = {"language": "en", "fields": {"name": name}, "page_url": f"{SHOP}/basket", "title": "Basket"}
        answer = await client.send("POST", f"/public/chat/{self.entry['key']}/conversations", wanted)
        assert answer.status == 201, answer.text
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        return Visitor(self.world, client, answer.json)

    async def desk(self, agent: AgentPhone) -> Desk:
        return Desk(agent, await self.stack.enter_async_context(self.world.working(agent)))


class Desk:
    """An agent at the API."""

    def __init__(self, agent: AgentPhone, client: Client) -> None:
        self.agent = agent
        self.client = client
        self.sent: dict[UUID, int] = {}

    async def says(self, chat: UUID, text: str) -> int:
        self.sent[chat] = self.sent.get(chat, 0) + 1
        body = {"client_number": self.sent[chat], "kind": "text", "text": text}
        return await until_taken(self.client, f"/me/interactions/{chat}/messages", body)

    async def accepts(self, chat: UUID) -> None:
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.client.post(f"/me/interactions/{chat}/accept")).status != 200:
                assert answer.status in {404, 409}, answer.text
                await asyncio.sleep(0.1)


@pytest.fixture
async def shop(build: Build) -> AsyncIterator[Shop]:
    """A tenant with a website and an agent whose phone is registered."""
    world = await build(wrap_up_seconds=1)
    async with AsyncExitStack() as stack:
        yield await opened(world, stack)


async def opened(world: World, stack: AsyncExitStack, **settings: Any) -> Shop:
    admin = await stack.enter_async_context(world.administrator())
    project = (await admin.get("/projects")).json["items"][0]["id"]
    flow = (await admin.made("/flows", {"name": "Chat", "project_id": project}))["id"]
    answer = await admin.send("PUT", f"/flows/{flow}/draft", {"document": document(str(world.queue_id))})
    assert answer.status == 200, answer.text
    await admin.made(f"/flows/{flow}/publish", {})
    field = {"key": "name", "label": {"en": "Name"}, "required": True}
    entry = {"name": "Shop", "flow_id": flow, "project_id": project, "languages": ["en"], "fields": [field]}
    made = await world.configure(admin, "POST", "/chat-entries", {**entry, "origins": [SHOP], **settings})
    return Shop(world, stack, made)


async def test_a_chat_from_the_website_to_the_report(shop: Shop) -> None:
    world = shop.world
    visitor, desk = await shop.visitor(), await shop.desk(world.agents[0])
    assert [one["text"] for one in await visitor.read()] == ["Hello Li", ""]
    async with visitor.listening() as socket:
        assert (await frame(socket, "message", number=2))["choices"] == [{"value": "1", "label": "An agent"}]
        await visitor.says("1", "choice")
        await desk.accepts(visitor.id)
        assert (await frame(socket, "state", state="connected"))["agent_name"] == world.agents[0].number
        await desk.says(visitor.id, "Good morning")
        said = await frame(socket, "message", text="Good morning")
        assert said["from"] == "agent"
        assert "agent_id" not in said
        assert (await desk.client.post(f"/me/interactions/{visitor.id}/typing")).status == 200
        assert (await frame(socket, "typing"))["from"] == "agent"
    await visitor.says("My bill is wrong")
    desktop = (await desk.client.get("/me/desktop")).json
    assert [(item["id"], item["medium"], item["unread"]) for item in desktop["items"]] == [(str(visitor.id), "chat", 1)]
    assert desktop["agent"]["state"] == "available", "the phone is free"
    transcript = (await desk.client.get(f"/interactions/{visitor.id}/messages")).json
    assert [one["number"] for one in transcript] == list(range(1, len(transcript) + 1))
    assert transcript[-1]["text"] == "My bill is wrong"
    assert (await desk.client.post(f"/me/interactions/{visitor.id}/end")).status == 200
    assert (await visitor.standing())["state"] == "ended"
    body = {"note": "refunded"}
    assert (await desk.client.post(f"/me/interactions/{visitor.id}/wrap-up", body)).status in {200, 404}
    rows = await world.ledger.ended("Li")
    assert the(rows, "interaction.started").data["medium"] == "chat"
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert "recording.started" not in kinds(rows)
    assert [one["text"] for one in await visitor.read()][-2:] == ["My bill is wrong", ""]
    await told_of(world, visitor, desk)


async def told_of(world: World, visitor: Visitor, desk: Desk) -> None:
    """The contact is found by its words, and in the report of its medium alone."""
    async with world.administrator() as admin, asyncio.timeout(PATIENCE):
        while not (found := (await admin.get("/interactions", written="BILL is")).json["items"]):
            await asyncio.sleep(0.2)
        assert [(one["id"], one["medium"], one["caller"]) for one in found] == [(str(visitor.id), "chat", "Li")]
        assert not (await admin.get("/interactions", written="never said")).json["items"]
        started = datetime.fromisoformat(found[0]["started_at"])
        since, until_ = started - timedelta(hours=1), started + timedelta(hours=1)
        period = {"from": since.isoformat(), "to": until_.isoformat(), "step": "1h"}
        while (offered := await counted(admin, period))["chat"] == 0:  # until its end is in the facts
            await asyncio.sleep(0.2)
        assert offered == {"voice": 0, "chat": 1}


async def counted(admin: Client, period: dict[str, str]) -> dict[str, int]:
    """How many contacts of each medium queues were offered in the period, by the report."""
    reports = {
        medium: (await admin.get("/reports/queue-intervals", **period, medium=medium)).json
        for medium in ("voice", "chat")
    }
    return {medium: report["totals"]["offered"] for medium, report in reports.items()}


@pytest.mark.parametrize("victim", ["runtime", "api"])
async def test_what_is_killed_loses_nothing_and_doubles_nothing(shop: Shop, running: Running, victim: str) -> None:
    """Both write all the time while the process is killed, and send again what was not acknowledged."""
    world = shop.world
    visitor, desk = await shop.visitor(), await shop.desk(world.agents[0])
    await visitor.says("1", "choice")
    await desk.accepts(visitor.id)
    said: dict[str, list[int]] = {"visitor": [], "agent": []}
    killed = asyncio.Event()

    async def visitor_writes() -> None:
        for count in range(40):
            said["visitor"].append(await visitor.says(f"visitor {count}"))
            await until(killed, count, 10)

    async def agent_writes() -> None:
        for count in range(40):
            said["agent"].append(await desk.says(visitor.id, f"agent {count}"))
            await until(killed, count, 10)

    async def kill() -> None:
        async with asyncio.timeout(PATIENCE):
            while min(map(len, said.values())) < 10:
                await asyncio.sleep(0.01)
        pid = await (runtime_of(world) if victim == "runtime" else running.pid("api"))
        os.kill(pid, signal.SIGKILL)
        killed.set()

    await asyncio.gather(visitor_writes(), agent_writes(), kill())
    if victim == "runtime":
        await runtime_serves(running, world)
    rows = (await desk.client.get(f"/interactions/{visitor.id}/messages")).json
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), "gapless"
    for sender, numbers in said.items():
        texts = [row["text"] for row in rows if row["from"] == sender and row["text"].startswith(sender)]
        assert texts == [f"{sender} {count}" for count in range(40)], "each once, in order"
        by_text = {row["text"]: row["number"] for row in rows}
        assert numbers == [by_text[f"{sender} {count}"] for count in range(40)], "as it was acknowledged"
    assert (await visitor.standing())["state"] == "connected"


async def until(killed: asyncio.Event, count: int, most: int) -> None:
    """A few messages before it, the others across and after it."""
    if count == most:
        await killed.wait()
