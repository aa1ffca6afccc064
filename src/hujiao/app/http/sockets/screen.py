"""The socket by which an agent's page shows its screen, while somebody views it, and hears what they say to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hujiao.app.http.access import parts_of
from hujiao.app.http.ice import ice_servers
from hujiao.app.http.sockets.live import AWAY, accepted, end, refuse, until_session_ends
from hujiao.app.realtime.screens import Screens, Source
from hujiao.identity.contracts import Right
from hujiao.kit.errors import HujiaoError, Throttled, Unavailable
from hujiao.screen_views import frames
from hujiao.screen_views.frames import Frame, Page, ToViewer

LARGEST_FRAME = 640_000  # with what is around it, less than NATS takes
NOT_UNDERSTOOD, TOO_BIG, TOO_MUCH = 4400, 1009, 4429


async def screen_socket(websocket: WebSocket) -> None:
    caller = await accepted(websocket, right=Right.AGENT_WORK)
    if caller is None:
        return
    await websocket.accept()
    screens = parts_of(websocket).screens
    source = Source(caller.principal.tenant_id, caller.own_agent.id, caller.principal.session_id)
    with suppress(WebSocketDisconnect, RuntimeError):
        if not screens.wanted(source):
            await websocket.close(AWAY, "nobody_views")
            return
        try:
            with screens.pages.taken(source.key):
                code = await _serve(websocket, screens, source)
            await websocket.close(code)
        except HujiaoError as error:
            await refuse(websocket, error)


async def _serve(websocket: WebSocket, screens: Screens, source: Source) -> int:
    """Until nobody views it, or what comes may not pass; returns the code to close with."""
    screens.add(source)
    receiving = asyncio.create_task(_receive(websocket, screens, source))
    tasks = [
        receiving,
        asyncio.create_task(_send(websocket, source)),
        asyncio.create_task(source.ended.wait()),
        asyncio.create_task(until_session_ends(websocket)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks)
        with suppress(Unavailable):
            await screens.remove(source)
    return 1000 if receiving.cancelled() or receiving.exception() else receiving.result()


async def _send(websocket: WebSocket, source: Source) -> None:
    servers = [server.model_dump(exclude_none=True) for server in ice_servers()]
    with suppress(WebSocketDisconnect, RuntimeError):
        await websocket.send_text(msgspec.json.encode({"type": "begin", "ice_servers": servers}).decode())
        while True:
            view_id, signal = await source.waiting.get()
            said = {"type": "signal", "view_id": view_id, "signal": signal}
            await websocket.send_text(msgspec.json.encode(said).decode())


async def _receive(websocket: WebSocket, screens: Screens, source: Source) -> int:
    with suppress(WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            text = await websocket.receive_text()
            if len(text) > LARGEST_FRAME:
                return TOO_BIG
            try:
                sent = frames.decode(text)
            except (msgspec.MsgspecError, RecursionError):
                return NOT_UNDERSTOOD
            try:
                match sent:
                    case Page():
                        await screens.show(source, Frame(source.page_id, page=sent), len(text))
                    case ToViewer():
                        await screens.answer(source, sent, len(text))
                    case _:
                        await screens.show(source, Frame(source.page_id, piece=sent), len(text))
            except Throttled:
                return TOO_MUCH
            except Unavailable:
                return AWAY
    return 1000
