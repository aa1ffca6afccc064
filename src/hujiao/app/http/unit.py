"""One request's transaction: opened on first use, committed before the answer goes out, rolled back on any error.

With an `Idempotency-Key` the answer to a POST is kept in the same transaction, so that a repetition gets the same
answer and nothing is done twice, wherever the first attempt broke off.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from hujiao.app.http.access import Caller, parts_of, signed_in
from hujiao.app.http.body import BoundedRoute
from hujiao.app.http.parts import Parts
from hujiao.identity import idempotency
from hujiao.kit.secrets import TenantSecrets

_KEY_HEADER = "idempotency-key"


class Replay(Exception):
    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(slots=True)
class Unit:
    parts: Parts
    host: str = ""  # by which we were asked
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    session: AsyncSession | None = None
    caller: Caller | None = None
    key: str | None = None
    configuration_changed: bool = False
    screens_changed: bool = False
    told: list[tuple[str, Any]] = field(default_factory=list)  # subject and message
    ended_sessions: list[UUID] = field(default_factory=list)

    async def open(self, caller: Caller, request: Request) -> AsyncSession:
        if self.session is None:
            tenant_id = caller.principal.tenant_id
            self.session = await self.stack.enter_async_context(self.parts.database.tenant(tenant_id))
            self.caller = caller
            key = request.headers.get(_KEY_HEADER)
            if key and request.method == "POST":
                await self._first_time(self.session, caller, key, request)
        return self.session

    async def _first_time(self, session: AsyncSession, caller: Caller, key: str, request: Request) -> None:
        what = f"{request.method} {request.url.path}\n".encode() + await request.body()
        kept = await idempotency.begin(session, caller.principal, key, what, self._secrets(caller))
        if kept is not None:
            raise Replay(*kept)
        self.key = key

    async def keep(self, response: Response) -> None:
        if self.session is not None and self.caller is not None and self.key is not None:
            who, secrets = self.caller.principal, self._secrets(self.caller)
            await idempotency.keep(self.session, who, self.key, response.status_code, bytes(response.body), secrets)

    def _secrets(self, caller: Caller) -> TenantSecrets:
        return TenantSecrets(self.parts.settings.secret_key, caller.principal.tenant_id)

    async def announce(self) -> None:
        """What others must hear of, after the commit."""
        if self.caller is not None and (self.configuration_changed or self.screens_changed):
            of_calls = self.configuration_changed
            await self.parts.bus.configuration_changed(self.caller.principal.tenant_id, of_calls=of_calls)
        for subject, message in self.told:
            await self.parts.bus.publish(subject, message)
        for session_id in self.ended_sessions:
            await self.parts.hub.end_session(session_id)


class UnitRoute(BoundedRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            unit = Unit(parts_of(request), request.headers.get("host", ""))
            request.state.unit = unit
            try:
                async with unit.stack:
                    response = await inner(request)
                    await unit.keep(response)
            except Replay as replay:
                headers = {"idempotency-replayed": "true"}
                return Response(replay.body, status_code=replay.status, media_type="application/json", headers=headers)
            await unit.announce()
            return response

        return handle


@dataclass(slots=True)
class Work:
    """What a route works with: who asks, and a session inside the tenant."""

    caller: Caller
    session: AsyncSession
    unit: Unit

    @property
    def tenant_id(self) -> UUID:
        return self.caller.principal.tenant_id

    @property
    def projects(self) -> frozenset[UUID] | None:
        return self.caller.principal.projects

    def configuration_changed(self) -> None:
        self.unit.configuration_changed = True

    def screens_changed(self) -> None:
        """What is shown has changed, and nothing by which calls go."""
        self.unit.screens_changed = True

    def tell(self, subject: str, message: Any) -> None:
        """Say it after the commit."""
        self.unit.told.append((subject, message))


async def work(request: Request, caller: Annotated[Caller, Depends(signed_in)]) -> Work:
    unit: Unit = request.state.unit
    return Work(caller, await unit.open(caller, request), unit)


InTenant = Annotated[Work, Depends(work)]
