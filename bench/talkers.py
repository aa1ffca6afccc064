"""Many talkers at one port: each sends G.711 to the switch and measures what comes back. A process of its own.

`python -m bench.talkers PORT LOG`: the callers' SIPp writes into LOG at which port of the switch each call's sound is
taken. After the line `begin` on standard input it measures, after `end` it says what it heard, as one line of JSON.

A packet's timestamp is the moment at which it leaves, so that the sender's own delay is in no jitter; the kernel says
when one has come.
"""

from __future__ import annotations

import heapq
import os
import re
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from bench.hearing import RATE, Ear
from hujiao.asterisk.testphone.config import CALLERS_ADDRESS

PACKET_SECONDS = 0.02
_TICK_SECONDS = 0.004  # what is due meanwhile is sent at once: to wake for each packet would cost more than the packets
_SO_TIMESTAMPNS = 35
_BUFFER_BYTES = 8 << 20
_HEADER = struct.Struct("!BBHII")
_SPEECH = bytes(range(0x40, 0x90)) * 2  # 160 samples of A-law that are not silence


class Heard(msgspec.Struct):
    """The worst of all streams, milliseconds; `late_ms` is how late this process itself has sent at worst."""

    streams: int
    silent: int
    sent: int
    received: int
    jitter_ms: float
    gap_ms: float
    late_ms: float


class Talkers:
    def __init__(self, port: int, log: Path) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for option, value in (
            (socket.SO_RCVBUF, _BUFFER_BYTES),
            (socket.SO_SNDBUF, _BUFFER_BYTES),
            (_SO_TIMESTAMPNS, 1),
        ):
            self._socket.setsockopt(socket.SOL_SOCKET, option, value)
        self._socket.bind((CALLERS_ADDRESS, port))
        self._socket.setblocking(False)
        self._log, self._read = log, 0
        self._due: list[tuple[float, int, int]] = []  # when, the switch's port, the packet's number
        self._ears: dict[int, Ear] = {}
        self._sent = 0
        self._late = 0.0

    def run(self) -> None:
        """Until standard input closes."""
        looked = 0.0
        while True:
            now = time.time()
            if now - looked > 0.1:
                looked = now
                self._new_calls(now)
            self._send(now)
            ready, _, _ = select.select([self._socket, sys.stdin], [], [], 0)
            if self._socket in ready:
                self._receive()
            if sys.stdin in ready:
                match os.read(sys.stdin.fileno(), 100).decode().strip():
                    case "begin":
                        self._begin()
                    case "end":
                        print(msgspec.json.encode(self._heard()).decode(), flush=True)
                    case _:
                        return
            time.sleep(_TICK_SECONDS)

    def _new_calls(self, now: float) -> None:
        if not self._log.exists():
            return
        with self._log.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        data = data[: data.rfind(b"\n") + 1]
        self._read += len(data)
        for found in re.finditer(rb"^\S+ media (\d+)$", data, re.M):
            port = int(found[1])
            # Spread over the 20 ms, or all would speak at once.
            heapq.heappush(self._due, (now + len(self._ears) * 7 % 20 / 1000, port, 0))
            self._ears[port] = Ear()

    def _send(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            due, port, number = self._due[0]
            stamp = int((now := time.time()) * RATE) & 0xFFFFFFFF
            packet = _HEADER.pack(0x80, 8, number & 0xFFFF, stamp, port) + _SPEECH
            with suppress(OSError):  # its call is over
                self._socket.sendto(packet, ("127.0.0.1", port))
            self._sent += 1
            self._late = max(self._late, now - due)
            # After a long stop nobody sends all that was missed.
            heapq.heapreplace(self._due, (max(due, now - PACKET_SECONDS) + PACKET_SECONDS, port, number + 1))

    def _receive(self) -> None:
        """What is there, but not for so long that the senders wait."""
        for _ in range(500):
            try:
                data, more, _, (_, port) = self._socket.recvmsg(400, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            ear = self._ears.get(port)
            if ear is None or len(data) < _HEADER.size or data[1] & 0x7F != 8:
                continue
            seconds, nanoseconds = struct.unpack("qq", more[0][2])
            ear.heard(int.from_bytes(data[4:8]), seconds + nanoseconds / 1e9)

    def _begin(self) -> None:
        for ear in self._ears.values():
            ear.begin()
        self._sent, self._late = 0, 0.0

    def _heard(self) -> Heard:
        self._receive()
        now, ears = time.time(), list(self._ears.values())
        for ear in ears:
            ear.silent_since(now)
        return Heard(
            streams=len(ears),
            silent=sum(ear.received == 0 for ear in ears),
            sent=self._sent,
            received=sum(ear.received for ear in ears),
            jitter_ms=round(max((ear.worst_jitter for ear in ears), default=0.0) * 1000, 1),
            gap_ms=round(max((ear.longest_gap for ear in ears), default=0.0) * 1000, 1),
            late_ms=round(self._late * 1000, 1),
        )


if __name__ == "__main__":
    Talkers(int(sys.argv[1]), Path(sys.argv[2])).run()
