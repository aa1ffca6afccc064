"""Agents' phones that need no hands: they ring, answer, talk, hang up, and write down what the line did.

One socket for all of them, so that calls have one order. Each says a word of its own in RTP, again and again; the
callers' phones send back what they hear. So a robot that hears its own word knows that it is connected, both ways, with
a caller; and how long that was not so.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from bench import phones

Line = tuple[int, tuple[str, int]]  # their own port, and the product's address
_WORD_SECONDS = 0.2
_RESEND_SECONDS = 0.5


@dataclass(slots=True)
class Offer:
    """One INVITE to one agent and what became of it; times are epoch seconds.

    `ended_by`: the agent hung up, the product did (of an answered one), or it was taken back before the answer.
    """

    agent: str
    caller: str
    interaction: str
    invited_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: str = ""
    connected_at: float | None = None  # the first own word came back
    longest_gap: float = 0.0


@dataclass(slots=True)
class _Dialog:
    offer: Offer
    invite: dict[str, str]
    tag: str
    port: int
    media: asyncio.DatagramTransport
    word: bytes
    remote: tuple[str, int]
    heard_at: float = 0.0
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


Told = Callable[[str, Offer], None]


class Robots(asyncio.DatagramProtocol):
    """`told` hears of every step as it happens: ringing, answered, hung_up, ended."""

    def __init__(self, line: Line, secret: str, log: TextIO, *, ring: float, talk: tuple[float, float]) -> None:
        port, server = line
        self.registered_once = asyncio.Event()
        self._registrar = phones.Registrar(port, server, secret)
        self.offers: list[Offer] = []
        self.told: Told = lambda *_: None
        self._port = port
        self._server = server
        self._log = log
        self._ring = ring
        self._talk = talk
        self._dialogs: dict[str, _Dialog] = {}
        self._known: set[str] = set()
        self._answers: dict[str, str] = {}  # by branch, for requests that come again
        self._transport: Any = None

    def busy(self, agent: str) -> Offer | None:
        """The agent's call that is not over."""
        return next((dialog.offer for dialog in self._dialogs.values() if dialog.offer.agent == agent), None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._registrar.connection_made(transport)

    async def registered(self, users: Sequence[str]) -> None:
        """Stay so."""
        while True:
            await asyncio.gather(*(self._registrar.register(user) for user in users))
            self.registered_once.set()
            await asyncio.sleep(phones.EXPIRES_SECONDS / 3)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        if text.startswith("SIP/2.0"):
            dialog = self._dialogs.get(_header(text, "Call-ID"))
            if dialog and "BYE" in _header(text, "CSeq"):
                dialog.over.set()
            elif "REGISTER" in _header(text, "CSeq"):
                self._registrar.datagram_received(data, addr)
            return
        method, branch = text.partition(" ")[0], _header(text, "Via")
        if method != "ACK" and (before := self._answers.get(f"{method} {branch}")):
            self._send(before)
            return
        call_id = _header(text, "Call-ID")
        dialog = self._dialogs.get(call_id)
        match method:
            case "INVITE" if dialog is None and call_id in self._known:
                return  # it comes again, because this machine is slow to answer
            case "INVITE" if dialog is None:
                self._known.add(call_id)
                asyncio.get_running_loop().create_task(self._invited(text, time.time()))
            case "INVITE" if dialog:
                self._answer(text, "200 OK", dialog.tag, self._sdp(dialog))
            case "ACK" if dialog:
                dialog.confirmed.set()
            case "CANCEL" if dialog:
                self._answer(text, "200 OK", dialog.tag)
                self._answer(dialog.invite["text"], "487 Request Terminated", dialog.tag)
                self._over(dialog, "taken_back")
            case "BYE" if dialog:
                self._answer(text, "200 OK", dialog.tag)
                self._over(dialog, "product")
            case "BYE" | "CANCEL":
                self._answer(text, "481 Call/Transaction Does Not Exist", "")
            case "OPTIONS" | "UPDATE" | "INFO" | "NOTIFY":
                self._answer(text, "200 OK", dialog.tag if dialog else "")

    async def _invited(self, text: str, at: float) -> None:
        caller = _user(_header(text, "From"))
        offer = Offer(_user(text.split(" ", 2)[1]), caller, _header(text, "X-Hujiao-Interaction"), at)
        self.offers.append(offer)
        loop = asyncio.get_running_loop()
        host = re.search(r"^c=IN IP4 (\S+)", text, re.M)
        port = re.search(r"^m=audio (\d+)", text, re.M)
        word = secrets.token_bytes(8) * 20
        ear = _Ear()
        media, _ = await loop.create_datagram_endpoint(lambda: ear, local_addr=("127.0.0.1", 0))
        dialog = _Dialog(
            offer,
            {"text": text, "contact": _uri(_header(text, "Contact")) or ""},
            secrets.token_hex(5),
            media.get_extra_info("sockname")[1],
            media,
            word,
            (host[1] if host else "127.0.0.1", int(port[1]) if port else 0),
        )
        ear.heard = lambda payload: self._heard(dialog, payload)
        self._dialogs[_header(text, "Call-ID")] = dialog
        self._answer(text, "180 Ringing", dialog.tag)
        self._note("ringing", offer)
        dialog.task = loop.create_task(self._live(dialog))

    async def _live(self, dialog: _Dialog) -> None:
        """Ring, answer, talk, hang up."""
        offer, text = dialog.offer, dialog.invite["text"]
        with suppress(TimeoutError):
            await asyncio.wait_for(dialog.over.wait(), self._ring)
            return
        offer.answered_at = time.time()
        ok = self._answer(text, "200 OK", dialog.tag, self._sdp(dialog))
        self._note("answered", offer)
        until = time.monotonic() + random.uniform(*self._talk)
        resend = time.monotonic()
        packet = _Packets(dialog.word)
        while time.monotonic() < until and not dialog.over.is_set():
            if not dialog.confirmed.is_set() and time.monotonic() - resend > _RESEND_SECONDS:
                resend = time.monotonic()
                self._send(ok)
            if dialog.confirmed.is_set():
                dialog.media.sendto(packet.next(), dialog.remote)
            with suppress(TimeoutError):
                await asyncio.wait_for(dialog.over.wait(), _WORD_SECONDS)
        if dialog.over.is_set():
            return
        bye = self._bye(dialog)
        self._send(bye)
        self._over(dialog, "agent", forget=False)
        for _ in range(10):
            with suppress(TimeoutError):
                await asyncio.wait_for(dialog.over.wait(), _RESEND_SECONDS)
                break
            self._send(bye)
        self._dialogs.pop(_header(text, "Call-ID"), None)

    def _heard(self, dialog: _Dialog, payload: bytes) -> None:
        """Only its own word counts, not the music for those who wait."""
        if payload[:8] not in dialog.word:
            return
        now, offer = time.time(), dialog.offer
        if offer.connected_at is None:
            offer.connected_at = now
        elif now - dialog.heard_at > offer.longest_gap:
            offer.longest_gap = round(now - dialog.heard_at, 3)
        dialog.heard_at = now

    def _over(self, dialog: _Dialog, by: str, *, forget: bool = True) -> None:
        offer = dialog.offer
        offer.ended_at, offer.ended_by = time.time(), by
        if dialog.heard_at:
            offer.longest_gap = round(max(offer.longest_gap, offer.ended_at - dialog.heard_at), 3)
        dialog.media.close()
        if forget:
            dialog.over.set()
            self._dialogs.pop(_header(dialog.invite["text"], "Call-ID"), None)
        self._note("ended" if by != "agent" else "hung_up", offer)

    def _note(self, what: str, offer: Offer) -> None:
        self._log.write(json.dumps({"at": round(time.time(), 6), "what": what, **asdict(offer)}) + "\n")
        self.told(what, offer)

    # ── SIP ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, request: str, status: str, tag: str, body: str = "") -> str:
        lines = [f"SIP/2.0 {status}"]
        for line in request.split("\r\n"):
            if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line, re.I):
                lines.append(line)
            elif re.match(r"To:", line, re.I):
                lines.append(line if ";tag=" in line or not tag else f"{line};tag={tag}")
        lines.append(f"Contact: <sip:robot@127.0.0.1:{self._port}>")
        if body:
            lines.append("Content-Type: application/sdp")
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        self._answers[f"{request.partition(' ')[0]} {_header(request, 'Via')}"] = text
        self._send(text)
        return text

    def _bye(self, dialog: _Dialog) -> str:
        text = dialog.invite["text"]
        return "\r\n".join(
            [
                f"BYE {dialog.invite['contact']} SIP/2.0",
                f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};rport;branch=z9hG4bK{secrets.token_hex(6)}",
                f"From: {_header(text, 'To')};tag={dialog.tag}",
                f"To: {_header(text, 'From')}",
                f"Call-ID: {_header(text, 'Call-ID')}",
                "CSeq: 1 BYE",
                "Max-Forwards: 70",
                "Content-Length: 0",
                "",
                "",
            ]
        )

    def _sdp(self, dialog: _Dialog) -> str:
        return (
            "v=0\r\no=robot 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {dialog.port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )

    def _send(self, text: str) -> None:
        self._transport.sendto(text.encode(), self._server)


class _Ear(asyncio.DatagramProtocol):
    heard: Callable[[bytes], None] = staticmethod(lambda _: None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard(data[12:])


class _Packets:
    """RTP of G.711 A-law, 20 ms each."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._sequence = random.randrange(30000)
        self._source = secrets.token_bytes(4)
        self._began = time.monotonic()

    def next(self) -> bytes:
        self._sequence += 1
        stamp = int((time.monotonic() - self._began) * 8000) & 0xFFFFFFFF
        head = bytes((0x80, 8)) + self._sequence.to_bytes(2, "big") + stamp.to_bytes(4, "big")
        return head + self._source + self._payload


@asynccontextmanager
async def at_work(
    users: Sequence[str], line: Line, secret: str, log: Path, *, ring: float, talk: tuple[float, float]
) -> AsyncIterator[Robots]:
    """Registered for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    with log.open("w", encoding="utf-8") as file:
        transport, robots = await loop.create_datagram_endpoint(
            lambda: Robots(line, secret, file, ring=ring, talk=talk), local_addr=("127.0.0.1", line[0])
        )
        keeping = loop.create_task(robots.registered(users))
        try:
            await robots.registered_once.wait()
            yield robots
        finally:
            keeping.cancel()
            transport.close()


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r?$", text, re.M | re.I)
    return found.group(1) if found else ""


def _uri(header: str) -> str | None:
    found = re.search(r"<([^>]+)>", header)
    return found.group(1) if found else None


def _user(text: str) -> str:
    found = re.search(r"sip:([^@;>]+)", text)
    return found.group(1) if found else ""
