"""Where agents stand free and interactions wait, each in its order."""

from __future__ import annotations

from bisect import bisect_left, insort
from uuid import UUID

from sortedcontainers import SortedList

from hujiao.routing.contracts import AgentCriterion, Requirement, RoutingQueue
from hujiao.routing.order import Key, site_at

Free = tuple[Key, int, UUID]
Place = tuple[Key, int, UUID]


class Pool:
    """The agents who meet a requirement and have room for one more of a medium, in one order.

    Apart by site where the order asks for the distance.
    """

    __slots__ = ("free", "lines", "medium", "order", "pairs", "queue", "requirement", "site_at")

    def __init__(
        self,
        queue: RoutingQueue,
        medium: str,
        requirement: Requirement,
        order: tuple[AgentCriterion, ...],
        pairs: tuple[tuple[int, AgentCriterion], ...],
    ) -> None:
        self.queue = queue
        self.medium = medium
        self.requirement = requirement
        self.order = order
        self.pairs = pairs  # where the order asks for an agent and an interaction together
        self.site_at = site_at(order)
        self.free: dict[str, list[Free]] = {}
        self.lines: list[tuple[Line, int]] = []  # that it is part of, and the ring that it is there

    def add(self, site: str, entry: Free) -> None:
        insort(self.free.setdefault(site if self.site_at is not None else "", []), entry)

    def remove(self, site: str, entry: Free) -> None:
        free = self.free[site if self.site_at is not None else ""]
        del free[bisect_left(free, entry)]

    def __len__(self) -> int:
        return sum(map(len, self.free.values()))


class Line:
    """Interactions of one queue and medium that wait for the same agents, best placed first.

    Or those of one medium that wait for one agent, its `owner`.
    """

    __slots__ = ("head", "medium", "number", "owner", "places", "pools", "queue", "ring")

    def __init__(
        self,
        number: int,
        medium: str,
        queue: RoutingQueue | None,
        ring: int,
        pools: tuple[tuple[Pool, ...], ...],
    ) -> None:
        self.number = number
        self.medium = medium
        self.queue = queue
        self.ring = ring
        self.pools = pools  # of each ring, from the innermost
        self.owner: UUID | None = None
        self.places: SortedList[Place] = SortedList()
        self.head: Place | None = None

    def add(self, place: Place) -> None:
        self.places.add(place)
        if self.head is None or place < self.head:
            self.head = place

    def remove(self, place: Place) -> None:
        self.places.remove(place)
        if place == self.head:
            self.head = self.places[0] if self.places else None


class Served:
    """What agents of the same skills, groups, site and work may do: pools, and lines with ring and minus skill.

    `outbound` lines are looked at when nobody waits in the others.
    """

    __slots__ = ("lines", "outbound", "pools")

    def __init__(self, pools: tuple[tuple[Pool, int], ...], lines: tuple[tuple[Line, int, int], ...]) -> None:
        self.pools = pools
        self.lines = tuple(one for one in lines if one[0].queue and one[0].queue.direction == "inbound")
        self.outbound = tuple(one for one in lines if one[0].queue and one[0].queue.direction == "outbound")
