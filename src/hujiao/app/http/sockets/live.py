"""The live socket of desktops and supervisors' screens: a snapshot, then numbered changes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from hujiao.app.http.access import Caller, identify, parts_of, same_origin
from hujiao.app.http.parts import Parts
from hujiao.app.realtime import events
from hujiao.app.realtime.boards import project_scope
from hujiao.app.realtime.hub import Feed, Socket
from hujiao.app.realtime.view import Reader, Scope
from hujiao.identity.contracts import Right
from hujiao.kit.db import unavailable_when_away
from hujiao.kit.errors import Forbidden, HujiaoError

log = structlog.get_logger()

CHECK_SECONDS = 20.0  # how often a socket asks whether its session still holds
LARGEST_MESSAGE = 4096
NOT_SIGNED_IN, NOT_ALLOWED, AWAY = 4401, 4403, 1013


async def scope_of(parts: Parts, caller: Caller) -> Scope:
    """What the caller may see live, from its rights and projects as they are now."""
    principal = caller.principal
    own = str(caller.agent.id) if caller.agent else None
    if not principal.may(Right.LIVE_READ):
        if own is None or not principal.may(Right.AGENT_WORK):
            raise Forbidden("error.forbidden")
        mine = principal.projects
        return Scope(own_agent=own, parked=None if mine is None else frozenset(map(str, mine)))
    async with parts.database.tenant(principal.tenant_id) as session:
        scope = await project_scope(session, principal.projects, own)
    return replace(scope, screens=principal.may(Right.SUPERVISION_SCREEN))


async def again(websocket: WebSocket) -> Caller:
    """The caller as of now: sessions end, rights change."""
    websocket.state.caller = None
    return await identify(websocket)


async def accepted(
    websocket: WebSocket, *, subprotocol: str | None = None, right: Right | None = None
) -> Caller | None:
    """The caller of a socket that may stay open; otherwise it is closed with the reason's code."""
    try:
        with unavailable_when_away():
            if not same_origin(websocket):
                raise Forbidden("error.csrf", code="csrf")
            caller = await identify(websocket)
            if right is not None and (not caller.principal.may(right) or caller.agent is None):
                raise Forbidden("error.forbidden")
    except HujiaoError as error:
        # Accepted first, because a browser learns no reason from a refused handshake.
        await websocket.accept(subprotocol=subprotocol)
        await refuse(websocket, error)
        return None
    return caller


async def refuse(websocket: WebSocket, error: HujiaoError) -> None:
    """Close it with the reason's code. What may be otherwise soon has one of its own: the client comes again."""
    code = {401: NOT_SIGNED_IN, 429: AWAY, 503: AWAY}.get(error.status, NOT_ALLOWED)
    await websocket.close(code, error.code)


async def live_socket(websocket: WebSocket) -> None:
    parts = parts_of(websocket)
    caller = await accepted(websocket)
    if caller is None:
        return
    await websocket.accept()
    try:
        with unavailable_when_away():
            scope = await scope_of(parts, caller)
    except HujiaoError as error:
        await refuse(websocket, error)
        return

    async def rescope() -> Scope:
        return await scope_of(parts, await again(websocket))

    socket = Socket(caller.principal.session_id, caller.principal.account_id, Reader(scope), rescope)
    feed = await parts.hub.feed(caller.principal.tenant_id, caller.principal.shard)
    tasks = [
        asyncio.create_task(_send(websocket, socket)),
        asyncio.create_task(_receive(websocket, socket, feed)),
        asyncio.create_task(_check(websocket, socket)),
    ]
    try:
        await parts.hub.join(feed, socket)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        feed.leave(socket)
        await end(tasks)
        # Only now: the web server closes no socket that somebody still receives from.
        with suppress(WebSocketDisconnect, RuntimeError):
            await websocket.close()


async def end(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            log.error("socket_failed", exc_info=result)


async def _send(websocket: WebSocket, socket: Socket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            event = await socket.waiting.get()
            await websocket.send_text(events.encode(event))
            if isinstance(event, events.Bye):
                return


async def _receive(websocket: WebSocket, socket: Socket, feed: Feed) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            text = await websocket.receive_text()
            if len(text) > LARGEST_MESSAGE:
                return
            try:
                event = events.decode(text)
            except (msgspec.MsgspecError, RecursionError):
                continue  # from a newer or a broken client: nothing that this server knows
            if isinstance(event, events.Ping):
                socket.send(events.Pong())
            elif isinstance(event, events.AskSnapshot):
                socket.send(socket.reader.snapshot(feed.view) if feed.loaded else socket.reader.stale(feed.aside))


async def _check(websocket: WebSocket, socket: Socket) -> None:
    await until_session_ends(websocket)
    socket.send(events.Bye("session_ended"))
    await asyncio.Event().wait()  # the sender closes


async def until_session_ends(websocket: WebSocket) -> None:
    """An open desktop is use of its session; one that was ended elsewhere ends here. A database away ends nothing."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await again(websocket)
        except HujiaoError as error:
            if error.status in {401, 403}:
                return
        except (SQLAlchemyError, OSError):
            continue
