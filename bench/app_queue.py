"""Asterisk's `Queue()` as a router, so that its strategies meet the same callers as hujiao's.

Strategies as queues.conf.sample documents them, among the members who are free: `rrmemory` goes on after the member
who was rung last, `leastrecent` rings the one least recently called by this queue, `fewestcalls` the one with the
fewest completed calls from this queue. With equal weights nothing decides between queues: when a member of several is
free, which queue's first caller gets them is by lot. Retries cost nothing here (the real one looks every `retry`
seconds).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

from hujiao.routing.contracts import Item, Match, Setup
from hujiao.routing.order import meets

STRATEGIES = ("rrmemory", "leastrecent", "fewestcalls")


class AppQueue:
    """Members of a queue are the agents of any of its rings."""

    def __init__(self, strategy: str, seed: int) -> None:
        self.expected: Callable[[UUID, str, int], float | None] = lambda queue_id, medium, ahead: None
        self._strategy = strategy
        self._random = Random(seed)
        self._members: dict[UUID, list[UUID]] = {}
        self._queues: dict[UUID, frozenset[UUID]] = {}
        self._callers: dict[UUID, dict[UUID, Item]] = {}
        self._queue_of: dict[UUID, UUID] = {}
        self._free: set[UUID] = set()
        self._rung: dict[UUID, int] = {}
        self._serves: dict[UUID, UUID] = {}
        self._last_call: dict[tuple[UUID, UUID], float] = {}
        self._calls: dict[tuple[UUID, UUID], int] = {}

    def configure(self, setup: Setup, now: float) -> None:
        for queue in setup.queues.values():
            self._callers[queue.id] = {}
            self._members[queue.id] = [
                agent.id
                for agent in setup.agents.values()
                if any(meets(agent, dict(agent.skills), who) for ring in queue.rings for who in ring.who)
            ]
        for agent in setup.agents:
            self._queues[agent] = frozenset(queue for queue, members in self._members.items() if agent in members)

    def agent_free(
        self, agent_id: UUID, since: float, handled: int = 0, busy_share: float = 0.0, held: tuple[str, ...] = ()
    ) -> None:
        queue = self._serves.pop(agent_id, None)
        if queue:
            self._last_call[queue, agent_id] = since
            self._calls[queue, agent_id] = self._calls.get((queue, agent_id), 0) + 1
        self._free.add(agent_id)

    def agent_busy(self, agent_id: UUID) -> None:
        self._free.discard(agent_id)

    def agent_away(self, agent_id: UUID, now: float) -> list[UUID]:
        self._free.discard(agent_id)
        return []

    def join(self, item: Item, now: float) -> None:
        self._callers[item.queue_id][item.id] = item
        self._queue_of[item.id] = item.queue_id

    def leave(self, item_id: UUID) -> None:
        del self._callers[self._queue_of.pop(item_id)][item_id]

    def widen(self, item_id: UUID, now: float) -> bool:
        return False

    def widens_at(self, item_id: UUID, now: float) -> float | None:
        return None

    def for_item(self, item_id: UUID, now: float) -> Match | None:
        queue = self._queue_of[item_id]
        if next(iter(self._callers[queue])) != item_id:
            return None
        free = [(at, member) for at, member in enumerate(self._members[queue]) if member in self._free]
        return self._rings(queue, item_id, free) if free else None

    def for_agent(self, agent_id: UUID, now: float) -> Match | None:
        waiting = sorted(queue for queue in self._queues[agent_id] if self._callers[queue])
        if not waiting:
            return None
        queue = self._random.choice(waiting)
        at = self._members[queue].index(agent_id)
        return self._rings(queue, next(iter(self._callers[queue])), [(at, agent_id)])

    def _rings(self, queue: UUID, item_id: UUID, free: list[tuple[int, UUID]]) -> Match:
        match self._strategy:
            case "rrmemory":
                last, size = self._rung.get(queue, -1), len(self._members[queue])
                at, agent = min(free, key=lambda one: (one[0] - last - 1) % size)
            case "leastrecent":
                at, agent = min(free, key=lambda one: self._last_call.get((queue, one[1]), 0.0))
            case _:
                at, agent = min(free, key=lambda one: self._calls.get((queue, one[1]), 0))
        self._rung[queue] = at
        self._serves[agent] = queue
        return Match(item_id, queue, agent, "agent", self._strategy, len(free), 0, (), None)

    def position(self, item_id: UUID) -> int:
        return list(self._callers[self._queue_of[item_id]]).index(item_id) + 1

    def is_free(self, agent_id: UUID) -> bool:
        return agent_id in self._free

    def waiting_count(self, queue_id: UUID, medium: str | None = None) -> int:
        return len(self._callers[queue_id])

    def queues_of(self, agent_id: UUID) -> frozenset[UUID]:
        return self._queues[agent_id]
