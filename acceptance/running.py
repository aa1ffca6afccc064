"""Rows are tried one after the other; what one of them does costs that one only."""

from __future__ import annotations

import asyncio
import shutil
import time
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import msgspec

from acceptance.about import Text
from acceptance.check import NotHere, Unmet
from acceptance.notes import Evidence, Notes
from acceptance.rows import FOLDER, Row
from hujiao.embedded.problem import Problem
from hujiao.kit.errors import HujiaoError

Verdict = Literal["passed", "partly", "failed", "not_built", "not_run"]
Outcome = tuple[Verdict, str]  # and why
Setting = Callable[[Notes], AbstractAsyncContextManager[Any]]
CLEAN_UP_SECONDS = 45.0
_LONGEST_PROBLEM = 1500


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of a row: `lacks` is what is missing for more than "partly", `problem` why it failed."""

    row: str
    verdict: Verdict
    ended: datetime | None = None
    seconds: float = 0.0
    observed: list[Text] = []
    lacks: list[Text] = []
    problem: str = ""
    evidence: list[Evidence] = []

    @property
    def stands(self) -> bool:
        """Whether a resumed run leaves it as it is."""
        return self.verdict in ("passed", "partly", "not_built")


async def tried(row: Row, setting: Setting, folder: Path) -> Result:
    """Returns what comes of the row, in a setting of its own; evidence goes below `folder`."""
    if not row.has_script:
        return Result(row.id, "not_built")
    shutil.rmtree(folder / row.id, ignore_errors=True)  # of an earlier try
    began, notes = time.monotonic(), Notes(row.id, folder)
    lacks: list[Text] = []
    verdict: Verdict
    try:
        about = row.about()
    except Exception as error:
        verdict, problem = "failed", f"The script cannot be read: {_sentence(error)}"
    else:
        lacks = list(about.lacks)
        verdict, problem = await _within(about.seconds, _accept(row, setting, notes))
        if verdict == "passed" and lacks:
            verdict = "partly"
    seconds = round(time.monotonic() - began, 1)
    return Result(row.id, verdict, datetime.now(UTC), seconds, notes.observed, lacks, problem, notes.evidence)


async def _accept(row: Row, setting: Setting, notes: Notes) -> Outcome:
    outcome: Outcome = ("passed", "")
    try:
        async with setting(notes) as scene:
            try:
                await row.accept(scene)
            except (Exception, SystemExit) as error:
                outcome = _outcome(error)
    except (Exception, SystemExit) as error:  # before the row, or when it was over
        if outcome[0] == "passed":
            outcome = _outcome(error)
    return outcome


def _outcome(error: BaseException) -> Outcome:
    return ("not_run" if isinstance(error, NotHere) else "failed"), _sentence(error)


async def _within(seconds: float, trying: Coroutine[Any, Any, Outcome]) -> Outcome:
    task = asyncio.create_task(trying)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        stack = task.get_stack()
        return "failed", f"It was not over within {seconds:.0f} s{_own_place(stack)}."
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CLEAN_UP_SECONDS)


def _sentence(error: BaseException) -> str:
    said = str(error)[:_LONGEST_PROBLEM]
    if isinstance(error, Unmet | NotHere | Problem | HujiaoError):
        return said
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return f"{type(error).__name__}: {said}{_own_place(frames)}"


def _own_place(frames: Sequence[FrameType]) -> str:
    """Returns where in a row's own script it happened, as words to add."""
    own = [frame for frame in frames if FOLDER in Path(frame.f_code.co_filename).parents] or frames
    return f" ({Path(own[-1].f_code.co_filename).name}, line {own[-1].f_lineno})" if own else ""
