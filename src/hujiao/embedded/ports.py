"""Ports of one instance: free when they are chosen, remembered from then on."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hujiao.embedded.problem import Problem

WEB = (8080, *range(8180, 9080, 100))
SIP = range(5060, 5170, 10)
RTP_FIRST, RTP_COUNT = 10000, 2000  # a range for each SIP port, so that instances side by side never share one
INTERNAL = range(15000, 20000)  # below the range from which the system takes outgoing ports


@dataclass(frozen=True, slots=True)
class Ports:
    web: int
    sip: int
    rtp_start: int
    rtp_end: int


def is_free(port: int) -> bool:
    """Free for TCP and UDP, on every address and on the loopback."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        for address in ("0.0.0.0", "127.0.0.1"):
            with socket.socket(socket.AF_INET, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((address, port))
                except OSError:
                    return False
    return True


def choose(
    web: int | None = None,
    sip: int | None = None,
    rtp: tuple[int, int] | None = None,
    free: Callable[[int], bool] = is_free,
) -> Ports:
    """The ports of a new instance; what the operator set is taken as it is."""
    web = web or _first(WEB, free, "web", "--web-port")
    sip = sip or _first(SIP, free, "SIP", "--sip-port")
    start, end = rtp or rtp_range(sip)
    return Ports(web, sip, start, end)


def rtp_range(sip: int) -> tuple[int, int]:
    place = (sip - SIP.start) // SIP.step % len(SIP)
    start = RTP_FIRST + place * RTP_COUNT
    return start, start + RTP_COUNT - 1


def _first(candidates: Iterable[int], free: Callable[[int], bool], what: str, flag: str) -> int:
    for port in candidates:
        if free(port):
            return port
    raise Problem(f"No {what} port of those that hujiao tries is free. Name one that is: ./hujiao up {flag} PORT")


def internal(count: int, free: Callable[[int], bool] = is_free) -> list[int]:
    """Ports that only this machine uses; nobody has to remember them."""
    chosen: list[int] = []
    for port in random.sample(INTERNAL, len(INTERNAL)):
        if len(chosen) == count:
            break
        if free(port):
            chosen.append(port)
    if len(chosen) < count:
        raise Problem("No port between 15000 and 19999 is free on this machine. Stop what uses them, then try again.")
    return chosen


def parse_range(text: str) -> tuple[int, int]:
    """`20000-21999` as two numbers."""
    first, _, last = text.partition("-")
    try:
        start, end = int(first), int(last)
    except ValueError:
        raise Problem(f"--rtp takes two ports, for example 20000-21999; {text!r} is not that.") from None
    if not (start >= 1024 and start + 9 <= end <= 65535):
        raise Problem(
            f"--rtp {text}: the first port must be at least 1024, the last at most 65535 and ten above the first."
        )
    return start, end
