"""What processes used, from /proc: CPU time and memory of a process with all its children."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


class Machine(NamedTuple):
    """All processors together so far, milliseconds."""

    all: float
    idle: float


def machine_ms() -> Machine:
    """Time that the host gave to others counts as used; what other programs do at low priority, as free."""
    ticks = [int(value) for value in Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:9]]
    return Machine(sum(ticks) * _TICK_MS, (ticks[1] + ticks[3] + ticks[4]) * _TICK_MS)


def _stat(pid: str) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _trees(roots: Mapping[str, int]) -> dict[str, list[list[str]]]:
    children: dict[int, list[int]] = defaultdict(list)
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry.name)):
            stats[int(entry.name)] = fields
            children[int(fields[1])].append(int(entry.name))

    def tree(pid: int) -> list[list[str]]:
        own = [stats[pid]] if pid in stats else []
        return own + [fields for child in children[pid] for fields in tree(child)]

    return {name: tree(pid) for name, pid in roots.items()}


def cpu_ms(roots: Mapping[str, int]) -> dict[str, float]:
    """User and system time so far; a child that ended counts in its parent."""
    return {
        name: sum(sum(int(value) for value in fields[11:15]) for fields in tree) * _TICK_MS
        for name, tree in _trees(roots).items()
    }


def memory_mb(roots: Mapping[str, int]) -> dict[str, float]:
    """Proportional share where the kernel tells it (PostgreSQL's processes share most), else resident memory."""
    return {
        name: round(_pss_mb(pid, tree), 1)
        for (name, tree), pid in zip(_trees(roots).items(), roots.values(), strict=True)
    }


def _pss_mb(pid: int, tree: list[list[str]]) -> float:
    total = 0.0
    for child in _pids(pid):
        try:
            lines = Path(f"/proc/{child}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:
            return sum(int(fields[21]) for fields in tree) * _PAGE_MB
        total += next((int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)
    return total


def _pids(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("utf-8").split():
                found += _pids(int(child))
    except OSError:
        pass
    return found
