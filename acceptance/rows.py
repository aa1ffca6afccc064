"""The rows of what is asked for, as `rows.yaml` lists them, and the script of each that has one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from acceptance.about import About, Text
from hujiao.embedded.problem import Problem

FOLDER = Path(__file__).parent
LIST = FOLDER / "rows.yaml"
_ROW = re.compile(r"[A-Z]+-\d+")
Languages = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    group: Text
    clauses: Text
    title: Text
    text: Text
    has_script: bool

    def about(self) -> About:
        found: About = self._script().ABOUT
        return found

    async def accept(self, scene: Any) -> None:
        """Does what the script says, in this scene."""
        does: Callable[[Any], Awaitable[None]] = self._script().accept
        await does(scene)

    def _script(self) -> Any:
        return import_module(f"acceptance.{self.id.partition('-')[0]}.{self.id.replace('-', '_')}")


def known(file: Path = LIST, scripts: Path = FOLDER) -> dict[str, Row]:
    """Returns all rows by their ids, in the list's order."""
    listed = yaml.safe_load(file.read_text("utf-8"))
    built = {path.stem.replace("_", "-") for path in scripts.glob("*/*.py")}
    rows = {
        name: Row(
            name,
            _text(listed["groups"][name.partition("-")[0]]),
            _clauses(row["clauses"], listed["documents"]),
            _text(row["title"]),
            _text(row["text"]),
            name in built,
        )
        for name, row in listed["rows"].items()
    }
    if strangers := sorted(name for name in built if _ROW.fullmatch(name) and name not in rows):
        raise Problem(f"{file.name} does not list {', '.join(strangers)}, which has a script.")
    return rows


def _text(languages: Languages) -> Text:
    return Text(languages["en"], languages["zh-CN"])


def _clauses(clauses: Sequence[str], documents: dict[str, Languages]) -> Text:
    """Returns the clauses with their documents' names: "spec 2.1.1" is section 2.1.1 of the document `spec`."""
    parts = [clause.partition(" ") for clause in clauses]
    en = [f"{documents[document]['en']} {section}".strip() for document, _, section in parts]
    zh = [f"《{documents[document]['zh-CN']}》{section}" for document, _, section in parts]
    return Text("; ".join(en), "；".join(zh))


def chosen(rows: dict[str, Row], names: str | None) -> list[Row]:
    """Returns the rows named, "AGT-2,IVR": a group stands for its rows. Without names, all."""
    if names is None:
        return list(rows.values())
    found: dict[str, Row] = {}
    for name in filter(None, (part.strip().upper().replace("_", "-") for part in names.split(","))):
        these = {one: row for one, row in rows.items() if name in (one, one.partition("-")[0])}
        if not these:
            groups = ", ".join(dict.fromkeys(one.partition("-")[0] for one in rows))
            raise Problem(f"There is no row {name}. ./hujiao accept --list shows all; the groups are {groups}.")
        found |= these
    if not found:
        raise Problem("--rows names no row. ./hujiao accept --list shows all.")
    return list(found.values())
