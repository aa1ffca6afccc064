"""One process that starts the parts, watches them, starts them again, and ends them all when it ends.

It is steered over a Unix socket in the instance's home: one JSON object a line, one answer a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import resource
import signal
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from hujiao.embedded.last_words import last_words
from hujiao.embedded.processes import MARK, die_with_parent

LOG_LIMIT = 50_000_000
_HEALTH_SECONDS = 3.0


class Impaired(Exception):
    """A part works, but not wholly, and starting it again would not help; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """What has to run; parts start in order and stop in reverse.

    `healthy` asks it whether it does its work; it raises `Impaired` for one that is to be left as it is, and told of.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    healthy: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    start_seconds: float = 120.0  # it may take so long to become healthy
    hang_seconds: float = 45.0  # no answer for so long: it hangs, and is started again
    user: int | None = None
    group: int | None = None
    port: int | None = None
    # Tells the part to finish its work and end by itself (calls drain), before anything is stopped.
    drain: Callable[[], Awaitable[None]] | None = None


def back_off(failures: int) -> float:
    """Seconds before the next start: at once the first time, then longer, half a minute at most."""
    return 0.0 if failures <= 1 else min(30.0, 0.5 * 2.0 ** (failures - 2))


# Up for so long: earlier failures no longer count. Who ends later is no loop of starts that uses up the machine, and
# callers wait for it.
STEADY_SECONDS = 10.0


class Keeper:
    """Keeps one part running."""

    def __init__(self, part: Part, home: Path, say: Callable[[str], None]) -> None:
        self.part = part
        self.state = "stopped"
        self.pid: int | None = None
        self.since = time.time()
        self.restarts = 0
        self.reason = ""
        self._home = home
        self._say = say
        self._wanted = False
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._failures = 0
        self._lacking = ""  # of a part that works, but not wholly

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._wanted = True
            self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        self._wanted = False
        if self._process and self._process.returncode is None:
            await self._end(self._process)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._enter("stopped")
        self.pid = None

    async def drained(self, seconds: float) -> None:
        """Let the part end by itself within the time."""
        if self.part.drain is None or self._process is None or self._process.returncode is not None:
            return
        self._wanted = False
        self._enter("draining")
        try:
            async with asyncio.timeout(seconds):
                await self.part.drain()
        except TimeoutError:
            self._say(f"{self.part.name}: not finished within {seconds:.0f} s, stopped")
        except OSError as error:
            self._say(f"{self.part.name}: cannot drain ({error}), stopped")

    def report(self) -> dict[str, Any]:
        return {
            "name": self.part.name,
            "state": self.state,
            "pid": self.pid,
            "since": self.since,
            "restarts": self.restarts,
            "reason": self._lacking if self.state == "impaired" else self.reason,
            "port": self.part.port,
        }

    def _works(self, lacking: str) -> None:
        if lacking != self._lacking:
            self._lacking = lacking
            self._say(f"{self.part.name}: {lacking or 'whole again'}")
        self._enter("impaired" if lacking else "running")

    def _enter(self, state: str) -> None:
        if state != self.state:
            self.state, self.since = state, time.time()

    async def _keep(self) -> None:
        while self._wanted:
            began = time.monotonic()
            try:
                why = await self._run_once()
            except OSError as error:
                why = f"does not start: {error}"
            except Exception as error:  # our own fault, and nobody's who would watch over us
                self._say(traceback.format_exc().rstrip())
                why = f"could not be watched: {type(error).__name__}: {error}"
            if not self._wanted:
                return
            if time.monotonic() - began > STEADY_SECONDS:
                self._failures = 0
            self._failures += 1
            self.restarts += 1
            self.reason = why
            delay = back_off(self._failures)
            self._enter("waiting" if delay else "starting")
            self._say(f"{self.part.name} {why}; next start in {delay:.1f} s")
            await asyncio.sleep(delay)

    async def _run_once(self) -> str:
        """One life of the part; returns how it ended."""
        part = self.part
        self._enter("starting")
        self._lacking = ""
        with part.log.open("ab") as log:
            mark = log.tell()
            process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, **part.environment, MARK: str(self._home)},
                start_new_session=True,
                preexec_fn=partial(die_with_parent, part.stop_signal),
                **({} if part.user is None else {"user": part.user, "group": part.group, "extra_groups": []}),  # type: ignore[arg-type]
            )
        self._process, self.pid = process, process.pid
        watching = asyncio.create_task(self._watch(process))
        ending = asyncio.create_task(process.wait())
        try:
            await asyncio.wait([ending, watching], return_when=asyncio.FIRST_COMPLETED)
        finally:
            watching.cancel()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # one that hangs, and workers that outlived it
        code = await ending
        self.pid = None
        with contextlib.suppress(asyncio.CancelledError):
            hung = await watching
            if hung:
                return hung
        ended = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        words = last_words(part.log, mark, only_telling=code < 0)
        return f"{ended}: {words}" if words else ended

    async def _watch(self, process: asyncio.subprocess.Process) -> str:
        """Follow the part's health; ends it, and says why, when it does not come up or hangs."""
        part = self.part
        answered_at = time.monotonic()
        came_up = False
        while process.returncode is None:
            lacking = ""
            try:
                healthy = await asyncio.wait_for(part.healthy(), 10)
            except Impaired as error:
                healthy, lacking = True, str(error)
            except Exception:  # whatever a check trips over means: not healthy now
                healthy = False
            now = time.monotonic()
            if healthy:
                answered_at, came_up = now, True
                if self.state != "draining":
                    self._works(lacking)
            silent = now - answered_at
            if silent > (part.hang_seconds if came_up else part.start_seconds):
                return f"did not answer for {silent:.0f} s" if came_up else f"was not ready after {silent:.0f} s"
            with contextlib.suppress(OSError):  # somebody may have taken the file away
                if part.log.stat().st_size > LOG_LIMIT:
                    rotate(part.log)
            await asyncio.sleep(_HEALTH_SECONDS if came_up else 0.2)
        return ""

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._enter("stopping")
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.part.stop_signal)
            process.send_signal(signal.SIGCONT)  # a frozen one has to hear it, too
        try:
            await asyncio.wait_for(process.wait(), self.part.stop_seconds)
        except TimeoutError:
            self._say(f"{self.part.name}: did not stop within {self.part.stop_seconds:.0f} s, killed")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def rotate(log: Path) -> None:
    """Keep what was written as `.1` and begin anew in the same file, which the part has open for appending."""
    data = log.read_bytes()
    log.with_name(log.name + ".1").write_bytes(data)
    os.truncate(log, 0)


class Supervisor:
    def __init__(self, home: Path, parts: Sequence[Part], stamp: str, say: Callable[[str], None]) -> None:
        self._keepers = {part.name: Keeper(part, home, say) for part in parts}
        self._stamp = stamp
        self._say = say
        self._done = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None

    async def serve(self, socket_path: Path) -> None:
        socket_path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._client, path=str(socket_path))
        socket_path.chmod(0o600)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: self._stop(0.0))
        async with server:
            await self._done.wait()
        socket_path.unlink(missing_ok=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = await self._command(json.loads(line))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, json.JSONDecodeError):
            pass
        finally:
            writer.close()

    async def _command(self, command: dict[str, Any]) -> dict[str, Any]:
        match command.get("op"):
            case "start":
                for name in command.get("names") or self._keepers:
                    if name in self._keepers:
                        self._keepers[name].start()
            case "restart" if command.get("name") in self._keepers:
                keeper = self._keepers[command["name"]]
                await keeper.stop()
                keeper.start()
            case "stop":
                self._stop(float(command.get("drain", 0)))
        return {
            "pid": os.getpid(),
            "stamp": self._stamp,
            "parts": [keeper.report() for keeper in self._keepers.values()],
        }

    def _stop(self, drain: float) -> None:
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop_all(drain))

    async def _stop_all(self, drain: float) -> None:
        self._say(f"stopping, calls may go on for {drain:.0f} s")
        if drain > 0:
            await asyncio.gather(*(keeper.drained(drain) for keeper in self._keepers.values()))
        try:
            for keeper in reversed(list(self._keepers.values())):
                await keeper.stop()
        finally:
            self._done.set()  # whatever is left ends with us


def hold_lock(run: Path) -> TextIO | None:
    """The right to supervise this instance; the kernel gives it back when the holder ends, however it ends."""
    run.mkdir(parents=True, exist_ok=True)
    file = (run / "supervisor.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def run(home: Path, run_folder: Path, parts: Sequence[Part], stamp: str) -> int:
    """The body of the supervising process."""
    lock = hold_lock(run_folder)
    if lock is None:
        return 0
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def say(text: str) -> None:
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)

    async def main() -> None:
        await Supervisor(home, parts, stamp, say).serve(run_folder / "supervisor.sock")

    say(f"supervisor {os.getpid()} for {home}")
    asyncio.run(main())
    say("stopped")
    lock.close()
    return 0
