"""A place for the larger expressions of tenants: a process that is stopped when one takes too long or too much.

`Sandbox` starts a keeper, which forks a worker. The worker answers one request after another and keeps what it has
compiled. The kernel counts processor time: SIGPROF ends a worker that goes over; the keeper answers in its place and
forks the next one, which takes about a millisecond.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

import msgspec
from cel_expr_python import cel

from hujiao.kit.expressions import BadExpression, Expressions, OverBudget, evaluated, slow
from hujiao.kit.i18n import Said

# Nothing came back for so long: not even the kernel's count ended it (the machine stands still).
LOST_SECONDS = 1.0
START_SECONDS = 10.0
MEMORY_BYTES = 256_000_000  # of a worker, beside what it has at the start
_LENGTH_BYTES = 4
_READY = b"{}"


class _Request(msgspec.Struct):
    types: dict[str, str]
    source: str
    names: msgspec.Raw
    seconds: float


class _Answer(msgspec.Struct, omit_defaults=True):
    value: Any = None
    seconds: float = 0.0
    problem: str | None = None
    said: Said | None = None
    over: bool = False


class Sandbox:
    """Callable as `kit.expressions` wants it. It may be called from several threads; each waits for its turn."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._keeper: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def start(self) -> None:
        """Have it ready before it is needed; starting takes a few tenths of a second."""
        with self._turn:
            self._connected()

    def close(self) -> None:
        with self._turn:
            self._end()

    def __call__(self, types: Mapping[str, str], source: str, names: bytes, seconds: float) -> tuple[Any, float]:
        """The value and the seconds that it took; `OverBudget` or `BadExpression`."""
        request = msgspec.json.encode(_Request(dict(types), source, msgspec.Raw(names), seconds))
        with self._turn:
            try:
                line = self._connected()
                line.settimeout(LOST_SECONDS)
                _send(line, request)
                answer = msgspec.json.decode(_receive(line), type=_Answer)
            except (OSError, EOFError, msgspec.DecodeError) as error:
                self._end()
                raise _took(
                    OverBudget(f"{source}: it could not be evaluated: {error}", slow(source)), LOST_SECONDS
                ) from error
        if answer.over:
            limit = f"more than an expression may take ({seconds * 1000:.0f} ms)"
            raise _took(OverBudget(f"{source}: {limit}", slow(source)), seconds)
        if answer.problem is not None:
            raise _took(BadExpression(answer.problem, answer.said), answer.seconds)
        return answer.value, answer.seconds

    def _connected(self) -> socket.socket:
        if self._line is None or self._keeper is None or self._keeper.poll() is not None:
            self._end()
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", "hujiao.kit.sandbox", str(theirs.fileno())]
            self._keeper = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True)
            theirs.close()
            self._line = ours
            ours.settimeout(START_SECONDS)
            _receive(ours)
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._keeper is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
            self._keeper = None


def _took(error: BadExpression, seconds: float) -> BadExpression:
    error.seconds = seconds
    return error


def _send(line: socket.socket, data: bytes) -> None:
    line.sendall(len(data).to_bytes(_LENGTH_BYTES, "big") + data)


def _receive(line: socket.socket) -> bytes:
    return _exactly(line, int.from_bytes(_exactly(line, _LENGTH_BYTES), "big"))


def _exactly(line: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = line.recv(count - len(parts))
        if not part:
            raise EOFError("the sandbox has ended")
        parts += part
    return bytes(parts)


# ── the other side ───────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=16)
def _expressions(types: tuple[tuple[str, str], ...]) -> Expressions:
    return Expressions({name: cel.Type(kind) for name, kind in types})


def _work(line: socket.socket) -> None:
    """Answer requests until nobody asks any more, or one goes over its time."""
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            request = msgspec.json.decode(_receive(line), type=_Request)
        except EOFError:
            os._exit(0)
        expressions = _expressions(tuple(request.types.items()))
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, request.seconds)
        try:
            program = expressions.compile(request.source)
            value = evaluated(program, request.source, msgspec.json.decode(request.names))
            answer = _Answer(value=value)
        except BadExpression as error:
            answer = _Answer(problem=str(error), said=error.said)
        except (MemoryError, RecursionError):
            answer = _Answer(over=True)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer.seconds = time.process_time() - began
        _send(line, msgspec.json.encode(answer))


def _keep(line: socket.socket) -> None:
    """Fork workers until the last one has ended because nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    first = True
    while True:
        child = os.fork()
        if child == 0:
            _work(line)
        if first:
            _send(line, _READY)
            first = False
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return
        _send(line, msgspec.json.encode(_Answer(over=True)))


if __name__ == "__main__":
    _keep(socket.socket(fileno=int(sys.argv[1])))
