"""ARI over HTTP, for what is not on a call's path: the node's watch, trunks' states, the test phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

Query = Mapping[str, str | int]


class AriError(Exception):
    """Asterisk refused a request; `status` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Rest:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def request(self, method: str, path: str, query: Query | None = None, body: Any = None) -> Any:
        """The answer's JSON. Raises `AriError` when refused, `OSError` or `TimeoutError` when nobody answers."""
        try:
            url = f"{self._url}/ari/{path}"
            async with self._session.request(method, url, params=query, json=body) as response:
                data = await response.read()
        except aiohttp.ClientError as error:
            raise ConnectionError(f"Asterisk does not answer: {error}") from error
        if response.status >= 400:
            raise AriError(response.status, _message(data))
        return msgspec.json.decode(data) if data else None

    async def get(self, path: str, **query: str | int) -> Any:
        return await self.request("GET", path, query)

    async def post(self, path: str, **query: str | int) -> Any:
        return await self.request("POST", path, query)

    async def delete(self, path: str, **query: str | int) -> Any:
        return await self.request("DELETE", path, query)

    @asynccontextmanager
    async def events(self, application: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The application's events, in order, until the socket closes."""
        url = f"{self._url}/ari/events"
        async with self._session.ws_connect(url, params={"app": application}, heartbeat=20, max_msg_size=0) as socket:

            async def received() -> AsyncIterator[dict[str, Any]]:
                async for message in socket:
                    if message.type == aiohttp.WSMsgType.TEXT:
                        yield msgspec.json.decode(message.data)

            yield received()


def _message(data: bytes) -> str:
    try:
        return str(msgspec.json.decode(data)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return data.decode("utf-8", "replace")[:200]


@asynccontextmanager
async def connect(port: int, user: str, password: str) -> AsyncIterator[Rest]:
    """ARI of the Asterisk on this machine; connections are opened as they are needed."""
    timeout = aiohttp.ClientTimeout(total=15)
    headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, trust_env=False) as session:
        yield Rest(session, f"http://127.0.0.1:{port}")
