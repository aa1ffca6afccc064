"""The web application's files, compressed at the build, with headers that let browsers keep what never changes and run
nothing else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hujiao.kit.settings import CHECKOUT

DIST = CHECKOUT / "web" / "dist"
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
_HOST = re.compile(r"^[A-Za-z0-9.\-]+(:\d+)?$|^\[[0-9A-Fa-f:.]+\](:\d+)?$")
# As the build writes them beside each file (`web/precompress.ts`), the smallest first.
ENCODINGS = {"br": ".br", "gzip": ".gz"}
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")


def policy(host: str) -> str:
    """Only our own scripts, none inline; styles inline, because the component library writes its own at run time."""
    sockets = f" ws://{host} wss://{host}" if _HOST.match(host) else ""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; media-src 'self' blob: data:; connect-src 'self'{sockets}; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """On every answer; the API's answers are never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        api = scope["path"].startswith("/api/")
        # The chat widget is for pages of other websites.
        readers = "cross-origin" if scope["path"].startswith("/chat/") else "same-origin"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", policy(host))
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
                headers["cross-origin-opener-policy"] = "same-origin"
                headers["cross-origin-resource-policy"] = readers
                headers["permissions-policy"] = "microphone=(self), camera=(), geolocation=()"
                headers.setdefault("x-frame-options", "DENY")
                if api:
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


class CompressedAnswers:
    """The API's long answers by gzip, for those who take it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, _WORKBOOK)
        self.compressing = GZipMiddleware(app, minimum_size=2000, compresslevel=5, exclude_content_types=excluded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = (
            scope["type"] == "http"
            and scope["path"].startswith("/api/")
            and "gzip" in accepted(Headers(scope=scope).get("accept-encoding", ""))
        )
        await (self.compressing if wanted else self.app)(scope, receive, send)


def accepted(header: str) -> list[str]:
    """The encodings of ours that an Accept-Encoding header takes, what it prefers first."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter)
        weights[name.strip()] = float(weight[1]) if weight else 0.0 if parameter.strip() else 1.0
    weighed = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    return sorted((name for name in ENCODINGS if weighed[name] > 0), key=lambda name: -weighed[name])


def file_of(path: str, dist: Path) -> Path | None:
    """The file that a path names, if it lies in the built application."""
    wanted = (dist / path.lstrip("/")).resolve()
    named = wanted.is_file() and wanted.is_relative_to(dist.resolve()) and wanted.suffix not in ENCODINGS.values()
    return wanted if named else None


def sent(file: Path, request: Request, cache_control: str) -> Response:
    """The file, in the best encoding that both sides have; nothing but headers to who has it already."""
    there = {
        name: found for name, suffix in ENCODINGS.items() if (found := file.with_name(file.name + suffix)).is_file()
    }
    encoding = next((name for name in accepted(request.headers.get("accept-encoding", "")) if name in there), None)
    headers = {"cache-control": cache_control}
    if there:
        headers["vary"] = "Accept-Encoding"
    if encoding:
        headers["content-encoding"] = encoding
    body = there[encoding] if encoding else file
    response = FileResponse(body, headers=headers, media_type=guess_type(file)[0], stat_result=body.stat())
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if response.headers["etag"] in held or held == ["*"]:
        return NotModifiedResponse(response.headers)
    return response


def serving(dist: Path) -> Callable[[Request], Awaitable[Response]]:
    """Serves the application that was built into the folder."""

    async def application(request: Request) -> Response:
        """A file, or for any page's address the application itself, which knows its own pages."""
        path = request.url.path
        found = file_of(path, dist)
        if found is not None and path != "/":
            hashed = path.startswith("/assets/") and _HASHED.search(path) is not None
            return sent(found, request, FOREVER if hashed else ALWAYS_ASK)
        last = path.rsplit("/", 1)[-1]
        if "." in last or path.startswith("/assets/"):
            return JSONResponse({"detail": "Not Found"}, status_code=404, headers={"cache-control": "no-store"})
        index = file_of("index.html", dist)
        if index is None:
            return PlainTextResponse(
                "The web application is not built yet. Run ./hujiao up, which builds it; the API answers at /api/v1.",
                status_code=503,
                headers={"cache-control": "no-store"},
            )
        return sent(index, request, ALWAYS_ASK)

    return application
