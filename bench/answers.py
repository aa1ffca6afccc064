"""Answer delay, the same in every arm: from the caller's INVITE until caller and agent hear each other.

That moment is the second entry into the bridge, as Asterisk's own channel event log writes it (CEL, BRIDGE_ENTER): what
an application does after the agent's 200 OK belongs to the delay. The INVITE's time is SIPp's; both read one clock.
"""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

from hujiao.kit.settings import Settings

_CEL = """[general]
enable = yes
events = BRIDGE_ENTER
"""
_CEL_CUSTOM = """[mappings]
bench.csv => ${CSV_QUOTE(${eventtime})},${CSV_QUOTE(${CALLERID(num)})},${CSV_QUOTE(${eventextra})}
"""
FILES = {"cel.conf": _CEL, "cel_custom.conf": _CEL_CUSTOM}
MODULES = ("res_cdrel_custom", "cel_custom")


class Bridges:
    """Reads what the log got since the last look."""

    def __init__(self, settings: Settings) -> None:
        self._file = settings.logs / "cel-custom" / "bench.csv"
        self._read = 0

    def since_last(self) -> dict[str, float]:
        """Caller's number → epoch seconds at which both legs were in the bridge."""
        entered: dict[str, list[float]] = {}
        callers: dict[str, str] = {}
        for at, caller, extra in csv.reader(self._new_lines()):
            bridge = json.loads(extra)["bridge_id"]
            entered.setdefault(bridge, []).append(float(at))
            if "x" in caller:  # the caller's own leg; the agent's may show the number that was called
                callers[bridge] = caller
        return {
            callers[bridge]: sorted(times)[1]
            for bridge, times in entered.items()
            if len(times) > 1 and bridge in callers
        }

    def _new_lines(self) -> list[str]:
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        data = data[: data.rfind(b"\n") + 1]
        self._read += len(data)
        return data.decode().splitlines()


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so large a share does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def now() -> float:
    """The clock that SIPp and Asterisk read, too."""
    return time.time()


def folder(settings: Settings) -> Path:
    return settings.logs / "cel-custom"
