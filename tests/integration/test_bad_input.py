"""What is wrong, odd or far too much ends as an answer below 500 that says what is wrong; nobody else notices."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import update

from hujiao.app.http.routes.flows import LARGEST_UPLOAD
from hujiao.app.runtime import config
from hujiao.embedded import certificates
from hujiao.flows.models import Flow, FlowVersion
from hujiao.kit.db import Database
from tests.integration.client import Answer, Client
from tests.integration.control import tone
from tests.integration.world import World

DRAFT = {"version": 1, "start": "a", "nodes": {"a": {"type": "hang_up"}}}


def field_of(answer: Answer) -> str | None:
    return str(answer.json["error"]["field"]) if answer.json["error"]["field"] else None


async def test_odd_addresses(world: World) -> None:
    url, admin = world.settings.web_url, world.a.admin
    for path, status in (
        ("/%00", 404),
        ("/a%00b/c", 404),
        ("/api/v1/queues/%00", 404),
        ("/%ff%fe", 404),
        ("/" + "x" * 300, 404),
        ("/" + "x" * 5000, 414),
        ("/" + "x/" * 2000, 414),
        ("/api/v1/queues?q=" + "x" * 9000, 414),
        ("/assets/" + "../" * 50 + "etc/passwd", 404),
    ):
        answer = await admin.send("GET", url + path)
        assert answer.status == status, (path[:60], answer.status, answer.text[:200])


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/interactions.csv?sort=nonsense", "sort"),
        ("/interactions.xlsx?sort=-nonsense", "sort"),
        ("/interactions?sort=%00", "sort"),
        ("/queues?sort=nonsense", "sort"),
        ("/queues?q=%00", "q"),
        ("/queues?q=%ed%a0%80", "q"),
        ("/queues?page=-1", "page"),
        ("/queues?page=0", "page"),
        ("/queues?page=99999999999999999999999", "page"),
        ("/queues?page_size=100000", "page_size"),
        ("/interactions?from=9999-12-31T23:59:59-12:00", "from"),
        ("/interactions?to=0001-01-01T00:00:00%2B14:00", "to"),
        ("/interactions?from=2026-01-01T00:00:00", "from"),
        ("/interactions?queue_id=1", "queue_id"),
        ("/interactions?caller=%00", "caller"),
        ("/reports/queue-intervals?from=9999-12-31T23:45:00-12:00&to=9999-12-31T23:59:59-12:00", "from"),
        ("/public-holidays?country=CN&year=99999", "year"),
    ],
)
async def test_odd_queries_are_told_by_their_field(world: World, path: str, field: str) -> None:
    answer = await world.a.admin.send("GET", world.settings.web_url + "/api/v1" + path)
    assert (answer.status, field_of(answer)) == (422, field), answer.text[:300]


@pytest.mark.parametrize(
    "expires_at",
    ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-12-01T00:00:00", "2300-01-01T00:00:00Z", 1e300],
)
async def test_a_tokens_end_out_of_range(world: World, expires_at: Any) -> None:
    answer = await world.a.admin.post("/tokens", {"name": "t", "expires_at": expires_at})
    assert (answer.status, field_of(answer)) == (422, "expires_at"), answer.text


async def test_numbers_and_versions_out_of_range(world: World) -> None:
    flow = world.a.ids["flow"]
    for number in ("99999999999", "-1", "9" * 30, "9" * 300):
        assert (await world.a.admin.get(f"/flows/{flow}/versions/{number}")).status in {404, 422}
    answer = await world.a.admin.post("/dispositions", {"name": "x", "position": 10**30})
    assert (answer.status, field_of(answer)) == (422, "position")


async def test_a_carriers_authority_is_certificates_and_nothing_else_is_kept(world: World, tmp_path: Path) -> None:
    certificates.ensure(tmp_path, "192.0.2.10", datetime.now(UTC))
    authority, key = ((tmp_path / name).read_text() for name in (certificates.AUTHORITY, certificates.AUTHORITY_KEY))
    fields = {"name": "by TLS", "kind": "address", "host": "192.0.2.10", "transport": "tls"}
    for wrong in ("x", key, authority[:200], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"):
        answer = await world.operator.post("/trunks", {**fields, "tls_authority": wrong})
        assert (answer.status, field_of(answer)) == (422, "tls_authority"), answer.text
    made = await world.operator.made("/trunks", {**fields, "tls_authority": f"{key}\nnote\n{authority}"})
    assert made["tls_authority"].strip() == authority.strip()
    assert (await world.operator.send("DELETE", f"/trunks/{made['id']}")).status == 204


async def raw(world: World, method: str, path: str, content: bytes, kind: str = "application/json") -> Answer:
    admin = world.a.admin
    headers = {**admin.headers, "content-type": kind}
    url = world.settings.web_url + "/api/v1" + path
    async with admin._http.request(method, url, data=content, headers=headers) as response:
        return Answer(response.status, dict(response.headers), await response.read())


async def test_flow_drafts_have_bounds(world: World) -> None:
    path = f"/flows/{world.a.ids['flow']}"
    before = (await world.a.admin.get(path)).json["draft"]
    deep = b'{"document": {"nodes": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}}"
    many = json.dumps({"document": {**DRAFT, "nodes": {str(n): {"type": "hang_up"} for n in range(10_000)}}}).encode()
    for content, status, field in (
        (deep, 422, "document.nodes.a"),
        (b'{"document": {"start": "\\ud800"}}', 422, None),
        (b'{"document": {"start": "a\\u0000"}}', 422, "document.start"),
        (b'{"document": {"start": NaN}}', 422, None),
        (b'{"document": {"x": ' + b"9" * 40 + b"}}", 422, "document.x"),
        (many, 422, "document"),
        (b'{"document": {"x": "' + b"x" * 30_000_000 + b'"}}', 413, "body"),
        (b"\xff\xfe", 422, None),
        (b"", 422, None),
    ):
        for method, end in (("PUT", "/draft"), ("POST", "/validate")):
            answer = await raw(world, method, path + end, content)
            assert (answer.status, field_of(answer)) == (status, field), (content[:60], answer.text[:200])
    assert (await world.a.admin.get(path)).json["draft"] == before


async def test_long_and_many_expressions_are_told_of(world: World) -> None:
    path = f"/flows/{world.a.ids['flow']}/validate"
    end = {"type": "hang_up"}

    def branch(when: str) -> dict[str, Any]:
        return {"type": "branch", "cases": [{"when": when, "next": "end"}], "otherwise": "end"}

    long = {**DRAFT, "nodes": {"a": branch("caller == '" + "1" * 500_000 + "'"), "end": end}}
    found = await world.a.admin.post(path, {"document": long})
    assert found.status == 200 and found.json["problems"][0]["node"] == "a", found.text[:300]
    many = {f"n{n}": branch(" || ".join([f"caller == '{n}'"] * 60)) for n in range(400)}
    answer = await world.a.admin.post(path, {"document": {**DRAFT, "nodes": {**many, "a": end, "end": end}}})
    assert answer.status in {200, 422}, answer.text[:300]


async def test_a_published_flow_beyond_the_bounds_is_left_out_alone(world: World, database: Database) -> None:
    """As one from before there were bounds, or from behind the back."""
    tenant_id, flow_id = UUID(world.b.tenant_id), UUID(world.b.walled["flow"])
    before = await config.load(database, tenant_id)
    for number, document in ((98, {"nodes": []}), (99, {**DRAFT, "start": "x" * 100_000})):
        async with database.tenant(tenant_id) as session:
            row = FlowVersion(tenant_id=tenant_id, flow_id=flow_id, version=number, document=document)
            row.published_at = datetime.now(UTC)
            session.add(row)
            await session.flush()
            await session.execute(update(Flow).where(Flow.id == flow_id).values(published_version=number))
        loaded = await config.load(database, tenant_id)
        assert loaded.published == {one: at for one, at in before.published.items() if one != flow_id}
        assert loaded.flows.keys() == {key for key in before.flows if key[0] != flow_id}
    async with database.tenant(tenant_id) as session:
        known = before.published[flow_id]
        await session.execute(update(Flow).where(Flow.id == flow_id).values(published_version=known))
    assert (await config.load(database, tenant_id)).published == before.published


async def test_a_calendar_file_that_never_ends_costs_its_sender_alone(world: World) -> None:
    def calendar(*lines: str) -> dict[str, str]:
        event = "\r\n".join(["DTSTART;VALUE=DATE:20260101", *lines])
        return {"text": f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"}

    path = "/calendar-files/read"
    told = await world.a.admin.post(path, calendar("RRULE:FREQ=YEARLY;INTERVAL=0", "SUMMARY:Trap"))
    assert [(one["name"], one["why"]) for one in told.json["left_out"]] == [("Trap", "not_understood")], told.text
    zone = "BEGIN:VTIMEZONE\r\nTZID:Trap\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
    zone += "TZOFFSETTO:+0000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    trap = {"text": calendar()["text"].replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")}
    traps = [asyncio.create_task(world.a.admin.post(path, trap)) for _ in range(40)]
    other = await world.b.admin.post(path, calendar())
    assert [day["date"] for day in other.json["days"]] == ["2026-01-01"]
    for answer in await asyncio.gather(*traps):
        assert answer.status in {200, 422, 429}, answer.text
        if answer.status == 422:
            assert field_of(answer) == "text"


@pytest.mark.parametrize(
    "zone", ["localtime", "Factory", "posixrules", "posix/Asia/Shanghai", "right/UTC", "Mars/X", ""]
)
async def test_only_zones_of_the_iana_list(world: World, zone: str) -> None:
    week = {"name": "zones", "weekly": [[] for _ in range(7)], "time_zone": zone}
    answer = await world.a.admin.post("/hours", week)
    assert (answer.status, field_of(answer)) == (422, "time_zone")
    tenant = await world.operator.send("PATCH", f"/platform/tenants/{world.a.tenant_id}", {"time_zone": zone})
    assert (tenant.status, field_of(tenant)) == (422, "time_zone")


def audio(rate: int, samples: int = 30_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(b"\0\0" * samples * channels)
    return file.getvalue()


async def upload(client: Client, content: bytes, **more: str) -> Answer:
    form = aiohttp.FormData()
    for name, value in {"name": "odd", "language": "en", **more}.items():
        form.add_field(name, value)
    form.add_field("file", content, filename="x.wav")
    return await client.send("POST", "/prompts/upload", form=form)


async def test_odd_audio(world: World) -> None:
    for content in (
        audio(1),
        audio(3999),
        audio(2_000_000_000),
        audio(8000, 8000 * 700),
        audio(8000, 1000, 200),
        audio(8000, 0),
        b"",
        b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff",
    ):
        answer = await upload(world.a.admin, content)
        assert (answer.status, field_of(answer)) == (422, "file"), (content[:40], answer.text)


async def test_a_form_has_bounds(world: World) -> None:
    many = await upload(world.a.admin, tone(seconds=0.1, hertz=440), **{f"x{n}": "y" for n in range(50)})
    assert (many.status, many.code) == (422, "bad_field"), many.text
    for name in ("name", "language", "text"):
        answer = await upload(world.a.admin, tone(seconds=0.1, hertz=440), **{name: "a\0b"})
        assert (answer.status, field_of(answer)) == (422, name), answer.text
    answer = await raw(world, "POST", "/prompts/upload", b"--nothing", "multipart/form-data; boundary=x")
    assert answer.status == 422, answer.text
    answer = await raw(world, "POST", "/prompts/upload", b"{}")
    assert answer.status == 422, answer.text


async def endless(pieces: int) -> Any:
    for _ in range(pieces):
        yield b"x" * 65536


@pytest.mark.parametrize(
    ("path", "signed_in", "expected"),
    [
        ("/prompts/upload", False, 401),
        ("/skills", False, 401),
        ("/session", False, 413),
        ("/skills", True, 413),
        ("/prompts/upload", True, 413),
    ],
)
async def test_a_body_that_does_not_end_is_refused_while_it_comes(
    world: World, path: str, signed_in: bool, expected: int
) -> None:
    """More than the bound is never taken; without a sign-in not even that."""
    async with Client(world.settings.web_url) as stranger:
        client = world.a.admin if signed_in else stranger
        kind = "multipart/form-data; boundary=x" if path.endswith("upload") else "application/json"
        headers = {**client.headers, "content-type": kind}
        sent = 0

        async def body() -> Any:
            nonlocal sent
            if kind.startswith("multipart"):
                yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
            async for piece in endless(5000):
                sent += len(piece)
                yield piece

        status = None
        with suppress(aiohttp.ClientError):  # the server closes while we still send
            url = world.settings.web_url + "/api/v1" + path
            async with client._http.post(url, data=body(), headers=headers) as response:
                status = response.status
        assert status in {expected, None}
        assert sent < LARGEST_UPLOAD + 16 * 1024**2


async def test_half_a_body_is_not_waited_for_without_a_sign_in(world: World) -> None:
    address = urlsplit(world.settings.web_url)
    opened = []
    for _ in range(400):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            b"POST /api/v1/skills HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"
        )
        opened.append((reader, writer))
    for reader, writer in opened:
        assert b" 401 " in (await reader.read()), "and the connection is closed"
        writer.close()


async def test_slow_senders_are_left_in_their_time(world: World) -> None:
    address = urlsplit(world.settings.web_url)
    head = b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"

    async def answer(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(sent)
        everything = await reader.read()
        writer.close()
        return everything

    body, headers, silent = await asyncio.gather(answer(head), answer(head[:60]), answer(b""))
    assert b" 408 " in body.splitlines()[0]
    assert headers == silent == b""


async def test_who_leaves_in_the_middle_is_no_failure(world: World) -> None:
    address, token = urlsplit(world.settings.web_url), await world.a.admin.made("/tokens", {"name": "leaver"})
    log = world.settings.logs / "api.log"
    before = log.read_text("utf-8").count("request_failed")
    for path, kind in (("/skills", "application/json"), ("/prompts/upload", "multipart/form-data; boundary=x")):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST /api/v1{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token['token']}\r\n"
        writer.write(f"{head}content-type: {kind}\r\ncontent-length: 900\r\n\r\n--x\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    # The connections' ends have been seen when later requests have been answered, one after another.
    for _ in range(20):
        assert (await world.a.admin.get("/session")).status == 200
    assert log.read_text("utf-8").count("request_failed") == before


async def test_uploads_at_once_have_a_bound(world: World) -> None:
    """Two of one company are received at a time; the next is asked to come again."""
    admin, begun = world.a.admin, asyncio.Event()

    async def slow(go_on: asyncio.Event) -> Any:
        yield b"--x\r\n"
        begun.set()
        await go_on.wait()

    go_on = asyncio.Event()
    headers = {**admin.headers, "content-type": "multipart/form-data; boundary=x"}
    url = world.settings.web_url + "/api/v1/prompts/upload"

    def hold() -> asyncio.Task[aiohttp.ClientResponse]:
        return asyncio.create_task(admin._http.post(url, data=slow(go_on), headers=headers))

    held = [hold(), hold()]
    try:
        await begun.wait()
        empty = (b"--x--\r\n", "multipart/form-data; boundary=x")
        async with asyncio.timeout(60):
            while (answer := await raw(world, "POST", "/prompts/upload", *empty)).status != 429:
                assert answer.status == 422, answer.text
                held = [hold() if task.done() else task for task in held]  # it met ours, and was asked to come again
                await asyncio.sleep(0.1)
        assert int(answer.headers["Retry-After"]) > 0
        assert (await upload(world.b.admin, tone(seconds=0.1, hertz=440))).status == 201
    finally:
        go_on.set()
        for response in await asyncio.gather(*held, return_exceptions=True):
            if isinstance(response, aiohttp.ClientResponse):
                response.close()
