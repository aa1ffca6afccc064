"""ARI over WebSockets: events on one socket, commands pipelined over a few others.

Asterisk serves the requests of one socket in order, one after another. So the commands of one interaction go over one
socket, in order and without waiting for each other, and a slow one holds up only its neighbours.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp
import msgspec
import structlog

from hujiao.kit.tasks import Tasks, first_of

log = structlog.get_logger()

DEADLINE_SECONDS = 5.0
LANES = 8
OFFER_LANES = 4


class Answer(msgspec.Struct):
    """What Asterisk said to a command; status 0 when it said nothing in time or the socket broke."""

    status: int
    body: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        return msgspec.json.decode(self.body) if self.body else None


class _Request(msgspec.Struct, omit_defaults=True, tag_field="type", tag="RESTRequest"):
    request_id: str
    method: str
    uri: str
    content_type: str | None = None
    message_body: str | None = None


class _Response(msgspec.Struct):
    type: str
    request_id: str = ""
    status_code: int = 0
    message_body: str = ""


_encode = msgspec.json.Encoder().encode
_decode_response = msgspec.json.Decoder(_Response).decode


def uri(path: str, **query: str | int | None) -> str:
    """A resource with its query; None leaves a parameter out."""
    given = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items() if value is not None)
    return f"{path}?{given}" if given else path


class AriSocket:
    """One WebSocket under one application name. `on_text` gets every message that is not an answer.

    `observe`, when a measurement sets it, gets each command's method, resource, seconds until its answer, and status.
    """

    observe: ClassVar[Callable[[str, str, float, int], None] | None] = None

    def __init__(self, base: str, user: str, password: str, application: str, on_text: Callable[[str], None]) -> None:
        self.application = application
        self._url = f"{base}/ari/events?app={application}&subscribeAll=false&api_key={quote(user)}:{quote(password)}"
        self._on_text = on_text
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: dict[str, tuple[float, Callable[[Answer], None]]] = {}
        self._numbers = itertools.count(1)
        self._writes: asyncio.Queue[tuple[bytes, str, float | None]] = asyncio.Queue()

    @property
    def connected(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def run(self, session: aiohttp.ClientSession, connected: Callable[[], None] | None = None) -> None:
        """Connect, serve until the socket closes, then return; raises `aiohttp.ClientError` when it cannot connect."""
        async with session.ws_connect(self._url, max_msg_size=0, autoping=True, heartbeat=20) as socket:
            self._socket = socket
            self._writes = asyncio.Queue()
            try:
                if connected:
                    connected()
                await first_of(self._read(socket), self._write(socket), self._sweep())
            finally:
                self._socket = None
                for _, answered in self._take_waiting():
                    _tell(answered, Answer(0, "the connection to Asterisk broke"))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                try:
                    self._received(message.data)
                except msgspec.MsgspecError as error:  # an answer that is missed runs into its deadline
                    log.error("message_unreadable", application=self.application, reason=str(error))

    def send(
        self,
        method: str,
        resource: str,
        body: dict[str, Any] | None = None,
        answered: Callable[[Answer], None] | None = None,
        *,
        until: float | None = None,
    ) -> None:
        """Send without waiting; `answered` is called with the answer, in the event loop.

        It is not sent after `until` (of the monotonic clock): a process that stood still may not be entitled any more.
        """
        if not self.connected:
            if answered:
                asyncio.get_running_loop().call_soon(_tell, answered, Answer(0, "not connected to Asterisk"))
            return
        number = str(next(self._numbers))
        request = _Request(number, method, resource)
        if body is not None:
            request.content_type = "application/json"
            request.message_body = _encode(body).decode()
        if AriSocket.observe:
            answered = _observed(AriSocket.observe, method, resource, answered)
        if answered:
            self._waiting[number] = (asyncio.get_running_loop().time() + DEADLINE_SECONDS, answered)
        self._writes.put_nowait((_encode(request), number, until))

    async def request(self, method: str, resource: str, body: dict[str, Any] | None = None) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.send(method, resource, body, lambda answer: None if future.done() else future.set_result(answer))
        return await future

    def _received(self, text: str) -> None:
        if text.startswith('{"type":"RESTResponse"') or '"type":"RESTResponse"' in text[:200]:
            try:
                response = _decode_response(text)
            except msgspec.DecodeError as error:  # its command ends by its deadline
                log.error("ari_unreadable", application=self.application, reason=str(error))
                return
            found = self._waiting.pop(response.request_id, None)
            if found:
                _tell(found[1], Answer(response.status_code, response.message_body))
        else:
            self._on_text(text)

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            request, number, until = await self._writes.get()
            if until is not None and time.monotonic() > until:
                log.warning("command_withheld", application=self.application)
                if found := self._waiting.pop(number, None):
                    _tell(found[1], Answer(0, "the right to command had run out"))
                continue
            await socket.send_str(request.decode())

    async def _sweep(self) -> None:
        """Every command has a deadline; requests are in order, so only the oldest need looking at."""
        while True:
            await asyncio.sleep(1)
            now = asyncio.get_running_loop().time()
            for number, (due, answered) in list(self._waiting.items()):
                if due > now:
                    break
                del self._waiting[number]
                log.warning("ari_deadline", application=self.application)
                _tell(answered, Answer(0, "Asterisk did not answer in time"))

    def _take_waiting(self) -> list[tuple[float, Callable[[Answer], None]]]:
        waiting, self._waiting = list(self._waiting.values()), {}
        return waiting


def _tell(answered: Callable[[Answer], None], answer: Answer) -> None:
    """Whoever asked may stumble over the answer; the others' answers come over the same socket."""
    try:
        answered(answer)
    except Exception:
        log.exception("answer_failed")


def _observed(
    observe: Callable[[str, str, float, int], None],
    method: str,
    resource: str,
    answered: Callable[[Answer], None] | None,
) -> Callable[[Answer], None]:
    sent = time.perf_counter()  # the loop's own clock counts whole milliseconds

    def both(answer: Answer) -> None:
        observe(method, resource, time.perf_counter() - sent, answer.status)
        if answered:
            answered(answer)

    return both


class CommandPool:
    """Sockets for commands alone; `lane` keeps what belongs together in order, `offers` are for calls to agents."""

    def __init__(self, base: str, user: str, password: str, prefix: str, size: int = LANES) -> None:
        self._lanes = [
            AriSocket(base, user, password, f"{prefix}-commands-{number}", lambda _: None) for number in range(size)
        ]
        self.offers = [
            AriSocket(base, user, password, f"{prefix}-offers-{number}", lambda _: None)
            for number in range(OFFER_LANES)
        ]
        self.sockets = [*self._lanes, *self.offers]
        self._tasks = Tasks()

    async def start(self, session: aiohttp.ClientSession) -> None:
        for socket in self.sockets:
            self._tasks.keep(f"connection {socket.application}", self._keep(socket, session))

    async def stop(self) -> None:
        await self._tasks.stop()

    def lane(self, key: int) -> AriSocket:
        return self._lanes[key % len(self._lanes)]

    @property
    def connected(self) -> bool:
        return all(socket.connected for socket in self.sockets)

    async def _keep(self, socket: AriSocket, session: aiohttp.ClientSession) -> None:
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                await socket.run(session)
            await asyncio.sleep(0.3)
