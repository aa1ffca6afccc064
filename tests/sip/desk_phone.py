"""A desk phone that speaks SIP over UDP by itself, so that a test decides what each of its messages says."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from tests.sip.ledger import PATIENCE
from tests.sip.sipp import free_media_port

ADDRESS = "127.0.0.5"  # 127.0.0.1 is the test phone's line
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """`start` is the first line; headers keep their order."""

    start: str
    headers: Headers
    body: str = ""

    @classmethod
    def parse(cls, text: str) -> Message:
        head, _, body = text.partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip().lower(), value.strip()) for name, _, value in pairs), body)

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def method(self) -> str:
        return self.get("cseq").split()[-1]

    @property
    def status(self) -> int:
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0


@dataclass
class DeskPhone(asyncio.DatagramProtocol):
    """It answers each call at once and sends silence as packets. `extra` are headers of its answers.

    With `demands_srtp` it takes only calls that are offered encrypted.
    """

    user: str
    password: str
    server: tuple[str, int]
    rings: bool = False  # for ever
    extra: tuple[str, ...] = ()
    offers: list[Message] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    demands_srtp: bool = False

    def __post_init__(self) -> None:
        self.media_port = free_media_port(ADDRESS)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._dialog: dict[str, str] = {}
        self._cseq = 100
        self.heard = bytearray()  # A-law
        self._speaking: asyncio.Task[None] | None = None
        self.in_call = asyncio.Event()
        self.ended = asyncio.Event()

    # ── the wire ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _: object) -> None:
        message = Message.parse(data.decode())
        self.received.append(message)
        if message.status >= 200:
            waiting = self._answers.get(message.get("cseq"))
            if waiting and not waiting.done():
                waiting.set_result(message)
        elif not message.status:
            self._requested(message)

    def _send(self, text: str) -> None:
        self.transport.sendto(text.encode(), self.server)

    def _respond(self, request: Message, status: str, *more: str, body: str = "") -> None:
        to = request.get("to")
        if "tag=" not in to:
            to += f";tag={self._dialog.get('tag', 'options')}"
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.all("via"))]
        lines += [*(f"Record-Route: {route}" for route in request.all("record-route")), f"From: {request.get('from')}"]
        lines += [f"To: {to}", f"Call-ID: {request.get('call-id')}", f"CSeq: {request.get('cseq')}"]
        lines += [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", *more]
        lines += ["Content-Type: application/sdp"] if body else []
        self._send("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]))

    def _requested(self, request: Message) -> None:
        match request.method:
            case "INVITE" if "tag=" in request.get("to"):
                self._respond(request, "200 OK", *self.extra, body=self._sdp("sendrecv"))
            case "INVITE":
                self._called(request)
            case "BYE" | "CANCEL":
                self._respond(request, "200 OK")
                self.ended.set()
                self.silence()
            case "OPTIONS" | "UPDATE" | "INFO" | "NOTIFY":
                self._respond(request, "200 OK", *(self.extra if request.method == "UPDATE" else ()))
            case _:
                pass

    def _called(self, request: Message) -> None:
        self.offers.append(request)
        if self._dialog.get("call") == request.get("call-id"):
            return  # sent again
        self._dialog = {"call": request.get("call-id"), "tag": secrets.token_hex(4), "peer": request.get("from")}
        self._dialog["own"] = f"{request.get('to')};tag={self._dialog['tag']}"
        found = re.search(r"<([^>]+)>", request.get("contact"))
        assert found
        self._dialog["target"] = found.group(1)
        if self.demands_srtp and "RTP/SAVP" not in request.body:
            self._respond(request, "488 Not Acceptable Here")
            return
        self._respond(request, "180 Ringing")
        if self.rings:
            return
        self._respond(request, "200 OK", *self.extra, body=self._sdp("sendrecv"))
        media = re.search(r"^m=audio (\d+)", request.body, re.M)
        assert media
        self._speaking = asyncio.create_task(self._speak(int(media.group(1))))
        self.in_call.set()

    # ── what a user does ─────────────────────────────────────────────────────────────────────────────────────────────

    async def register(self, expires: int = 120) -> int:
        """The final status; the challenge is answered."""
        headers = [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", f"Expires: {expires}"]
        uri, own = "sip:hujiao", f"<sip:{self.user}@hujiao>"
        call, tag = secrets.token_hex(8), secrets.token_hex(4)
        answer = await self._ask("REGISTER", uri, f"{own};tag={tag}", own, call, headers)
        challenge = dict(re.findall(r'(\w+)="?([^",]+)"?', answer.get("www-authenticate")))
        answer = await self._ask(
            "REGISTER", uri, f"{own};tag={tag}", own, call, [*headers, self._credentials(challenge, "REGISTER", uri)]
        )
        return answer.status

    async def hold(self, direction: str) -> Message:
        """The hold key, as the direction that the phone offers."""
        headers = [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", "Content-Type: application/sdp"]
        answer = await self._in_dialog("INVITE", headers, self._sdp(direction))
        self._dialog_send("ACK", int(answer.get("cseq").split()[0]), [], "")
        return answer

    async def refer(self, to: str) -> Message:
        headers = [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", f"Refer-To: {to}"]
        return await self._in_dialog("REFER", headers, "")

    async def refresh(self) -> Message:
        return await self._in_dialog(
            "UPDATE", [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", "Supported: timer", *self.extra], ""
        )

    def crash(self) -> None:
        """Power off: not a word more."""
        self.silence()
        self.transport.close()

    def silence(self) -> None:
        if self._speaking:
            self._speaking.cancel()

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _in_dialog(self, method: str, headers: list[str], body: str) -> Message:
        self._cseq += 1
        return await self._answered(
            f"{self._cseq} {method}", lambda: self._dialog_send(method, self._cseq, headers, body)
        )

    def _dialog_send(self, method: str, cseq: int, headers: list[str], body: str) -> None:
        call, own, peer = self._dialog["call"], self._dialog["own"], self._dialog["peer"]
        self._request(method, self._dialog["target"], own, peer, call, cseq, headers, body)

    async def _ask(self, method: str, uri: str, own: str, to: str, call: str, headers: list[str]) -> Message:
        self._cseq += 1
        number = self._cseq
        return await self._answered(
            f"{number} {method}", lambda: self._request(method, uri, own, to, call, number, headers, "")
        )

    async def _answered(self, cseq: str, send: Callable[[], None]) -> Message:
        answer = self._answers[cseq] = asyncio.get_running_loop().create_future()
        send()
        async with asyncio.timeout(PATIENCE):
            return await answer

    def _request(
        self, method: str, uri: str, own: str, to: str, call: str, cseq: int, headers: list[str], body: str
    ) -> None:
        branch = f"z9hG4bK{secrets.token_hex(6)}"
        lines = [f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {ADDRESS}:{self.port};branch={branch};rport"]
        lines += ["Max-Forwards: 70", f"From: {own}", f"To: {to}", f"Call-ID: {call}", f"CSeq: {cseq} {method}"]
        self._send("\r\n".join([*lines, *headers, f"Content-Length: {len(body)}", "", body]))

    def _credentials(self, challenge: dict[str, str], method: str, uri: str) -> str:
        def digest(text: str) -> str:
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

        realm, nonce = challenge["realm"], challenge["nonce"]
        first, second = digest(f"{self.user}:{realm}:{self.password}"), digest(f"{method}:{uri}")
        qop = ""
        response = digest(f"{first}:{nonce}:{second}")
        if "qop" in challenge:
            response = digest(f"{first}:{nonce}:00000001:0a4f113b:auth:{second}")
            qop = ', qop=auth, nc=00000001, cnonce="0a4f113b"'
        opaque = f', opaque="{challenge["opaque"]}"' if "opaque" in challenge else ""
        return (
            f'Authorization: Digest username="{self.user}", realm="{realm}", nonce="{nonce}", uri="{uri}",'
            f' response="{response}", algorithm=MD5{qop}{opaque}'
        )

    def _sdp(self, direction: str) -> str:
        profile, key = "RTP/AVP", []
        if self.demands_srtp:
            profile, key = "RTP/SAVP", ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40]
        lines = ["v=0", f"o=- 1 {self._cseq} IN IP4 {ADDRESS}", "s=-", f"c=IN IP4 {ADDRESS}", "t=0 0"]
        lines += [f"m=audio {self.media_port} {profile} 8 101", "a=rtpmap:8 PCMA/8000", *key]
        lines += ["a=rtpmap:101 telephone-event/8000", f"a={direction}", ""]
        return "\r\n".join(lines)

    async def _speak(self, port: int) -> None:
        """Silence, as packets."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self.heard), local_addr=(ADDRESS, self.media_port), remote_addr=(self.server[0], port)
        )
        number = 0
        try:
            while True:
                header = bytes((0x80, 8)) + number.to_bytes(2) + (number * 160).to_bytes(4) + b"desk"
                transport.sendto(header + b"\xd5" * 160)
                number = (number + 1) % 65536
                await asyncio.sleep(0.02)
        finally:
            transport.close()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, heard: bytearray) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, _: object) -> None:
        if data[1] & 0x7F == 8:
            self._heard += data[12:]


@asynccontextmanager
async def desk_phone(user: str, password: str, port: int, **how: object) -> AsyncIterator[DeskPhone]:
    """A phone that is switched on; it is not registered yet."""
    loop = asyncio.get_running_loop()
    _, phone = await loop.create_datagram_endpoint(
        lambda: DeskPhone(user, password, ("127.0.0.1", port), **how),  # type: ignore[arg-type]
        local_addr=(ADDRESS, 0),
    )
    try:
        yield phone
    finally:
        phone.crash()
