"""The public API, as one signed-in account uses it."""

from __future__ import annotations

import json
import ssl
from types import TracebackType
from typing import Any

import aiohttp

from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings


class Refused(Problem):
    """The API said no; `status` is HTTP's and `code` ours."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Api:
    """`async with Api(settings) as api: await api.sign_in(…)`; one cookie, one CSRF token."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.web_url}/api/v1"
        self._csrf = ""
        authority = settings.home / "tls" / "authority.pem"
        trust = ssl.create_default_context()
        if authority.exists():
            trust.load_verify_locations(authority)
        if settings.tls_cert and settings.tls_cert.exists():  # the operator's own, whoever signed it
            trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            trust.load_verify_locations(settings.tls_cert)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # the address may be an IP
            timeout=aiohttp.ClientTimeout(total=60),
            trust_env=False,
        )
        self.session: dict[str, Any] = {}

    async def __aenter__(self) -> Api:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    async def sign_in(self, tenant: str, login: str, password: str) -> dict[str, Any]:
        self.session = await self.post("/session", {"tenant": tenant, "login": login, "password": password})
        self._csrf = self.session["csrf_token"]
        return self.session

    def use_token(self, token: str) -> None:
        """Be the program that has this API token, in place of a signed-in account."""
        self._session.headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str, **query: Any) -> Any:
        return await self.request("GET", path, query=query)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.request("POST", path, body=body if body is not None else {})

    async def put(self, path: str, body: Any) -> Any:
        return await self.request("PUT", path, body=body)

    async def delete(self, path: str) -> Any:
        return await self.request("DELETE", path)

    async def upload(self, path: str, form: aiohttp.FormData) -> Any:
        return await self.request("POST", path, form=form)

    async def send(self, path: str, content: bytes, **query: Any) -> Any:
        """POST a file as the body; the answer's JSON."""
        return json.loads((await self._answer("POST", path, params=query, data=content))[1])

    async def socket(self) -> aiohttp.ClientWebSocketResponse:
        """The live socket, as the desktop opens it."""
        return await self._session.ws_connect(f"{self._url}/socket")

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        form: aiohttp.FormData | None = None,
    ) -> Any:
        """The answer's JSON; `Refused` with the API's own sentence, `Problem` when nobody answers."""
        kind, content = await self._answer(method, path, params=query, json=body, data=form)
        return json.loads(content) if content and kind == "application/json" else None

    async def download(self, path: str, **query: Any) -> bytes:
        """The answer as it is, of a recording or a sheet."""
        return (await self._answer("GET", path, params=query))[1]

    async def _answer(self, method: str, path: str, **sent: Any) -> tuple[str, bytes]:
        headers = {"X-CSRF-Token": self._csrf} if self._csrf else {}
        try:
            async with self._session.request(method, self._url + path, headers=headers, **sent) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Problem(f"{self._url} does not answer: run ./hujiao status to see why.") from error
        if response.status >= 400:
            said = (
                json.loads(content).get("error", {}) if content and response.content_type == "application/json" else {}
            )
            message = said.get("message") or f"The API answered {response.status} to {method} {path}."
            raise Refused(response.status, said.get("code", ""), message)
        return response.content_type, content
