"""The process of `apart`: work comes in, results go out, and too much of it ends the process.

python -m hujiao.kit.apart_worker
(length, pickled seconds, function and arguments) … → (length, pickled result or error) …
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from hujiao.kit.apart import LENGTH, OverBounds

MEMORY = 2 * 1024**3


def main() -> None:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    while header := source.read(LENGTH.size):
        (length,) = LENGTH.unpack(header)
        seconds, function, arguments = pickle.loads(source.read(length))
        _answer(answers, _worked(seconds, function, arguments))


def _worked(seconds: float, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    signal.setitimer(signal.ITIMER_PROF, seconds)  # whose signal ends the process, also inside of C
    try:
        return True, function(*arguments)
    except (MemoryError, RecursionError):
        return False, OverBounds("error.over_bounds")
    except Exception as error:
        return False, error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(answers: BinaryIO, result: tuple[bool, Any]) -> None:
    try:
        content = pickle.dumps(result)
    except Exception as error:  # an error that holds what cannot travel
        content = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {result[1]!r:.500}")))
    answers.write(LENGTH.pack(len(content)) + content)
    answers.flush()


if __name__ == "__main__":
    main()
