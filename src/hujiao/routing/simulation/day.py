"""What a simulated day is made of: who comes, who works, what came of it, and what decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from hujiao.routing.contracts import CALL, Item, Match, Setup
from hujiao.routing.simulation.desk import Desk
from hujiao.routing.simulation.outbound import OutboundDone
from hujiao.routing.simulation.plan import Load

Outcome = Literal["answered", "abandoned", "redirected", "unserved"]


class Call(NamedTuple):
    """One caller's wait in one queue. `redirected`: an overflow rule passed them on.

    `expected` is what was estimated at the arrival, `ahead` how many were before them then; `took` is how long the
    agent had them, from the first ring to the end of the wrap-up, and for what was put aside in between with that.
    """

    queue_id: UUID
    agent_id: UUID | None
    arrived_at: float
    wait: float
    outcome: Outcome
    ring: int
    grade: int
    ahead: int
    staff: int
    expected: float | None
    took: float = 0.0
    medium: str = CALL


class Worked(NamedTuple):
    """One agent's time that counts: present, and of it with something in hand (wrap-up included).

    `loaded` is the same by points: a third of the capacity in use for an hour is a third of an hour.
    """

    agent_id: UUID
    present: float
    busy: float
    handled: int
    loaded: float


@dataclass(frozen=True, slots=True)
class Day:
    calls: tuple[Call, ...]
    agents: tuple[Worked, ...]
    outbound: OutboundDone = field(default_factory=OutboundDone)


class Decides(Protocol):
    """The part of the router that a day needs; others may stand in to be compared."""

    expected: Callable[[UUID, str, int], float | None]

    def configure(self, setup: Setup, now: float) -> None: ...
    def agent_free(
        self, agent_id: UUID, since: float, handled: int = 0, busy_share: float = 0.0, held: tuple[str, ...] = ()
    ) -> None: ...
    def agent_busy(self, agent_id: UUID) -> None: ...
    def agent_away(self, agent_id: UUID, now: float) -> list[UUID]: ...
    def join(self, item: Item, now: float) -> None: ...
    def leave(self, item_id: UUID) -> None: ...
    def widen(self, item_id: UUID, now: float) -> bool: ...
    def widens_at(self, item_id: UUID, now: float) -> float | None: ...
    def is_free(self, agent_id: UUID) -> bool: ...
    def for_item(self, item_id: UUID, now: float) -> Match | None: ...
    def for_agent(self, agent_id: UUID, now: float) -> Match | None: ...
    def position(self, item_id: UUID) -> int: ...
    def waiting_count(self, queue_id: UUID, medium: str | None = None) -> int: ...
    def queues_of(self, agent_id: UUID) -> frozenset[UUID]: ...
    def reserve(self, queue_id: UUID, count: int) -> list[UUID]: ...


class Caller:
    """`arrived_at` is in the present queue, `first_at` in the first one.

    So many offers will be `missed`; while one rings out, `rings` is with which agent.
    """

    __slots__ = (
        "ahead",
        "arrived_at",
        "expected",
        "first_at",
        "grade",
        "handle",
        "medium",
        "missed",
        "missed_ringing",
        "passed",
        "patience",
        "queue_id",
        "ringing",
        "rings",
        "staff",
        "who",
        "wrap_up",
    )

    def __init__(self, queue_id: UUID, load: Load, now: float, random: Random, grade: int | None, who: str) -> None:
        self.queue_id = queue_id
        self.medium = load.medium
        self.arrived_at = self.first_at = now
        self.handle = load.handle.draw(random)
        self.wrap_up = load.wrap_up.draw(random) if load.wrap_up else 0.0
        self.patience = load.patience.draw(random) if load.patience else None
        self.ringing = load.ringing.draw(random) if load.ringing else 0.0
        self.grade = _grade(load, random) if grade is None else grade
        self.who = who
        self.missed = 0
        while load.missed and random.random() < load.missed:
            self.missed += 1
        self.missed_ringing = load.missed_ringing.draw(random) if self.missed and load.missed_ringing else 0.0
        self.rings: UUID | None = None
        self.passed: tuple[str, ...] = ()
        self.ahead = 0
        self.staff = 0
        self.expected: float | None = None


def _grade(load: Load, random: Random) -> int:
    """By lot; `grades` are (grade, share), the rest is 0."""
    if not load.grades:
        return 0
    draw = random.random()
    for grade, share in load.grades:
        draw -= share
        if draw < 0:
            return grade
    return 0


class Agent:
    """`busy`, `loaded` and `present` are what counts, `worked` is since signing in."""

    __slots__ = (
        "busy",
        "busy_since",
        "desk",
        "free_since",
        "handled",
        "loaded",
        "on_shift",
        "present",
        "since",
        "worked",
    )

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.present = self.busy = self.worked = self.loaded = 0.0
        self.on_shift = False
        self.since: float | None = None
        self.busy_since: float | None = None
        self.free_since = 0.0
        self.handled = 0
