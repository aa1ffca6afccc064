"""Agents kept free for better tiers. Pure.

An agent is kept free for a queue while, with one item more, there would be no room left beside it for a call, or for
one more item of the same medium, and no more agents of the queue's innermost ring than it reserves have that room. So
a lower tier's chat may go beside another chat but leaves the last empty desks alone, and an e-mail, which can be put
aside, takes nothing from who is kept free for calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from hujiao.routing.contracts import CALL, RoutingQueue, Setup
from hujiao.routing.lines import Pool
from hujiao.routing.order import Idle, meets
from hujiao.routing.waiting import Waiting


class Reserving(Waiting):
    """`_protected` are the queues that keep anybody free at present."""

    __slots__ = ("_protected", "_reserved")

    def _reset(self, setup: Setup) -> None:
        super()._reset(setup)
        self._reserved = {queue.id: queue.reserved for queue in setup.queues.values()}
        self._protect()

    def _protect(self) -> None:
        self._protected = [queue for queue in self.setup.queues.values() if queue.rings and self._reserved[queue.id]]

    def reserve(self, queue_id: UUID, count: int) -> list[UUID]:
        """Keep so many agents free for this queue. Returns who is free and may serve others by that."""
        fewer = count < self._reserved[queue_id]
        self._reserved[queue_id] = count
        self._protect()
        if not fewer:
            return []
        self._list()
        queue = self.setup.queues[queue_id]
        pools = [pool for medium in self._media for pool in self._innermost(queue, medium)]
        return list({entry[2]: None for pool in pools for free in pool.free.values() for entry in free})

    def reserved(self, queue_id: UUID) -> int:
        """How many agents are kept free for this queue from lower tiers."""
        return self._reserved.get(queue_id, 0)

    def _innermost(self, queue: RoutingQueue, medium: str) -> tuple[Pool, ...]:
        """The pools of its innermost ring; none where nobody has asked for the medium."""
        line = self._lines.get((queue.id, medium, (), 0, frozenset()))
        return line.pools[0] if line else ()

    def _kept_for(self, idle: Idle, queue: RoutingQueue, medium: str) -> list[UUID]:
        """The queues of a better tier that keep this agent free from such an interaction."""
        self._list()
        agent = idle.agent
        after: frozenset[str] | None = None
        kept = []
        for protected in self._protected:
            if protected.tier >= queue.tier:
                continue
            skills = self._skills[agent.id]
            for wanted in (CALL, medium) if medium != CALL else (CALL,):
                pools = self._line(protected, wanted, (), 0).pools[0]
                if wanted not in idle.room or not any(meets(agent, skills, pool.requirement) for pool in pools):
                    continue
                if after is None:
                    held = tuple(sorted((*idle.held, medium)))
                    after, _ = self._capacities.of(agent.shares, held)
                if wanted not in after and sum(map(len, pools)) <= self._reserved[protected.id]:
                    kept.append(protected.id)
                    break
        return kept

    def _set_free_by(self, idle: Idle) -> Iterator[Idle]:
        """Whoever need not be kept free any longer now that this agent is free, too."""
        self._list()
        agent = idle.agent
        for protected in self._protected:
            for medium in self._media:
                pools = self._innermost(protected, medium)
                if medium not in idle.room or not any(
                    meets(agent, self._skills[agent.id], pool.requirement) for pool in pools
                ):
                    continue
                if sum(map(len, pools)) == self._reserved[protected.id] + 1:
                    for _, _, kept in [entry for pool in pools for free in pool.free.values() for entry in free]:
                        yield self._idle[kept]
