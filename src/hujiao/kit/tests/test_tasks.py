"""What becomes of a process whose loops end, raise or stand still: seen from outside, as the supervisor sees it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hujiao.kit.tasks import Tasks, first_of

WAIT = 60

BEGIN = """
import asyncio, sys, time
from hujiao.kit import log, tasks
log.configure("tried")
tasks.BLOCKED_SECONDS, tasks.LOOK_SECONDS = 1.0, 0.2
loops = tasks.Tasks()
async def for_ever():
    await asyncio.Event().wait()
async def ended():
    return
async def fails():
    raise KeyError("no such caller")
async def stuck_in_python():
    while True:
        pass
async def stuck_in_c():
    time.sleep(3600)
async def cancelled():
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future
async def serve(stop):
    print("serving", flush=True)
    {body}
    await stop.wait()
    {end}
sys.exit(tasks.run(serve, drain_seconds={drain}))
"""


@contextmanager
def process(body: str, end: str = "await loops.stop()", *, drain: float = 30.0) -> Iterator[subprocess.Popen[str]]:
    code = BEGIN.format(body=body, end=end, drain=drain)
    with subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def told(errors: str, event: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    (found,) = (line for line in lines if line["event"] == event)
    return found


@pytest.mark.parametrize(
    ("loop", "why"), [("fails", "no such caller"), ("cancelled", "CancelledError"), ("ended", None)]
)
def test_a_loop_that_ends_ends_the_process_and_says_which_and_why(loop: str, why: str | None) -> None:
    with process(f"loops.keep('commit', {loop}())", end="await for_ever()") as started:
        _, errors = started.communicate(timeout=WAIT)
    line = told(errors, "loop_ended")
    assert started.returncode == 1
    assert (line["level"], line["loop"]) == ("error", "commit")
    assert why is None or why in line["exception"]


def test_a_short_work_that_fails_ends_nothing_and_is_told() -> None:
    body = "loops.keep('idle', for_ever()); loops.spawn(fails()); await asyncio.sleep(0.1); stop.set()"
    with process(body) as started:
        _, errors = started.communicate(timeout=WAIT)
    assert started.returncode == 0
    line = told(errors, "task_failed")
    assert (line["level"], line["task"]) == ("error", "fails")
    assert "no such caller" in line["exception"]


def test_a_process_that_cannot_begin_says_why() -> None:
    with process("await fails()") as started:
        _, errors = started.communicate(timeout=WAIT)
    assert started.returncode == 1
    assert "no such caller" in told(errors, "process_failed")["exception"]


def test_told_to_stop_it_ends_its_loops_and_then_itself() -> None:
    with process("loops.keep('idle', for_ever())") as started:
        assert started.stdout and started.stdout.readline() == "serving\n"
        started.send_signal(signal.SIGTERM)
        _, errors = started.communicate(timeout=WAIT)
    assert (started.returncode, errors) == (0, "")


def test_told_to_stop_while_a_loop_lets_nobody_in_it_ends_within_its_time() -> None:
    body = "tasks.BLOCKED_SECONDS = 3600; loops.keep('commit', stuck_in_python())"
    with process(body, drain=0.5) as started:
        assert started.stdout and started.stdout.readline() == "serving\n"
        started.send_signal(signal.SIGTERM)
        _, errors = started.communicate(timeout=WAIT)
    assert started.returncode == 1
    assert "Timeout (0:00:00.5" in errors
    assert "stuck_in_python" in errors


def test_an_end_that_waits_for_ever_is_cut_off_and_says_for_what() -> None:
    with process("loops.keep('commit', for_ever())", end="await for_ever()", drain=2) as started:
        assert started.stdout and started.stdout.readline() == "serving\n"
        started.send_signal(signal.SIGTERM)
        _, errors = started.communicate(timeout=WAIT)
    assert started.returncode == 1
    waiting = told(errors, "not_ended")["waiting"]
    assert any(line.startswith("commit in Event.wait") for line in waiting)


@pytest.mark.parametrize("loop", ["stuck_in_python", "stuck_in_c"])
def test_an_event_loop_that_stands_still_ends_the_process_and_says_where(loop: str) -> None:
    with process(f"await asyncio.sleep(0.1); loops.keep('commit', {loop}())") as started:
        _, errors = started.communicate(timeout=WAIT)
    assert started.returncode == 1
    assert loop in errors


async def test_a_stopped_loop_ends_nobody() -> None:
    tasks = Tasks()
    kept = tasks.keep("idle", asyncio.Event().wait())
    await asyncio.sleep(0)
    await tasks.stop()
    assert kept.cancelled()


async def test_a_loop_that_misses_its_cancellation_is_told_again() -> None:
    """As one that waits with `asyncio.wait_for` for what happens at that very moment."""
    happened, rounds = asyncio.Event(), []

    async def loop() -> None:
        while True:
            happened.clear()
            await asyncio.wait_for(happened.wait(), WAIT)
            rounds.append(1)

    tasks = Tasks()
    kept = tasks.keep("loop", loop())
    while not rounds:
        await asyncio.sleep(0)
        happened.set()
    for _ in range(3):
        await asyncio.sleep(0)
    happened.set()
    await asyncio.sleep(0)  # the inner task has its result, the loop does not know it yet
    async with asyncio.timeout(WAIT / 2):
        await tasks.stop()
    assert kept.cancelled()


async def test_the_first_to_end_ends_the_others_and_its_error_is_everybodys() -> None:
    ended: list[str] = []

    async def waits(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        await first_of(waits("reader"), fails(), waits("beat"))
    assert sorted(ended) == ["beat", "reader"]
    ended.clear()
    await first_of(waits("reader"), asyncio.sleep(0))
    assert ended == ["reader"]
