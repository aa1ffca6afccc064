"""Who serves whom: first come first served within a priority, and the agent who has been idle longest.

Incremental: work grows with what changed. It holds no truth: the same calls in the same order rebuild it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import datetime
from uuid import UUID

import msgspec


class Waiting(msgspec.Struct, frozen=True, order=True):
    """A caller's place: higher priority first, then who came first; the id (UUIDv7) settles a tie."""

    rank: int
    queued_at: datetime
    interaction_id: UUID


class Match(msgspec.Struct, frozen=True):
    """`reason` is a word of the language files, `among` out of how many was chosen."""

    interaction_id: UUID
    queue_id: UUID
    agent_id: UUID
    reason: str
    among: int


class Matcher:
    """Waiting callers and idle agents of one tenant. `serves` says which queues an agent may serve."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, list[Waiting]] = {}
        self._places: dict[UUID, tuple[UUID, Waiting]] = {}
        self._idle: dict[UUID, datetime] = {}
        self._free: dict[UUID, list[tuple[datetime, UUID]]] = {}  # of each queue: who is idle, the longest first
        self._serves: dict[UUID, frozenset[UUID]] = {}

    def configure(self, serves: dict[UUID, frozenset[UUID]]) -> None:
        self._serves = serves
        self._free = {}
        for agent_id, since in self._idle.items():
            self._enlist(agent_id, since)

    def join(self, interaction_id: UUID, queue_id: UUID, queued_at: datetime, priority: int) -> None:
        self.leave(interaction_id)
        place = Waiting(-priority, queued_at, interaction_id)
        insort(self._waiting.setdefault(queue_id, []), place)
        self._places[interaction_id] = (queue_id, place)

    def leave(self, interaction_id: UUID) -> None:
        found = self._places.pop(interaction_id, None)
        if found:
            queue_id, place = found
            self._waiting[queue_id].remove(place)

    def idle(self, agent_id: UUID, since: datetime | None) -> None:
        """The agent is free since then; None: not free."""
        before = self._idle.pop(agent_id, None)
        if before is not None:
            for queue_id in self.serves(agent_id):
                free = self._free[queue_id]
                del free[bisect_left(free, (before, agent_id))]
        if since is not None:
            self._idle[agent_id] = since
            self._enlist(agent_id, since)

    def _enlist(self, agent_id: UUID, since: datetime) -> None:
        for queue_id in self.serves(agent_id):
            insort(self._free.setdefault(queue_id, []), (since, agent_id))

    def serves(self, agent_id: UUID) -> frozenset[UUID]:
        return self._serves.get(agent_id, frozenset())

    def idle_agents(self, queue_id: UUID) -> int:
        return len(self._free.get(queue_id, ()))

    def position(self, interaction_id: UUID) -> int:
        """1 for who is next; 0 for who does not wait."""
        found = self._places.get(interaction_id)
        return self._waiting[found[0]].index(found[1]) + 1 if found else 0

    def waiting(self, queue_id: UUID) -> list[Waiting]:
        return self._waiting.get(queue_id, [])

    def for_caller(self, interaction_id: UUID) -> Match | None:
        """The agent for this caller, if an agent is free and nobody waits before them for that queue."""
        found = self._places.get(interaction_id)
        if not found:
            return None
        queue_id, place = found
        if self._waiting[queue_id][0] != place:
            return None
        free = self._free.get(queue_id)
        if not free:
            return None
        _, agent_id = free[0]
        return Match(interaction_id, queue_id, agent_id, "longest_idle", len(free))

    def for_agent(self, agent_id: UUID) -> Match | None:
        """The caller for this agent, if the agent is free: the best placed over all the agent's queues."""
        if agent_id not in self._idle:
            return None
        heads = [
            (self._waiting[queue_id][0], queue_id) for queue_id in self.serves(agent_id) if self._waiting.get(queue_id)
        ]
        if not heads:
            return None
        place, queue_id = min(heads)
        return Match(place.interaction_id, queue_id, agent_id, "first_in_queue", len(heads))
