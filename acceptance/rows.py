"""The rows that can be tried: found as files, chosen by id, run one after another."""

from __future__ import annotations

import ast
import asyncio
import re
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from acceptance.check import Unmet
from hujiao.embedded.problem import Problem
from hujiao.kit.errors import HujiaoError

FOLDER = Path(__file__).parent
ROW_SECONDS = 300.0
_ROW = re.compile(r"[A-Z]+-\d+")
_PLACE = re.compile(r"(\D+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    path: Path

    def function(self) -> Callable[[Any], Awaitable[None]]:
        """What the script does with a scene."""
        found: Callable[[Any], Awaitable[None]] = import_module(
            f"acceptance.{self.path.parent.name}.{self.path.stem}"
        ).accept
        return found

    async def accept(self, scene: Any) -> None:
        await self.function()(scene)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row; `problem` is the sentence that says why it is not accepted."""

    row: Row
    seconds: float
    problem: str | None

    def line(self) -> str:
        mark = "✗" if self.problem else "✓"
        said = f"{mark} {self.row.id:<7} {self.row.title} ({self.seconds:.1f} s)"
        return f"{said}\n    {self.problem}" if self.problem else said

    def record(self) -> dict[str, Any]:
        said = {"row": self.row.id, "title": self.row.title, "ok": self.problem is None}
        return {**said, "seconds": round(self.seconds, 1), "problem": self.problem}


def found(folder: Path = FOLDER) -> dict[str, Row]:
    """All rows by id, in the order of groups and numbers."""
    rows = [_read(path) for path in folder.glob("*/[A-Z]*.py")]
    return {row.id: row for row in sorted(rows, key=lambda row: _in_order(row.id))}


def _read(path: Path) -> Row:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    row, _, title = said.partition("\n")[0].partition(": ")
    if row != path.stem.replace("_", "-") or not title:
        raise Problem(f"{path}: its docstring must begin with “{path.stem.replace('_', '-')}: ” and a title.")
    return Row(row, title.rstrip("."), path)


def _in_order(row: str) -> tuple[str, int]:
    group, number = _PLACE.fullmatch(row).groups()  # type: ignore[union-attr]
    return group, int(number)


def chosen(rows: dict[str, Row], ids: Sequence[str]) -> list[Row]:
    """The rows named, in that order; all without names."""
    wanted = [name.upper().replace("_", "-") for name in ids]
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        raise Problem(f"No script accepts {', '.join(unknown)}. Rows that have one: {', '.join(rows) or 'none'}.")
    return [rows[name] for name in dict.fromkeys(wanted)] or list(rows.values())


def without_script(requirements: str, rows: Iterable[str]) -> dict[str, str]:
    """Rows of a requirements table (Markdown: `| ID | text |`) that no script accepts, with their texts."""
    have, lacking = set(rows), {}
    for line in requirements.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) > 1 and _ROW.fullmatch(cells[0]) and cells[0] not in have:
            lacking[cells[0]] = cells[1]
    return lacking


async def run(rows: Sequence[Row], setting: Callable[[Row], AbstractAsyncContextManager[Any]]) -> AsyncIterator[Result]:
    """Each row in a scene of its own; one that fails does not keep the next from being tried."""
    for row in rows:
        began, problem = time.monotonic(), None
        try:
            async with asyncio.timeout(ROW_SECONDS), setting(row) as scene:
                await row.accept(scene)
        except (Unmet, Problem, HujiaoError) as error:
            problem = str(error)
        except TimeoutError as error:
            problem = str(error) or f"It was not over within {ROW_SECONDS:.0f} s, or a step never came: {_place(error)}"
        except Exception as error:
            problem = f"{type(error).__name__}: {error} ({_place(error)})"
        yield Result(row, time.monotonic() - began, problem)


def _place(error: BaseException) -> str:
    """Where in the row's own script it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if FOLDER in Path(frame.filename).parents] or frames
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}"
