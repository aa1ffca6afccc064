"""What happens to a recording after the call: merged, encoded and filed, off the call's path.

The rows are the list of jobs. The spool's files go only after the commit that says where the recording is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from hujiao.kit import i18n
from hujiao.kit.jobs import DATABASE, Connection, Jobs, NotYet
from hujiao.kit.settings import Settings
from hujiao.recordings import audio

log = structlog.get_logger()

_PAUSES_SECONDS = (2.0, 8.0, 30.0, 120.0, 600.0, 1800.0)
_LOOK_AGAIN_SECONDS = 0.5
# How long files must stay as they are before they are taken though their header or their length says "not whole".
_SETTLED_SECONDS = 4.0
_SHORT_SECONDS = 0.25
_NOTHING_SECONDS = 1.0  # who hangs up sooner may end a conversation before the switch has begun to record it

_DUE = """
    SELECT tenant_id, id, started_at, ended_at, channels, attempts, pauses FROM recording
    WHERE state = 'processing' AND node = $1 AND NOT (id = ANY ($2::uuid[])) ORDER BY ended_at LIMIT $3
"""
_STILL = "SELECT true FROM recording WHERE tenant_id = $1 AND id = $2 AND state = 'processing'"
_AT_ONCE = 10
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
    """Somebody hung up before a word of the message, or as soon as the conversation began."""


class Recorded(msgspec.Struct, frozen=True):
    """A recording that has ended and is to be made ready."""

    tenant_id: UUID
    id: UUID
    started_at: datetime
    ended_at: datetime
    channels: int | None
    attempts: int
    pauses: list[tuple[float, float]]

    @property
    def seconds(self) -> float:
        """How long it must be by the clock; a message is as long as its file: tone and silent end are not recorded."""
        return 0.0 if self.channels == 1 else (self.ended_at - self.started_at).total_seconds()

    @property
    def heard_seconds(self) -> float:
        """How long its files must be."""
        return self.seconds - sum(seconds for _, seconds in self.pauses)


class Pipeline(Jobs[Recorded]):
    """`form_of` tells a tenant's format."""

    name = "recordings"

    def __init__(
        self,
        pool: asyncpg.Pool[asyncpg.Record],
        settings: Settings,
        form_of: Callable[[UUID], Awaitable[audio.Format]],
        *,
        workers: int = 2,
        idle_seconds: float = 1.0,
        settled_seconds: float = _SETTLED_SECONDS,
        pauses: tuple[float, ...] = _PAUSES_SECONDS,
    ) -> None:
        super().__init__(pool, workers=workers, idle_seconds=idle_seconds, pauses=pauses)
        self._node = settings.node
        self._spool = settings.spool / "recording"
        self._finished = settings.recordings
        self._form_of = form_of
        self._settled_seconds = settled_seconds
        self._looks: dict[UUID, tuple[tuple[int, ...], float]] = {}  # the files' sizes, and since when they are so

    async def run(self) -> None:
        await self._sweep()
        await super().run()

    async def failing(self) -> list[dict[str, Any]]:
        """What is being tried again, as faults: of each tenant the last recording, and how many failures in all."""
        rows = await self.pool.fetch(_FAILING, self._node)
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

    async def due(self, but: Collection[UUID]) -> Sequence[Recorded]:
        rows = await self.pool.fetch(_DUE, self._node, list(but), _AT_ONCE)
        return [Recorded(*row.values()) for row in rows]

    def blameless(self, error: Exception) -> bool:
        return isinstance(error, DATABASE) and super().blameless(error)  # files raise OSError, too

    async def do(self, job: Recorded, connection: Connection) -> bool:
        if not await connection.fetchval(_STILL, job.tenant_id, job.id):
            return False
        sources = self._sources(job.id, job.channels)
        if not self._ready(job.id, sources, job.heard_seconds):
            raise NotYet(_LOOK_AGAIN_SECONDS)
        try:
            await self._finish(connection, job, sources)
        except NothingSaid:
            # The timeline says that there was to be a recording; there is none to play.
            await connection.execute(_NOTHING, job.tenant_id, job.id)
            log.info("recording_empty", recording=str(job.id))
        # Only now, after the commit: until then the spool has the only copy.
        self._looks.pop(job.id, None)
        try:
            for source in sources:
                source.unlink(missing_ok=True)
        except OSError as error:  # the next start removes it
            log.warning("spool_not_cleared", recording=str(job.id), reason=str(error))
        return True

    async def note(self, job: Recorded, error: Exception, connection: Connection, *, last: bool) -> None:
        await connection.execute(_FAILED, job.tenant_id, job.id, _sentence(error), "failed" if last else "processing")
        if last:
            self._looks.pop(job.id, None)

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

    async def _finish(self, connection: Connection, job: Recorded, sources: list[Path]) -> None:
        present = [source if source.exists() else None for source in sources]
        if job.channels == 1 and all(source.stat().st_size <= audio.HEADER for source in present if source):
            raise NothingSaid
        if not any(present) and job.seconds < _NOTHING_SECONDS:
            raise NothingSaid
        if not any(present):
            raise NoAudio
        form = await self._form_of(job.tenant_id)
        started: datetime = job.started_at.astimezone(UTC)
        relative = Path(str(job.tenant_id), f"{started:%Y/%m/%d}", f"{job.id}{audio.SUFFIXES[form]}")
        target = self._finished / relative
        produce = partial(audio.produce, present, target, seconds=job.seconds, form=form, pauses=job.pauses)
        # A thread is enough: the encoder's C code runs without Python's lock.
        finished = await asyncio.to_thread(produce)
        await connection.execute(
            _READY,
            job.tenant_id,
            job.id,
            finished.duration_seconds,
            finished.bytes,
            finished.sha256,
            form,
            finished.channels,
            str(relative),
            None if all(present) else "recording.side_missing",
        )
        if not all(present):
            log.warning("recording_side_missing", recording=str(job.id))
        log.info(
            "recording_ready",
            recording=str(job.id),
            duration_seconds=round(finished.duration_seconds, 3),
            bytes=finished.bytes,
        )

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
        rows = await self.pool.fetch(
            "SELECT id FROM recording WHERE id = ANY ($1::uuid[]) AND state = 'ready'", list(left)
        )
        for row in rows:
            for file in left[row["id"]]:
                file.unlink(missing_ok=True)


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
