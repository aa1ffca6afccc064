"""Data-driven routing on real calls: an HTTP interface and a database decide the queue, a slow source holds nobody."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from hujiao.calls.numbers import canonical
from hujiao.flows.nodes.split import Split, way
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.world import World

QUEUE_RESULT = {"variable": "queue", "value": "answer.queue", "default": "Queue"}


class Crm:
    """Says which queue a number belongs to; a number that it does not know is 404."""

    def __init__(self) -> None:
        self.queues: dict[str, str] = {}
        self.hold: asyncio.Event | None = None
        self.tokens: list[str | None] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("Authorization"))
        if self.hold:
            await self.hold.wait()
        queue = self.queues.get(request.match_info["number"])
        return web.json_response({"queue": queue}) if queue else web.json_response({}, status=404)


@pytest.fixture
async def crm() -> AsyncIterator[Crm]:
    made = Crm()
    application = web.Application()
    application.router.add_get("/customers/{number}", made.answer)
    runner = web.AppRunner(application, handler_cancellation=True)
    await runner.setup()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await web.SockSite(runner, listening).start()
        made.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            yield made
        finally:
            await runner.cleanup()


async def second_queue(world: World, admin: Client, name: str) -> str:
    """Another queue of the same project that the world's agents serve."""
    (first,) = (await admin.get("/queues")).json["items"]
    body = {key: first[key] for key in ("project_id", "business_id", "skills", "announce_every_seconds")}
    made = await world.configure(admin, "POST", "/queues", {**body, "name": name, "wrap_up_seconds": 0})
    return str(made["id"])


async def run(world: World, admin: Client, nodes: dict[str, Any], start: str) -> str:
    """The world's number leads to this flow from now on; the flow's id."""
    (flow,) = (await admin.get("/flows")).json["items"]
    document = {"version": 1, "start": start, "nodes": nodes}
    saved = await admin.send("PUT", f"/flows/{flow['id']}/draft", {"document": document})
    assert saved.status == 200, saved.text
    await world.configure(admin, "POST", f"/flows/{flow['id']}/publish", {})
    return str(flow["id"])


def asking(source: str, queue: str) -> dict[str, Any]:
    return {
        "answer": {"type": "answer", "next": "ask"},
        "ask": {"type": "look_up", "source": source, "parameters": {"number": "caller"}, "next": "wait"},
        "wait": {"type": "queue", "queue": queue, "queue_from": "vars.queue"},
    }


def http(url: str, **more: Any) -> dict[str, Any]:
    headers = [{"name": "Authorization", "value": "Bearer {{secrets.token}}"}]
    return {
        "name": "CRM",
        "parameters": ["number"],
        "request": {"kind": "http", "url": url + "/customers/{{number}}", "headers": headers},
        "results": [QUEUE_RESULT],
        "secrets": {"token": "t-123"},
        **more,
    }


async def test_an_http_interface_decides_the_queue(build: Build, crm: Crm) -> None:
    world = await build(agents=1)
    async with world.administrator() as admin:
        premium = await second_queue(world, admin, "Premium")
        source = await world.configure(admin, "POST", "/data-sources", http(crm.url))
        await run(world, admin, asking(source["id"], str(world.queue_id)), "answer")
        known = world.phones.new_caller()
        crm.queues[known] = "Premium"
        call = await world.call(known)
        rows = await world.ledger.has("agent.connected", known)
        looked, entered = the(rows, "flow.looked_up"), the(rows, "queue.entered")
        assert (looked.data["outcome"], looked.data["values"]) == ("ok", {"queue": "Premium"})
        assert entered.data["queue_id"] == premium
        assert crm.tokens == ["Bearer t-123"]
        await call.hang_up()

        stranger = world.phones.new_caller()
        call = await world.call(stranger)
        rows = await world.ledger.has("queue.entered", stranger)
        assert the(rows, "flow.looked_up").data["outcome"] == "not_found"
        assert the(rows, "queue.entered").data["queue_id"] == str(world.queue_id), "the default"
        await call.hang_up()
        assert (await admin.get("/routing/problems")).json == []


async def test_a_slow_source_holds_nobody_and_is_told(build: Build, crm: Crm) -> None:
    world = await build(agents=1)
    crm.hold = asyncio.Event()
    async with world.administrator() as admin:
        slow = http(crm.url, timeout_ms=500)
        source = await world.configure(admin, "POST", "/data-sources", slow)
        await run(world, admin, asking(source["id"], str(world.queue_id)), "answer")
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        looked = the(rows, "flow.looked_up")
        assert (looked.data["outcome"], looked.data["values"]) == ("timeout", {"queue": "Queue"})
        await call.hang_up()
        told = the(await world.ledger.has("routing.problem"), "routing.problem")
        assert (told.data["kind"], told.data["place"]) == ("source", "CRM")
        (problem,) = (await admin.get("/routing/problems")).json
        assert (problem["about"], problem["count"]) == (source["id"], 1)
        kept = {**slow, "secrets": {"token": None}, "timeout_ms": 5000}
        await world.configure(admin, "PUT", f"/data-sources/{source['id']}", kept)
        assert (await admin.get("/routing/problems")).json == []


async def test_a_database_decides_the_queue(build: Build) -> None:
    world = await build(agents=1)
    address = urlsplit(world.running.settings.database_url)
    query = "SELECT 'Premium' AS queue, length({{number}}) AS digits WHERE {{number}} LIKE '138%'"
    source = {
        "name": "warehouse",
        "parameters": ["number"],
        "request": {
            "kind": "postgres",
            "host": address.hostname,
            "port": address.port,
            "database": address.path[1:],
            "user": address.username,
            "tls": "off",
            "query": query,
        },
        "results": [QUEUE_RESULT, {"variable": "digits", "value": "answer.digits"}],
        "secrets": {"password": address.password},
    }
    async with world.administrator() as admin:
        premium = await second_queue(world, admin, "Premium")
        made = await world.configure(admin, "POST", "/data-sources", source)
        await run(world, admin, asking(made["id"], str(world.queue_id)), "answer")
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert the(rows, "flow.looked_up").data["values"] == {"queue": "Premium", "digits": 11}
        assert the(rows, "queue.entered").data["queue_id"] == premium
        await call.hang_up()


async def test_calls_are_split_and_a_caller_goes_the_same_way_again(build: Build) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        other = await second_queue(world, admin, "Other")
        split = {
            "type": "split",
            "by": "caller",
            "branches": [{"percent": 70, "label": "A", "next": "a"}, {"percent": 30, "label": "B", "next": "b"}],
        }
        nodes = {
            "start": split,
            "a": {"type": "queue", "queue": str(world.queue_id)},
            "b": {"type": "queue", "queue": other},
        }
        flow = await run(world, admin, nodes, "start")
        queues = [str(world.queue_id), other]
        wanted = {at: [] for at in range(2)}
        while min(map(len, wanted.values())) < 3:
            caller = world.phones.new_caller()
            wanted[way(Split.model_validate(split), f"{flow} start", canonical(caller, "CN"))].append(caller)
        for at, callers in wanted.items():
            for caller in [*callers[:3], callers[0]]:
                call = await world.call(caller)
                before = sum(row.kind == "queue.left" for row in await world.ledger.rows(caller))
                rows = await world.ledger.has("queue.entered", caller, count=before + 1)
                parted = [row.data for row in rows if row.kind == "flow.split"]
                assert [(one["branch"], one["way"]) for one in parted] == [(at, "AB"[at])] * (before + 1)
                assert {row.data["queue_id"] for row in rows if row.kind == "queue.entered"} == {queues[at]}
                await call.hang_up()
                await world.ledger.has("queue.left", caller, count=before + 1)
