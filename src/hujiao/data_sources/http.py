"""Asks a source over HTTP."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from hujiao.data_sources.addresses import Addresses, in_words
from hujiao.data_sources.contracts import Answer, HttpRequest, Plain
from hujiao.data_sources.template import fill, fill_json

LARGEST_ANSWER = 64 * 1024
_NOTHING = frozenset({204, 404})


class HttpClient:
    """One for all sources: connections are kept, cookies are not, redirects are not followed."""

    def __init__(self, addresses: Addresses) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=200, socket_factory=addresses.socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer may unpack to a huge one
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "hujiao"},
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def ask(self, request: HttpRequest, values: Mapping[str, Plain]) -> Answer:
        """`values` holds parameters and, under `secrets.…`, secrets. The caller limits the time."""
        content: dict[str, Any] = {}
        if request.method == "POST":
            body = fill_json(msgspec.json.decode(request.body), values) if request.body else None
            content = {"data": msgspec.json.encode(body), "headers": {"Content-Type": "application/json"}}
        headers = {name: fill(value, values) for name, value in request.headers}
        headers = {**content.pop("headers", {}), **headers}
        try:
            url = URL(fill(request.url, values, lambda value: quote(value, safe="")), encoded=True)
            async with self._session.request(
                request.method, url, headers=headers, allow_redirects=False, **content
            ) as response:
                if response.status in _NOTHING:
                    return Answer(outcome="not_found", status=response.status)
                if not 200 <= response.status < 300:
                    return Answer(outcome="failed", status=response.status, problem=f"HTTP {response.status}")
                body = await _read(response)
                return _decoded(body, response.status)
        except aiohttp.ClientConnectorError as error:
            refused = error.os_error.errno == errno.EACCES
            return Answer(outcome="refused_address" if refused else "unreachable", problem=in_words(error.os_error))
        except (aiohttp.ClientError, OSError) as error:
            return Answer(outcome="unreachable", problem=type(error).__name__)
        except ValueError as error:  # a parameter that no address or header can hold
            return Answer(outcome="failed", problem=str(error))

    async def close(self) -> None:
        await self._session.close()


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body; None when it is too large."""
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            return None
    return body


def _decoded(body: bytes | None, status: int) -> Answer:
    if body is None:
        return Answer(outcome="bad_answer", status=status, problem=f"more than {LARGEST_ANSWER // 1024} KiB")
    try:
        content = msgspec.json.decode(body) if body.strip() else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Answer(outcome="bad_answer", status=status, problem=f"not JSON: {error}")
    return Answer(outcome="ok", content=content, status=status)
