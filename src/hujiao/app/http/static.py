"""The web application's files, with headers that let browsers keep what never changes and run nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hujiao.kit.settings import CHECKOUT

DIST = CHECKOUT / "web" / "dist"
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
_HOST = re.compile(r"^[A-Za-z0-9.\-]+(:\d+)?$|^\[[0-9A-Fa-f:.]+\](:\d+)?$")
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

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = policy(host)
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
                headers["cross-origin-opener-policy"] = "same-origin"
                headers["cross-origin-resource-policy"] = "same-origin"
                headers["permissions-policy"] = "microphone=(self), camera=(), geolocation=()"
                headers["x-frame-options"] = "DENY"
                if api:
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def file_of(path: str, dist: Path = DIST) -> Path | None:
    """The file that a path names, if it lies in the built application."""
    wanted = (dist / path.lstrip("/")).resolve()
    return wanted if wanted.is_file() and wanted.is_relative_to(dist.resolve()) else None


async def application(request: Request) -> Response:
    """A file, or for any page's address the application itself, which knows its own pages."""
    path = request.url.path
    found = file_of(path)
    if found is not None and path != "/":
        hashed = path.startswith("/assets/") and _HASHED.search(path) is not None
        return FileResponse(found, headers={"cache-control": FOREVER if hashed else ALWAYS_ASK})
    last = path.rsplit("/", 1)[-1]
    if "." in last or path.startswith("/assets/"):
        return JSONResponse({"detail": "Not Found"}, status_code=404, headers={"cache-control": "no-store"})
    index = file_of("index.html")
    if index is None:
        return PlainTextResponse(
            "The web application is not built yet. Run ./hujiao up, which builds it; the API answers at /api/v1.",
            status_code=503,
            headers={"cache-control": "no-store"},
        )
    return FileResponse(index, headers={"cache-control": ALWAYS_ASK}, media_type="text/html")
