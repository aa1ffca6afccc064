"""The recording pipeline against a real database: what becomes of the spool's files, also when things go wrong."""

from __future__ import annotations

import asyncio
import hashlib
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np
import pytest
import soundfile

from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.recordings import audio
from hujiao.recordings.audio import RATE, Format
from hujiao.recordings.pipeline import Pipeline
from hujiao.tenancy.models import Tenant

STARTED = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@dataclass
class World:
    settings: Settings
    pool: asyncpg.Pool
    tenant_id: UUID
    form: Format = "mp3"

    async def form_of(self, tenant_id: UUID) -> Format:
        assert tenant_id == self.tenant_id
        return self.form

    def pipeline(self, **options: object) -> Pipeline:
        return Pipeline(self.pool, self.settings, self.form_of, **{"settled_seconds": 0.3, **options})

    def spool(self, name: str) -> Path:
        return self.settings.spool / "recording" / name

    def tone(self, name: str, hertz: float, seconds: float) -> Path:
        samples = (12000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype("<i2")
        with wave.open(str(self.spool(name)), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
        return self.spool(name)

    async def recording(
        self, seconds: float, *, channels: int = 2, node: str | None = None, pauses: Sequence[Sequence[float]] = ()
    ) -> UUID:
        recording_id = new_id()
        await self.pool.execute(
            "INSERT INTO recording (tenant_id, id, interaction_id, node, started_at, ended_at, state, channels, pauses)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'processing', $7, $8)",
            self.tenant_id,
            recording_id,
            new_id(),
            node or self.settings.node,
            STARTED,
            STARTED + timedelta(seconds=seconds),
            channels,
            list(pauses),
        )
        return recording_id

    async def row(self, recording_id: UUID) -> asyncpg.Record:
        return await self.pool.fetchrow("SELECT * FROM recording WHERE id = $1", recording_id)

    async def until(self, recording_id: UUID, *states: str) -> asyncpg.Record:
        row = await self.row(recording_id)
        async with asyncio.timeout(60):
            while row["state"] not in states:
                await asyncio.sleep(0.02)
                row = await self.row(recording_id)
        return row


@pytest.fixture(scope="module")
async def world(settings: Settings, database: Database, ledger: asyncpg.Pool) -> World:
    tenant_id = new_id()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug=f"recordings-{tenant_id}", name="Recordings"))
    # A node of its own: nobody else's recordings are claimed here.
    own = replace(settings, node="recordings")
    (own.spool / "recording").mkdir(parents=True, exist_ok=True)
    return World(own, ledger, tenant_id)


@asynccontextmanager
async def running(pipeline: Pipeline) -> AsyncIterator[Pipeline]:
    task = asyncio.create_task(pipeline.run())
    try:
        yield pipeline
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def gone(file: Path) -> None:
    async with asyncio.timeout(20):
        while file.exists():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("form", ["mp3", "opus"])
async def test_two_files_become_one_recording(world: World, form: Format) -> None:
    world.form = form
    recording_id = await world.recording(6)
    world.tone(f"{recording_id}-in.wav", 440, 6)
    world.tone(f"{recording_id}-out.wav", 880, 6)
    async with running(world.pipeline()) as pipeline:
        pipeline.wake()
        row = await world.until(recording_id, "ready")
        await gone(world.spool(f"{recording_id}-in.wav"))  # after the commit
        await gone(world.spool(f"{recording_id}-out.wav"))
    assert row["path"] == f"{world.tenant_id}/2026/03/01/{recording_id}{audio.SUFFIXES[form]}"
    file = world.settings.recordings / row["path"]
    content = file.read_bytes()
    assert (row["bytes"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (row["duration_seconds"], row["channels"], row["format"], row["failure"]) == (6.0, 2, form, None)
    assert audio.peaks_path(file).exists()
    samples, rate = soundfile.read(file)
    for channel, hertz in ((0, 440), (1, 880)):
        spectrum = np.abs(np.fft.rfft(samples[rate : 3 * rate, channel]))
        assert spectrum.argmax() / 2 == pytest.approx(hertz, abs=1)
    world.form = "mp3"


async def test_pauses_are_silence_in_a_recording_as_long_as_the_conversation(world: World) -> None:
    """Files without what was said in the pause are whole all the same."""
    recording_id = await world.recording(10, pauses=[[2.0, 6.0]])
    for side in ("in", "out"):
        world.tone(f"{recording_id}-{side}.wav", 440, 4)
    assert await world.pipeline(settled_seconds=600).next()
    row = await world.row(recording_id)
    assert (row["state"], row["duration_seconds"]) == ("ready", 10.0)
    samples, rate = soundfile.read(world.settings.recordings / row["path"])
    assert np.abs(samples[int(2.2 * rate) : int(7.8 * rate)]).max() < 0.02
    assert np.abs(samples[int(8.2 * rate) : int(9.8 * rate)]).max() > 0.2


async def test_a_message_of_a_flow(world: World) -> None:
    recording_id = await world.recording(3, channels=1)
    world.tone(f"{recording_id}.wav", 440, 3)
    assert await world.pipeline().next()
    row = await world.row(recording_id)
    assert (row["state"], row["channels"], row["duration_seconds"]) == ("ready", 1, 3.0)


async def test_a_message_is_as_long_as_its_file(world: World) -> None:
    recording_id = await world.recording(30, channels=1)  # the tone and a silent end are not recorded
    world.tone(f"{recording_id}.wav", 440, 3)
    assert await world.pipeline().next()
    row = await world.row(recording_id)
    assert (row["state"], row["duration_seconds"]) == ("ready", 3.0)


@pytest.mark.parametrize("file", ["empty", "none"])
async def test_of_a_message_without_a_word_nothing_stays(world: World, file: str) -> None:
    recording_id = await world.recording(1, channels=1)
    name = f"{recording_id}.wav"
    if file == "empty":
        world.tone(name, 440, 0)
    pipeline = world.pipeline(settled_seconds=0.0)
    async with running(pipeline):
        async with asyncio.timeout(20):
            while await world.row(recording_id) is not None:
                await asyncio.sleep(0.02)
        if file == "empty":
            await gone(world.spool(name))
    assert not world.spool(name).exists()
    assert pipeline.failed == 0


async def test_it_waits_until_the_switch_has_closed_the_files(world: World) -> None:
    recording_id = await world.recording(4)
    world.tone(f"{recording_id}-out.wav", 880, 4)
    whole = world.tone(f"{recording_id}-in.wav", 440, 4).read_bytes()
    half = world.spool(f"{recording_id}-in.wav")
    half.write_bytes(whole[:40] + bytes(4) + whole[44:20000])
    pipeline = world.pipeline(settled_seconds=30)
    assert await pipeline.next()
    assert (await world.row(recording_id))["state"] == "processing"
    half.write_bytes(whole)
    async with running(pipeline):
        row = await world.until(recording_id, "ready")
    assert (row["duration_seconds"], row["attempts"]) == (4.0, 1)


async def test_what_a_dead_switch_left_is_kept_at_the_true_length(world: World) -> None:
    recording_id = await world.recording(5)
    world.tone(f"{recording_id}-out.wav", 880, 3)
    whole = world.tone(f"{recording_id}-in.wav", 440, 3).read_bytes()
    world.spool(f"{recording_id}-in.wav").write_bytes(whole[:40] + bytes(4) + whole[44:])
    async with running(world.pipeline()):
        row = await world.until(recording_id, "ready")
    assert row["duration_seconds"] == 5.0


async def test_one_side_missing_is_said(world: World) -> None:
    recording_id = await world.recording(3)
    world.tone(f"{recording_id}-out.wav", 880, 3)
    async with running(world.pipeline()):
        row = await world.until(recording_id, "ready")
    assert (row["channels"], row["failure"]) == (2, "recording.side_missing")


async def test_no_file_at_all_is_tried_again_then_failed_with_a_reason(world: World) -> None:
    recording_id = await world.recording(3)
    async with running(world.pipeline(pauses=(0.05, 0.05))):
        row = await world.until(recording_id, "failed")
    assert (row["attempts"], row["failure"]) == (3, "recording.no_audio")


async def test_a_conversation_that_ended_at_once_has_no_recording_and_is_no_fault(world: World) -> None:
    recording_id = await world.recording(0.4)
    async with running(world.pipeline(pauses=(0.05,))):
        async with asyncio.timeout(20):
            while await world.row(recording_id):
                await asyncio.sleep(0.05)


async def test_a_damaged_file_fails_and_is_kept(world: World) -> None:
    recording_id = await world.recording(3)
    world.tone(f"{recording_id}-out.wav", 880, 3)
    damaged = world.spool(f"{recording_id}-in.wav")
    damaged.write_bytes(b"no sound" * 10_000)
    async with running(world.pipeline(pauses=())):
        row = await world.until(recording_id, "failed")
    assert (row["failure"], damaged.exists()) == ("recording.unreadable", True)
    for file in world.spool("").glob(f"{recording_id}*"):
        file.unlink()


async def test_a_full_disk_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recording_id = await world.recording(2)
    world.tone(f"{recording_id}-in.wav", 440, 2)
    world.tone(f"{recording_id}-out.wav", 880, 2)
    produce, tries = audio.produce, []

    def full(*arguments: object, **options: object) -> audio.Finished:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")
        return produce(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(audio, "produce", full)
    async with running(world.pipeline(pauses=(0.05, 0.05, 0.05))):
        row = await world.until(recording_id, "ready")
    assert (row["attempts"], row["failure"]) == (3, None)


@pytest.mark.parametrize("what", ["no end", "a format that is none", "a name that is none", "an error of nobody's"])
async def test_one_that_keeps_failing_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Whatever it fails with: also what the database says to its row."""
    torn, whole = await world.recording(2), await world.recording(2)
    for recording_id in (torn, whole):
        world.tone(f"{recording_id}-in.wav", 440, 2)
        world.tone(f"{recording_id}-out.wav", 880, 2)
    await world.pool.execute("UPDATE recording SET ended_at = ended_at - interval '1 second' WHERE id = $1", torn)
    produce = audio.produce

    def fails(sources: list[Path | None], target: Path, **options: object) -> audio.Finished:
        finished = produce(sources, target, **options)  # type: ignore[arg-type]
        if str(torn) not in target.name:
            return finished
        match what:
            case "a format that is none":
                return replace(finished, channels=2**40)
            case "a name that is none":
                return replace(finished, sha256="\0")
            case _:
                raise KeyError("no such codec")

    if what == "no end":
        await world.pool.execute("UPDATE recording SET ended_at = NULL WHERE id = $1", torn)
    monkeypatch.setattr(audio, "produce", fails)
    pipeline = world.pipeline(pauses=(0.05, 0.05))
    async with running(pipeline):
        row = await world.until(whole, "ready")
        assert row["failure"] is None
        row = await world.until(torn, "failed")
    assert (row["attempts"], row["failure"]) == (3, "recording.not_encoded")
    for file in world.spool("").glob(f"{torn}*"):
        file.unlink()


async def test_a_process_that_dies_in_the_middle_leaves_it_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = await world.recording(2)
    world.tone(f"{recording_id}-in.wav", 440, 2)
    world.tone(f"{recording_id}-out.wav", 880, 2)
    begun, hold = asyncio.Event(), asyncio.Event()

    async def stuck(_: UUID) -> Format:
        begun.set()
        await hold.wait()
        return "mp3"

    first = Pipeline(world.pool, world.settings, stuck)
    dying = asyncio.create_task(first.next())
    await begun.wait()
    second = world.pipeline()
    assert not await second.next(), "the row is the first one's"
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await second.next()
    assert (await world.row(recording_id))["state"] == "ready"


async def test_files_left_after_the_commit_are_swept(world: World) -> None:
    recording_id = await world.recording(2)
    world.tone(f"{recording_id}-in.wav", 440, 2)
    world.tone(f"{recording_id}-out.wav", 880, 2)
    pipeline = world.pipeline()
    assert await pipeline.next()
    left = world.tone(f"{recording_id}-in.wav", 440, 2)  # as if the process had died before it removed them
    other = world.tone(f"{new_id()}-in.wav", 440, 2)
    async with running(world.pipeline()):
        await gone(left)
    assert other.exists(), "a call that goes on keeps its file"
    other.unlink()


async def test_another_nodes_recordings_are_left_alone(world: World) -> None:
    recording_id = await world.recording(2, node="elsewhere")
    assert not await world.pipeline().next()
    await world.pool.execute("DELETE FROM recording WHERE id = $1", recording_id)
