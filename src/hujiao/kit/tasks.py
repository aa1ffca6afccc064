"""The tasks of a process. A loop that ends ends the process, with its reason in the log; a short work logs its own.

Nothing is lost by such an end: what is true is in the database, and the supervisor starts the process again at once.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import structlog
import uvloop

log = structlog.get_logger()

# The event loop answered nothing for so long: the log gets every thread's traceback, and the process ends.
BLOCKED_SECONDS = 30.0
LOOK_SECONDS = 3.0
AGAIN_SECONDS = 2.0
# Told to stop, a process ends within this time, with a traceback of what held it up. The supervisor waits for longer.
DRAIN_SECONDS = 10.0


class Tasks:
    """The tasks of one owner, which ends them with `stop`."""

    ending: ClassVar[bool] = False  # the process is: whoever ends now need not say so

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def keep(self, name: str, loop: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a loop for as long as its owner lives: the process ends when it does, however it does."""
        return self._run(name, loop, _kept_ended)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a work that ends by itself; what it raises is logged."""
        return self._run(getattr(work, "__qualname__", "work"), work, _spawned_ended)

    async def stop(self) -> None:
        running = set(self._running)
        self._running.clear()
        await _end(running)

    def _run(
        self, name: str, work: Coroutine[Any, Any, Any], ended: Callable[[asyncio.Task[Any]], None]
    ) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)

        def done(task: asyncio.Task[Any]) -> None:
            if task in self._running and not Tasks.ending:  # nobody stopped it
                ended(task)
            self._running.discard(task)

        task.add_done_callback(done)
        return task


def _kept_ended(task: asyncio.Task[Any]) -> None:
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    log.error("loop_ended", loop=task.get_name(), exc_info=error)
    os._exit(1)  # at once: what it left undone would hold up an end in order


def _spawned_ended(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("task_failed", task=task.get_name(), exc_info=error)


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel until they have ended: `asyncio.wait_for` forgets a cancellation that comes together with its result."""
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN_SECONDS)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            log.debug("ended_with", task=task.get_name(), exc_info=error)


async def first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Run these together until one of them ends, and cancel the others; raises what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _end(set(tasks))
    for task in tasks:
        if task in ended:
            task.result()


class Watchdog:
    """Ends a process whose event loop is stuck, and says where: faulthandler's own thread needs nobody's lock."""

    def __init__(self) -> None:
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            faulthandler.dump_traceback_later(BLOCKED_SECONDS, exit=True)
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.Event().wait()

    def stop_within(self, seconds: float) -> None:
        self._stopping = True
        faulthandler.dump_traceback_later(seconds, exit=True)


def run(serve: Callable[[asyncio.Event], Coroutine[Any, Any, None]], *, drain_seconds: float = DRAIN_SECONDS) -> int:
    """Run a process until SIGTERM or SIGINT sets the event that `serve` gets; returns the exit code."""
    return uvloop.run(_run(serve, drain_seconds))


async def _late(stop: asyncio.Event, drain_seconds: float) -> None:
    """Ends the process when its end in order takes too long: a little before the watchdog, which knows no tasks."""
    await stop.wait()
    await asyncio.sleep(0.9 * drain_seconds)
    ours = asyncio.current_task()
    log.error("not_ended", waiting=sorted(_place(task) for task in asyncio.all_tasks() if task is not ours))
    os._exit(1)


def _place(task: asyncio.Task[Any]) -> str:
    """A task's name, and the innermost coroutine of ours or others' that it waits in."""
    found: Any = task.get_coro()
    while getattr(inner := getattr(found, "cr_await", None), "cr_frame", None):
        found = inner
    return f"{task.get_name()} in {getattr(found, '__qualname__', found)}"


async def _run(serve: Callable[[asyncio.Event], Coroutine[Any, Any, None]], drain_seconds: float) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    watchdog = Watchdog()

    def told(*_: object) -> None:
        watchdog.stop_within(drain_seconds)
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)  # not the loop's own handlers: they wait for a loop that may be stuck
    tasks = Tasks()
    tasks.keep("watchdog", watchdog.run())
    tasks.keep("end", _late(stop, drain_seconds))
    try:
        await serve(stop)
    except Exception:
        log.exception("process_failed")
        return 1
    finally:
        Tasks.ending = True
        watchdog.stop_within(drain_seconds)
    return 0
