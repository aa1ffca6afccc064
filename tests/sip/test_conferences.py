"""Conferences of several calls on real phones: what each of them hears after each act."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from hujiao.asterisk.testphone.phone import Call
from tests.integration.client import Client
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, the
from tests.sip.running import Running
from tests.sip.switch import own_switch
from tests.sip.test_faults import runtime_of, runtime_serves
from tests.sip.test_trunks import CARRIER, CARRIER_ADDRESS, state_of, trunk
from tests.sip.world import PROMPTS, World

# What each of three says in each part of a test: above the music, and nothing that two of them make in an overdriven
# line is a third one's.
VOICES = (
    (2270, 1490, 2000),
    (1270, 2690, 2970),
    (1380, 1900, 2480),
    (2370, 2120, 3180),
)
COME_AND_GO, MUSIC = 1000, 261.6  # the one of its notes that nothing else has
TALK_SECONDS = 3.0
HEARD, UNHEARD = 1.2, 0.3  # seconds: at least who is heard in a part, at most who is not
DONE_SECONDS = 0.5  # the switch does what was decided a moment after it is in the ledger


def flow(**guest: Any) -> dict[str, Any]:
    """1 leads to the conference as a host who has a number called, 2 as a guest."""
    room = {"type": "conference", "room": "board", "tones": False}
    return {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "menu"},
            "menu": {"type": "menu", "prompts": ["menu"], "keys": {"1": "host", "2": "guest"}, "timeout_seconds": 20},
            "host": {**room, "part": "host", "numbers": ["100"], "on_ended": "thanks"},
            "guest": {**room, "on_ended": "thanks", **guest},
            "thanks": {"type": "play", "prompts": ["thanks"], "next": "bye"},
            "bye": {"type": "hang_up"},
        },
    }


async def come(world: World, key: str) -> Call:
    call = await world.call_and_press(key)
    await world.ledger.has("conference.entered", call.caller)
    return call


async def talk(world: World, part: int, calls: Sequence[Call]) -> None:
    """All say what they say in this part, and nothing afterwards."""
    await asyncio.sleep(DONE_SECONDS)
    for call, hertz in zip(calls, VOICES[part], strict=True):
        path = tones.make(world.phones.voice.with_name(f"long-{hertz}.wav"), hertz, 60)
        await call.say(f"sound:{path.with_suffix('')}")
    await asyncio.sleep(TALK_SECONDS)
    for call in calls:
        await call.be_silent()


async def heard_in(call: Call, parts: int = 4) -> list[str]:
    """Who was heard in each part, by the digits of their places; `?`: somebody for a while."""
    path = await call.heard()
    found = []
    for voices in VOICES[:parts]:
        seconds = [tones.seconds_of(path, hertz) for hertz in voices]
        there = [str(place) for place, heard in enumerate(seconds) if heard > HEARD]
        found.append("".join(there) + "?" * any(UNHEARD < heard <= HEARD for heard in seconds))
    return found


@asynccontextmanager
async def directing(world: World) -> AsyncIterator[Directs]:
    async with world.administrator() as admin:
        yield Directs(world, admin)


class Directs:
    """Who acts on the parties by the API."""

    def __init__(self, world: World, client: Client) -> None:
        self.world = world
        self.client = client

    async def seen(self, **states: str) -> Any:
        """The conference, once its parties are in these states, by caller."""
        found: Any = None
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    answer = await self.client.get("/conferences")
                    found = answer.json
                    if answer.status == 200 and len(found) == 1:
                        now = {party["number"]: party["state"] for party in found[0]["parties"]}
                        if all(now.get(caller) == state for caller, state in states.items()):
                            return found[0]
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"Expected {states}, seen {found}") from None

    async def act(self, call: Call, act: str, kind: str, *, state: str = "in") -> None:
        before = {call.caller: state}
        conference = await self.seen(**before)
        leg = next(party["leg_id"] for party in conference["parties"] if party["number"] == call.caller)
        answer = await self.client.send("POST", f"/conferences/{conference['id']}/parties/{leg}/{act}")
        assert answer.status == 200, answer.text
        await self.world.ledger.has(kind, call.caller)

    async def end(self) -> None:
        answer = await self.client.send("DELETE", f"/conferences/{(await self.seen())['id']}")
        assert answer.status == 204, answer.text


async def over(*calls: Call) -> None:
    for call in calls:
        await asyncio.wait_for(call.ended.wait(), PATIENCE)


async def test_each_of_three_is_controlled_and_hears_whom_they_should(build: Build) -> None:
    world = await build(agents=0, document=flow(tones=True))
    calls = first, second, third = [await come(world, "2") for _ in range(3)]
    async with directing(world) as boss:
        await talk(world, 0, calls)
        await boss.act(third, "hold", "conference.held")
        await boss.seen(**{first.caller: "in", second.caller: "in", third.caller: "held"})
        await talk(world, 1, calls)
        await boss.act(second, "mute", "conference.muted")
        await boss.act(third, "admit", "conference.resumed", state="held")
        await talk(world, 2, calls)
        await boss.act(third, "remove", "conference.left")
        await over(third)
        await boss.act(second, "unmute", "conference.unmuted")
        await talk(world, 3, calls)
        await boss.end()
        refused = await boss.client.send("DELETE", "/conferences/00000000-0000-0000-0000-000000000001")
        assert refused.status == 404
    await over(first, second)
    assert [await heard_in(call) for call in calls] == [
        ["12", "1", "2", "1"],
        ["02", "0", "02", "0"],
        ["01", "", "0", ""],
    ]
    file = await first.heard()
    assert tones.seconds_of(file, COME_AND_GO) > 1, "who is in hears that others come and go"
    assert tones.seconds_of(file, PROMPTS["thanks"][0]) > 0.2, "the flow goes on when it is over"
    assert tones.seconds_of(await third.heard(), MUSIC) > 0.3, "there is music outside"
    rows = await world.ledger.ended(third.caller)
    assert the(rows, "conference.left").data["why"] == "removed"
    assert the(rows, "conference.left").data["conference_seconds"] > 3 * TALK_SECONDS
    rows = await world.ledger.ended(first.caller)
    assert the(rows, "conference.left").data["why"] == "ended"


async def test_a_host_lets_guests_in_and_has_a_number_called(running: Running, build: Build) -> None:
    world = await build(agents=0, document=flow(admission="by_host"))
    async with own_switch(running, CARRIER) as carrier:
        where = {"host": CARRIER_ADDRESS, "port": carrier.settings.sip_port, "match": [CARRIER_ADDRESS]}
        async with trunk(running, kind="address", codecs=["alaw"], **where) as trunk_id:
            await state_of(running, trunk_id, lambda state: state["state"] == "up")
            first, second = await come(world, "2"), await come(world, "2")
            host = await come(world, "1")
            await world.ledger.has("conference.answered", host.caller)  # the far side is an echo
            calls = [host, first, second]
            await talk(world, 0, calls)
            await host.press("*1")
            await world.ledger.has("conference.admitted", first.caller)
            await talk(world, 1, calls)
            await host.press("*2")
            await world.ledger.has("conference.held", first.caller)
            await talk(world, 2, calls)
            await host.press("*3")
            await world.ledger.has("conference.resumed", first.caller)
            await talk(world, 3, calls)
            await host.press("*0")
            await over(*calls)
    assert await heard_in(host) == ["0", "01", "0", "01"], "by the number, themselves"
    assert await heard_in(first) == ["", "01", "", "01"]
    assert await heard_in(second) == [""] * 4, "who was never let in has heard music alone"
    assert tones.seconds_of(await second.heard(), MUSIC) > 0.6
    rows = await world.ledger.ended(host.caller)
    assert [row.data["why"] for row in rows if row.kind == "conference.left"] == ["ended", "ended"]


async def test_a_conference_outlives_its_runtime(running: Running, build: Build) -> None:
    world = await build(agents=0, document=flow(admission="with_host"), shard=1)
    calls = host, guest, kept_out = [await come(world, key) for key in "122"]  # without a trunk nobody is called
    async with directing(world) as boss:
        await boss.act(kept_out, "hold", "conference.held")
        before = await boss.seen(**{host.caller: "in", guest.caller: "in", kept_out.caller: "held"})
        os.kill(await runtime_of(world), signal.SIGKILL)
        await talk(world, 0, calls)
        await runtime_serves(running, world)
        assert await boss.seen() == before, "it is the same one"
        await talk(world, 1, calls)
        await boss.act(guest, "hold", "conference.held")
        await boss.act(kept_out, "admit", "conference.resumed", state="held")
        await talk(world, 2, calls)
    for call in calls:
        await call.hang_up()
        await world.ledger.ended(call.caller)
    assert await heard_in(host, 3) == ["1", "1", "2"], "they talk on without a runtime"
    assert await heard_in(guest, 3) == ["0", "0", ""]
    assert await heard_in(kept_out, 3) == ["", "", "0"]
    rows = await world.ledger.rows()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
