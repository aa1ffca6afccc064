"""Conversations of more than two, a parked customer and a chat, that stand through every fault of a drill: each as it
was, and ended by its own acts.

A company of its own in the same shard. Each conversation has a caller who stays and agents whose phones never hang up.
After every fault its parties must be those that they were, with the same legs, and no phone may have been ended. Who is
parked is then picked up and parked again, so that they ring back at nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from bench import calls as bench_calls
from bench import company
from drills.chats import Chat
from drills.robots import Robots
from hujiao.app.holder import ask
from hujiao.embedded.problem import Problem
from hujiao.kit.bus import Bus
from hujiao.kit.errors import Unavailable
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings

NUMBER, PREFIX = "95009", "73"
FIRST_PHONE = 500
RING_SECONDS = 0.2
_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.2
PARKED = "parked"
Parties = list[tuple[str, ...]]
T = TypeVar("T")


@dataclass(slots=True)
class Conversation:
    """`kind` is what it is; `parties` are those who were there when it was set up."""

    kind: str
    agents: tuple[int, ...]
    interaction: str = ""
    parties: Parties = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Standing:
    def __init__(self, bus: Bus, people: company.Company, robots: Robots, chat: Chat, shard: int) -> None:
        self.conversations = [Conversation(kind, (2 * n, 2 * n + 1)) for n, kind in enumerate(KINDS)]
        self.unended: list[str] = []
        self.chat = chat
        self._bus = bus
        self._people = people
        self._robots = robots
        self._shard = shard

    @property
    def lost(self) -> list[str]:
        return [what for one in self.conversations for what in one.lost] + self.chat.lost

    async def set_up(self, one: Conversation) -> None:
        """Its caller, and nobody else, waits already."""
        first, second = one.agents
        await bench_calls.sign_in(self._bus, self._people.tenant_id, [self._people.agents[first]])
        await self._until(one, partial(self._talks, agent=first))
        await bench_calls.sign_in(self._bus, self._people.tenant_id, [self._people.agents[second]])
        await KINDS[one.kind](self, one)
        one.parties = await self._until(one, partial(_complete, one=one))

    async def look(self, after: str) -> None:
        """Whether each is as it was, and every phone still in its call."""
        await self.chat.look(after)
        views = await self._views()
        for one in self.conversations:
            now = _parties(views.get(one.interaction))
            if now != one.parties:
                one.lost.append(f"{one.kind} after {after}: {now}, was {one.parties}")
                one.parties = now
            elif one.kind == PARKED:
                await self._picked_up(one)
                await self.parks(one)
            for agent in one.agents if one.kind != PARKED else ():
                offer = self._robots.busy(self._people.phones[agent])
                if offer is None or offer.ended_at:
                    one.lost.append(f"{one.kind} after {after}: phone {agent} has ended")

    async def end(self) -> None:
        """By what an agent would do; then nobody is in a call."""
        await self.chat.end()
        for one in self.conversations:
            if one.kind == "consultation":
                await self._act(one, "interaction.end_consultation")
            if one.kind == PARKED:
                await self._picked_up(one)
            await self._act(one, "interaction.hang_up")
            if one.kind == "conference":
                await self._act(one, "interaction.hang_up", by=one.agents[1])
        began = time.monotonic()
        while (left := await self._left()) and time.monotonic() - began < _WAIT_SECONDS:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(_LOOK_SECONDS)
        self.unended = left

    async def _left(self) -> list[str]:
        views = await self._views()
        there = [one.kind for one in self.conversations if one.interaction in views]
        return there + [name for name in self._people.phones if self._robots.busy(name)]

    # ── what agents do ───────────────────────────────────────────────────────────────────────────────────────────────

    async def consults(self, one: Conversation) -> None:
        target = str(self._people.agents[one.agents[1]])
        await self._act(one, "interaction.consult", to="agent", target=target)
        await self._until(one, partial(_there, one=one))

    async def confers(self, one: Conversation) -> None:
        await self.consults(one)
        await self._act(one, "interaction.join")

    async def coaches(self, one: Conversation) -> None:
        await self._act(one, "interaction.supervise", by=one.agents[1], mode="coach")

    async def parks(self, one: Conversation) -> None:
        """Nobody of them takes another's caller, or is rung back."""
        await self._act(one, "interaction.park")
        for agent in one.agents:
            await self._act(one, "agent.set_state", by=agent, state="not_ready")

    async def _picked_up(self, one: Conversation) -> None:
        await self._act(one, "interaction.pick_up")
        await self._until(one, partial(self._talks, agent=one.agents[0]))

    async def _act(self, one: Conversation, kind: str, *, by: int | None = None, **more: Any) -> None:
        agent = self._people.agents[one.agents[0] if by is None else by]
        message = {
            "tenant_id": self._people.tenant_id,
            "actor": {"agent_id": agent, "account_id": new_id()},
            "kind": kind,
            "interaction_id": one.interaction,
            **more,
        }
        answer = await ask(self._bus, self._bus.subjects.command(self._shard), message)
        if not answer["ok"]:
            raise Problem(f"{one.kind}: {kind} is refused: {answer['error']}")

    # ── what is seen ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _talks(self, views: dict[str, Any], agent: int) -> str | None:
        wanted = str(self._people.agents[agent])
        talking = [key for key, view in views.items() if view["agent_id"] == wanted and view["state"] == "connected"]
        if talking:
            next(one for one in self.conversations if agent in one.agents).interaction = talking[0]
        return talking[0] if talking else None

    async def _until(self, one: Conversation, met: Callable[[dict[str, Any]], T | None]) -> T:
        began = time.monotonic()
        while time.monotonic() - began < _WAIT_SECONDS:
            if found := met(await self._views()):
                return found
            await asyncio.sleep(_LOOK_SECONDS)
        raise Problem(f"The {one.kind} could not be set up.")

    async def _views(self) -> dict[str, Any]:
        message = {"tenant_id": self._people.tenant_id}
        for _ in range(100):
            with suppress(Unavailable):
                snapshot = await self._bus.request(self._bus.subjects.snapshot(self._shard), message, timeout=1)
                if "interactions" in snapshot:
                    return {view["id"]: view for view in snapshot["interactions"]}
            await asyncio.sleep(_LOOK_SECONDS)
        raise Problem("Nobody tells what goes on.")


KINDS: dict[str, Callable[[Standing, Conversation], Awaitable[None]]] = {
    "consultation": Standing.consults,
    "conference": Standing.confers,
    "coaching": Standing.coaches,
    PARKED: Standing.parks,
}


def flows(queues: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One number, straight to a queue."""
    queue = {"type": "queue", "queue": str(queues["plain"])}
    return {NUMBER: {"start": "answer", "nodes": {"answer": {"type": "answer", "next": "next"}, "next": queue}}}


async def people(settings: Settings) -> company.Company:
    """The company, two agents for each conversation."""
    chosen = {"parking": {"places": len(KINDS), "seconds": 600}}
    return await company.make(
        settings, 2 * len(KINDS), slug="standing", flows=flows, first_phone=FIRST_PHONE, chosen=chosen
    )


def _parties(view: dict[str, Any] | None) -> Parties:
    fields: Sequence[str] = ("role", "leg_id", "state", "room", "mode")
    if view is None:
        return []
    parked = [(PARKED,)] if view["state"] == PARKED else []
    return parked + sorted(tuple(str(party[name]) for name in fields) for party in view["parties"])


def _there(views: dict[str, Any], one: Conversation) -> Parties | None:
    """All three, and nobody is being called."""
    parties = _parties(views.get(one.interaction))
    return parties if len(parties) == 3 and all(state != "calling" for _, _, state, *_ in parties) else None


def _complete(views: dict[str, Any], one: Conversation) -> Parties | None:
    """As its kind is: a conference is in one room, who is parked is alone."""
    if one.kind == PARKED:
        view = views.get(one.interaction)
        return _parties(view) if view and view["state"] == PARKED else None
    parties = _there(views, one)
    together = parties is not None and {room for _, _, _, room, _ in parties} == {"main"}
    return parties if together == (one.kind == "conference") else None
