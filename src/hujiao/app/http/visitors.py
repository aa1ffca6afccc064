"""Who uses the public part of chats: a visitor by the token of a conversation, at an address, on a website."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hujiao.app.holder import ask
from hujiao.app.http.access import parts_of
from hujiao.app.http.commands import raise_refusal
from hujiao.app.http.parts import Parts
from hujiao.chat import service as chat
from hujiao.chat.contracts import ConversationFacts
from hujiao.chat.views import ConversationView
from hujiao.identity.throttle import source_of
from hujiao.kit.errors import HujiaoError, NotSignedIn
from hujiao.kit.secrets import secret_hash

PATH = "/api/v1/public/chat/"
LONGEST_TOKEN = 100
AGAIN_SECONDS = 30
_ALLOWED = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, accept-language",
    "access-control-max-age": "600",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor, and the conversation whose token they have."""

    parts: Parts
    facts: ConversationFacts

    @property
    def id(self) -> UUID:
        return self.facts.id

    async def command(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The runtime's answer after its commit; its refusal as an error."""
        return await command(self.parts, self.facts.tenant_id, self.facts.shard, kind, interaction_id=self.id, **fields)

    async def standing(self) -> ConversationView:
        """How the conversation stands now."""
        view = ConversationView(**await self.command("chat.look"))
        if view.state == "ended":
            async with self.parts.database.tenant(self.facts.tenant_id) as session:
                view.last = await chat.last(session, self.id)
        return view


async def command(parts: Parts, tenant_id: UUID, shard: int, kind: str, **fields: Any) -> dict[str, Any]:
    message = {"tenant_id": tenant_id, "kind": kind, "actor": {}, **fields}
    answer = await ask(parts.bus, parts.bus.subjects.command(shard), message)
    try:
        raise_refusal(answer)
    except HujiaoError as error:
        if error.status == 429:
            error.detail["retry_after_seconds"] = AGAIN_SECONDS
        raise
    data: dict[str, Any] = answer.get("data") or {}
    return data


def address_of(connection: HTTPConnection) -> str:
    """Where the visitor is: an address, or an IPv6 subscriber's network."""
    return source_of(connection.client.host) if connection.client else ""


async def identify(connection: HTTPConnection, token: str) -> Visitor:
    """Raises `NotSignedIn` for a token that is no conversation's; `Throttled` for who tries many."""
    parts = parts_of(connection)
    secret = secret_hash(token[:LONGEST_TOKEN])
    facts = parts.chats.known(secret)
    if facts is None:
        address, strangers = address_of(connection), parts.chats.limits.strangers
        strangers.take(address, time.monotonic())
        async with parts.database.lookup() as session:
            facts = await chat.conversation_of(session, token[:LONGEST_TOKEN])
        if facts is None:
            raise NotSignedIn("error.not_signed_in")
        strangers.give_back(address)
        parts.chats.remember(secret, facts)
    return Visitor(parts, facts)


async def visitor(request: Request) -> Visitor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("error.not_signed_in")
    return await identify(request, token.strip())


InChat = Annotated[Visitor, Depends(visitor)]


class CrossOrigin:
    """Middleware that lets pages of other websites use the public part of chats. No cookie goes there: who may use an
    entry is asked there, by its websites and by tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _origin(scope) if scope["type"] == "http" and scope["path"].startswith(PATH) else None
        if origin is None:
            await self.app(scope, receive, send)
            return

        async def with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["access-control-allow-origin"] = origin
                headers["access-control-expose-headers"] = "retry-after, content-disposition"
                headers.add_vary_header("origin")
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_ALLOWED)(scope, receive, with_origin)
        else:
            await self.app(scope, receive, with_origin)


def _origin(scope: Scope) -> str | None:
    found = next((value for name, value in scope["headers"] if name == b"origin"), None)
    return found.decode("latin-1") if found and len(found) < 300 else None
