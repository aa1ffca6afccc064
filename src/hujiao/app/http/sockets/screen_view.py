"""The socket of one who views an agent's screen: it lasts as long as this may be seen, and is kept in mind."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hujiao.app.http.access import Caller, parts_of
from hujiao.app.http.ice import ice_servers
from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import accepted, again, end, refuse, scope_of
from hujiao.app.realtime.hub import Feed, Watcher
from hujiao.app.realtime.screens import View
from hujiao.identity.contracts import Right
from hujiao.identity.throttle import Rate, SharedRate
from hujiao.kit.clock import utc_now
from hujiao.kit.db import unavailable_when_away, when_there
from hujiao.kit.errors import Conflict, Forbidden, HujiaoError, NotFound, Unavailable
from hujiao.screen_views import frames
from hujiao.screen_views import service as screen_views
from hujiao.screen_views.contracts import (
    LONGEST,
    OPENED_AT_ONCE,
    OPENED_EACH_SECONDS,
    EndReason,
    Permission,
)
from hujiao.screen_views.frames import Frame, Picture, ToPage
from hujiao.screen_views.signals import Ask, End

LOOK_SECONDS = 15.0  # so often it is asked whether the screen may still be seen
TOGETHER_SECONDS = 0.25  # changes within this time are looked at as one
PING_SECONDS = 5.0
BEHIND_SECONDS = 1.0
LARGEST_FRAME = 20_000
CLOSED = 4410
OPENING = Rate(OPENED_AT_ONCE, OPENED_EACH_SECONDS)


async def screen_view_socket(websocket: WebSocket) -> None:
    agent_id: UUID = websocket.path_params["agent_id"]
    parts = parts_of(websocket)
    opening = await accepted(websocket)
    if opening is None:
        return
    await websocket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            with unavailable_when_away():
                await SharedRate(parts.database, "screen views", OPENING).take(opening.principal.account_id, utc_now())
                caller, permission = await _permitted(websocket, agent_id)
            principal = caller.principal
            view = View(principal.tenant_id, agent_id, principal.session_id)
            with parts.screens.places.taken(principal.account_id):
                view.by = principal.name if permission.announced else None
                view.whole_screen = permission.whole_screen
                await _serve(
                    websocket, view, principal.account_id, await parts.hub.feed(view.tenant_id, principal.shard)
                )
        except HujiaoError as error:
            await refuse(websocket, error)


async def _permitted(websocket: WebSocket, agent_id: UUID) -> tuple[Caller, Permission]:
    """Who asks, and what the tenant allows, as of now; raises for who may not view this agent's screen."""
    parts, caller = parts_of(websocket), await again(websocket)
    principal = caller.principal
    if not principal.may(Right.SUPERVISION_SCREEN):
        raise Forbidden("error.forbidden")
    if caller.agent is not None and caller.agent.id == agent_id:
        raise Conflict("error.your_own_screen", code="your_own_screen")
    # First what the database knows: only whether the agent is at work may wait for who is away.
    async with parts.database.tenant(principal.tenant_id) as session:
        permission = await screen_views.permitted(session, principal.tenant_id, agent_id, principal.projects)
    record = (await parts.hub.view(principal.tenant_id, principal.shard)).agents.get(str(agent_id))
    if record is None or not (await scope_of(parts, caller)).agent(record):
        raise NotFound("error.not_found")
    if record["state"] == "logged_out":
        raise Conflict("error.agent_not_at_work", code="agent_not_at_work")
    return caller, permission


async def _serve(websocket: WebSocket, view: View, account_id: UUID, feed: Feed) -> None:
    parts = parts_of(websocket)
    with unavailable_when_away():
        async with parts.database.tenant(view.tenant_id) as session:
            until = await screen_views.begin(
                session, view.tenant_id, view.id, view.agent_id, account_id, announced=view.by is not None
            )
    watcher = Watcher()
    feed.watchers.add(watcher)
    bound = _Bound(until)
    try:
        servers = [server.model_dump(exclude_none=True) for server in ice_servers()]
        about = {"until": until, "announced": view.by is not None, "ice_servers": servers}
        await websocket.send_text(_encoded({"type": "view", **about}))
        await parts.screens.join(view)
        tasks = [
            asyncio.create_task(_send(websocket, parts, view)),
            asyncio.create_task(_receive(websocket, parts, view, bound)),
            asyncio.create_task(_guard(websocket, view, feed, watcher, bound)),
        ]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[2] in ended:  # who views is told why; nothing is shown without the guard
                view.end("not_allowed")
                await asyncio.wait(tasks[:1], timeout=PING_SECONDS)
        finally:
            await end(tasks)
    finally:
        feed.watchers.discard(watcher)
        view.end("left")
        await parts.screens.leave(view)
        await when_there(lambda: _ended(parts, view))
        await parts.screens.say(view, "noted")
    await websocket.close(CLOSED, view.ended or "")


async def _ended(parts: Parts, view: View) -> None:
    async with parts.database.tenant(view.tenant_id) as session:
        await screen_views.end(session, view.id, view.ended or "left")


class _Bound:
    """Until when the view lasts."""

    def __init__(self, until: datetime) -> None:
        self.until = until

    @property
    def left(self) -> float:
        return (self.until - utc_now()).total_seconds()


async def _send(websocket: WebSocket, parts: Parts, view: View) -> None:
    """What is shown, until the view ends: then why."""
    told = None
    with suppress(WebSocketDisconnect, RuntimeError):
        while view.ended is None:
            view.stirred.clear()
            if told != view.whole_screen:
                told = view.whole_screen
                await websocket.send_text(_encoded({"type": "whole_screen", "allowed": told}))
            while view.ended is None and (frame := view.backlog.take()) is not None:
                await websocket.send_text(msgspec.json.encode(frame).decode())
            if view.ended is not None:
                break
            if view.backlog.behind:
                await parts.screens.ask_picture(view)
            try:
                async with asyncio.timeout(BEHIND_SECONDS if view.backlog.behind else PING_SECONDS):
                    await view.stirred.wait()
            except TimeoutError:
                await websocket.send_text(_encoded({"type": "ping"}))
        await websocket.send_text(_encoded({"type": "ended", "reason": view.ended}))


async def _receive(websocket: WebSocket, parts: Parts, view: View, bound: _Bound) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, KeyError, msgspec.MsgspecError):
        while True:
            text = await websocket.receive_text()
            if len(text) > LARGEST_FRAME:
                return
            asked = frames.decode_viewers(text)
            if isinstance(asked, ToPage):
                await _say(parts, view, asked)
            elif isinstance(asked, Picture):
                await parts.screens.ask_picture(view)
            elif bound.left < LONGEST.total_seconds() / 2:
                with suppress(Unavailable):  # it ends no view; who views may ask again
                    with unavailable_when_away():
                        async with parts.database.tenant(view.tenant_id) as session:
                            bound.until = await screen_views.prolong(session, view.id)
                    await websocket.send_text(_encoded({"type": "until", "until": bound.until}))


async def _say(parts: Parts, view: View, said: ToPage) -> None:
    """Pass it on to the agent's page, no faster than it may come. That all of the screen was looked at is kept before
    any of it is."""
    if not view.whole_screen and not isinstance(said.signal, End):
        return
    await parts.screens.turn(view)
    try:
        if isinstance(said.signal, Ask):
            with unavailable_when_away():
                async with parts.database.tenant(view.tenant_id) as session:
                    await screen_views.looked_at_all(session, view.id)
            await parts.screens.say(view, "noted")
        await parts.screens.signal(view, said)
    except Unavailable:
        view.take_in(Frame(said.page_id, signal=End("away", said.signal.connection)))


async def _guard(websocket: WebSocket, view: View, feed: Feed, watcher: Watcher, bound: _Bound) -> None:
    """Ends the view as soon as the screen may not be seen any more."""
    look_at = time.monotonic() + LOOK_SECONDS
    while view.ended is None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(look_at - time.monotonic(), bound.left))):
                await watcher.stirred.wait()
        await asyncio.sleep(TOGETHER_SECONDS)
        watcher.stirred.clear()
        record: dict[str, Any] = feed.view.agents.get(str(view.agent_id)) or {}
        if bound.left <= 0:
            view.end("time_over")
        elif watcher.ended:
            view.end("server_stopped")
        elif feed.loaded and record.get("state", "logged_out") == "logged_out":
            view.end("agent_signed_out")
        elif watcher.configured or time.monotonic() >= look_at:
            watcher.configured, look_at = False, time.monotonic() + LOOK_SECONDS
            await _look_again(websocket, view)


async def _look_again(websocket: WebSocket, view: View) -> None:
    try:
        with unavailable_when_away():
            # First, since it goes on also while who knows whether it may is away.
            async with parts_of(websocket).database.tenant(view.tenant_id) as session:
                await screen_views.seen(session, view.id)
            caller, permission = await _permitted(websocket, view.agent_id)
    except HujiaoError as error:
        if error.status != 503:  # what is away ends nothing
            view.end(_why(error))
        return
    if permission.announced != (view.by is not None):
        view.end("rule_changed")  # what is kept of a view holds for all of it
        return
    if permission.announced:
        view.by = caller.principal.name
    if permission.whole_screen and not view.whole_screen:
        view.whole_screen = True
        view.stirred.set()
    elif view.whole_screen and not permission.whole_screen:
        await parts_of(websocket).screens.no_whole_screen(view)


def _why(error: HujiaoError) -> EndReason:
    if error.status == 401:
        return "session_ended"
    known: dict[str, EndReason] = {"screen_view_off": "switched_off", "agent_not_at_work": "agent_signed_out"}
    return known.get(error.code, "not_allowed")


def _encoded(frame: dict[str, Any]) -> str:
    return msgspec.json.encode(frame).decode()
