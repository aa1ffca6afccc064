"""A desk phone that speaks SIP over UDP by itself, so that a test decides what each of its messages says."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
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
    events: bool = True  # takes keys as RFC 4733 has them

    def __post_init__(self) -> None:
        self.placed: dict[str, PlacedCall] = {}  # by Call-ID
        self.media_port = free_media_port(ADDRESS)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._dialog: dict[str, str] = {}
        self._cseq = 100
        self.heard = bytearray()  # A-law
        self.keys: list[int] = []  # that came, each but once
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
                self._respond(request, "200 OK", *self.extra, body=self.sdp("sendrecv"))
            case "INVITE":
                self._called(request)
            case "BYE" if call := self.placed.get(request.get("call-id")):
                self._respond(request, "200 OK")
                call.over()
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
        self._respond(request, "200 OK", *self.extra, body=self.sdp("sendrecv"))
        self._speaking = asyncio.create_task(self.speak(request.body, self.media_port))
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
            "REGISTER", uri, f"{own};tag={tag}", own, call, [*headers, self.credentials(challenge, "REGISTER", uri)]
        )
        return answer.status

    async def hold(self, direction: str) -> Message:
        """The hold key, as the direction that the phone offers."""
        headers = [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", "Content-Type: application/sdp"]
        answer = await self._in_dialog("INVITE", headers, self.sdp(direction))
        self._dialog_send("ACK", int(answer.get("cseq").split()[0]), [], "")
        return answer

    async def refer(self, to: str, *more: str) -> Message:
        headers = [f"Contact: <sip:{self.user}@{ADDRESS}:{self.port}>", f"Refer-To: {to}", *more]
        return await self._in_dialog("REFER", headers, "")

    async def hang_up(self) -> None:
        await self._in_dialog("BYE", [], "")
        self.silence()

    async def told(self, status: str, *, after: int = 0) -> None:
        """Wait until the switch has told what became of a REFER, with this status, `after` so many others."""
        async with asyncio.timeout(PATIENCE):
            while status not in self.progress()[after:]:
                await asyncio.sleep(0.05)

    def progress(self) -> list[str]:
        """The statuses that the switch has told of REFERs."""
        notified = [message for message in self.received if message.start.startswith("NOTIFY")]
        return [message.body.split()[1] for message in notified if message.body.startswith("SIP/2.0 ")]

    def told_by_info(self) -> list[str]:
        """The keys that the switch has sent by SIP INFO."""
        told = [message.body for message in self.received if message.start.startswith("INFO")]
        return [found[1] for body in told if (found := re.search(r"Signal *= *(\S)", body))]

    async def place(self, number: str, *, offers: bool = True) -> PlacedCall:
        """Call a number and prove who it is; without `offers` the far side has to say first what it can."""
        call = PlacedCall(self, number, offers)
        self.placed[call.call] = call
        await call.begin()
        return call

    @property
    def own_call(self) -> str:
        """How a Refer-To names the call that came in."""
        return f"{self._dialog['call']}%3Bto-tag%3D{_tag(self._dialog['peer'])}%3Bfrom-tag%3D{self._dialog['tag']}"

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

    def next(self) -> int:
        self._cseq += 1
        return self._cseq

    async def _in_dialog(self, method: str, headers: list[str], body: str) -> Message:
        number = self.next()
        return await self.answered(f"{number} {method}", lambda: self._dialog_send(method, number, headers, body))

    def _dialog_send(self, method: str, cseq: int, headers: list[str], body: str) -> None:
        call, own, peer = self._dialog["call"], self._dialog["own"], self._dialog["peer"]
        self.request(method, self._dialog["target"], own, peer, call, cseq, headers, body)

    async def _ask(self, method: str, uri: str, own: str, to: str, call: str, headers: list[str]) -> Message:
        number = self.next()
        return await self.answered(
            f"{number} {method}", lambda: self.request(method, uri, own, to, call, number, headers)
        )

    async def answered(self, cseq: str, send: Callable[[], None]) -> Message:
        answer = self._answers[cseq] = asyncio.get_running_loop().create_future()
        send()
        async with asyncio.timeout(PATIENCE):
            return await answer

    def request(
        self,
        method: str,
        uri: str,
        own: str,
        to: str,
        call: str,
        cseq: int,
        headers: list[str],
        body: str = "",
        branch: str = "",
    ) -> None:
        branch = branch or f"z9hG4bK{secrets.token_hex(6)}"
        lines = [f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {ADDRESS}:{self.port};branch={branch};rport"]
        lines += ["Max-Forwards: 70", f"From: {own}", f"To: {to}", f"Call-ID: {call}", f"CSeq: {cseq} {method}"]
        self._send("\r\n".join([*lines, *headers, f"Content-Length: {len(body)}", "", body]))

    def credentials(self, challenge: dict[str, str], method: str, uri: str) -> str:
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

    def sdp(self, direction: str, port: int = 0) -> str:
        profile, key = "RTP/AVP", []
        if self.demands_srtp:
            profile, key = "RTP/SAVP", ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40]
        lines = ["v=0", f"o=- 1 {self._cseq} IN IP4 {ADDRESS}", "s=-", f"c=IN IP4 {ADDRESS}", "t=0 0"]
        keys = ["a=rtpmap:101 telephone-event/8000"] if self.events else []
        lines += [f"m=audio {port or self.media_port} {profile} {'8 101' if keys else '8'}", "a=rtpmap:8 PCMA/8000"]
        lines += [*key, *keys, f"a={direction}", ""]
        return "\r\n".join(lines)

    async def speak(self, description: str, port: int) -> None:
        """Silence, as packets, from this port to where the other side's description says."""
        media = re.search(r"^m=audio (\d+)", description, re.M)
        assert media
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self), local_addr=(ADDRESS, port), remote_addr=(self.server[0], int(media.group(1)))
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


class PlacedCall:
    """A call that the phone makes."""

    def __init__(self, phone: DeskPhone, number: str, offers: bool) -> None:
        self.phone, self.number, self.offers = phone, number, offers
        self.call, self.tag = secrets.token_hex(8), secrets.token_hex(4)
        self.media_port = free_media_port(ADDRESS)
        self.target = f"sip:{number}@hujiao"
        self.peer = f"<{self.target}>"
        self.contact = f"Contact: <sip:{phone.user}@{ADDRESS}:{phone.port}>"
        self.ended = asyncio.Event()
        self._speaking: asyncio.Task[None] | None = None
        self._final: asyncio.Task[Message]

    async def begin(self) -> None:
        """Until the switch takes the call up: it has proved who it is."""
        refused = await self._invite([])
        self._send("ACK", self._number, branch=self._branch)
        challenge = dict(re.findall(r'(\w+)="?([^",]+)"?', refused.get("www-authenticate")))
        sent = asyncio.Event()
        headers = [self.phone.credentials(challenge, "INVITE", self.target)]
        self._final = asyncio.create_task(self._invite(headers, sent))
        await sent.wait()

    async def answered(self) -> None:
        """It is answered, and sound goes."""
        final = await self._final
        assert final.status == 200, final.start
        found = re.search(r"<([^>]+)>", final.get("contact"))
        assert found
        self.peer, self.target = final.get("to"), found.group(1)
        self._send("ACK", self._number, self._body if not self.offers else "")
        self._speaking = asyncio.create_task(self.phone.speak(final.body, self.media_port))

    async def refused(self) -> int:
        """The status of the refusal."""
        final = await self._final
        self.peer = final.get("to")
        self._send("ACK", self._number, branch=self._branch)
        return final.status

    async def cancel(self) -> int:
        """What the call ends with: 487, or it was answered at the same moment and is hung up."""
        self._send("CANCEL", self._number, branch=self._branch)
        final = await self._final
        if final.status != 200:
            return await self.refused()
        await self.answered()
        await self.hang_up()
        return 200

    async def hang_up(self) -> None:
        await self._in_dialog("BYE", [])
        self.over()

    async def hold(self, direction: str) -> None:
        answer = await self._in_dialog("INVITE", [], self._sdp(direction))
        self._send("ACK", int(answer.get("cseq").split()[0]))

    async def press_info(self, key: str) -> Message:
        """A key, by SIP INFO."""
        return await self._in_dialog("INFO", [], f"Signal={key}\r\nDuration=160\r\n")

    async def refer(self, to: str) -> Message:
        return await self._in_dialog("REFER", [f"Refer-To: {to}"])

    @property
    def named(self) -> str:
        """How a Refer-To names this call, to be replaced."""
        return f"{self.call}%3Bto-tag%3D{_tag(self.peer)}%3Bfrom-tag%3D{self.tag}"

    def over(self) -> None:
        self.ended.set()
        if self._speaking:
            self._speaking.cancel()

    async def _invite(self, headers: list[str], sent: asyncio.Event | None = None) -> Message:
        self._number, self._branch = self.phone.next(), f"z9hG4bK{secrets.token_hex(6)}"
        self._body = self._sdp("sendrecv")

        def send() -> None:
            offer = self._body if self.offers else ""
            self._send("INVITE", self._number, offer, headers=headers, branch=self._branch)
            if sent:
                sent.set()

        return await self.phone.answered(f"{self._number} INVITE", send)

    async def _in_dialog(self, method: str, headers: list[str], body: str = "") -> Message:
        number = self.phone.next()
        return await self.phone.answered(
            f"{number} {method}", lambda: self._send(method, number, body, headers=headers)
        )

    def _send(self, method: str, cseq: int, body: str = "", *, headers: Sequence[str] = (), branch: str = "") -> None:
        own = f"<sip:{self.phone.user}@hujiao>;tag={self.tag}"
        kind = "dtmf-relay" if method == "INFO" else "sdp"
        more = [self.contact, *headers, *([f"Content-Type: application/{kind}"] if body else [])]
        self.phone.request(method, self.target, own, self.peer, self.call, cseq, more, body, branch)

    def _sdp(self, direction: str) -> str:
        return self.phone.sdp(direction, self.media_port)


def _tag(party: str) -> str:
    return party.partition("tag=")[2].partition(";")[0]


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, phone: DeskPhone) -> None:
        self._phone = phone

    def datagram_received(self, data: bytes, _: object) -> None:
        kind, marked = data[1] & 0x7F, data[1] & 0x80
        if kind == 8:
            self._phone.heard += data[12:]
        elif kind == 101 and marked:  # the first packet of a key
            self._phone.keys.append(data[12])


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
