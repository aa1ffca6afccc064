"""The socket of wallboards: the board, then what its tiles show, whenever that changes.

It takes nothing but a greeting. Who is signed in names a board; a screen without a session has a link's secret, which
opens that one board and nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hujiao.app.http.access import parts_of, same_origin
from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import again, end, refuse
from hujiao.app.http.visitors import address_of
from hujiao.app.realtime.boards import OpenBoard
from hujiao.app.realtime.hub import Feed, Watcher
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.db import unavailable_when_away
from hujiao.kit.errors import Forbidden, HujiaoError, NotSignedIn, Unavailable
from hujiao.wallboards import service as wallboards
from hujiao.wallboards.service import Shown, Wallboards

HELLO_SECONDS = 10.0
LARGEST_FRAME = 1024
LOOK_UP_SECONDS = 15.0  # so often it is asked whether the board may still be seen, and trends are read
TOGETHER_SECONDS = 0.25  # changes within this time go out as one
PING_SECONDS = 5.0
MOST_FRAMES = 16  # that are heard from a page, which has reason to send none


class Hello(msgspec.Struct, forbid_unknown_fields=True):
    """The client's first frame: a link's secret, or the board of who is signed in."""

    link: str | None = None
    board_id: UUID | None = None


_hello = msgspec.json.Decoder(Hello)


async def board_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    parts = parts_of(websocket)
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            limits, address = parts.boards, address_of(websocket)
            with limits.unknown_sockets.taken(address):
                hello = await _first(websocket)
                async with _in_turn(parts):
                    board = OpenBoard(await _found(websocket, parts, hello))
                    await board.look_up(parts.database, utc_now())
            with limits.sockets.taken(address):
                await _serve(websocket, parts, hello, board)
        except HujiaoError as error:
            await refuse(websocket, error)


@asynccontextmanager
async def _in_turn(parts: Parts) -> AsyncIterator[None]:
    """When many screens come at once, after a fault, what they ask for must not hold up everybody's work. Nothing is
    sent in it: one who does not read would hold up the others."""
    async with parts.boards.looking:
        with unavailable_when_away():
            yield


async def _first(websocket: WebSocket) -> Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            text = await websocket.receive_text()
        if len(text) <= LARGEST_FRAME:
            return _hello.decode(text)
    except (TimeoutError, msgspec.MsgspecError, RecursionError, KeyError):
        pass
    raise NotSignedIn("error.not_signed_in")


async def _found(websocket: WebSocket, parts: Parts, hello: Hello) -> Shown:
    """The board of a greeting; who has tried many links that open none is told to come later."""
    if hello.link is None:
        return await _shown(websocket, parts, hello)
    strangers, address = parts.boards.strangers, address_of(websocket)
    strangers.take(address, time.monotonic())
    found = True
    try:
        return await _shown(websocket, parts, hello)
    except NotSignedIn:
        found = False
        raise
    finally:
        if found:
            strangers.give_back(address)


async def _shown(websocket: WebSocket, parts: Parts, hello: Hello) -> Shown:
    """The board as it is now, for who may see it now; raises for who may not."""
    if hello.link is not None:
        address = websocket.client.host if websocket.client else ""
        async with parts.database.lookup() as session:
            return await wallboards.by_link(session, hello.link, address, utc_now())
    if not same_origin(websocket):
        raise Forbidden("error.csrf", code="csrf")
    principal = (await again(websocket)).principal
    if hello.board_id is None or not principal.may(Right.LIVE_READ):
        raise Forbidden("error.forbidden")
    async with parts.database.tenant(principal.tenant_id) as session:
        row = await Wallboards(session, principal.tenant_id, principal.projects).find(hello.board_id)
        return await wallboards.shown(session, row)


async def _serve(websocket: WebSocket, parts: Parts, hello: Hello, board: OpenBoard) -> None:
    feed = await parts.hub.feed(board.shown.tenant_id, board.shown.shard)
    watcher = Watcher()
    feed.watchers.add(watcher)
    tasks = [
        asyncio.create_task(_show(websocket, parts, hello, board, feed, watcher)),
        asyncio.create_task(_until_gone(websocket)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        feed.watchers.discard(watcher)
        await end(tasks)
    # Only now: the web server closes no socket that somebody still receives from.
    showing = tasks[0]
    if not showing.cancelled() and showing.exception() is None and (refused := showing.result()) is not None:
        raise refused
    await websocket.close()


async def _until_gone(websocket: WebSocket) -> None:
    """A board says nothing."""
    with suppress(WebSocketDisconnect, RuntimeError, KeyError):
        for _ in range(MOST_FRAMES):
            if len(await websocket.receive_text()) > LARGEST_FRAME:
                return


async def _show(
    websocket: WebSocket, parts: Parts, hello: Hello, board: OpenBoard, feed: Feed, watcher: Watcher
) -> HujiaoError | None:
    """Send what changes until the reader has gone, or may see the board no more: then why."""
    sending = _Sending(websocket)
    look_at = time.monotonic() + LOOK_UP_SECONDS
    with suppress(WebSocketDisconnect, RuntimeError):
        await sending.board(board.definition())
        with suppress(HujiaoError):  # later on the hub sees to it
            await feed.ensure()
        while True:
            if watcher.ended:
                return Unavailable("error.part_away")
            if sending.silence() >= PING_SECONDS:  # much may stir that this board does not show
                await sending.ping()
            if watcher.configured or time.monotonic() >= look_at:
                watcher.configured, look_at = False, time.monotonic() + LOOK_UP_SECONDS
                try:
                    board = await _anew(websocket, parts, hello, board)
                except HujiaoError as error:
                    if error.status != 503:
                        return error
                    look_at = time.monotonic() + PING_SECONDS  # a database away ends nothing, and is asked again soon
            await sending.board(board.definition())
            await sending.values(board.values(feed.view) if feed.loaded else None)
            await _stirred(sending, watcher, look_at)
    return None


async def _anew(websocket: WebSocket, parts: Parts, hello: Hello, before: OpenBoard) -> OpenBoard:
    async with _in_turn(parts):
        shown = await _shown(websocket, parts, hello)
        board = before if shown == before.shown else OpenBoard(shown)
        await board.look_up(parts.database, utc_now())
    return board


async def _stirred(sending: _Sending, watcher: Watcher, look_at: float) -> None:
    """Until something may have changed; the reader hears meanwhile that the connection stands."""
    while time.monotonic() < look_at:
        with suppress(TimeoutError):
            async with asyncio.timeout(PING_SECONDS - sending.silence()):
                await watcher.stirred.wait()
            break
        await sending.ping()
    await asyncio.sleep(TOGETHER_SECONDS)
    watcher.stirred.clear()


class _Sending:
    """Sends what is new to the reader."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._board: dict[str, Any] | None = None
        self._values: dict[str, Any] | None = None
        self._stale = False
        self._sent_at = time.monotonic()

    def silence(self) -> float:
        """For how many seconds the reader has heard nothing."""
        return time.monotonic() - self._sent_at

    async def board(self, definition: dict[str, Any]) -> None:
        if definition != self._board:
            self._board, self._values = definition, None
            await self._send({"type": "board", "board": definition})

    async def values(self, values: dict[str, Any] | None) -> None:
        """Those that are others than before; None: they cannot be told now."""
        if values is None:
            if not self._stale:
                await self._send({"type": "stale"})
            self._stale = True
            return
        before = {} if self._stale or self._values is None else self._values
        changed = {tile_id: value for tile_id, value in values.items() if before.get(tile_id) != value}
        if changed or self._stale or self._values is None:
            await self._send({"type": "values", "values": changed})
        self._values, self._stale = values, False

    async def ping(self) -> None:
        await self._send({"type": "ping"})

    async def _send(self, frame: dict[str, Any]) -> None:
        """With the server's time, by which the page counts: a screen's own clock may be wrong."""
        await self._websocket.send_text(msgspec.json.encode({**frame, "now": utc_now()}).decode())
        self._sent_at = time.monotonic()
