"""Register the agents' phones: from the port at which SIPp then answers for all of them."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any

from hujiao.embedded.problem import Problem

EXPIRES_SECONDS = 600
_AT_ONCE = 40


class Registrar(asyncio.DatagramProtocol):
    def __init__(self, port: int, server: tuple[str, int], secret: str) -> None:
        self._port = port
        self._server = server
        self._secret = secret
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._transport: Any = None
        self._few = asyncio.Semaphore(_AT_ONCE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        if text.startswith("SIP/2.0"):
            waiting = self._waiting.pop(_header(text, "CSeq") + _header(text, "Call-ID"), None)
            if waiting and not waiting.done():
                waiting.set_result(text)
        elif text.startswith("OPTIONS"):  # Asterisk looks whether the phone is there
            kept = "\r\n".join(line for line in text.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line))
            self._send(f"SIP/2.0 200 OK\r\n{kept}\r\nContent-Length: 0\r\n\r\n")

    def _send(self, text: str) -> None:
        self._transport.sendto(text.encode(), self._server)

    async def register(self, user: str) -> None:
        call_id = f"{user}-{secrets.token_hex(4)}"
        async with self._few:
            answer = await self._request(user, call_id, 1, "")
            if answer.startswith("SIP/2.0 401"):
                answer = await self._request(user, call_id, 2, self._authorization(user, answer))
        if not answer.startswith("SIP/2.0 200"):
            raise Problem(f"The phone {user} cannot register: {answer.splitlines()[0] if answer else 'no answer'}.")

    async def _request(self, user: str, call_id: str, number: int, authorization: str) -> str:
        host, port = self._server
        text = (
            f"REGISTER sip:{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{self._port};rport;branch=z9hG4bK{call_id}{number}\r\n"
            f"From: <sip:{user}@{host}>;tag={user}\r\nTo: <sip:{user}@{host}>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: {number} REGISTER\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:{user}@{host}:{self._port}>;expires={EXPIRES_SECONDS}\r\n"
            f"{authorization}Content-Length: 0\r\n\r\n"
        )
        for _ in range(10):
            answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self._waiting[f"{number} REGISTER{call_id}"] = answered
            self._send(text)
            try:
                return await asyncio.wait_for(answered, 1)
            except TimeoutError:
                continue
        return ""

    def _authorization(self, user: str, challenge: str) -> str:
        asked = dict(re.findall(r'(\w+)="?([^",\r\n]+)"?', _header(challenge, "WWW-Authenticate")))
        uri = f"sip:{self._server[0]}:{self._server[1]}"
        ha1, ha2 = _md5(f"{user}:{asked['realm']}:{self._secret}"), _md5(f"REGISTER:{uri}")
        if "qop" in asked:
            response, more = (
                _md5(f"{ha1}:{asked['nonce']}:00000001:bench:auth:{ha2}"),
                ', qop=auth, nc=00000001, cnonce="bench"',
            )
        else:
            response, more = _md5(f"{ha1}:{asked['nonce']}:{ha2}"), ""
        opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return (
            f'Authorization: Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm=MD5{opaque}{more}\r\n'
        )


async def register(users: Sequence[str], *, port: int, sip_port: int, secret: str) -> None:
    """All of them, for ten minutes; their contact is this port of the loopback."""
    loop = asyncio.get_running_loop()
    server = ("127.0.0.1", sip_port)
    transport, registrar = await loop.create_datagram_endpoint(
        lambda: Registrar(port, server, secret), local_addr=("127.0.0.1", port)
    )
    try:
        await asyncio.gather(*(registrar.register(user) for user in users))
    finally:
        transport.close()
        await asyncio.sleep(0)  # the socket is closed in the next round of the loop


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r?$", text, re.M | re.I)
    return found.group(1) if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
