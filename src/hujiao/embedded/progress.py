"""One line for each step: what it does, how much, how long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


class Step:
    """A running step; `update` shows how far it is, `done` what the closing line says."""

    def __init__(self, title: str, stream: TextIO, clock: Callable[[], float]) -> None:
        self._title = title
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._closing = ""
        self._shown = ""
        self._shown_at = self._began

    def update(self, text: str) -> None:
        now = self._clock()
        if text == self._shown:
            return
        if self._stream.isatty():
            self._stream.write(f"\r\033[K  … {self._title}: {text}")
        elif now - self._shown_at >= 10:  # a log gets a line now and then, not one for each per cent
            self._stream.write(f"  … {self._title}: {text} ({now - self._began:.0f} s)\n")
        else:
            return
        self._stream.flush()
        self._shown, self._shown_at = text, now

    def done(self, text: str) -> None:
        self._closing = text

    def finish(self, mark: str) -> None:
        if self._stream.isatty():
            self._stream.write("\r\033[K")
        detail = f": {self._closing}" if self._closing else ""
        self._stream.write(f"  {mark} {self._title}{detail} ({self._clock() - self._began:.1f} s)\n")
        self._stream.flush()


@contextmanager
def step(title: str, stream: TextIO | None = None) -> Iterator[Step]:
    stream = stream or sys.stdout
    running = Step(title, stream, time.monotonic)
    if stream.isatty():
        stream.write(f"  … {title}")
        stream.flush()
    try:
        yield running
    except BaseException:
        running.finish("✗")
        raise
    running.finish("✓")
