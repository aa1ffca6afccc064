"""A request's body within bounds: read after its sender may send it, so many bytes, in time, and as strict JSON.

FastAPI reads a body before it asks who sends it, and takes JSON of any depth and with characters that no database
keeps. A route of the kind `BoundedRoute` asks its guards first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import params
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from hujiao.app.http.access import Need, parts_of, signed_in
from hujiao.kit.errors import BadField, HujiaoError
from hujiao.kit.strict_json import check, decoded

LARGEST = 1024 * 1024  # bytes of a body, where the route says nothing else

PIECE_SECONDS = 15.0  # a sender who is silent for so long is left
BODY_SECONDS = 30.0
UPLOAD_SECONDS = 300.0
DRAINED, DRAIN_SECONDS = 1024 * 1024, 1.0
_FORM_FIELDS = 10

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def largest_body(size: int) -> Callable[[Endpoint], Endpoint]:
    """How many bytes the body of this route may have."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.largest_body = size  # type: ignore[attr-defined]
        return endpoint

    return mark


class TooLarge(HujiaoError):
    status, code = 413, "too_large"

    def __init__(self, largest: int) -> None:
        size = f"{largest // 1024**2} MB" if largest >= 1024**2 else f"{largest // 1024} kB"
        super().__init__("error.too_large", field="body", detail={"largest": size})


class TooSlow(HujiaoError):
    status, code = 408, "too_slow"


class BoundedRequest(Request):
    """The same request; its body is refused at the bound while it streams."""

    def __init__(self, request: Request, largest: int, seconds: float) -> None:
        length = request.headers.get("content-length", "")
        said = int(length[:20]) if length.isascii() and length.isdigit() else 0
        self.bounded = _Body(request.receive, said, largest, seconds)
        super().__init__(request.scope, self.bounded)

    async def load(self) -> None:
        """Read a JSON body; what is wrong with it is told with its place."""
        content = await self.body()
        if content and self.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json"):
            self._json: Any = decoded(content)

    async def load_form(self) -> None:
        """Read a form with its file, which goes to the disk when it is large."""
        try:
            form = await self.form(max_files=1, max_fields=_FORM_FIELDS)
        except HTTPException:
            raise BadField("error.not_a_form", field="body") from None
        for name, value in form.multi_items():
            if isinstance(value, str):
                check({name: value})


class _Body:
    """The messages of a body, refused at its bounds."""

    def __init__(self, receive: Receive, said: int, largest: int, seconds: float) -> None:
        self.receive = receive
        self.said = said
        self.largest = largest
        self.seconds = seconds
        self.size = 0
        self.until = 0.0
        self.whole = False

    async def __call__(self) -> Message:
        if self.whole:  # what comes now is that the sender has gone
            return await self.receive()
        if self.said > self.largest:
            raise TooLarge(self.largest)
        now = asyncio.get_running_loop().time()
        self.until = self.until or now + self.seconds
        try:
            async with asyncio.timeout_at(min(self.until, now + PIECE_SECONDS)):
                message = await self.receive()
        except TimeoutError:
            raise TooSlow("error.too_slow", field="body") from None
        self.whole = not message.get("more_body", False)
        self.size += len(message.get("body", b""))
        if self.size > self.largest:
            raise TooLarge(self.largest)
        return message

    async def drain(self) -> None:
        """Take what little is still coming, and throw it away: to who is cut off in the middle of sending, the answer
        is lost. Whoever sends much, or slowly, is cut off."""
        left = DRAINED if self.said else 0
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self.whole and left > 0:
                    message = await self.receive()
                    self.whole = not message.get("more_body", False)
                    left -= len(message.get("body", b""))


class BoundedRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        largest = getattr(self.endpoint, "largest_body", LARGEST)
        guards = list(_guards(self.dependant))
        form = self.body_field is not None and isinstance(self.body_field.field_info, params.Form)
        seconds = UPLOAD_SECONDS if form or largest > LARGEST else BODY_SECONDS

        async def handle(request: Request) -> Response:
            bounded = BoundedRequest(request, largest, seconds)
            try:
                await _pass(bounded, guards)
                if not form:
                    if self.body_field is not None:
                        await bounded.load()
                    return await inner(bounded)
                with parts_of(request).uploads.taken(request.state.caller.principal.tenant_id):
                    await bounded.load_form()
                    return await inner(bounded)
            except HujiaoError:
                await bounded.bounded.drain()
                raise

        return handle


async def _pass(request: Request, guards: Iterable[Callable[..., Any]]) -> None:
    for guard in guards:
        caller = await signed_in(request)
        if isinstance(guard, Need):
            await guard(caller)


def _guards(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """What decides whether the caller may, of this route and of all that it depends on."""
    for needed in dependant.dependencies:
        if needed.call is signed_in or isinstance(needed.call, Need):
            yield needed.call
        yield from _guards(needed)
