"""How many agents a queue with a target keeps free from lower tiers: moved by what its callers meet. Pure.

Callers are those of real-time media: what can wait says nothing of seconds.

Lower tiers are served while more agents than a threshold are idle (idle-server threshold priority: Gurvich, Armony &
Mandelbaum, "Service-level differentiation in call centers with fully flexible servers", Management Science 54(2),
2008). The threshold is found by integral control on each caller's success or failure, as in adaptive conformal
inference (Gibbs & Candès, NeurIPS 2021): with target share p a failure adds p and a success takes 1 - p, times a
gain, so that it rests exactly where the share of successes is p, and, while it is within its bounds, the share over
any N callers is within (range + gain) / (gain × N) of p whatever they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from hujiao.routing.contracts import RoutingQueue, ServiceTarget

GAIN = 0.4  # agents, of a caller's success or failure
PERIOD_SECONDS = 30.0  # how often the number is moved …
FASTEST = 0.02  # … and by how much at most, as a share of the staff (one agent in a small team)
BAND = 0.5  # so far below a whole number until one agent fewer is kept: no flapping
QUIET_SECONDS = 600.0  # when nobody of the queue has been heard of for so long …
EASE_SECONDS = 60.0  # … one agent is let go each so many seconds
SHARE_OF_STAFF = 0.5  # never more than this part of the queue's signed-in agents


class Reservation:
    """One queue's number of agents. `least` is kept in any case."""

    def __init__(self, target: ServiceTarget, least: int, now: float) -> None:
        self.target = target
        self.least = least
        self.count = least
        self._level = float(least)
        self._owed = 0.0
        self._moved_at = self._heard_at = self._eased_at = now

    def ended(self, wait: float, answered: bool, now: float) -> None:
        """A caller of the queue was answered or not after so many seconds."""
        self._heard_at = now
        if answered or wait > self.target.short_seconds:
            self._owed += self.target.share - (answered and wait <= self.target.seconds)

    def settle(self, now: float, staff: int) -> bool:
        """Move what is due; tells whether another number of agents is kept now."""
        if now - self._moved_at >= PERIOD_SECONDS:
            step = max(1.0, FASTEST * staff)
            self._level += min(step, max(-step, GAIN * self._owed))
            self._owed, self._moved_at = 0.0, now
        quiet_from = max(self._heard_at + QUIET_SECONDS, self._eased_at)
        if now > quiet_from:
            self._level -= (now - quiet_from) / EASE_SECONDS
            self._eased_at = now
        most = max(self.least, min(self.target.most, int(SHARE_OF_STAFF * staff)))
        self._level = min(float(most), max(float(self.least), self._level))
        before = self.count
        self.count = min(most, max(self.least, self.count))
        if self._level >= self.count + 1:
            self.count = int(self._level)
        while self.count > self.least and self._level <= self.count - BAND:
            self.count -= 1
        return self.count != before


class Tiers:
    """The reservations of a tenant's queues that have a target."""

    def __init__(self) -> None:
        self._kept: dict[UUID, Reservation] = {}
        self._tiers: dict[UUID, int] = {}

    def configure(self, queues: Iterable[RoutingQueue], now: float) -> None:
        """Other settings; what is kept for a target that stays is not forgotten."""
        before, self._kept = self._kept, {}
        for queue in queues:
            if queue.target:
                kept = before.get(queue.id) or Reservation(queue.target, queue.reserved, now)
                kept.target, kept.least = queue.target, queue.reserved
                self._kept[queue.id] = kept
                self._tiers[queue.id] = queue.tier
        self._tiers = {queue_id: self._tiers[queue_id] for queue_id in self._kept}

    def ended(self, queue_id: UUID, wait: float, answered: bool, now: float) -> None:
        kept = self._kept.get(queue_id)
        if kept:
            kept.ended(wait, answered, now)

    def settle(self, now: float, staff: Callable[[UUID], int]) -> list[tuple[UUID, int]]:
        """The queues for which another number of agents is kept now."""
        return [(queue_id, kept.count) for queue_id, kept in self._kept.items() if kept.settle(now, staff(queue_id))]

    def counts(self) -> list[tuple[UUID, int]]:
        return [(queue_id, kept.count) for queue_id, kept in self._kept.items()]

    def holds_back(self, queue: RoutingQueue) -> bool:
        """Whether this queue's callers may be waiting for a number that moves with time."""
        return any(tier < queue.tier for tier in self._tiers.values())
