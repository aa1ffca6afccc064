"""What calls and callers meet when a process dies or freezes under them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from hujiao.app.cli import holders
from hujiao.asterisk import console
from hujiao.asterisk.client import LANES
from hujiao.asterisk.testphone.phone import Call
from hujiao.kit.errors import Unavailable
from tests.sip import sipp, tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.running import Running, hujiao
from tests.sip.test_messages import message_flow, row_of, speaking, spoken
from tests.sip.world import AGENT_TONE, PROMPTS, Phones, World


@dataclass
class Scene:
    """Callers everywhere: one talks, two wait in order, one is in the menu."""

    world: World
    menu: World
    talking: Call
    first: Call
    second: Call
    choosing: Call


async def scene(build: Build) -> Scene:
    """Both tenants are the same runtime's."""
    world, menu = await asyncio.gather(build(straight=True, wrap_up_seconds=1, shard=1), build(agents=0, shard=1))
    talking = await world.call()
    await world.ledger.has("agent.connected", talking.caller)
    await talking.say(f"sound:{world.phones.caller_voice}", loop=True)
    first = await world.call()
    await world.ledger.has("queue.entered", first.caller)
    second = await world.call()
    await world.ledger.has("queue.entered", second.caller)
    choosing = await menu.call()
    await menu.in_menu(choosing)
    return Scene(world, menu, talking, first, second, choosing)


async def hears_the_fallback(running: Running, phones: Phones, number: str) -> None:
    """A call that arrives now is not silent: words, then a cause that lets the carrier try elsewhere."""
    calling = asyncio.create_task(
        sipp.run("fallback", running.settings.sip_port, running.home / "sipp", service=number)
    )
    call = await phones.phone.call(number, caller=phones.new_caller())
    heard = await call.heard()
    result = await calling
    assert result.passed, result.said + result.messages
    assert not call.answered.is_set()
    assert tones.loud_seconds(heard) > 1


async def goes_on(scene: Scene) -> None:
    """Everybody is where they were: the talk goes on, the menu hears keys, the queue keeps its order."""
    world = scene.world
    await chooses(scene.menu, scene.choosing)
    await scene.talking.hang_up()
    rows = await world.ledger.ended(scene.talking.caller)
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    await world.ledger.has("agent.connected", scene.first.caller)
    assert "agent.connected" not in kinds(await world.ledger.rows(scene.second.caller))
    await scene.first.hang_up()
    await world.ledger.has("agent.connected", scene.second.caller)
    await asyncio.gather(scene.second.hang_up(), scene.choosing.hang_up())
    await world.ledger.ended(scene.second.caller)
    await scene.menu.ledger.ended(scene.choosing.caller)
    seqs = [row.seq for row in await world.ledger.rows()]
    assert seqs == list(range(1, len(seqs) + 1))


async def chooses(menu: World, call: Call) -> None:
    """Press 1 as people do: once more when nothing happens, because a key in the gap is lost."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await call.press("1")
            with suppress(TimeoutError):
                await asyncio.wait_for(menu.ledger.has("queue.entered", call.caller), 5)
                return


async def talked_without_a_gap(call: Call) -> None:
    heard = await call.heard()
    assert tones.seconds_of(heard, AGENT_TONE) > 0.75 * (tones.duration(heard) - 2)


async def test_the_runtime_is_killed_while_callers_talk_wait_and_choose(
    running: Running, phones: Phones, build: Build
) -> None:
    at = await scene(build)
    os.kill(await runtime_of(at.world), signal.SIGKILL)
    await runtime_serves(running, at.world)
    await goes_on(at)
    await talked_without_a_gap(at.talking)


def long_prompt() -> dict[str, Any]:
    nodes = {
        "answer": {"type": "answer", "next": "prompt"},
        "prompt": {"type": "play", "prompts": ["long"], "next": "bye"},
        "bye": {"type": "hang_up"},
    }
    return {"version": 1, "start": "answer", "nodes": nodes}


async def in_stasis(running: Running, call: Call) -> None:
    """Wait until the switch has handed the caller over; a frozen runtime does not tell."""
    async with asyncio.timeout(PATIENCE):
        while True:
            channels = await console.run(console.socket_path(running.settings), "core show channels concise")
            if any(call.caller in line and "!Stasis!" in line for line in channels.splitlines()):
                return
            await asyncio.sleep(0.05)


async def test_who_calls_while_the_runtime_dies_waits_for_the_end_of_nobodys_prompt(
    running: Running, build: Build
) -> None:
    """Callers hear a prompt whose commands go over every socket: none of them may be held up by a take-over."""
    world = await build(agents=0, document=long_prompt())
    listening: list[Call] = []
    lanes: set[int] = set()
    while len(lanes) < LANES:
        listening.append(await world.call())
        rows = await world.ledger.has("flow.node", listening[-1].caller, node="prompt")
        lanes |= {row.interaction_id.int % LANES for row in rows if row.interaction_id}
    runtime = await runtime_of(world)
    async with frozen(runtime):
        early = await world.call()
        await in_stasis(running, early)
        os.kill(runtime, signal.SIGKILL)
    await runtime_serves(running, world)
    late = await world.call()
    async with asyncio.timeout(PATIENCE / 2):  # the others' prompt goes on for much longer
        await late.answered.wait()
    await asyncio.sleep(2)  # they listen
    await asyncio.gather(*(call.hang_up() for call in (early, late, *listening)))
    assert tones.seconds_of(await late.heard(), PROMPTS["long"][0]) > 0.5
    assert tones.loud_seconds(await early.heard()) > 0.5  # the flow, or the fallback when nobody came in time


async def test_the_runtime_is_killed_while_callers_leave_messages(running: Running, build: Build) -> None:
    stays, goes = await asyncio.gather(*(build(agents=0, document=message_flow(), shard=2) for _ in range(2)))
    (staying, kept), (going, left) = await asyncio.gather(speaking(stays), speaking(goes))
    await asyncio.sleep(2)  # the messages
    runtime = await runtime_of(stays)
    async with frozen(runtime):  # it never hears that one hangs up
        await asyncio.sleep(2)  # more of the messages
        await going.hang_up()
        os.kill(runtime, signal.SIGKILL)
    await runtime_serves(running, stays)
    assert not staying.ended.is_set()
    await staying.press("#")
    reasons = []
    for world, call, recording_id, seconds in ((stays, staying, kept, 4), (goes, going, left, 3)):
        rows = await world.ledger.ended(call.caller)
        reasons.append(the(rows, "interaction.ended").data["end_reason"])
        the(rows, "recording.stopped")
        row = await row_of(world, recording_id, "ready")
        assert spoken(world, row) > seconds
    assert reasons == ["flow_ended", "system_failure"]
    assert tones.seconds_of(await staying.heard(), PROMPTS["thanks"][0]) > 0.2


async def test_every_runtime_freezes_and_comes_back_in_time(running: Running, phones: Phones, build: Build) -> None:
    at = await scene(build)
    async with frozen(*await runtimes(running)):
        await silent(running)
        # Announced to while nobody is there, and to the end of it when somebody is back.
        arrived = asyncio.create_task(hears_the_fallback(running, phones, at.world.number))
        await in_fallback(running, 2)
    await runtime_serves(running, at.world)
    await arrived
    await goes_on(at)
    await talked_without_a_gap(at.talking)


async def test_callers_hear_the_fallback_when_no_runtime_is_left(
    running: Running, phones: Phones, build: Build
) -> None:
    at = await scene(build)
    # The supervisor would put others in their place.
    supervisor = await running.pid("supervisor")
    async with frozen(supervisor, *await runtimes(running)), asyncio.timeout(PATIENCE * 2):
        await asyncio.gather(at.first.ended.wait(), at.second.ended.wait(), at.choosing.ended.wait())
        assert not at.talking.ended.is_set()
    await runtime_serves(running, at.world)
    for world, call in ((at.world, at.first), (at.world, at.second), (at.menu, at.choosing)):
        ended = the(await world.ledger.ended(call.caller), "interaction.ended")
        assert ended.data["end_reason"] == "system_failure"
        assert tones.loud_seconds(await call.heard()) > 1
    await at.talking.hang_up()
    await at.world.ledger.ended(at.talking.caller)
    await talked_without_a_gap(at.talking)
    await at.world.agents[0].becomes("available")


async def test_asterisk_is_killed_and_interactions_end_and_agents_are_free_again(
    running: Running, build: Build
) -> None:
    at = await scene(build)
    os.kill(await running.pid("asterisk"), signal.SIGKILL)
    for world, call in (
        (at.world, at.talking),
        (at.world, at.first),
        (at.world, at.second),
        (at.menu, at.choosing),
    ):
        ended = the(await world.ledger.ended(call.caller), "interaction.ended")
        assert ended.data["end_reason"] == "switch_lost"
    agent = at.world.agents[0]
    view = await agent.becomes("available", "not_ready")
    if view["state"] == "not_ready":
        await agent.command("agent.set_state", state="available")
    # The phone is still registered with the Asterisk that came back: the next call finds it.
    call = await at.world.call()
    await at.world.ledger.has("agent.connected", call.caller)
    await call.hang_up()
    await at.world.ledger.ended(call.caller)


async def silent(running: Running) -> None:
    """Wait until the node, too, has seen that no runtime is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            health = await running.bus.request(running.bus.subjects.health("node"), {})
            if len(health["detail"]["silent_shards"]) == running.settings.shards:
                return
            await asyncio.sleep(0.2)


async def runtime_serves(running: Running, world: World) -> None:
    """Wait until every shard has a runtime, compared with the switch, and the node sees its heartbeat."""
    bus = running.bus
    async with asyncio.timeout(PATIENCE * 2):
        while True:
            try:
                served = await holders.serving(running.settings, bus)
                node = (await bus.request(bus.subjects.health("node"), {}, timeout=2))["detail"]
            except Unavailable:
                continue
            if len(served) == running.settings.shards and not node["silent_shards"]:
                return
            await asyncio.sleep(0.2)


async def runtime_of(world: World) -> int:
    """The process that serves this tenant."""
    running = world.running
    return await running.pid(await running.holder(world.shard))


async def runtimes(running: Running) -> list[int]:
    return [await running.pid(name) for name in running.settings.runtime_names]


async def in_fallback(running: Running, callers: int) -> None:
    """Wait until so many hear the node's announcement."""
    async with asyncio.timeout(PATIENCE):
        while True:
            channels = await console.run(console.socket_path(running.settings), "core show channels concise")
            if sum("!fallback!" in line for line in channels.splitlines()) >= callers:
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def frozen(*pids: int) -> AsyncIterator[None]:
    """The processes stand still inside the block; the supervisor may kill them meanwhile."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.fixture(autouse=True)
async def whole_again(running: Running) -> None:
    """Each of these begins with everything up, whatever the one before did."""
    async with asyncio.timeout(PATIENCE * 2):
        while True:
            status = await hujiao(running.home, "status", check=False)
            well = status["running"] and all(part["state"] == "running" for part in status["parts"])
            if well and await running.even():
                return
            await asyncio.sleep(1)
