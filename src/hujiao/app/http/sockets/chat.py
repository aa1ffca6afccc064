"""A visitor's socket: what was missed, then everything as it is said, and how the conversation stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hujiao.app.http.access import parts_of
from hujiao.app.http.sockets.live import AWAY, NOT_SIGNED_IN, end
from hujiao.app.http.visitors import Visitor, address_of, identify
from hujiao.app.realtime.chat import Chats, VisitorSocket
from hujiao.chat import service as chat
from hujiao.chat.service import MOST_MESSAGES
from hujiao.kit.db import unavailable_when_away
from hujiao.kit.errors import HujiaoError

HELLO_SECONDS = 10.0
PING_SECONDS = 25.0
LARGEST_FRAME = 1024
MOST_FRAMES = 200  # that a visitor's side has reason to send; it has answers to pings alone
TOO_MANY = 4429


class Hello(msgspec.Struct):
    """The client's first frame. `after` is the number of the last message that it has."""

    token: str
    after: int = 0


_hello = msgspec.json.Decoder(Hello)
_PING = {"type": "ping"}


async def chat_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    chats = parts_of(websocket).chats
    limits = chats.limits
    with ExitStack() as waiting, suppress(WebSocketDisconnect, RuntimeError):
        try:
            waiting.enter_context(limits.unknown_sockets.taken(address_of(websocket)))
            hello = await _first(websocket)
            async with _in_turn(chats):
                visitor = await identify(websocket, hello.token) if hello else None
            waiting.close()
            if hello is None or visitor is None:
                await websocket.close(NOT_SIGNED_IN, "no_token")
                return
            with limits.sockets.taken(address_of(websocket)):
                await _serve(websocket, visitor, hello.after)
        except HujiaoError as error:
            code = {401: NOT_SIGNED_IN, 429: TOO_MANY}.get(error.status, AWAY)
            await websocket.close(code, error.code)


@asynccontextmanager
async def _in_turn(chats: Chats) -> AsyncIterator[None]:
    """When many come at once, after a fault, what they ask for must not stop everybody's messages. Nothing is sent in
    it: one who does not read would hold up the others."""
    async with chats.joining:
        with unavailable_when_away():
            yield


async def _first(websocket: WebSocket) -> Hello | None:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            text = await websocket.receive_text()
        return _hello.decode(text) if len(text) <= LARGEST_FRAME else None
    except (TimeoutError, msgspec.MsgspecError, RecursionError, KeyError):
        return None


async def _serve(websocket: WebSocket, visitor: Visitor, after: int) -> None:
    chats, socket = visitor.parts.chats, VisitorSocket(visitor.standing)
    chats.join(visitor.id, socket)
    try:
        last = await _missed(websocket, visitor, max(0, after))
        async with _in_turn(chats):
            standing = await visitor.standing()
        await websocket.send_text(_encoded({"type": "state", **standing.model_dump(mode="json")}))
        tasks = [asyncio.create_task(_send(websocket, socket, last)), asyncio.create_task(_receive(websocket))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(tasks)
            with suppress(WebSocketDisconnect, RuntimeError):
                await websocket.close()
    finally:
        chats.leave(visitor.id, socket)


async def _missed(websocket: WebSocket, visitor: Visitor, after: int) -> int:
    """Send what came after that number; returns the number of the last message sent."""
    while True:
        async with _in_turn(visitor.parts.chats), visitor.parts.database.tenant(visitor.facts.tenant_id) as session:
            found = await chat.visitor_messages(session, visitor.id, after)
        for message in found:
            frame = {"type": "message", **message.model_dump(mode="json", by_alias=True)}
            await websocket.send_text(_encoded(frame))
            after = message.number
        if len(found) < MOST_MESSAGES:
            return after


async def _send(websocket: WebSocket, socket: VisitorSocket, last: int) -> None:
    """What was said meanwhile may have been sent already. In a silence the client hears that the connection stands."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    frame = await socket.waiting.get()
            except TimeoutError:
                frame = _PING
            if frame is None:
                return
            if frame["type"] != "message" or frame["number"] > last:
                await websocket.send_text(_encoded(frame))


async def _receive(websocket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, KeyError):
        frames = 0
        while frames < MOST_FRAMES:
            frames += 1
            if len(await websocket.receive_text()) > LARGEST_FRAME:
                return


def _encoded(frame: dict[str, Any]) -> str:
    return msgspec.json.encode(frame).decode()
