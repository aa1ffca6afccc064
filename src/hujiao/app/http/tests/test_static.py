"""The files of the web application, as a browser, a proxy and a plain client ask for them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from hujiao.app.http import static

SCRIPT = "/assets/index-Ab3_x-9Z.js"
PLAIN = b"export const words = 'plain';" * 100
PACKED = gzip.compress(PLAIN, mtime=0)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to one request, its headers named as `accept_encoding`."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "server": ("here", 80),
        "scheme": "http",
        "http_version": "1.1",
        "asgi": {"spec_version": "2.4"},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], named, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.fixture
def app(tmp_path: Path) -> ASGIApp:
    """A built application; its script has both encodings, its picture none."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(b"<title>hujiao</title>")
    script = tmp_path / SCRIPT.lstrip("/")
    script.write_bytes(PLAIN)
    script.with_name(script.name + ".br").write_bytes(b"by brotli")
    script.with_name(script.name + ".gz").write_bytes(PACKED)
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    return Starlette(routes=[Route("/{rest:path}", static.serving(tmp_path), methods=["GET"])])


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("GZIP;Q=0.2", "gzip"),
        ("*", "br"),
        ("br;q=0, *;q=0.1", "gzip"),
        ("br;q=0, gzip;q=0.000", None),
        ("br;q=yes", None),
        ("identity", None),
        ("deflate", None),
        ("", None),
    ],
)
async def test_a_script_comes_in_the_encoding_that_the_client_takes(
    app: ASGIApp, accept: str, encoding: str | None
) -> None:
    answer = await ask(app, SCRIPT, accept_encoding=accept)
    assert answer.headers.get("content-encoding") == encoding
    assert answer.body == {"br": b"by brotli", "gzip": PACKED, None: PLAIN}[encoding]
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_who_names_no_encoding_gets_the_plain_file(app: ASGIApp) -> None:
    answer = await ask(app, SCRIPT)
    assert (answer.body, answer.headers.get("content-encoding")) == (PLAIN, None)


async def test_head_says_what_get_would_send(app: ASGIApp) -> None:
    for accept in ("br", "gzip", "identity"):
        whole = await ask(app, SCRIPT, accept_encoding=accept)
        head = await ask(app, SCRIPT, "HEAD", accept_encoding=accept)
        assert (head.status, head.headers, head.body) == (200, whole.headers, b"")


async def test_a_range_is_of_what_is_sent(app: ASGIApp) -> None:
    plain = await ask(app, SCRIPT, range="bytes=7-12")
    assert (plain.status, plain.body) == (206, PLAIN[7:13])
    assert plain.headers["content-range"] == f"bytes 7-12/{len(PLAIN)}"
    packed = await ask(app, SCRIPT, accept_encoding="gzip", range="bytes=0-1")
    assert (packed.status, packed.body, packed.headers["content-encoding"]) == (206, b"\x1f\x8b", "gzip")
    other = await ask(app, SCRIPT, range="bytes=7-12", if_range=packed.headers["etag"])
    assert (other.status, other.body) == (200, PLAIN), "no part of one encoding is put to a part of another"


async def test_each_encoding_has_a_tag_of_its_own_and_what_is_held_is_not_sent_again(app: ASGIApp) -> None:
    tags = {(await ask(app, SCRIPT, accept_encoding=accept)).headers["etag"] for accept in ("br", "gzip", "identity")}
    assert len(tags) == 3
    held = (await ask(app, SCRIPT, accept_encoding="br")).headers["etag"]
    again = await ask(app, SCRIPT, accept_encoding="br", if_none_match=f'"else", W/{held}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", held)
    assert again.headers["vary"] == "Accept-Encoding"
    assert (await ask(app, SCRIPT, accept_encoding="gzip", if_none_match=held)).status == 200


async def test_pages_are_asked_for_again_and_what_has_no_encoding_does_not_vary(app: ASGIApp) -> None:
    for path in ("/", "/interactions"):
        page = await ask(app, path, accept_encoding="br")
        assert (page.body, page.headers["cache-control"]) == (b"<title>hujiao</title>", "no-cache")
    icon = await ask(app, "/icon.svg", accept_encoding="br")
    assert icon.headers["cache-control"] == "no-cache"
    assert "vary" not in icon.headers


@pytest.mark.parametrize("path", [SCRIPT + ".br", SCRIPT + ".gz", "/assets/absent.js"])
async def test_an_encoding_is_no_file_of_its_own(app: ASGIApp, path: str) -> None:
    assert (await ask(app, path)).status == 404


async def test_long_answers_of_the_api_are_compressed_for_who_takes_it() -> None:
    rows = [{"name": f"agent {number}"} for number in range(200)]

    async def listed(request: object) -> Response:
        return JSONResponse(rows)

    async def short(request: object) -> Response:
        return JSONResponse({"ok": True})

    async def sound(request: object) -> Response:
        return Response(bytes(5000), media_type="audio/wav")

    routes = [Route("/api/v1/list", listed), Route("/api/v1/short", short), Route("/api/v1/sound", sound)]
    api = static.CompressedAnswers(Starlette(routes=routes))
    plain = await ask(api, "/api/v1/list")
    packed = await ask(api, "/api/v1/list", accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 5
    refused = await ask(api, "/api/v1/list", accept_encoding="gzip;q=0")
    assert (refused.body, "content-encoding" in refused.headers) == (plain.body, False)
    for path in ("/api/v1/short", "/api/v1/sound"):
        assert "content-encoding" not in (await ask(api, path, accept_encoding="gzip")).headers
