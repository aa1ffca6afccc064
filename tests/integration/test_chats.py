"""Chats through the API: whose a token is, what a hostile visitor can do, files, and the visitor's socket."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import pytest

from hujiao.app.http.visitors import AGAIN_SECONDS
from hujiao.app.realtime import chat as realtime
from hujiao.kit.bus import Bus
from tests.integration.client import PREFIX, Answer, Client
from tests.integration.control import CallControl
from tests.integration.world import SHOP, Side, World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
HERE = "/public/chat/conversation"
WAIT_SECONDS = 30.0


@asynccontextmanager
async def visiting(world: World, token: str, **headers: str) -> AsyncIterator[Client]:
    async with Client(world.settings.web_url, token=token) as client:
        client.headers |= headers
        yield client


def opening(world: World, side: Side, **headers: str) -> Any:
    wanted = {"language": "en", "fields": {}}
    return world, f"/public/chat/{side.ids['chat key']}/conversations", wanted, headers


async def test_a_token_is_good_for_its_conversation_alone(world: World) -> None:
    async with visiting(world, world.a.ids["chat token"]) as visitor:
        assert "secret-of-a" in (await visitor.get(f"{HERE}/messages")).text
        assert (await visitor.get(f"{HERE}/files/{world.a.ids['chat_file']}")).body == b"secret-of-a"
        foreign = await visitor.get(f"{HERE}/files/{world.b.ids['chat_file']}")
        own_but_another = await visitor.get(f"{HERE}/files/{world.a.walled['chat_file']}")
        absent = await visitor.get(f"{HERE}/files/{uuid4()}")
        assert (foreign.status, foreign.body) == (404, absent.body)
        assert own_but_another.body == absent.body
        for path in ("/session", "/interactions", "/chat-entries", "/me/desktop"):
            assert (await visitor.get(path)).status == 401, "no session of anybody"
    async with visiting(world, world.b.ids["chat token"]) as other:
        found = (await other.get(f"{HERE}/messages")).text
        assert "secret-of-b" in found and "secret-of-a" not in found


async def test_a_visitor_sees_no_whisper_and_no_agents_id(world: World) -> None:
    async with visiting(world, world.a.ids["chat token"]) as visitor:
        messages = (await visitor.get(f"{HERE}/messages")).json
    assert [message["number"] for message in messages] == [1, 2]
    assert "whispered" not in json.dumps(messages)
    assert world.a.ids["agent"] not in json.dumps(messages)
    for who in (world.a.clients["agent"], world.a.clients["supervisor"]):
        told = (await who.get(f"/interactions/{world.a.ids['interaction']}/messages")).json
        assert [(message["number"], message["part"]) for message in told] == [(1, 0), (2, 0), (2, 1)]
        later = (await who.get(f"/interactions/{world.a.ids['interaction']}/messages", after=2)).json
        assert [(message["number"], message["part"]) for message in later] == [(2, 1)], "a whisper is not missed"


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "x" * 5000, "Bearer", "hujiao_" + "x" * 43])
async def test_a_wrong_token_is_nobodys(world: World, token: str) -> None:
    async with Client(world.settings.web_url) as stranger:
        headers = {"authorization": f"Bearer {token}"}
        for method, path in (("GET", HERE), ("GET", f"{HERE}/messages"), ("POST", f"{HERE}/end")):
            try:
                answer = await stranger.send(method, path, headers=headers)
            except (ValueError, UnicodeError):
                return  # no client sends this
            assert answer.status == 401, answer.text


async def test_an_entry_is_for_its_websites(world: World) -> None:
    key = world.a.ids["chat key"]
    async with Client(world.settings.web_url) as stranger:
        ours = await stranger.send("GET", f"/public/chat/{key}", headers={"origin": SHOP})
        assert ours.status == 200
        assert ours.headers["Access-Control-Allow-Origin"] == SHOP
        assert set(ours.json) == {
            "name", "languages", "fields", "welcome", "color", "max_message", "max_file_mb", "file_types"
        }  # fmt: skip
        other = await stranger.send("GET", f"/public/chat/{key}", headers={"origin": "https://evil.example"})
        absent = await stranger.send("GET", "/public/chat/nobodys", headers={"origin": SHOP})
        assert (other.status, other.body) == (404, absent.body)
        asked = await stranger.send("OPTIONS", f"/public/chat/{key}/conversations", headers={"origin": SHOP})
        assert asked.status == 204
        assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in asked.headers


async def test_an_entry_that_is_off_is_nobodys(world: World) -> None:
    made = await world.a.admin.made("/chat-entries", {"name": "off", "flow_id": world.a.ids["flow"], "enabled": False})
    async with Client(world.settings.web_url) as stranger:
        assert (await stranger.get(f"/public/chat/{made['key']}")).status == 404
        wanted = {"language": "en"}
        assert (await stranger.post(f"/public/chat/{made['key']}/conversations", wanted)).status == 404
    assert (await world.a.admin.send("DELETE", f"/chat-entries/{made['id']}")).status == 204


async def test_what_a_visitor_writes_before_is_looked_at(world: World, control: CallControl) -> None:
    fields = [
        {"key": "name", "label": {"en": "Name"}, "required": True},
        {"key": "mail", "label": {"en": "E-mail"}, "kind": "email"},
        {"key": "phone", "label": {"en": "Phone"}, "kind": "phone"},
    ]
    entry = {"name": "fields", "flow_id": world.a.ids["flow"], "languages": ["en"], "fields": fields}
    made = await world.a.admin.made("/chat-entries", entry)
    path = f"/public/chat/{made['key']}/conversations"
    wrong = [
        ({}, "fields.name"),
        ({"name": "Li", "mail": "li"}, "fields.mail"),
        ({"name": "Li", "phone": "call me"}, "fields.phone"),
        ({"name": "Li", "age": "7"}, "fields.age"),
        ({"name": "x" * 201}, "fields.name"),
    ]
    async with Client(world.settings.web_url) as stranger:
        for given, field in wrong:
            answer = await stranger.post(path, {"language": "en", "fields": given})
            assert (answer.status, answer.json["error"]["field"]) == (422, field), answer.text
        answer = await stranger.post(path, {"language": "zh-CN", "fields": {"name": "Li"}})
        assert (answer.status, answer.json["error"]["field"]) == (422, "language")
        answer = await stranger.post(path, {"language": "en", "fields": {"name": "Li", "mail": "li@example.com"}})
        assert answer.status == 201
    told = control.commands[-1]
    assert told["tenant_id"] == world.a.tenant_id
    assert answer.json["token"] not in json.dumps(told), "the token is kept as a hash"


async def test_a_flow_that_has_no_meaning_in_writing_is_refused(world: World) -> None:
    admin = world.a.admin
    flow = (await admin.made("/flows", {"name": "dials", "project_id": world.a.ids["project"]}))["id"]
    nodes = {
        "dial": {"type": "transfer", "label": "Head office", "to": "+861012345678", "on_failure": "bye"},
        "bye": {"type": "hang_up"},
    }
    document = {"version": 1, "start": "dial", "nodes": nodes}
    assert (await admin.send("PUT", f"/flows/{flow}/draft", {"document": document})).status == 200
    unpublished = await admin.post("/chat-entries", {"name": "dials", "flow_id": flow})
    assert (unpublished.status, unpublished.code) == (409, "flow_not_published")
    published = await admin.post(f"/flows/{flow}/publish", {})
    assert published.status in {200, 201}, published.text
    refused = await admin.post("/chat-entries", {"name": "dials", "flow_id": flow})
    assert (refused.status, refused.json["error"]["field"]) == (422, "flow_id")
    assert "Head office" in refused.json["error"]["message"]
    # Nor does a flow that visitors are in become one.
    used = world.a.ids["flow"]
    checked = await admin.post(f"/flows/{used}/validate", {"document": document})
    assert [(one["node"], one["severity"]) for one in checked.json["problems"]] == [("dial", "error")], checked.text


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "ftp://shop.example", "https://shop.example/path", "https://a@shop.example", "https://", "*"],
)
async def test_a_website_is_named_by_its_origin(world: World, origin: str) -> None:
    entry = {"name": "odd", "flow_id": world.a.ids["flow"], "origins": [origin]}
    answer = await world.a.admin.post("/chat-entries", entry)
    assert answer.status == 422, answer.text
    assert answer.json["error"]["field"].startswith("origins")


# ── a hostile visitor ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_flood_is_told_to_wait_and_reaches_nobody(world: World, control: CallControl) -> None:
    before = len(control.commands)
    async with visiting(world, world.a.walled["chat token"]) as visitor:
        body = {"client_number": 1, "kind": "text", "text": "x"}
        answers = await asyncio.gather(*(visitor.send("POST", f"{HERE}/messages", body) for _ in range(200)))
        refused = [answer for answer in answers if answer.status == 429]
        assert {answer.status for answer in answers} == {200, 429}
        assert len(refused) > 100
        assert int(refused[0].headers["Retry-After"]) > 0
    assert len(control.commands) - before < 100
    async with visiting(world, world.b.walled["chat token"]) as other:
        assert (await other.send("POST", f"{HERE}/messages", body)).status == 200, "others are not held up"


@pytest.mark.parametrize(
    "body",
    [
        {"client_number": 1, "kind": "text", "text": "x" * 4001},
        {"client_number": 1, "kind": "text", "text": ""},
        {"client_number": 1, "kind": "text", "text": "a\0b"},
        {"client_number": 0, "kind": "text", "text": "x"},
        {"client_number": -1, "kind": "text", "text": "x"},
        {"client_number": 10**12, "kind": "text", "text": "x"},
        {"client_number": "1; DROP", "kind": "text", "text": "x"},
        {"client_number": 1, "kind": "whisper", "text": "x"},
        {"client_number": 1, "kind": "notice", "text": "x"},
        {"client_number": 1, "kind": "text", "text": "x", "from": "agent"},
        {"client_number": 1, "kind": "choice", "value": "x" * 65},
        {"client_number": 1, "kind": "text", "text": {"deep": []}},
        [],
        None,
    ],
)
async def test_no_message_but_a_message(world: World, control: CallControl, body: Any) -> None:
    before = len(control.commands)
    async with visiting(world, world.a.ids["chat token"]) as visitor:
        answer = await visitor.send("POST", f"{HERE}/messages", body)
    assert answer.status in {422, 429}, answer.text
    assert len(control.commands) == before


async def test_a_body_has_bounds(world: World) -> None:
    async with visiting(world, world.a.ids["chat token"]) as visitor:
        body = json.dumps({"client_number": 1, "kind": "text", "text": "x" * 100_000}).encode()
        headers = {"content-type": "application/json"}
        answer = await visitor.send("POST", f"{HERE}/messages", data=body, headers=headers)
        assert answer.status == 413
        answer = await visitor.send("POST", f"{HERE}/messages", data=b"[" * 20_000, headers=headers)
        assert answer.status in {422, 429}


async def test_the_runtimes_limits_are_told_with_when_to_come_again(world: World, control: CallControl) -> None:
    control.refuse = {"ok": False, "error": {"code": "too_many_chats", "message": "error.too_many_chats"}}
    try:
        async with Client(world.settings.web_url) as stranger:
            path = f"/public/chat/{world.b.ids['chat key']}/conversations"
            answer = await stranger.post(path, {"language": "en"})
    finally:
        control.refuse = None
    assert (answer.status, answer.code) == (429, "too_many_chats")
    assert int(answer.headers["Retry-After"]) == AGAIN_SECONDS


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return content.getvalue()


async def sent(client: Client, content: bytes, name: str = "a.png") -> Answer:
    return await client.send("POST", f"{HERE}/files", query={"client_number": "1", "name": name}, data=content)


async def test_a_file_is_what_its_content_shows(world: World) -> None:
    async with visiting(world, world.b.ids["chat token"]) as visitor:
        for content, name, kind in (
            (PNG, "../../etc/passwd", "image/png"),
            (archive("word/document.xml"), "a.docx", "vnd.openxmlformats"),
        ):
            answer = await sent(visitor, content, name)
            assert answer.status == 200, answer.text
            assert kind in answer.json["file"]["type"]
            assert "/" not in answer.json["file"]["name"]
        for content, name in (
            (b"MZ\x90\x00" + bytes(100), "a.png"),
            (b"<html><script>alert(1)</script>", "a.txt"),
            (b"<svg onload=alert(1)>", "a.png"),
            (b"\x7fELF" + bytes(60), "a.pdf"),
        ):
            answer = await sent(visitor, content, name)
            assert answer.status in {422, 429}, (name, answer.text)


async def test_what_is_refused_leaves_no_file(world: World) -> None:
    folder = world.settings.home / "chat-files" / world.b.tenant_id
    before = sorted(folder.rglob("*-*"))
    async with visiting(world, world.b.walled["chat token"]) as visitor:
        assert (await sent(visitor, b"")).json["error"]["field"] == "file"
        assert (await sent(visitor, bytes([0, 1, 2]))).status == 422
        assert (await sent(visitor, PNG + bytes(6 * 1024 * 1024))).status == 413
    assert sorted(folder.rglob("*-*")) == before


async def test_a_file_is_a_download(world: World) -> None:
    async with visiting(world, world.a.ids["chat token"]) as visitor:
        answer = await visitor.get(f"{HERE}/files/{world.a.ids['chat_file']}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# ── the socket ───────────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def listening(world: World, hello: Any, **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with Client(world.settings.web_url) as stranger:
        socket = await stranger.socket(f"{PREFIX}/public/chat/socket", **options)
        await socket.send_str(hello if isinstance(hello, str) else json.dumps(hello))
        async with socket:
            yield socket


async def frames(socket: aiohttp.ClientWebSocketResponse, last: str) -> list[dict[str, Any]]:
    """All up to the first of this kind."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(WAIT_SECONDS):
        while not found or found[-1]["type"] != last:
            found.append(await socket.receive_json())
    return found


async def test_the_socket_brings_what_was_missed_and_what_is_said(world: World, bus: Bus) -> None:
    ids = world.a.ids
    async with listening(world, {"token": ids["chat token"], "after": 1}) as socket:
        missed = await frames(socket, "state")
        assert [frame.get("number") for frame in missed] == [2, None]
        said = {"type": "message", "number": 3, "part": 0, "from": "agent", "text": "Hello", "agent_id": ids["agent"]}
        whisper = {**said, "part": 1, "kind": "whisper", "text": "whispered"}
        typing = {"type": "typing", "from": "agent", "agent_id": ids["agent"]}
        theirs = {"type": "message", "number": 9, "part": 0, "from": "agent", "text": "of another"}
        for chat, frame in (
            (world.b.ids["interaction"], theirs),
            (ids["interaction"], whisper),
            (ids["interaction"], {"type": "typing", "from": "visitor"}),
            (ids["interaction"], said),
            (ids["interaction"], typing),
        ):
            tenant = world.a.tenant_id if chat == ids["interaction"] else world.b.tenant_id
            told = {"tenant_id": tenant, "frames": [{"interaction_id": chat, "frame": frame, "counts": {}}]}
            await bus.publish(bus.subjects.chat(tenant), told)
        heard = await frames(socket, "typing")
    assert heard == [
        {"type": "message", "number": 3, "from": "agent", "text": "Hello"},
        {"type": "typing", "from": "agent"},
    ]


async def test_a_visitor_who_is_looked_for_answers(world: World, bus: Bus, control: CallControl) -> None:
    chat = world.a.ids["interaction"]
    told = {"tenant_id": world.a.tenant_id, "frames": [{"interaction_id": chat, "frame": {"type": "sought"}}]}

    def looks() -> int:
        return sum(one["kind"] == "chat.look" and one["interaction_id"] == chat for one in control.commands)

    async with listening(world, {"token": world.a.ids["chat token"], "after": 2}) as socket:
        await frames(socket, "state")
        before = looks()
        await bus.publish(bus.subjects.chat(world.a.tenant_id), told)
        async with asyncio.timeout(WAIT_SECONDS):
            while looks() == before:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "hello",
    ["", "{}", "[]", "x" * 5000, '{"token": 1}', '{"token": "x"}', '{"token": null, "after": 1}', "[" * 900],
)
async def test_who_says_no_token_is_left(world: World, hello: str) -> None:
    async with listening(world, hello) as socket, asyncio.timeout(WAIT_SECONDS):
        message = await socket.receive()
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, message
        assert socket.close_code in {4401, 4429}


async def test_a_visitor_who_sends_much_is_left(world: World) -> None:
    async with listening(world, {"token": world.b.ids["chat token"]}) as socket:
        await frames(socket, "state")
        for _ in range(300):
            if socket.closed:
                break
            await socket.send_str("{}")
        async with asyncio.timeout(WAIT_SECONDS):
            while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass


async def test_a_conversation_has_so_many_windows(world: World) -> None:
    token = world.b.walled["chat token"]
    async with Client(world.settings.web_url) as stranger:
        sockets = []
        for _ in range(realtime.SOCKETS_OF_A_CONVERSATION):
            sockets.append(await stranger.socket(f"{PREFIX}/public/chat/socket"))
            await sockets[-1].send_json({"token": token})
            await frames(sockets[-1], "state")
        one_more = await stranger.socket(f"{PREFIX}/public/chat/socket")
        await one_more.send_json({"token": token})
        async with asyncio.timeout(WAIT_SECONDS):
            await one_more.receive()
        assert one_more.close_code == 4429
        for socket in sockets:
            await socket.close()


async def test_who_does_not_read_holds_up_nobody(world: World) -> None:
    """As many as read at once what they have missed leave a long conversation unread on their side."""
    side, ids = world.b, world.b.walled
    database = await asyncpg.connect(world.settings.database_owner_url)
    chat = UUID(ids["interaction"])
    try:
        await database.execute("SELECT set_config('hujiao.tenant', $1, false)", side.tenant_id)
        await database.execute(
            "INSERT INTO chat_message (tenant_id, interaction_id, at, number, part, sender, kind, text)"
            " SELECT $1, $2, now(), number, 0, 'visitor', 'text', repeat('x', 4000)"
            " FROM generate_series(100, 8000) AS number",
            *(UUID(side.tenant_id), chat),
        )
        async with AsyncExitStack() as stack:
            for _ in range(realtime.JOINING):
                silent = await stack.enter_async_context(listening(world, {"token": ids["chat token"], "after": 99}))
                async with asyncio.timeout(WAIT_SECONDS):
                    await silent.receive_json()  # it is being sent
            other = await stack.enter_async_context(listening(world, {"token": world.a.ids["chat token"]}))
            assert (await frames(other, "state"))[-1]["type"] == "state"
    finally:
        await database.execute("DELETE FROM chat_message WHERE interaction_id = $1 AND number >= 100", chat)
        await database.close()


async def test_words_of_a_chat_find_it(world: World) -> None:
    """Only chats are looked through, and only by those who see them."""
    found = (await world.a.admin.get("/interactions", written="secret-of")).json
    assert found["total"] == 0, "the world's contacts are calls"
    assert (await world.a.admin.get("/interactions", written="x")).status == 422
