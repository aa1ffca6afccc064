"""The browser phone's SIP, on the application's own origin: each message goes to Asterisk and back unchanged.

Only signed-in agents get through, each as its own phone alone, and Asterisk then asks for the secret of this sign-in.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from hujiao.app.http.access import Caller, parts_of
from hujiao.app.http.presence import in_a_call
from hujiao.app.http.sockets.live import CHECK_SECONDS, accepted, end, until_session_ends
from hujiao.app.http.sockets.sip_request import acceptable
from hujiao.identity.contracts import Right

log = structlog.get_logger()

SUBPROTOCOL = "sip"
LARGEST_MESSAGE = 64 * 1024
GOING_AWAY, NOT_YOURS, TOO_BIG, TRY_AGAIN = 1001, 1008, 1009, 1013


async def sip_socket(websocket: WebSocket) -> None:
    caller = await accepted(websocket, subprotocol=SUBPROTOCOL, right=Right.AGENT_WORK)
    if caller is None:
        return
    await websocket.accept(subprotocol=SUBPROTOCOL)
    url = f"ws://127.0.0.1:{parts_of(websocket).settings.asterisk_http_port}/ws"
    try:
        upstream = await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            max_size=LARGEST_MESSAGE,
            open_timeout=5,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
    except (OSError, TimeoutError, WebSocketException):
        log.warning("sip_away")
        await websocket.close(TRY_AGAIN, "switch_away")
        return
    async with upstream:
        sending = asyncio.create_task(_to_switch(websocket, upstream, caller.own_agent.sip_user))
        tasks = [
            sending,
            asyncio.create_task(_to_browser(websocket, upstream)),
            asyncio.create_task(_until_over(websocket, caller)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(tasks)
            with suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(_why(sending))


async def _until_over(websocket: WebSocket, caller: Caller) -> None:
    """Until the session has ended, and the call that was going on then, which nobody's sign-out takes away."""
    await until_session_ends(websocket)
    while True:
        if not await in_a_call(parts_of(websocket), caller):
            return
        await asyncio.sleep(CHECK_SECONDS)


def _why(sending: asyncio.Task[int]) -> int:
    return GOING_AWAY if sending.cancelled() or sending.exception() else sending.result()


async def _to_switch(websocket: WebSocket, upstream: ClientConnection, user: str) -> int:
    """Until one side closes, or a message may not pass; returns the code to close with."""
    with suppress(WebSocketDisconnect, ConnectionClosed, RuntimeError):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return GOING_AWAY
            text = message.get("text")
            # JavaScript's lone surrogates are no text, whatever they are meant to be.
            data = text.encode("utf-8", "replace") if text is not None else message.get("bytes") or b""
            if len(data) > LARGEST_MESSAGE:
                return TOO_BIG
            if not acceptable(data, user):
                log.warning("sip_refused", sip_user=user, begins=data[:40].decode("ascii", "replace"))
                return NOT_YOURS
            await upstream.send(data, text=text is not None)
    return GOING_AWAY


async def _to_browser(websocket: WebSocket, upstream: ClientConnection) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed, RuntimeError):
        async for message in upstream:
            if isinstance(message, str):
                await websocket.send_text(message)
            else:
                await websocket.send_bytes(message)
