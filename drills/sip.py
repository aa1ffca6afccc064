"""SIP by hand: what no phone would send, over UDP, TCP and WebSocket, and what is answered."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Transport = Literal["UDP", "TCP", "WS"]
SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class Wire:
    """A way to the switch. What comes back is kept by Call-ID: the first line and the tag of `To`."""

    def __init__(self, transport: Transport, host: str, port: int) -> None:
        self.transport = transport
        self.host, self.port = host, port
        self._answers: dict[bytes, asyncio.Queue[tuple[int, bytes]]] = {}
        self.closed = asyncio.Event()

    async def send(self, data: bytes) -> None:
        raise NotImplementedError

    def expect(self, call_id: bytes) -> asyncio.Queue[tuple[int, bytes]]:
        return self._answers.setdefault(call_id, asyncio.Queue())

    def forget(self, call_id: bytes) -> None:
        self._answers.pop(call_id, None)

    def received(self, data: bytes) -> None:
        status = re.match(rb"SIP/2\.0 (\d{3})", data)
        call_id = re.search(rb"^Call-ID: *([^\r\n]*)", data, re.M | re.I)
        tag = re.search(rb"^To:[^\r\n]*(;tag=[^\s;]+)", data, re.M | re.I)
        cancelled = re.search(rb"^CSeq: *\d+ +CANCEL", data, re.M | re.I)  # of the INVITE there is an answer of its own
        if status and call_id and not cancelled and (waiting := self._answers.get(call_id[1])):
            waiting.put_nowait((int(status[1]), tag[1] if tag else b""))


class _Udp(Wire, asyncio.DatagramProtocol):
    def __init__(self, server: tuple[str, int], host: str) -> None:
        super().__init__("UDP", host, 0)
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received(data)

    async def send(self, data: bytes) -> None:
        if self._transport and len(data) < 65_000:
            self._transport.sendto(data, self._server)


class _Tcp(Wire):
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("sockname")[:2]
        super().__init__("TCP", host, port)
        self._writer = writer

    async def send(self, data: bytes) -> None:
        with suppress(OSError):
            self._writer.write(data)
            await self._writer.drain()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"^Content-Length: *(\d+)", head, re.M | re.I)
                if length:
                    await reader.readexactly(int(length[1]))
                self.received(head.lstrip(b"\r\n"))
        self.closed.set()


class _WebSocket(Wire):
    def __init__(self, socket: object) -> None:
        super().__init__("WS", f"{secrets.token_hex(4)}.invalid", 5060)
        self._socket = socket

    async def send(self, data: bytes) -> None:
        with suppress(ConnectionClosed):
            await self._socket.send(data)  # type: ignore[attr-defined]

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self._socket:  # type: ignore[attr-defined]
                self.received(message.encode() if isinstance(message, str) else message)
        self.closed.set()


@asynccontextmanager
async def udp(port: int, host: str) -> AsyncIterator[Wire]:
    """To the SIP port of this machine, from the address `host`."""
    loop = asyncio.get_running_loop()
    transport, wire = await loop.create_datagram_endpoint(lambda: _Udp(("127.0.0.1", port), host), local_addr=(host, 0))
    try:
        yield wire
    finally:
        transport.close()


@asynccontextmanager
async def tcp(port: int, host: str) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0), limit=1 << 20)
    wire = _Tcp(writer)
    listening = asyncio.create_task(wire.listen(reader))
    try:
        yield wire
    finally:
        listening.cancel()
        writer.close()


@asynccontextmanager
async def websocket(url: str) -> AsyncIterator[Wire]:
    async with connect(url, subprotocols=[Subprotocol("sip")], max_size=None, proxy=None) as socket:
        wire = _WebSocket(socket)
        listening = asyncio.create_task(wire.listen())
        try:
            yield wire
        finally:
            listening.cancel()


@dataclass
class Dialog:
    """One caller's requests with one Call-ID; everything in them is bytes, so that nothing is impossible. A `late`
    one says in its ACK what it can, after the other side has.
    """

    wire: Wire
    uri: bytes
    sender: bytes = b"<sip:13800000000@127.0.0.1>"
    call_id: bytes = field(default_factory=lambda: secrets.token_hex(8).encode())
    to: bytes = b""
    tag: bytes = b""  # the other side's
    cseq: int = 0
    branch: bytes = b""
    method: bytes = b""
    late: bool = False

    def request(self, method: bytes, *fields: bytes, body: bytes = b"", kind: bytes = b"application/sdp") -> bytes:
        wire = self.wire
        if method not in (b"ACK", b"CANCEL"):
            self.cseq += 1
            self.method = method
            self.branch = b"z9hG4bK" + secrets.token_hex(6).encode()
        place = f"{wire.host}:{wire.port}".encode()
        lines = [
            b"%s %s SIP/2.0" % (method, self.uri),
            b"Via: SIP/2.0/%s %s;rport;branch=%s" % (wire.transport.encode(), place, self.branch),
            b"Max-Forwards: 70",
            b"From: %s;tag=1" % self.sender,
            b"To: %s%s" % (self.to or b"<%s>" % self.uri, self.tag if method != b"CANCEL" else b""),
            b"Call-ID: %s" % self.call_id,
            b"CSeq: %d %s" % (self.cseq, method),
            b"Contact: <sip:caller@%s;transport=%s>" % (place, wire.transport.lower().encode()),
            *fields,
            *([b"Content-Type: " + kind] if body else []),
            b"Content-Length: %d" % len(body),
            b"",
            body,
        ]
        return b"\r\n".join(lines)

    async def invite(self, *fields: bytes) -> None:
        self.wire.expect(self.call_id)
        await self.wire.send(self.request(b"INVITE", *fields, body=b"" if self.late else SDP))

    async def ask(self, method: bytes, *fields: bytes, body: bytes = b"", kind: bytes = b"application/sdp") -> int:
        self.wire.expect(self.call_id)
        await self.wire.send(self.request(method, *fields, body=body, kind=kind))
        return await self.final()

    async def final(self) -> int:
        """The final answer's status; it is acknowledged if it is an INVITE's."""
        while True:
            status, tag = await self.wire.expect(self.call_id).get()
            if status >= 200:
                if self.method == b"INVITE":
                    self.tag = tag
                    await self.wire.send(self.request(b"ACK", body=SDP if self.late and status < 300 else b""))
                return status

    async def hang_up(self) -> int:
        """However far the call is; returns the last answer to that."""
        if not self.tag:
            await self.wire.send(self.request(b"CANCEL"))
            if (status := await self.final()) >= 300:
                return status
        return await self.ask(b"BYE")
