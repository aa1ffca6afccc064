"""Agents of a simulated day who move by a blending rule and do outbound work, of which there is always more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from uuid import UUID

from hujiao.routing import blending
from hujiao.routing.blending import AgentNow, BlendRule, BlendState, Measures
from hujiao.routing.simulation.chance import Draws

CHECK_SECONDS = 5.0  # as in production


@dataclass(frozen=True, slots=True)
class Outbound:
    """`handle` is how long an outbound interaction takes an agent, with everything before and after it."""

    rule: BlendRule
    handle: Draws


class OutboundDone(NamedTuple):
    """What counts: interactions, agents' seconds with them, and moves either way."""

    handled: int = 0
    seconds: float = 0.0
    moves: int = 0


class OutboundSide:
    """Who is out. The day says who is there, who is free and when something is done, and takes agents back."""

    def __init__(self, plan: Outbound, seed: int) -> None:
        self.plan = plan
        self.state = BlendState()
        self.out: dict[UUID, float] = {}  # since when
        self.idle: dict[UUID, float] = {}
        self._leaving: set[UUID] = set()
        self._came: dict[UUID, float] = {}  # when the present inbound work began
        self._starts: dict[UUID, int] = {}
        self._seconds: dict[UUID, float] = {}
        self._random = Random(f"{seed}/outbound")
        self.done = OutboundDone()

    def ended(self, queue_id: UUID, wait: float, answered: bool, within: float, short: float, now: float) -> None:
        """A caller of a queue was answered or not."""
        if queue_id in self.plan.rule.queues and (answered or wait > short):
            self.state = blending.counted(self.state, self.plan.rule, answered and wait <= within, now)

    def draw(self) -> float:
        return self.plan.handle.draw(self._random)

    def finished(self, seconds: float) -> None:
        """An outbound interaction is over, which took so long of the time that counts."""
        self.done = self.done._replace(handled=self.done.handled + 1, seconds=self.done.seconds + seconds)

    def goes_on(self, agent_id: UUID) -> bool:
        return agent_id in self.out and agent_id not in self._leaving

    def back(self, agent_id: UUID, now: float) -> None:
        since = self.out.pop(agent_id, None)
        if since is not None:
            self._seconds[agent_id] = self._seconds.get(agent_id, 0.0) + now - since
            self._came[agent_id] = now
        self._leaving.discard(agent_id)

    def check(
        self,
        present: Iterable[UUID],
        serves: Mapping[UUID, frozenset[UUID]],
        waiting: list[float],
        now: float,
        sends: Callable[[UUID], None],
    ) -> None:
        """Move who is to move. `waiting`: when the watched queues' callers came; `sends` takes an agent off callers."""
        rule = self.plan.rule
        measures = Measures(
            service_level=blending.service_level(self.state, rule, now),
            waiting=len(waiting),
            longest_wait=now - min(waiting) if waiting else 0.0,
            agents=tuple(self._agent(agent_id, serves[agent_id], now) for agent_id in present),
        )
        self.state, moves = blending.step(rule, self.state, measures, now)
        for move in moves:
            if move.to == "out":
                self.out[move.agent_id] = now
                self._starts[move.agent_id] = self._starts.get(move.agent_id, 0) + 1
                sends(move.agent_id)
            else:
                self._leaving.add(move.agent_id)
        self.done = self.done._replace(moves=self.done.moves + len(moves))

    def _agent(self, agent_id: UUID, serves: frozenset[UUID], now: float) -> AgentNow:
        out = self.out.get(agent_id)
        return AgentNow(
            id=agent_id,
            work="inbound" if out is None else "outbound",
            since=self._came.get(agent_id, 0.0) if out is None else out,
            idle_since=self.idle.get(agent_id),
            serves=not serves.isdisjoint(self.plan.rule.queues),
            movable=agent_id in self.plan.rule.agents,
            leaving=agent_id in self._leaving,
            starts=self._starts.get(agent_id, 0),
            seconds=self._seconds.get(agent_id, 0.0),
        )
