"""Work on what somebody sent, in a process of its own with bounds of time and memory.

A parser that loops or swells costs its sender an error and nobody else anything. The processes stay for the next work;
one that went over its bounds is ended, and the next one starts when it is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import struct
import sys
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import structlog

from hujiao.kit.errors import HujiaoError, Throttled

log = structlog.get_logger()

PROCESSES = 2
WAITING_OF_ONE = 4  # of one owner; one of them is worked on at a time
WALL_SECONDS = 30.0  # on a machine that is busy with calls, however little processor time was had
AGAIN_SECONDS = 2
LENGTH = struct.Struct(">Q")

Result = TypeVar("Result")


class OverBounds(HujiaoError):
    """The work took more time or memory than it may."""

    status, code = 422, "over_bounds"


class Apart:
    """`function` and its arguments travel by pickle: a function of a module, and plain values."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._free = asyncio.Semaphore(processes)
        self._idle: list[asyncio.subprocess.Process] = []
        self._lanes: dict[Hashable, asyncio.Lock] = {}
        self._waiting: Counter[Hashable] = Counter()

    async def run(
        self,
        owner: Hashable,
        seconds: float,
        function: Callable[..., Result],
        *arguments: Any,
        field: str | None = None,
    ) -> Result:
        """What the function returns or raises; `OverBounds` of this field when it needs more processor time."""
        if self._waiting[owner] >= WAITING_OF_ONE:
            raise Throttled("error.too_many_at_once", detail={"retry_after_seconds": AGAIN_SECONDS})
        self._waiting[owner] += 1
        try:
            async with self._lanes.setdefault(owner, asyncio.Lock()), self._free:
                answer = await self._asked(pickle.dumps((seconds, function, arguments)))
        except OverBounds as error:
            error.field = field
            raise
        finally:
            self._waiting[owner] -= 1
            if not self._waiting[owner]:
                del self._waiting[owner]
                self._lanes.pop(owner, None)
        worked, value = pickle.loads(answer)  # our own process's
        if not worked:
            if isinstance(value, OverBounds):
                value.field = field
            raise value
        result: Result = value
        return result

    async def _asked(self, work: bytes) -> bytes:
        self._idle = [process for process in self._idle if process.returncode is None]
        process = self._idle.pop() if self._idle else await _started()
        done = False
        try:
            assert process.stdin and process.stdout
            async with asyncio.timeout(WALL_SECONDS):
                process.stdin.write(LENGTH.pack(len(work)) + work)
                await process.stdin.drain()
                (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                answer = await process.stdout.readexactly(length)
            done = True
            return answer
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            log.warning("work_over_bounds", pid=process.pid)
            raise OverBounds("error.over_bounds") from None
        finally:
            if done and process.returncode is None:
                self._idle.append(process)
            else:
                await _ended(process)

    async def close(self) -> None:
        while self._idle:
            await _ended(self._idle.pop())


async def _started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hujiao.kit.apart_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"},
    )


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
