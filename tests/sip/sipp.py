"""SIPp as an independent phone: what it receives is the oracle."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hujiao.asterisk.testphone.config import CALLERS_ADDRESS

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Result:
    """`passed` says that every call went as its scenario has it."""

    passed: bool
    messages: str
    said: str

    def statuses(self) -> list[int]:
        """Final and provisional answers, in the order in which they came."""
        return [int(code) for code in re.findall(r"^SIP/2\.0 (\d{3})", self.messages, re.M)]


def _udp(address: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)


def free_udp_port(address: str = "127.0.0.1") -> int:
    with _udp(address) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def free_media_port(address: str) -> int:
    """An even port that is free with the three after it: SIPp takes them for audio and video, and their RTCP."""
    while True:
        first = free_udp_port(address) & ~1
        try:
            with ExitStack() as sockets:
                for port in range(first, first + 4):
                    sockets.enter_context(_udp(address)).bind((address, port))
        except (OSError, OverflowError):
            continue
        return first


async def run(
    scenario: str,
    port: int,
    folder: Path,
    *,
    service: str = "service",
    user: str = "",
    password: str = "",
    address: str = CALLERS_ADDRESS,
    server: str = "127.0.0.1",
    calls: int = 1,
    rate: float = 1,
    timeout: float = 60,
    domain: str = "carrier.example",
    headers: str = "Supported: replaces",
    arguments: tuple[str, ...] = (),
) -> Result:
    """Run a scenario against the SIP port and wait for its end. Some take the caller's `domain` and more `headers`."""
    program = shutil.which("sipp")
    if program is None:
        raise RuntimeError("SIPp is not on this machine: apt-get install sip-tester")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{scenario}-{free_udp_port(address)}.log"
    credentials = ["-au", user, "-ap", password] if user else []
    process = await asyncio.create_subprocess_exec(
        program,
        f"{server}:{port}",
        *("-sf", str(SCENARIOS / f"{scenario}.xml")),
        *("-i", address, "-p", str(free_udp_port(address)), "-mp", str(free_media_port(address))),
        *("-s", service, "-m", str(calls), "-r", str(rate), "-l", str(max(calls, 1))),
        *("-timeout", f"{timeout:.0f}s", "-timeout_error"),
        *("-trace_msg", "-message_file", str(log), "-nostdin"),
        *("-key", "domain", domain, "-key", "headers", headers),
        *credentials,
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, error = await asyncio.wait_for(process.communicate(), timeout + 10)
    except TimeoutError:
        process.kill()
        raise
    messages = log.read_text("utf-8", "replace") if log.exists() else ""
    return Result(process.returncode == 0, messages, error.decode("utf-8", "replace"))


@dataclass(slots=True)
class Carrier:
    """SIPp on the other side: it waits for calls at its address and port."""

    address: str
    port: int
    log: Path

    @property
    def messages(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def received(self, method: str) -> list[str]:
        """The requests of this method that came, whole."""
        parts = re.split(r"^-{20,} .*$", self.messages, flags=re.M)
        return [part for part in parts if " message received " in part and f"\n{method} sip:" in part]

    def offers(self) -> list[list[str]]:
        """The RTP formats of each offer that came, without the keys'."""
        found = re.findall(r"^m=audio \d+ RTP/S?AVP (.*?)\s*$", "\n".join(self.received("INVITE")), re.M)
        return [[number for number in formats.split() if int(number) < 96] for formats in found]


@asynccontextmanager
async def carrier(
    scenario: str, folder: Path, *arguments: str, address: str = "127.0.0.2", port: int = 0
) -> AsyncIterator[Carrier]:
    """A carrier that plays this scenario with each call, until the end of the block; it answers no OPTIONS."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_udp_port(address)
    log = folder / f"{scenario}-{port}.log"
    process = await asyncio.create_subprocess_exec(
        *(shutil.which("sipp") or "sipp", "-sf", str(SCENARIOS / f"{scenario}.xml")),
        *("-i", address, "-p", str(port), "-mi", address, "-mp", str(free_media_port(address)), "-rtp_echo"),
        *("-trace_msg", "-message_file", str(log), "-nostdin", "-nd", *arguments),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _listening(address, port)
        yield Carrier(address, port, log)
    finally:
        process.kill()
        await process.wait()


async def _listening(address: str, port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                with _udp(address) as probe:
                    probe.bind((address, port))
            except OSError:
                return
            await asyncio.sleep(0.05)
