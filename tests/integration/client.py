"""The API as one person's browser, or one program, uses it."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str | None:
        try:
            return str(self.json["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return None


class Client:
    """`async with Client(url) as client`; paths are below /api/v1, unless they are whole addresses."""

    def __init__(
        self, url: str, *, token: str | None = None, language: str = "en", trust: ssl.SSLContext | None = None
    ) -> None:
        self.url = url
        self.headers = {"accept-language": language}
        if token:
            self.headers["authorization"] = f"Bearer {token}"
        self.session: dict[str, Any] = {}
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust or True),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=90),
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    async def sign_in(self, tenant: str, login: str, password: str) -> Client:
        answer = await self.post("/session", {"tenant": tenant, "login": login, "password": password})
        assert answer.status == 200, answer.text
        self.session = answer.json
        self.headers["x-csrf-token"] = self.session["csrf_token"]
        return self

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        form: aiohttp.FormData | None = None,
        data: bytes | None = None,
    ) -> Answer:
        # A whole address goes out as it is written, with whatever is odd in it.
        url = URL(path, encoded=True) if path.startswith("http") else URL(self.url + PREFIX + path)
        sent = {**self.headers, **(headers or {})}
        content: dict[str, Any] = {"json": body} if body is not None else {}
        if form is not None or data is not None:
            content = {"data": data if form is None else form}
        async with self._http.request(
            method, url, params=query, headers=sent, allow_redirects=False, **content
        ) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.send("GET", path, query=query or None)

    async def post(self, path: str, body: Any = None) -> Answer:
        return await self.send("POST", path, {} if body is None else body)

    async def made(self, path: str, body: Any) -> Any:
        """POST something that must succeed; its JSON."""
        answer = await self.post(path, body)
        assert answer.status in {200, 201}, f"{path}: {answer.status} {answer.text}"
        return answer.json

    async def socket(self, path: str = f"{PREFIX}/socket", **options: Any) -> aiohttp.ClientWebSocketResponse:
        return await self._http.ws_connect(self.url + path, headers=self.headers, **options)

    def drop_cookies(self) -> None:
        self._http.cookie_jar.clear()
