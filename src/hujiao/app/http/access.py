"""Who may use a route: the session's cookie or an API token, the CSRF token, and the right that the route asks for."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from hujiao.agents import service as agents
from hujiao.agents.views import AgentFacts
from hujiao.app.http.parts import Parts
from hujiao.identity import service as identity
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict, Forbidden, NotSignedIn

COOKIE = "hujiao_session"
CSRF_HEADER = "x-csrf-token"
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the account, and its agent number if it has one."""

    principal: Principal
    agent: AgentFacts | None

    @property
    def own_agent(self) -> AgentFacts:
        if self.agent is None:
            raise Conflict("error.no_agent_number", code="no_agent_number")
        return self.agent


def parts_of(connection: HTTPConnection) -> Parts:
    parts: Parts = connection.app.state.parts
    return parts


def same_origin(connection: HTTPConnection) -> bool:
    """Browsers name the page's origin on unsafe requests and on every WebSocket; programs name none."""
    if connection.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()


async def identify(connection: HTTPConnection) -> Caller:
    """The caller by cookie or token, once a request; `NotSignedIn` without either."""
    known: Caller | None = getattr(connection.state, "caller", None)
    if known is not None:
        return known
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    cookie = connection.cookies.get(COOKIE)
    now = utc_now()
    async with parts_of(connection).database.lookup() as session:
        if scheme.lower() == "bearer" and token:
            principal = await identity.by_token(session, token.strip(), now)
        elif cookie:
            principal = await identity.by_cookie(session, cookie, now)
        else:
            raise NotSignedIn("error.not_signed_in")
        caller = Caller(principal, await agents.of_account(session, principal))
    connection.state.caller = caller
    return caller


async def signed_in(connection: HTTPConnection) -> Caller:
    caller = await identify(connection)
    if connection.scope["type"] == "http" and connection.scope["method"] not in _SAFE:
        expected = caller.principal.csrf_token
        if expected is not None:
            given = connection.headers.get(CSRF_HEADER, "")
            if not same_origin(connection) or not hmac.compare_digest(given.encode(), expected.encode()):
                raise Forbidden("error.csrf", code="csrf")
    return caller


@dataclass(frozen=True)
class Need:
    """A dependency that lets pass whoever holds one of these rights."""

    rights: tuple[Right, ...]

    async def __call__(self, caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
        if not caller.principal.may(*self.rights):
            raise Forbidden("error.forbidden")
        return caller


def need(*rights: Right) -> Any:
    return Depends(Need(rights))


SignedIn = Annotated[Caller, Depends(signed_in)]
