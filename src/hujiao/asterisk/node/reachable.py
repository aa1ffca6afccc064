"""Which phones can be called: registered with this Asterisk, and not known to be silent.

Asterisk asks each registered phone every few seconds whether it is there (`qualify_frequency`). What it knows is read
here and told to the runtimes, whole, so that whoever missed one message knows everything from the next.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from hujiao.asterisk import console

log = structlog.get_logger()

# Told at least so often, changed or not; the runtimes take a longer silence for "not known".
TELL_SECONDS = 5.0
_EVERY = 1.0
_SHARE = 0.1  # of the time at most: with thousands of phones, reading takes Asterisk a while
_CONTACT = re.compile(r"^ +Contact: +([\w.-]+)/\S+ +\S+ +(\S+)", re.M)
_SILENT = frozenset({"Unavail", "Removed"})


def parse(shown: str) -> frozenset[str]:
    """`pjsip show contacts`, as the users who can be called. Who has just registered can, until the first question."""
    return frozenset(user for user, status in _CONTACT.findall(shown) if status not in _SILENT)


class Reachable:
    def __init__(self, control: Path, tell: Callable[[frozenset[str]], Awaitable[None]]) -> None:
        self._control = control
        self._tell = tell
        self.users: frozenset[str] | None = None

    async def run(self) -> None:
        told_at = 0.0
        while True:
            began = time.monotonic()
            try:
                users = parse(await console.run(self._control, "pjsip show contacts"))
            except (OSError, TimeoutError, ValueError):  # the watch says that Asterisk is away
                self.users = None
            else:
                if users != self.users or began - told_at >= TELL_SECONDS:
                    await self._tell(users)
                    told_at = began
                self.users = users
            await asyncio.sleep(max(_EVERY, (time.monotonic() - began) / _SHARE))
