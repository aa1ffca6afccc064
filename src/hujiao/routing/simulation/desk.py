"""What an agent has in hand, and how it gets done. Pure.

Everything that is worked on goes on at the same time, each for its own handle time: three chats at once take no longer
than one. What is interruptible is worked on while it fits beside the rest: as many as the points that are left allow,
in the order in which they were taken. So e-mails lie still during a call and go on where they were when it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from hujiao.routing.capacity import FULL
from hujiao.routing.contracts import Medium


class Work:
    """An item in hand; `left` seconds are to do, of which since `Desk.since` has been worked when it is `active`."""

    __slots__ = ("active", "counted", "item_id", "left", "medium", "queue_id", "taken_at")

    def __init__(self, queue_id: UUID, medium: str, left: float, taken_at: float) -> None:
        self.counted: int | None = None  # which of the day's calls it is
        self.item_id: UUID | None = None  # of an offer that rings out
        self.queue_id = queue_id
        self.medium = medium
        self.left = left
        self.taken_at = taken_at
        self.active = True


class Desk:
    """One agent's, with the agent's own `media`. `load` is the share of the capacity in use since `since`."""

    __slots__ = ("_media", "load", "since", "version", "works")

    def __init__(self, media: Mapping[str, Medium]) -> None:
        self._media = media
        self.works: list[Work] = []
        self.since = 0.0
        self.load = 0.0
        self.version = 0

    def held(self) -> tuple[str, ...]:
        return tuple(sorted(work.medium for work in self.works))

    def take(self, work: Work, now: float) -> None:
        self._passed(now)
        self.works.append(work)
        self._arrange()

    def due(self) -> float | None:
        """When the first of what is worked on is done, if nothing changes."""
        left = min((work.left for work in self.works if work.active), default=None)
        return None if left is None else self.since + left

    def finish(self, now: float) -> Work:
        """The one that is done now."""
        work = min((work for work in self.works if work.active), key=lambda one: one.left)
        self._passed(now)
        self.works.remove(work)
        self._arrange()
        return work

    def drop(self, item_id: UUID, now: float) -> None:
        """An offer rings no longer."""
        self._passed(now)
        self.works = [work for work in self.works if work.item_id != item_id]
        self._arrange()

    def _passed(self, now: float) -> None:
        for work in self.works:
            if work.active:
                work.left = max(0.0, work.left - (now - self.since))
        self.since = now

    def _arrange(self) -> None:
        free = FULL - sum(self._weight(work) for work in self.works if not self._media[work.medium].interruptible)
        for work in self.works:
            if self._media[work.medium].interruptible:
                work.active = self._weight(work) <= free
                free -= self._weight(work) if work.active else 0
        self.load = sum(self._weight(work) for work in self.works if work.active) / FULL
        self.version += 1

    def _weight(self, work: Work) -> int:
        return self._media[work.medium].weight
