"""A chat that goes on through every fault of a drill: its visitor and its agent write all the time.

A company of its own in the same shard. After every fault the chat must be with the same agent, and at the end each
message that was acknowledged must be there once, in its order.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, NamedTuple

from bench import calls as bench_calls
from bench import chat, company
from hujiao.app.holder import ask
from hujiao.embedded.problem import Problem
from hujiao.kit.bus import Bus
from hujiao.kit.settings import Settings

FLOW = "95010"
FIRST_PHONE = 700
EVERY_SECONDS = 1.0
_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.2


class Writers(NamedTuple):
    """A company of one agent, and the agent's cookie."""

    company: company.Company
    cookie: str


async def people(settings: Settings) -> Writers:
    """The company with its website."""

    def flows(queues: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {FLOW: {"start": "queue", "nodes": {"queue": {"type": "queue", "queue": str(queues["plain"])}}}}

    made = await company.make(settings, 1, slug="chats", flows=flows, first_phone=FIRST_PHONE)
    (cookie,) = (await chat.configure(settings, made, 1, FLOW)).values()
    return Writers(made, cookie)


class Chat:
    """`lost` are the changes of it that a fault has made; a visitor and an agent write until `end`."""

    def __init__(self, settings: Settings, bus: Bus, writers: Writers) -> None:
        self.figures = chat.Figures()
        self.lost: list[str] = []
        self._settings, self._bus, self._tenant_id = settings, bus, writers.company.tenant_id
        (self._agent_id,) = writers.company.agents
        self._visitor = chat.Visitor(settings, self.figures, 0)
        self._agent = chat.Agent(settings, self.figures, writers.cookie)
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        await bench_calls.sign_in(self._bus, self._tenant_id, [self._agent_id])
        await self._visitor.open()
        self._tasks = [asyncio.create_task(one.listen()) for one in (self._visitor, self._agent)]
        if not await self._until(str(self._agent_id)):
            raise Problem("The chat could not be set up.")
        sides = (self._visitor.side(), self._agent.side([self._visitor.chat]))
        self._tasks += [asyncio.create_task(side.write(EVERY_SECONDS, float("inf"))) for side in sides]

    async def look(self, after: str) -> None:
        if (now := await self._with()) != str(self._agent_id):
            self.lost.append(f"chat after {after}: with {now}")
        for task in self._tasks:
            if task.done():
                self.lost.append(f"chat after {after}: {task.exception()}")

    async def end(self) -> None:
        """Nobody writes any more; then the visitor goes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(self._visitor.http.close(), self._agent.http.close())
        flaws = chat.flaws(await chat.rows(self._settings), self.figures.acknowledged)
        self.lost += [f"chat: {count} {name}" for name, count in flaws.items() if count]
        message = {"tenant_id": self._tenant_id, "kind": "chat.visitor_ends", "interaction_id": self._visitor.chat}
        await ask(self._bus, self._bus.subjects.command(0), message)
        if not await self._until(None):
            self.lost.append("chat: it does not end")

    @property
    def messages(self) -> int:
        return sum(map(len, self.figures.acknowledged.values()))

    async def _until(self, agent: str | None) -> bool:
        began = time.monotonic()
        while (now := await self._with()) != agent and time.monotonic() - began < _WAIT_SECONDS:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(_LOOK_SECONDS)
        return now == agent

    async def _with(self) -> str | None:
        """The agent whom the visitor talks with, None without a conversation."""
        snapshot = await ask(self._bus, self._bus.subjects.snapshot(0), {"tenant_id": self._tenant_id})
        views = {view["id"]: view for view in snapshot.get("interactions", ())}
        view = views.get(self._visitor.chat, {})
        agent: str | None = view["agent_id"] if view.get("state") == "connected" else None
        return agent
