"""What is noted while a row is tried: what was seen, and the files that prove it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from acceptance.about import Text

Kind = Literal["recording", "timeline", "screenshot", "file"]
_TELLING = ("node", "keys", "reason", "why", "number", "to", "ended_by", "end_reason", "talk_seconds", "hold_seconds")


class Evidence(msgspec.Struct, frozen=True):
    """A file, by its path below the folder of the run's evidence."""

    kind: Kind
    path: str
    caption: Text


class Step(msgspec.Struct, frozen=True):
    """A line of a timeline."""

    at: datetime
    kind: str
    detail: str = ""


@dataclass
class Notes:
    """Grows while the row is tried, so that what was seen before a failure is kept."""

    row: str
    folder: Path
    observed: list[Text] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def saw(self, en: str, zh: str) -> None:
        self.observed.append(Text(en, zh))

    def place(self, kind: Kind, name: str, caption: Text) -> Path:
        """Returns where the file is to be written, which is evidence from now on."""
        stem, dot, ending = name.rpartition(".")
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")
        taken = {item.path for item in self.evidence}
        path, count = f"{self.row}/{safe}{dot}{ending}", 1
        while path in taken:
            count += 1
            path = f"{self.row}/{safe}-{count}{dot}{ending}"
        self.evidence.append(Evidence(kind, path, caption))
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def keep(self, kind: Kind, name: str, content: bytes, caption: Text) -> None:
        self.place(kind, name, caption).write_bytes(content)

    def timeline(self, contact: dict[str, Any]) -> None:
        """Keeps all that is recorded of a contact."""
        caller = contact["caller"] or "withheld"
        caption = Text(f"Timeline of the contact of {caller}", f"{caller} 联络的时间轴")
        content = msgspec.json.format(msgspec.json.encode(contact), indent=1)
        self.keep("timeline", f"timeline-{caller}.json", content, caption)


def steps(file: Path) -> list[Step]:
    """What a kept timeline says happened, in its order."""
    events = msgspec.json.decode(file.read_bytes())["events"]
    return [Step(datetime.fromisoformat(event["at"]), event["kind"], _detail(event["data"])) for event in events]


def _detail(data: dict[str, Any]) -> str:
    """The short values that say most of an event."""
    return ", ".join(f"{name} {data[name]}" for name in _TELLING if data.get(name) not in (None, ""))
