"""What an address may look like: of bounded length, text in UTF-8, without NUL. Nothing else reaches a route."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from hujiao.app.http import errors
from hujiao.kit.errors import BadField, HujiaoError, NotFound

LONGEST_PATH = 2000
LONGEST_QUERY = 8000
_LONGEST_SEGMENT = 255  # of a path: as of a file's name


class AddressLong(HujiaoError):
    status, code = 414, "address_long"


class Addresses:
    """Middleware that answers an odd address itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (wrong := _wrong(scope)):
            request = Request(scope)
            await errors.answer(wrong, errors.reader_language(request))(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _wrong(scope: Scope) -> HujiaoError | None:
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    query: bytes = scope.get("query_string", b"")
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return AddressLong("error.address_long")
    if _odd(path) or any(len(unquote_to_bytes(part)) > _LONGEST_SEGMENT for part in path.split(b"/")):
        return NotFound("error.not_found")
    for pair in query.split(b"&"):
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        if why := _odd(name) or _odd(value):
            return BadField(why, field=unquote_to_bytes(name).decode("utf-8", "replace").replace("\0", "")[:80] or None)
    return None


def _odd(part: bytes) -> str | None:
    content = unquote_to_bytes(part)
    if b"\0" in content:
        return "error.nul"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "error.not_text"
    return None
