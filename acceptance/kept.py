"""A run on the disk: what it is of, each row's result as soon as it is there, the evidence. So it can go on later."""

from __future__ import annotations

import contextlib
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from acceptance.running import Result
from hujiao.embedded.problem import Problem

_ABOUT, _RESULTS, _EVIDENCE = "run.json", "results.jsonl", "evidence"


class Run(msgspec.Struct, frozen=True):
    """What was tried, where; `rows` are those that were chosen."""

    began: datetime
    versions: dict[str, str]
    machine: dict[str, str]
    home: str
    rows: list[str]


@dataclass(frozen=True, slots=True)
class Kept:
    folder: Path
    run: Run

    @property
    def evidence(self) -> Path:
        return self.folder / _EVIDENCE

    def add(self, result: Result) -> None:
        """Keeps a result so that it is there whatever happens to this process."""
        with (self.folder / _RESULTS).open("ab") as file:
            file.write(msgspec.json.encode(result) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def results(self) -> dict[str, Result]:
        """Returns the latest result of each row that has one."""
        try:
            lines = (self.folder / _RESULTS).read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        found: dict[str, Result] = {}
        for line in lines:
            try:
                result = msgspec.json.decode(line, type=Result)
            except msgspec.DecodeError:  # the process died while it wrote this line
                continue
            found[result.row] = result
        return found


def begin(parent: Path, run: Run) -> Kept:
    folder = parent / run.began.strftime("%Y%m%d-%H%M%S-%f")
    folder.mkdir(parents=True)
    (folder / _EVIDENCE).mkdir()
    (folder / _ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    return Kept(folder, run)


def resume(parent: Path, versions: dict[str, str], home: str) -> Kept:
    """Returns the latest run of this version on this installation; a part may have come since it began."""
    for folder in sorted(parent.glob("*-*"), reverse=True):
        try:
            run = msgspec.json.decode((folder / _ABOUT).read_bytes(), type=Run)
        except (OSError, msgspec.DecodeError):
            continue
        if run.versions.items() <= versions.items() and run.home == home:
            return Kept(folder, run)
    raise Problem("There is no run of this version on this installation to go on with: leave out --resume.")


def now() -> datetime:
    return datetime.now(UTC).astimezone()


def machine() -> dict[str, str]:
    """Returns what the machine is, by name."""
    system: Any = {}
    with contextlib.suppress(OSError):
        system = platform.freedesktop_os_release()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "name": platform.node(),
        "system": f"{system.get('PRETTY_NAME', platform.system())}, Linux {platform.release()}",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
