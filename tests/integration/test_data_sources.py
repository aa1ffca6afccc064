"""Data sources against a real HTTP server and a real PostgreSQL: answers, limits, and what must never be reached."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from sqlalchemy import text

from hujiao.data_sources.client import SECRETS_PURPOSE, DataSources
from hujiao.data_sources.contracts import DataSource, HttpRequest, PostgresQuery, Result
from hujiao.data_sources.guard import FAILURES_IN_A_ROW
from hujiao.data_sources.http import LARGEST_ANSWER
from hujiao.kit.db import Database
from hujiao.kit.i18n import Said
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets
from hujiao.kit.settings import Settings
from hujiao.routing.problems import Problems
from tests.integration.client import Client
from tests.integration.world import PASSWORD, World

LOOPBACK = "127.0.0.0/8"
TENANT = uuid4()


class Server:
    """What the test wants the source to say, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.body, self.headers = 200, b'{"grade": 5}', {}
        self.hold: asyncio.Event | None = None
        self.at_once = self.most_at_once = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append({"path": request.raw_path, "headers": dict(request.headers), "body": await request.read()})
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold:
                await self.hold.wait()
        finally:
            self.at_once -= 1
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", made.answer)
    runner = web.AppRunner(application, handler_cancellation=True)
    await runner.setup()
    with socket.create_server(("0.0.0.0", 0)) as listening:
        await web.SockSite(runner, listening).start()
        made.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            yield made
        finally:
            await runner.cleanup()


@asynccontextmanager
async def client(settings: Settings, *networks: str) -> AsyncIterator[DataSources]:
    sources = DataSources(settings.secret_key, networks)
    try:
        yield sources
    finally:
        await sources.close()


def http(url: str, **changes: Any) -> DataSource:
    request = {"method": "GET", "url": url} | changes.pop("request", {})
    values = {"results": (Result("grade", "answer.grade", 1),), "parameters": ("number",), **changes}
    return DataSource(id=new_id(), name="crm", request=HttpRequest(**request), **values)


def sealed(settings: Settings, text: str) -> bytes:
    return TenantSecrets(settings.secret_key, TENANT).seal(text, purpose=SECRETS_PURPOSE)


async def test_what_is_sent(settings: Settings, server: Server) -> None:
    source = http(
        server.url + "/of/{{number}}?key={{secrets.key}}",
        request={
            "method": "POST",
            "headers": (("Authorization", "Bearer {{secrets.key}}"),),
            "body": '{"id": "{{number}}"}',
        },
        sealed=sealed(settings, '{"key": "s/e"}'),
    )
    async with client(settings, LOOPBACK) as sources:
        found = await sources.ask(TENANT, source, {"number": "1/2 ?"})
    assert (found.outcome, found.values) == ("ok", {"grade": 5})
    (asked,) = server.asked
    assert asked["path"] == "/of/1%2F2%20%3F?key=s%2Fe"
    assert asked["headers"]["Authorization"] == "Bearer s/e"
    assert asked["body"] == b'{"id":"1/2 ?"}'


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (404, b"", "not_found"),
        (204, b"", "not_found"),
        (500, b"{}", "failed"),
        (302, b"", "failed"),
        (200, b"<html>", "bad_answer"),
        (200, b'"' + b"x" * (LARGEST_ANSWER + 1) + b'"', "bad_answer"),
        (200, b"[]", "incomplete"),
    ],
)
async def test_what_is_answered(settings: Settings, server: Server, status: int, body: bytes, outcome: str) -> None:
    server.status, server.body, server.headers = status, body, {"Location": server.url + "/elsewhere"}
    async with client(settings, LOOPBACK) as sources:
        found = await sources.ask(TENANT, http(server.url), {})
    assert (found.outcome, found.values) == (outcome, {"grade": 1})
    assert len(server.asked) == 1, "a redirect is not followed"


async def test_a_slow_source_ends_in_time_and_is_then_left_alone(settings: Settings, server: Server) -> None:
    server.hold = asyncio.Event()
    source = http(server.url, timeout_ms=100, most_at_once=2)
    async with client(settings, LOOPBACK) as sources:
        found = await asyncio.gather(*(sources.ask(TENANT, source, {"number": n}) for n in range(FAILURES_IN_A_ROW)))
        assert {one.outcome for one in found} == {"timeout"}
        assert server.most_at_once <= 2
        asked = len(server.asked)
        assert (await sources.ask(TENANT, source, {})).outcome == "set_aside"
        assert len(server.asked) == asked


async def test_answers_are_kept_by_their_parameters(settings: Settings, server: Server) -> None:
    source = http(server.url + "/{{number}}", cache_seconds=60)
    async with client(settings, LOOPBACK) as sources:
        for number in ("1", "1", "2"):
            assert (await sources.ask(TENANT, source, {"number": number})).values == {"grade": 5}
        assert [asked["path"] for asked in server.asked] == ["/1", "/2"]
        assert (await sources.ask(TENANT, source, {"number": "1"})).cached
        sources.keep(TENANT, [])
        assert not (await sources.ask(TENANT, source, {"number": "1"})).cached


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_this_machine_is_not_reached(settings: Settings, server: Server, host: str) -> None:
    port = urlsplit(server.url).port
    async with client(settings) as sources:
        found = await sources.ask(TENANT, http(f"http://{host}:{port}/"), {})
    assert found.outcome == "refused_address"
    assert not server.asked


def postgres(settings: Settings, query: str, **changes: Any) -> DataSource:
    address = urlsplit(settings.database_url)
    request = PostgresQuery(
        host="localhost",
        port=address.port or 0,
        database=address.path[1:],
        user=address.username or "",
        tls="off",
        query=query,
    )
    return DataSource(
        id=new_id(),
        name="db",
        request=request,
        parameters=("number",),
        results=(Result("grade", "answer.grade", 1),),
        sealed=sealed(settings, f'{{"password": "{address.password}"}}'),
        **changes,
    )


@pytest.mark.parametrize(
    ("query", "outcome", "grade"),
    [
        ("SELECT {{number}}::int + 1 AS grade -- one more;", "ok", 8),
        ("SELECT {{number}} AS grade UNION SELECT '9' ORDER BY 1;", "ok", "7"),
        ("SELECT 1 AS grade WHERE {{number}} = 'x'", "not_found", 1),
        ("SELECT nothing", "failed", 1),
        ("SELECT 2 AS grade) one; DROP TABLE x; --", "failed", 1),
        ("WITH made AS (INSERT INTO skill DEFAULT VALUES RETURNING 1) SELECT 3 AS grade FROM made", "failed", 1),
        ("SELECT nextval('alembic') AS grade", "failed", 1),
        ("SELECT pg_sleep(30)::text AS grade", "timeout", 1),
        ("SELECT repeat('x', 100000) AS grade", "bad_answer", 1),
    ],
)
async def test_a_query(settings: Settings, query: str, outcome: str, grade: Any) -> None:
    async with client(settings, LOOPBACK, "::1/128") as sources:
        found = await sources.ask(TENANT, postgres(settings, query, timeout_ms=1000), {"number": "7"})
    assert (found.outcome, found.values["grade"]) == (outcome, grade), found.problem


async def test_a_database_on_this_machine_is_not_reached_either(settings: Settings) -> None:
    async with client(settings) as sources:
        found = await sources.ask(TENANT, postgres(settings, "SELECT 2 AS grade"), {})
    assert found.outcome == "refused_address"


async def test_nobody_listens_there(settings: Settings) -> None:
    """Said in words, without the numbers of the system."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    query = PostgresQuery(host="127.0.0.1", port=port, database="crm", user="crm", query="SELECT 1 AS grade", tls="off")
    async with client(settings, LOOPBACK) as sources:
        for request in (HttpRequest(method="GET", url=f"http://127.0.0.1:{port}"), query):
            source = DataSource(id=new_id(), name="crm", request=request, results=(Result("grade", "answer.grade", 1),))
            found = await sources.ask(TENANT, source, {})
            assert (found.outcome, found.problem) == ("unreachable", "Connection refused")
        found = await sources.ask(TENANT, http("http://nowhere.invalid"), {})
        assert found.outcome == "unreachable" and "Errno" not in found.problem


async def test_a_wrong_password_is_told_without_it(settings: Settings) -> None:
    source = postgres(settings, "SELECT 2 AS grade")
    async with client(settings, LOOPBACK, "::1/128") as sources:
        found = await sources.try_out(source, {"password": "wrong-secret"}, {})
    assert found.outcome == "failed"
    assert "wrong-secret" not in found.problem


# ── through the API ──────────────────────────────────────────────────────────────────────────────────────────────────


def body(**changes: Any) -> dict[str, Any]:
    return {
        "name": f"s{uuid4().hex[:8]}",
        "parameters": ["number"],
        "request": {"kind": "http", "url": "https://crm.example.com/{{number}}", "headers": []},
        "results": [{"variable": "grade", "value": "answer.grade", "default": 1}],
        **changes,
    }


TOKEN = {"name": "Authorization", "value": "Bearer {{secrets.token}}"}
HOST = {"name": "Host", "value": "x"}
CRM = "https://crm.example.com"
DATABASE = {"kind": "postgres", "host": "db.example.com", "database": "d", "user": "u"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"request": {"kind": "http", "url": "ftp://crm.example.com"}}, "request.url"),
        ({"request": {"kind": "http", "url": "https://user@crm.example.com"}}, "request.url"),
        ({"request": {"kind": "http", "url": "https://{{number}}.example.com"}}, "request.url"),
        ({"request": {"kind": "http", "url": "http://169.254.169.254/latest"}}, "request.url"),
        ({"request": {"kind": "http", "url": CRM + "/{{nummer}}"}}, "request.url"),
        ({"request": {"kind": "http", "url": CRM, "headers": [TOKEN]}}, "request.headers.0.value"),
        ({"request": {"kind": "http", "url": CRM, "headers": [HOST]}}, "request.headers.0.name"),
        ({"request": {"kind": "http", "url": CRM, "method": "POST", "body": "{"}}, "request.body"),
        ({"request": {"kind": "http", "url": CRM, "body": "{}"}}, "request.body"),
        ({"request": {"kind": "http", "url": CRM, "method": "POST", "body": "[" * 10_000}}, "request.body"),
        ({"request": {"kind": "http", "url": CRM, "method": "POST", "body": "[" * 900 + "]" * 900}}, "request.body"),
        *[({"request": {**DATABASE, "query": text}}, "request.query") for text in ("\x1c", "\x1d\x1f", "DELETE", "-")],
        ({"results": [{"variable": "grade", "value": "answer."}]}, "results.0.value"),
        ({"results": []}, "results"),
        ({"parameters": ["number", "number"]}, "parameters"),
        ({"timeout_ms": 60_000}, "timeout_ms"),
        ({"secrets": {"token": None}}, "secrets.token"),
    ],
)  # fmt: skip
async def test_what_can_never_work_is_refused_with_its_place(world: World, changes: dict[str, Any], field: str) -> None:
    answer = await world.a.admin.post("/data-sources", body(**changes))
    assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text


async def test_secrets_are_written_and_never_read(world: World, database: Database) -> None:
    admin = world.a.admin
    request = {"kind": "http", "url": CRM + "/{{number}}", "headers": [TOKEN]}
    given = body(request=request, secrets={"token": "very-secret"})
    made = await admin.post("/data-sources", given)
    assert made.status == 201, made.text
    assert made.json["secrets"] == ["token"]
    target = f"/data-sources/{made.json['id']}"
    assert "very-secret" not in made.text + (await admin.get(target)).text + (await admin.get("/data-sources")).text
    kept = await admin.send("PUT", target, {**given, "timeout_ms": 500, "secrets": {"token": None}})
    assert (kept.status, kept.json["secrets"]) == (200, ["token"])
    moved = {**given, "request": {**request, "url": "https://elsewhere.example.com"}, "secrets": {"token": None}}
    refused = await admin.send("PUT", target, moved)
    assert (refused.status, refused.json["error"]["field"]) == (422, "secrets.token"), "not sent to another host"
    tried = await admin.post("/data-sources/try", {"source": moved, "source_id": made.json["id"]})
    assert (tried.status, tried.json["error"]["field"]) == (422, "source.secrets.token")


async def test_trying_shows_the_answer_and_what_it_becomes(world: World, server: Server) -> None:
    server.body = '{"grade": 5, "name": "王"}'.encode()
    source = body(request={"kind": "http", "url": server.url.replace("127.0.0.1", "localhost") + "/{{number}}"})
    refused = await world.a.admin.post("/data-sources/try", {"source": source, "values": {"number": "7"}})
    assert (refused.status, refused.json["outcome"]) == (200, "refused_address"), refused.text
    assert refused.json["values"] == {"grade": 1}
    source["request"]["url"] = server.url.replace("127.0.0.1", "127.0.0.3") + "/{{number}}"
    answered = await world.a.admin.post("/data-sources/try", {"source": source, "values": {"number": "7"}})
    assert (answered.json["outcome"], answered.json["status"]) == ("ok", 200), answered.text
    assert answered.json["answer"] == {"grade": 5, "name": "王"}
    assert answered.json["values"] == {"grade": 5}
    assert [asked["path"] for asked in server.asked] == ["/7"]


async def test_a_source_that_a_flow_asks_stays(world: World, database: Database) -> None:
    side = world.a
    made = await side.admin.made("/data-sources", body())
    flow = await side.admin.made("/flows", {"name": f"f{uuid4().hex[:8]}", "project_id": side.ids["project"]})
    ask = {"type": "look_up", "source": made["id"], "parameters": {"number": "caller"}, "next": "end"}
    document = {"version": 1, "start": "ask", "nodes": {"ask": ask, "end": {"type": "hang_up"}}}
    assert (await side.admin.send("PUT", f"/flows/{flow['id']}/draft", {"document": document})).status == 200
    async with database.tenant(UUID(side.tenant_id)) as session:
        book = Problems(session, UUID(side.tenant_id))
        assert await book.record("flow", "ask › source", UUID(flow["id"]), Said("failed"), 1, world.began)
    assert (await side.admin.post(f"/flows/{flow['id']}/publish", {})).status in (200, 201)
    assert flow["id"] not in (await side.admin.get("/routing/problems")).text, "published anew"
    refused = await side.admin.send("DELETE", f"/data-sources/{made['id']}")
    assert (refused.status, refused.code) == (409, "in_use")
    foreign = {**document, "nodes": {**document["nodes"], "ask": {**ask, "source": str(uuid4())}}}  # type: ignore[dict-item]
    answer = await side.admin.post(f"/flows/{flow['id']}/validate", {"document": foreign})
    assert [(one["node"], one["field"]) for one in answer.json["problems"]] == [("ask", "source")]


async def test_problems_are_counted_and_go_when_it_is_saved_anew(world: World, database: Database) -> None:
    side = world.a
    source = await side.admin.made("/data-sources", given := body())
    about, now = UUID(source["id"]), world.began
    async with database.tenant(UUID(side.tenant_id)) as session:
        book = Problems(session, UUID(side.tenant_id))
        assert await book.record("source", source["name"], about, Said("source.timeout", {"words": "late"}), 2, now)
        assert not await book.record(
            "source", source["name"], about, Said("source.timeout", {"words": "later"}), 3, now
        )
        assert await book.record("criterion", "agent.x", None, Said("no such key"), 1, now)
    async with Client(world.settings.web_url, language="zh-CN") as chinese:
        await chinese.sign_in("a", "boss", PASSWORD)
        for reader, words in ((side.admin, "Too slow: later"), (chinese, "超时：later")):
            shown = (await reader.get("/routing/problems")).json
            assert {(one["place"], one["count"], one["code"], one["problem"]) for one in shown} >= {
                (source["name"], 5, "source.timeout", words),
                ("agent.x", 1, None, "no such key"),
            }
    assert (await side.admin.send("PUT", f"/data-sources/{source['id']}", given)).status == 200
    places = [one["place"] for one in (await side.admin.get("/routing/problems")).json]
    assert source["name"] not in places and "agent.x" in places
    assert (await side.admin.send("PUT", "/routing", {"agent_order": [{"kind": "random"}]})).status == 200
    assert "agent.x" not in [one["place"] for one in (await side.admin.get("/routing/problems")).json]
    assert (await side.admin.send("PUT", "/routing", {})).status == 200


async def test_an_unknown_strategy_is_refused(world: World) -> None:
    answer = await world.a.admin.send("PUT", "/routing", {"agent_order": [{"kind": "plugin", "plugin": "none"}]})
    assert (answer.status, answer.json["error"]["field"]) == (422, "agent_order.0.plugin")
    answer = await world.a.admin.send("PUT", "/routing", {"agent_order": [{"kind": "plugin"}]})
    assert answer.status == 422


async def test_a_flow_that_is_tried_asks_the_real_source_and_holds_no_transaction(
    world: World, database: Database, server: Server
) -> None:
    side, server.hold = world.a, asyncio.Event()
    request = {"kind": "http", "url": server.url.replace("127.0.0.1", "127.0.0.3") + "/{{number}}"}
    source = await side.admin.made("/data-sources", body(request=request, timeout_ms=10_000))
    flow = await side.admin.made("/flows", {"name": f"f{uuid4().hex[:8]}", "project_id": side.ids["project"]})
    ask = {"type": "look_up", "source": source["id"], "parameters": {"number": "caller"}, "next": "bye"}
    document = {"version": 1, "start": "ask", "nodes": {"ask": ask, "bye": {"type": "hang_up"}}}
    tried = {"document": document, "script": {"caller": "7"}}
    asking = asyncio.create_task(side.admin.post(f"/flows/{flow['id']}/try/look-up", tried))
    try:
        async with asyncio.timeout(10):
            while not server.asked:
                await asyncio.sleep(0.05)
        async with database.tenant(UUID(side.tenant_id)) as session:
            held = text(
                "SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction' AND query ~ 'data_source'"
            )
            assert (await session.execute(held)).all() == []
    finally:
        server.hold.set()
    answer = (await asking).json
    assert (answer["do"], answer["outcome"], answer["values"]) == ("answer", "ok", {"grade": 5})
    assert [asked["path"] for asked in server.asked] == ["/7"]
    acts = {**tried["script"], "acts": [answer]}
    walked = (await side.admin.post(f"/flows/{flow['id']}/try", {**tried, "script": acts})).json
    assert walked["variables"] == {"grade": 5} and walked["ended"] == "flow_ended"
    assert (await side.admin.send("DELETE", f"/flows/{flow['id']}")).status == 204
    assert (await side.admin.send("DELETE", f"/data-sources/{source['id']}")).status == 204
