"""hujiao's processes with one of their loops broken: they end and say which one and why; told to stop, they stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError
from hujiao.kit.settings import CHECKOUT, Settings
from tests.conftest import START_SECONDS, until

# Loaded by every interpreter before anything else: from when the file `broken` exists, that method raises, or lets
# nobody else in.
BROKEN = """
import pathlib, time
from {module} import {owner}
whole = {owner}.{method}
def broken(self, *arguments, **named):
    mark = pathlib.Path(__file__).with_name("broken")
    if mark.exists():
        {does}
    return whole(self, *arguments, **named)
{owner}.{method} = broken
"""
RAISES, HANGS = 'raise KeyError("no such caller")', "time.sleep(3600)"


@dataclass(frozen=True)
class Loop:
    process: str
    name: str
    module: str
    owner: str
    method: str  # that the loop calls again and again, which catches what it expects


LOOPS = [
    Loop("runtime", "ownership", "hujiao.app.runtime.ownership", "Ownership", "_renew"),
    Loop("runtime", "connection", "hujiao.asterisk.client", "AriSocket", "run"),
    Loop("jobs", "projector", "hujiao.app.jobs.projector", "Projector", "_behind"),
    Loop("jobs", "recordings", "hujiao.recordings.pipeline", "Pipeline", "_pause"),
    Loop("node", "watch", "hujiao.asterisk.node.watch", "Watch", "_beat"),
]


@dataclass
class Broken:
    """A process of which a method can be broken, and what it wrote."""

    process: asyncio.subprocess.Process
    folder: Path
    log: Path

    def breaks(self) -> None:
        (self.folder / "broken").touch()

    def mend(self) -> None:
        (self.folder / "broken").unlink()

    def told(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


@asynccontextmanager
async def started(settings: Settings, folder: Path, loop: Loop, does: str = RAISES) -> AsyncIterator[Broken]:
    (folder / "sitecustomize.py").write_text(
        BROKEN.format(module=loop.module, owner=loop.owner, method=loop.method, does=does), "utf-8"
    )
    path = folder / "log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hujiao", "process", loop.process),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                "HUJIAO_HOME": str(settings.home),
                "PYTHONPATH": os.pathsep.join((str(folder), str(CHECKOUT / "src"))),
            },
        )
    try:
        yield Broken(process, folder, path)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def answers(bus: Bus, process: str) -> None:
    async def answered() -> bool:
        with suppress(HujiaoError):
            return bool((await bus.request(bus.subjects.health(process), {}, timeout=1))["detail"])
        return False

    await until(answered, process)


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: f"{loop.process} {loop.name}")
async def test_a_loop_that_raises_ends_its_process_and_says_why(
    settings: Settings, bus: Bus, tmp_path: Path, loop: Loop
) -> None:
    async with started(settings, tmp_path, loop) as broken:
        await answers(bus, loop.process)
        broken.breaks()
        assert await asyncio.wait_for(broken.process.wait(), START_SECONDS) == 1
        (line,) = broken.told("loop_ended")
    assert line["level"] == "error"
    assert line["loop"].startswith(loop.name)
    assert "KeyError: 'no such caller'" in line["exception"]


@pytest.mark.parametrize(
    "loop",
    [
        Loop("runtime", "standby", "hujiao.app.runtime.standby", "Standby", "_read"),
        Loop("jobs", "projector", "hujiao.app.jobs.projector", "Projector", "_behind"),
        Loop("node", "watch", "hujiao.asterisk.node.watch", "Watch", "_beat"),
    ],
    ids=lambda loop: loop.process,
)
async def test_a_process_that_is_well_stops_in_order(settings: Settings, bus: Bus, tmp_path: Path, loop: Loop) -> None:
    async with started(settings, tmp_path, loop) as process:
        await answers(bus, loop.process)
        process.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.process.wait(), START_SECONDS) == 0
        assert process.told("loop_ended") == []
