"""A simulation in a process of its own: it computes for seconds, and nothing else waits for that."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hujiao.kit.settings import CHECKOUT

_LINE_BYTES = 32 * 1024 * 1024


@asynccontextmanager
async def simulating(work: Any) -> AsyncIterator[asyncio.StreamReader]:
    """Yields the lines of the worker, which ends with the block. It may break off: `BrokenPipeError`,
    `ConnectionResetError`, or no more lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hujiao.routing.simulation.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_BYTES,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        assert process.stdin and process.stdout
        process.stdin.write(pickle.dumps(work))
        await process.stdin.drain()
        process.stdin.close()
        yield process.stdout
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
