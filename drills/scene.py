"""Callers in conversation, in the queue and in the menu, and what the phones and the runtime each think of them.

What the phones see is the truth; the runtime's snapshot is right when it says the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soundfile

from bench import calls as bench_calls
from bench import company, instance
from hujiao.app.cli import holders, voices
from hujiao.app.cli.parts import find_asterisk
from hujiao.asterisk.testphone import phone as testphone
from hujiao.asterisk.testphone.config import Robot
from hujiao.asterisk.testphone.phone import Call, TestPhone
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.errors import Unavailable
from hujiao.kit.settings import Settings

PATIENCE = 60.0
_LOOK = 0.05
_RING_SECONDS = 0.2
_LOUD = 0.01
# A key that is pressed while nobody listens is lost; people press again.
_PRESS_AGAIN = 5.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Who talks with whom, who waits in which order, who is asked to choose."""

    talking: frozenset[tuple[str, str]]  # agent's phone, caller
    waiting: tuple[str, ...]
    choosing: frozenset[str]

    def __str__(self) -> str:
        talks = ", ".join(f"{caller} with {agent}" for agent, caller in sorted(self.talking))
        return f"talking: {talks or 'nobody'}; waiting: {self.waiting}; choosing: {sorted(self.choosing)}"


@dataclass(slots=True)
class Probe:
    """Somebody who calls in the middle of it, and listens."""

    call: Call
    dialled_at: float
    listening_at: float

    async def waited(self) -> float | None:
        """Seconds from dialling to the first sound; None when there was none. The call must be over."""
        samples, rate = soundfile.read(await self.call.heard(), dtype="float64")
        size = rate // 50
        frames = samples[: len(samples) // size * size].reshape(-1, size)
        loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > _LOUD)
        return self.listening_at - self.dialled_at + float(loud[0]) / 50 if len(loud) else None


@dataclass(slots=True)
class Scene:
    settings: Settings
    bus: messages.Bus
    phone: TestPhone
    people: company.Company
    calls: dict[str, Call] = field(default_factory=dict)
    queued: list[str] = field(default_factory=list)  # in the order in which they came
    in_menu: list[str] = field(default_factory=list)
    served: list[str] = field(default_factory=list)  # in the order in which agents took them
    left: set[str] = field(default_factory=set)  # hung up because they wanted to
    _callers: int = 0

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def place(self, *, waiting: int, choosing: int) -> None:
        """Every agent talks; so many wait, one after another; so many are in the menu."""
        agents = len(self.people.phones)
        for _ in range(agents + waiting):
            self.queued.append(await self._dial(company.PLAIN))
            await self.becomes_right(lambda count=len(self.queued): self._came(count))
        self.in_menu = [await self._dial(company.MENU) for _ in range(choosing)]
        await self.becomes_right()

    def _came(self, count: int) -> bool:
        return len(self.served) + len(self.waiting()) >= count and len(self.served) >= min(
            count, len(self.people.phones)
        )

    async def _dial(self, number: str) -> str:
        self._callers += 1
        caller = f"139{self._callers:08d}"
        self.calls[caller] = await self.phone.call(number, caller=caller)
        async with asyncio.timeout(PATIENCE):
            await self.calls[caller].answered.wait()
        return caller

    async def probe(self) -> Probe:
        """A new caller, of a number on which a prompt is played for ever."""
        began = time.monotonic()
        self._callers += 1
        call = await self.phone.call(company.PROMPTS, caller=f"137{self._callers:08d}")
        return Probe(call, began, time.monotonic())

    async def hang_up(self, caller: str) -> None:
        self.left.add(caller)
        await self.calls[caller].hang_up()

    async def choose(self, caller: str) -> None:
        """Press 1 until it was heard: the caller joins the queue."""

        async def in_queue() -> bool:
            return any(i["caller"] == caller and i["state"] != "flow" for i in await self._interactions())

        async with asyncio.timeout(PATIENCE):
            while True:
                await self.calls[caller].press("1")
                with suppress(TimeoutError):
                    await until(in_queue, f"the key of {caller} is heard", seconds=_PRESS_AGAIN)
                    break
        self.in_menu.remove(caller)
        self.queued.append(caller)

    def dropped(self) -> list[str]:
        """Whose call ended though they wanted to stay."""
        return [caller for caller, call in self.calls.items() if call.ended.is_set() and caller not in self.left]

    def waiting(self) -> list[str]:
        gone = {caller for caller, call in self.calls.items() if call.ended.is_set()}
        return [caller for caller in self.queued if caller not in gone and caller not in self.served]

    def inversions(self) -> int:
        """Pairs of callers of whom the later one was served first."""
        place = {caller: number for number, caller in enumerate(self.queued)}
        order = [place[caller] for caller in self.served]
        return sum(1 for n, first in enumerate(order) for second in order[n + 1 :] if second < first)

    async def clear(self) -> None:
        """Everybody hangs up; the agents are available again."""
        await asyncio.gather(*(self.hang_up(caller) for caller, call in self.calls.items() if not call.ended.is_set()))
        await until(self._empty, "every call is over and every agent is available")
        self.calls, self.queued, self.in_menu, self.served, self.left = {}, [], [], [], set()

    async def _empty(self) -> bool:
        snapshot = await self._snapshot()
        for agent in snapshot["agents"]:
            if agent["state"] == "not_ready":  # the switch lost this agent's leg, say
                await self._command(agent["id"], "agent.set_state", state="available")
        return not snapshot["interactions"] and all(agent["state"] == "available" for agent in snapshot["agents"])

    # ── the two pictures ─────────────────────────────────────────────────────────────────────────────────────────────

    async def of_phones(self) -> Picture:
        talking = set()
        for channel in await self.phone.ari.get("channels"):
            agent = channel["dialplan"]["exten"]  # the callers' own channels are at none
            if agent in self.people.phones and channel["state"] == "Up":
                talking.add((agent, channel["caller"]["number"]))
        for _, caller in sorted(talking):
            if caller in self.queued and caller not in self.served:
                self.served.append(caller)
        choosing = (caller for caller in self.in_menu if not self.calls[caller].ended.is_set())
        return Picture(frozenset(talking), tuple(self.waiting()), frozenset(choosing))

    async def of_runtime(self) -> Picture:
        talking, waiting, choosing = set(), [], set()
        phones = dict(zip(map(str, self.people.agents), self.people.phones, strict=True))
        for interaction in await self._interactions():
            if interaction["called"] == company.PROMPTS:
                continue
            match interaction["state"]:
                case "connected":
                    talking.add((phones[interaction["agent_id"]], interaction["caller"]))
                case "flow":
                    choosing.add(interaction["caller"])
                case "queued":
                    waiting.append((interaction["position"], interaction["caller"]))
                case other:  # on the way from one to another
                    waiting.append((0, f"{interaction['caller']} {other}"))
        return Picture(frozenset(talking), tuple(caller for _, caller in sorted(waiting)), frozenset(choosing))

    async def becomes_right(self, also: Callable[[], bool] = lambda: True) -> float:
        """Wait until the runtime says what the phones see and no agent is idle while somebody waits; when it was so."""
        seen: list[Picture] = []

        async def right() -> bool:
            runtime, phones = await self.of_runtime(), await self.of_phones()
            seen[:] = [runtime, phones]
            gone = {caller for caller, call in self.calls.items() if call.ended.is_set()}
            busy = len(phones.talking) == len(self.people.phones) or not phones.waiting
            return runtime == phones and busy and not gone & {c for _, c in phones.talking} and also()

        try:
            await until(right, "the live state is right")
        except TimeoutError:
            said = [f"{who}: {picture}" for who, picture in zip(("the runtime", "the phones"), seen, strict=False)]
            raise Problem(f"The live state was not right within {PATIENCE:.0f} s. {'; '.join(said)}.") from None
        return time.monotonic()

    async def ready(self) -> float:
        """Wait until every shard has a runtime, compared with the switch; when it was so."""

        async def all_shards() -> bool:
            return len(await holders.serving(self.settings, self.bus)) == self.settings.shards

        await until(all_shards, "every shard has a runtime")
        return time.monotonic()

    async def _snapshot(self) -> dict[str, Any]:
        subject = self.bus.subjects.snapshot(0)
        snapshot: dict[str, Any] = await self.bus.request(subject, {"tenant_id": self.people.tenant_id}, timeout=1)
        if "interactions" not in snapshot:  # a runtime that has not taken the tenant yet refuses
            raise Unavailable("error.part_away", detail={"subject": subject})
        return snapshot

    async def _interactions(self) -> list[dict[str, Any]]:
        return list((await self._snapshot())["interactions"])

    async def _command(self, agent_id: str, kind: str, **data: Any) -> None:
        message = {"tenant_id": self.people.tenant_id, "actor": {"agent_id": agent_id}, "kind": kind, **data}
        await self.bus.request(self.bus.subjects.command(0), message)

    # ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _runtime_pid(self) -> int:
        """Of the one that holds the company's shard."""
        name = (await holders.serving(self.settings, self.bus))[0]
        return (await asyncio.to_thread(instance.pids, self.settings))[name]

    async def kill_runtime(self) -> float:
        """Returns when it happened."""
        os.kill(await self._runtime_pid(), signal.SIGKILL)
        return time.monotonic()

    @asynccontextmanager
    async def frozen_runtime(self) -> AsyncIterator[float]:
        """It stands still inside the block."""
        pid = await self._runtime_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield time.monotonic()
        finally:
            with suppress(ProcessLookupError):  # frozen for too long: the supervisor put another in its place
                os.kill(pid, signal.SIGCONT)


async def until(met: Callable[[], Awaitable[bool]], what: str, *, seconds: float = PATIENCE) -> None:
    """Look often: it is the time itself that is measured. Who does not answer has not met it."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                with suppress(Unavailable):
                    if await met():
                        return
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        raise TimeoutError(f"It took longer than {seconds:.0f} s until {what}.") from None


@asynccontextmanager
async def scene(settings: Settings, people: company.Company) -> AsyncIterator[Scene]:
    """The company's agents are at work on robots' phones; the rest of the instance runs."""
    async with AsyncExitStack() as stack:
        bus = await messages.connect(settings.nats_url, settings.instance, name="drill")
        stack.push_async_callback(bus.close)
        await bench_calls.ready(settings, bus, len(people.phones))
        folder = settings.home / "drill"
        folder.mkdir()
        voice = str(voices.tone(folder / "agent.wav", 880, 5).with_suffix(""))
        asterisk = find_asterisk(settings)
        program = testphone.Program(asterisk.command, asterisk.modules, asterisk.data, dict(asterisk.environment))
        phone = await stack.enter_async_context(
            testphone.running(settings, program, robots=robots(people.phones, voice))
        )
        await phone.registered()
        await bench_calls.sign_in(bus, people.tenant_id, people.agents)
        yield Scene(settings, bus, phone, people)


def robots(users: Sequence[str], voice: str) -> list[Robot]:
    return [Robot(user, company.SECRET, voice, after_seconds=_RING_SECONDS) for user in users]
