"""What an agent does with the line on real phones: records on demand, pauses the recording, sends keys."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any
from uuid import UUID

import numpy as np
import soundfile
from sqlalchemy import text

from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.test_consulting import FIRST, act, listening, talking
from tests.sip.test_faults import runtime_of, runtime_serves
from tests.sip.test_sent_on import member
from tests.sip.world import CALLER_TONE, World

PAUSE_SECONDS = 4.0


async def file_of(world: World, interaction: UUID) -> tuple[Any, int, Any]:
    """The finished recording: its samples, their rate, its row."""
    query = "SELECT path, duration_seconds, pauses FROM recording WHERE interaction_id = :id AND state = 'ready'"
    async with asyncio.timeout(60):
        while True:
            async with world.running.database.tenant(world.tenant_id) as session:
                row = (await session.execute(text(query), {"id": interaction})).one_or_none()
            if row:
                return *soundfile.read(world.running.settings.recordings / row.path), row
            await asyncio.sleep(0.2)


def loudness(samples: Any, rate: int, hertz: float, begin: float, end: float) -> float:
    """How loud the tone is in this stretch, 0 to 1."""
    piece = samples[int(begin * rate) : int(end * rate)]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) / len(piece) * 4
    return float(spectrum[round(hertz * len(piece) / rate) - 1 :][:3].max())


async def test_a_pause_is_silence_and_the_recording_keeps_its_time(build: Build) -> None:
    world = await build(agents=2, recording="on_demand")
    first, second = await listening(world)
    async with world.administrator() as admin, world.working(first) as one, world.working(second) as two:
        await member(world, admin, first)
        await member(world, admin, second, "supervisor")
        call, interaction = await talking(world)
        answer = await one.post(f"/me/interactions/{interaction}/recording/pause")
        assert (answer.status, answer.json["error"]["code"]) == (409, "not_recorded")
        await act(one, interaction, "recording/start")
        await asyncio.sleep(3)
        await asyncio.gather(  # two at once: it is paused once
            act(one, interaction, "recording/pause", reason="card number"),
            two.post(f"/interactions/{interaction}/recording/pause"),
        )
        assert (await one.get("/me/desktop")).json["interaction"]["recording"] == "paused"
        await asyncio.sleep(PAUSE_SECONDS)
        assert (await two.post(f"/interactions/{interaction}/recording/resume")).status == 200
        await asyncio.sleep(3)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        samples, rate, row = await file_of(world, interaction)
    started, paused, resumed, stopped = (
        the(rows, f"recording.{what}") for what in ("started", "paused", "resumed", "stopped")
    )
    assert paused.data["by_account"] and resumed.data["paused_seconds"] > PAUSE_SECONDS - 0.5
    assert abs(row.duration_seconds - (stopped.at - started.at).total_seconds()) < 0.5
    assert stopped.data["pauses"] == row.pauses
    began = (paused.at - started.at).total_seconds()
    ended = (resumed.at - started.at).total_seconds()
    for side, tone in ((0, CALLER_TONE), (1, FIRST)):
        before, within, after = (
            loudness(samples[:, side], rate, tone, begin, end)
            for begin, end in ((0.5, began - 0.3), (began + 0.3, ended - 0.3), (ended + 0.5, ended + 2.5))
        )
        assert min(before, after) > 0.05, (side, before, within, after)
        assert within < min(before, after) / 50, (side, before, within, after)


async def test_a_pause_goes_on_when_its_runtime_is_killed(running: Running, build: Build) -> None:
    """What the next one says again changes nothing."""
    world = await build(agents=1)
    (first,) = await listening(world)
    async with world.working(first) as one:
        call, interaction = await talking(world)
        await act(one, interaction, "recording/pause")
        await asyncio.sleep(1)
        os.kill(await runtime_of(world), signal.SIGKILL)
        await runtime_serves(running, world)
        await act(one, interaction, "recording/resume")
        await asyncio.sleep(2)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        samples, rate, row = await file_of(world, interaction)
    ((began, silent),) = row.pauses
    assert the(rows, "recording.resumed").data["paused_seconds"] == round(silent, 3)
    assert loudness(samples[:, 0], rate, CALLER_TONE, began + 0.3, began + silent - 0.3) < 0.005
    assert loudness(samples[:, 0], rate, CALLER_TONE, began + silent + 0.5, began + silent + 1.5) > 0.05


async def test_keys_reach_the_customers_phone(build: Build) -> None:
    world = await build(agents=1)
    (first,) = await listening(world)
    async with world.working(first) as one:
        call, interaction = await talking(world)
        assert (await one.post(f"/me/interactions/{interaction}/keys", {"keys": "1x"})).status == 422
        await act(one, interaction, "keys", keys="12#")
        async with asyncio.timeout(PATIENCE):
            while call.keys != "12#":
                await asyncio.sleep(0.05)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        answer = await one.post(f"/me/interactions/{interaction}/keys", {"keys": "1"})
    assert the(rows, "keys.sent").data["keys"] == "12#"
    assert (answer.status, answer.json["error"]["code"]) == (409, "nobody_to_hear_keys")
