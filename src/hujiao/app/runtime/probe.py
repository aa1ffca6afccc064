"""Proof that the runtime does its work: what waits goes through the commit, Asterisk answers on every connection."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

import asyncpg

from hujiao.app.runtime.mailbox import Mailbox
from hujiao.asterisk.client import CommandPool
from hujiao.kit.clock import utc_now
from hujiao.kit.tasks import Tasks

EVERY_SECONDS = 2.0
_DATABASE_SECONDS = 5.0


class Host(Protocol):
    """What it needs of the runtime."""

    tasks: Tasks
    pool: asyncpg.Pool[asyncpg.Record]
    commands: CommandPool

    def mailboxes(self) -> list[Mailbox]: ...
    async def flush(self) -> None: ...


class Probe:
    """Each of its loops does one thing over and over; how long ago it last came through is the proof."""

    def __init__(self, runtime: Host) -> None:
        self._runtime = runtime
        self._committed_at = self._stored_at = self._effected_at = time.monotonic()
        self._seq = 0

    def start(self) -> None:
        self._runtime.tasks.keep("probe of the commit", self._commits())
        self._runtime.tasks.keep("probe of the database", self._stores())
        self._runtime.tasks.keep("probe of the commands", self._effects())

    def report(self) -> dict[str, float]:
        """Seconds since each was last seen to work, and the age of the oldest event that waits to be committed."""
        mailboxes = self._runtime.mailboxes()
        now = time.monotonic()
        seq = sum(mailbox.committed_seq for mailbox in mailboxes)
        if seq != self._seq:  # under load there is always more: the probe waits, events do not
            self._seq, self._committed_at = seq, now
        oldest = min((mailbox.turn.facts[0][0] for mailbox in mailboxes if mailbox.turn.facts), default=None)
        found = {
            "commit_seconds": now - self._committed_at,
            "database_seconds": now - self._stored_at,
            "effect_seconds": now - self._effected_at,
            "oldest_event_seconds": max(0.0, (utc_now() - oldest).total_seconds()) if oldest else 0.0,
        }
        return {name: round(seconds, 3) for name, seconds in found.items()}

    async def _commits(self) -> None:
        while True:
            await self._runtime.flush()
            self._committed_at = time.monotonic()
            await asyncio.sleep(EVERY_SECONDS)

    async def _stores(self) -> None:
        while True:
            try:
                await self._runtime.pool.execute("SELECT 1", timeout=_DATABASE_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pass  # the report says since when
            else:
                self._stored_at = time.monotonic()
            await asyncio.sleep(EVERY_SECONDS)

    async def _effects(self) -> None:
        """A harmless command over every connection: one that is stuck holds up the calls of its lane."""
        while True:
            answers: list[Any] = await asyncio.gather(
                *(socket.request("GET", "asterisk/ping") for socket in self._runtime.commands.sockets)
            )
            if all(answer.ok for answer in answers):
                self._effected_at = time.monotonic()
            await asyncio.sleep(EVERY_SECONDS)
