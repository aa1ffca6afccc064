"""SIPp as callers and as the agents' phones. It is the oracle: what it counts as a success was one."""

from __future__ import annotations

import asyncio
import csv
import re
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from hujiao.asterisk.testphone.config import CALLERS_ADDRESS
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings

SCENARIOS = Path(__file__).parent / "scenarios"


class Outcome(msgspec.Struct):
    """What SIPp counted, and when each caller's INVITE went out (caller's number → epoch seconds)."""

    succeeded: int
    failed: int
    invited: dict[str, float]
    complaint: str


def program() -> str:
    found = shutil.which("sipp")
    if not found:
        raise Problem("This measurement needs SIPp. As root: apt-get install sip-tester")
    return found


def free_ports(count: int) -> list[int]:
    """UDP ports that nobody uses now."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


async def call(
    settings: Settings,
    folder: Path,
    *,
    step: str,
    number: str,
    rate: float,
    calls: int,
    talk_ms: int,
    scenario: str = "caller",
    keys: Mapping[str, object] | None = None,
    deadline: float,
) -> Outcome:
    """Place so many calls at this rate and wait for their ends; `keys` are what the scenario calls by these names."""
    port, media, steering = free_ports(3)
    log, statistics, errors = (folder / f"{step}.{kind}" for kind in ("log", "csv", "errors"))
    process = await start(
        f"127.0.0.1:{settings.sip_port}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-s", number, "-r", str(rate),
        "-m", str(calls), "-l", "3000", "-d", str(talk_ms), "-p", str(port), "-mp", str(media), "-cp", str(steering),
        *(text for key, value in {"step": step, **(keys or {})}.items() for text in ("-key", key, str(value))),
        "-trace_logs", "-log_file", str(log), "-trace_stat", "-stf", str(statistics), "-fd", "1",
        "-trace_err", "-error_file", str(errors), "-recv_timeout", "20000",
        address=CALLERS_ADDRESS,
    )  # fmt: skip
    try:
        async with asyncio.timeout(deadline):
            await process.wait()
    except TimeoutError:
        await end(process)
    except BaseException:
        process.kill()
        raise
    succeeded, failed = _counts(statistics)
    # What never got an end is a failure, too.
    return Outcome(succeeded, max(failed, calls - succeeded), _times(log), _first_complaint(errors))


@asynccontextmanager
async def answering(folder: Path, port: int, *, echo: bool = False) -> AsyncIterator[int]:
    """The agents' phones at this port; yields the process's id. With `echo` they send back what they hear."""
    media, steering = free_ports(2)
    process = await start(
        "-sf", str(SCENARIOS / "agents.xml"), "-p", str(port), "-mp", str(media), "-cp", str(steering),
        "-trace_err", "-error_file", str(folder / "agents.errors"), "-l", "100000",
        *(["-rtp_echo"] if echo else []),
    )  # fmt: skip
    try:
        yield process.pid
    finally:
        await end(process)


async def start(*arguments: str, address: str = "127.0.0.1") -> asyncio.subprocess.Process:
    """SIPp at this address; the switch knows a caller by it (`CALLERS_ADDRESS`)."""
    return await asyncio.create_subprocess_exec(
        program(), *arguments, "-i", address, "-mi", address, "-ci", "127.0.0.1", "-nostdin",
        "-timer_resol", "5", "-buff_size", "4194304",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 3)
        except TimeoutError:
            process.kill()
            await process.wait()


def _counts(statistics: Path) -> tuple[int, int]:
    try:
        with statistics.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
    except FileNotFoundError:
        raise Problem("SIPp did not start; run the measurement again, or run sipp by hand to see why.") from None
    return (int(rows[-1]["SuccessfulCall(C)"]), int(rows[-1]["FailedCall(C)"])) if rows else (0, 0)


def _times(log: Path) -> dict[str, float]:
    times: dict[str, float] = {}
    for line in log.read_text("utf-8").splitlines() if log.exists() else ():
        found = re.match(r"(\S+) (\d{4}-\d\d-\d\d)\s+(\d\d:\d\d:\d\d\.\d+)", line)
        if found:
            # SIPp writes the machine's local time.
            times[found[1]] = datetime.fromisoformat(f"{found[2]} {found[3]}").astimezone().timestamp()
    return times


def _first_complaint(errors: Path) -> str:
    lines: Sequence[str] = errors.read_text("utf-8", "replace").splitlines() if errors.exists() else ()
    return next((line[:300] for line in lines if "unexpected" in line.lower() or "abort" in line.lower()), "")
