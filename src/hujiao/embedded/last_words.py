"""The line of a log that says best why its writer ended."""

from __future__ import annotations

import json
import re
from pathlib import Path

_TELLING = re.compile(r"\b(FATAL|PANIC|ERROR|CRITICAL|error|Error|Exception|cannot|failed|denied)\b")
_ASIDE = re.compile(r"\s*\((Background on this error|\[SQL)|\s*File \"|\s*\^+")  # of tracebacks, says nothing
_FRAME = re.compile(r'  File "(.+)", line (\d+) in (.+)')  # as faulthandler writes it
_LENGTH = 240


def last_words(log: Path, since: int = 0, *, only_telling: bool = False) -> str:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(since if since <= size else 0, size - 65536))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return of_text(text, only_telling=only_telling)


def of_text(text: str, *, only_telling: bool = False) -> str:
    if stood := _stood_still(text):
        return stood
    lines = [_plain(line) for line in text.splitlines() if line.strip() and not _ASIDE.match(line)]
    telling = [line for line in lines if _TELLING.search(line)]
    chosen = telling or ([] if only_telling else lines)
    return chosen[-1][:_LENGTH] if chosen else ""


def _stood_still(text: str) -> str:
    """Where the main thread was, which faulthandler tells last, when its time was over: the innermost call first."""
    _, timeout, threads = text.rpartition("Timeout (")
    frame = _FRAME.match(threads.rpartition("(most recent call first):\n")[2]) if timeout else None
    return f"it stood still in {frame[3]} ({Path(frame[1]).name}, line {frame[2]})" if frame else ""


def _plain(line: str) -> str:
    """A JSON line as the sentence in it; the last line of its traceback says more than its event's name."""
    line = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).strip()
    if line.startswith("{"):
        try:
            record = json.loads(line)
        except ValueError:
            return line
        if isinstance(record, dict):
            trace = str(record.get("exception") or "").strip().splitlines()
            event = str(record.get("event", ""))
            mark = "error " if record.get("level") in {"error", "critical"} else ""
            named = " ".join(str(part) for part in (event, record.get("loop")) if part)
            waiting = ", ".join(record.get("waiting") or ())
            more = trace[-1] if trace else waiting
            return mark + (f"{named}: {more}" if more else named)
    return line
