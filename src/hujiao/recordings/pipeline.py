"""What happens to a recording after the call: merged, encoded and filed, off the call's path.

The rows are the list of work. A row is locked while it is worked on, so a process that dies leaves it to the next one;
the spool's files go only after the commit that says where the recording is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hujiao.kit import i18n
from hujiao.kit.db import is_away
from hujiao.kit.settings import Settings
from hujiao.recordings import audio

log = structlog.get_logger()

_DATABASE = (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)  # files raise OSError, too
_BACK_OFF_SECONDS = (2.0, 8.0, 30.0, 120.0, 600.0, 1800.0)
_LOOK_AGAIN_SECONDS = 0.5
# How long files must stay as they are before they are taken though their header or their length says "not whole".
_SETTLED_SECONDS = 4.0
_SHORT_SECONDS = 0.25

_CLAIM = """
    SELECT tenant_id, id, started_at, ended_at, channels, attempts FROM recording
    WHERE state = 'processing' AND node = $1 AND NOT (id = ANY ($2::uuid[]))
    ORDER BY ended_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_READY = """
    UPDATE recording SET state = 'ready', duration_seconds = $3, bytes = $4, sha256 = $5, format = $6, channels = $7,
      path = $8, attempts = attempts + 1, failure = $9
    WHERE tenant_id = $1 AND id = $2
"""
_FAILING = """
    SELECT DISTINCT ON (tenant_id) tenant_id, id, coalesce(ended_at, started_at) AS first_at, failure,
      sum(attempts) OVER (PARTITION BY tenant_id) AS attempts FROM recording
    WHERE state = 'processing' AND node = $1 AND attempts > 0 ORDER BY tenant_id, ended_at DESC
"""
_NOTHING = "DELETE FROM recording WHERE tenant_id = $1 AND id = $2"
_FAILED = "UPDATE recording SET attempts = attempts + 1, failure = $3, state = $4 WHERE tenant_id = $1 AND id = $2"


class NoAudio(Exception):
    """Asterisk left no file at all."""


class NothingSaid(Exception):
    """The caller hung up before a word of the message, or it was never begun."""


class Pipeline:
    """`form_of` tells a tenant's format."""

    def __init__(
        self,
        pool: asyncpg.Pool[asyncpg.Record],
        settings: Settings,
        form_of: Callable[[UUID], Awaitable[audio.Format]],
        *,
        workers: int = 2,
        idle_seconds: float = 1.0,
        settled_seconds: float = _SETTLED_SECONDS,
        back_off_seconds: tuple[float, ...] = _BACK_OFF_SECONDS,
    ) -> None:
        self._pool = pool
        self._node = settings.node
        self._spool = settings.spool / "recording"
        self._finished = settings.recordings
        self._form_of = form_of
        self._wakes = [asyncio.Event() for _ in range(workers)]
        self._idle_seconds = idle_seconds
        self._settled_seconds = settled_seconds
        self._back_off_seconds = back_off_seconds
        self._deferred: dict[UUID, float] = {}  # until when, by the loop's clock
        self._looks: dict[UUID, tuple[tuple[int, ...], float]] = {}  # the files' sizes, and since when they are so
        self.done = 0
        self.failed = 0

    def wake(self) -> None:
        for event in self._wakes:
            event.set()

    async def run(self) -> None:
        await self._sweep()
        async with asyncio.TaskGroup() as group:
            for event in self._wakes:
                group.create_task(self._work(event))

    async def _work(self, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            try:
                while await self.process_next():
                    pass
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("recordings_waiting", reason=str(error))
            try:
                async with asyncio.timeout(self._pause()):
                    await wake.wait()
            except TimeoutError:
                continue

    async def failing(self) -> list[dict[str, Any]]:
        """What is being tried again, as faults: of each tenant the last recording, and how many failures in all."""
        rows = await self._pool.fetch(_FAILING, self._node)
        return [
            {
                "work": "recordings",
                "tenant_id": str(row["tenant_id"]),
                "about": f"recording {row['id']}",
                "reason": _words(row["failure"]),
                "first_at": row["first_at"].isoformat(),
                "last_at": row["first_at"].isoformat(),
                "count": row["attempts"],
                "next_try_at": None,
            }
            for row in rows
        ]

    def _pause(self) -> float:
        """Until the next deferred one is due, at most the idle time."""
        now = asyncio.get_running_loop().time()
        return max(0.05, min([self._idle_seconds, *(until - now for until in self._deferred.values())]))

    async def process_next(self) -> bool:
        """Work on one recording, whatever comes of it; False when none is due."""
        now = asyncio.get_running_loop().time()
        self._deferred = {key: until for key, until in self._deferred.items() if until > now}
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_CLAIM, self._node, list(self._deferred))
            if row is None:
                return False
            recording_id: UUID = row["id"]
            try:
                async with connection.transaction():  # what fails in it does not keep us from saying so
                    sources = await self._process(connection, row)
            except Exception as error:
                if isinstance(error, _DATABASE) and is_away(error):
                    raise
                await self._failure(connection, row, error)
                return True
        # Only now, after the commit: until then the spool has the only copy.
        if sources:
            for source in sources:
                source.unlink(missing_ok=True)
            self._looks.pop(recording_id, None)
            self.done += 1
        return True

    async def _process(self, connection: Any, row: asyncpg.Record) -> list[Path]:
        """The files that are not needed any more; none while they are not whole yet."""
        recording_id: UUID = row["id"]
        sources = self._sources(recording_id, row["channels"])
        if not self._ready(recording_id, sources, _seconds(row)):
            self._defer(recording_id, _LOOK_AGAIN_SECONDS)
            return []
        try:
            await self._finish(connection, row, sources)
        except NothingSaid:
            # The timeline says that there was to be a message; there is none to play.
            await connection.execute(_NOTHING, row["tenant_id"], recording_id)
            log.info("message_empty", recording=str(recording_id))
        return sources

    def _sources(self, recording_id: UUID, channels: int | None) -> list[Path]:
        if channels == 1:
            return [self._spool / f"{recording_id}.wav"]
        return [self._spool / f"{recording_id}-{side}.wav" for side in ("in", "out")]

    def _ready(self, recording_id: UUID, sources: list[Path], seconds: float) -> bool:
        """Whether Asterisk has closed the files: they say so and are long enough, or they change no more."""
        sizes = tuple(source.stat().st_size if source.exists() else -1 for source in sources)
        enough = max(audio.HEADER, (seconds - _SHORT_SECONDS) * audio.RATE * 2)
        if all(size > enough and audio.looks_complete(source) for size, source in zip(sizes, sources, strict=True)):
            return True
        now = asyncio.get_running_loop().time()
        seen, since = self._looks.get(recording_id, (None, now))
        if seen != sizes:
            self._looks[recording_id] = (sizes, now)
            return False
        return now - since >= self._settled_seconds

    async def _finish(self, connection: Any, row: asyncpg.Record, sources: list[Path]) -> None:
        present = [source if source.exists() else None for source in sources]
        if row["channels"] == 1 and all(source.stat().st_size <= audio.HEADER for source in present if source):
            raise NothingSaid
        if not any(present):
            raise NoAudio
        form = await self._form_of(row["tenant_id"])
        started: datetime = row["started_at"].astimezone(UTC)
        relative = Path(str(row["tenant_id"]), f"{started:%Y/%m/%d}", f"{row['id']}{audio.SUFFIXES[form]}")
        produce = partial(audio.produce, present, self._finished / relative, seconds=_seconds(row), form=form)
        # A thread is enough: the encoder's C code runs without Python's lock.
        finished = await asyncio.to_thread(produce)
        await connection.execute(
            _READY,
            row["tenant_id"],
            row["id"],
            finished.duration_seconds,
            finished.bytes,
            finished.sha256,
            form,
            finished.channels,
            str(relative),
            None if all(present) else "recording.side_missing",
        )
        if not all(present):
            log.warning("recording_side_missing", recording=str(row["id"]))
        log.info(
            "recording_ready",
            recording=str(row["id"]),
            duration_seconds=round(finished.duration_seconds, 3),
            bytes=finished.bytes,
        )

    async def _failure(self, connection: Any, row: asyncpg.Record, error: Exception) -> None:
        tenant_id, recording_id, attempts = row["tenant_id"], row["id"], row["attempts"]
        last = attempts >= len(self._back_off_seconds)
        log.error("recording_failed", recording=str(recording_id), attempt=attempts + 1, reason=repr(error), last=last)
        # First of all: a row that cannot even be written must not be the next one again.
        self._defer(recording_id, _BACK_OFF_SECONDS[-1] if last else self._back_off_seconds[attempts])
        await connection.execute(_FAILED, tenant_id, recording_id, _sentence(error), "failed" if last else "processing")
        if last:
            self.failed += 1
            self._looks.pop(recording_id, None)

    def _defer(self, recording_id: UUID, seconds: float) -> None:
        self._deferred[recording_id] = asyncio.get_running_loop().time() + seconds

    async def _sweep(self) -> None:
        """Files whose recording was filed by a process that died before it could remove them."""
        left: dict[UUID, list[Path]] = {}
        for file in self._spool.glob("*.wav"):
            try:
                left.setdefault(UUID(file.stem[:36]), []).append(file)
            except ValueError:
                continue
        if not left:
            return
        rows = await self._pool.fetch(
            "SELECT id FROM recording WHERE id = ANY ($1::uuid[]) AND state = 'ready'", list(left)
        )
        for row in rows:
            for file in left[row["id"]]:
                file.unlink(missing_ok=True)


def _seconds(row: asyncpg.Record) -> float:
    """How long it must be by the clock. A message is as long as its file: tone and silent end are not recorded."""
    return 0.0 if row["channels"] == 1 else (row["ended_at"] - row["started_at"]).total_seconds()


def _words(failure: str | None) -> str:
    return i18n.translate(failure, "en") if failure else ""


def _sentence(error: Exception) -> str:
    """A key of the language files."""
    match error:
        case NoAudio():
            return "recording.no_audio"
        case audio.UnreadableAudio():
            return "recording.unreadable"
        case OSError():
            return "recording.not_written"
        case _:
            return "recording.not_encoded"
