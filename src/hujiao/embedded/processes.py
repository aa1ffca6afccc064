"""Processes of this machine, by what the kernel says of them."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

MARK = "HUJIAO_PART_OF"  # in the environment of everything that a supervisor starts: the instance's home
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork


def die_with_parent(number: int) -> None:
    """In a new child: be sent this signal when the parent dies, however it dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def of_instance(home: Path) -> list[int]:
    """The processes that a supervisor of this home started, also those that it lost."""
    wanted = f"{MARK}={home}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or another user's
    return found


def sweep(home: Path, seconds: float = 5.0) -> int:
    """End what a supervisor left behind; returns how many there were."""
    left = of_instance(home)
    count = len(left)
    for number in (signal.SIGINT, signal.SIGKILL):  # PostgreSQL takes SIGINT as a fast shutdown
        for pid in left:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        until = time.monotonic() + seconds
        while left and time.monotonic() < until:
            time.sleep(0.1)
            left = of_instance(home)
        if not left:
            break
    return count


def wait_for_end(pid: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def memory_bytes(pid: int) -> int:
    """Resident memory of a process and of its descendants."""
    total = 0
    for member in (pid, *descendants(pid)):
        try:
            for line in Path(f"/proc/{member}/status").read_text("utf-8").splitlines():
                if line.startswith(("RssAnon:", "RssFile:")):
                    total += int(line.split()[1]) * 1024
        except (OSError, ValueError):
            continue
    return total


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found


def listener(port: int) -> str | None:
    """The program that holds this TCP port, as `name (pid)`, as far as this user may see."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"):
        try:
            lines = Path(table).read_text("utf-8").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            listening = fields[3] == "0A" or "udp" in table
            if listening and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return None
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            for link in (entry / "fd").iterdir():
                if str(link.readlink()) in inodes:
                    return f"{(entry / 'comm').read_text('utf-8').strip()} (process {entry.name})"
        except OSError:
            continue
    return "another user's program"
