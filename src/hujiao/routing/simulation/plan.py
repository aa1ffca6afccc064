"""What a simulation runs: a routing set-up, who calls, and who works when. Times are seconds from its start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from hujiao.routing.contracts import CALL, QueueRouting, Setup
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.simulation.chance import Draws, Rate, Recorded
from hujiao.routing.simulation.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Load:
    """Who comes to one queue on one medium. `arrivals` are a stream or times that happened; `patience` None: for ever.

    `ringing` is how long an agent's phone rings before the caller is answered. `beside` is what comes to the same queue
    on other media. So large a share of the offers is `missed`, after `missed_ringing`.
    """

    arrivals: Rate | Recorded | tuple[float, ...]
    handle: Draws
    wrap_up: Draws | None = None
    patience: Draws | None = None
    grades: tuple[tuple[int, float], ...] = ()
    service_level_seconds: float = 20.0
    short_abandon_seconds: float = 5.0
    ringing: Draws | None = None
    medium: str = CALL
    beside: tuple[Load, ...] = ()
    missed: float = 0.0
    missed_ringing: Draws | None = None

    def streams(self) -> Iterator[Load]:
        yield self
        yield from self.beside

    def on(self, medium: str) -> Load:
        """That of a medium; of one that only comes by overflow, the first."""
        return next((stream for stream in self.beside if stream.medium == medium), self)


@dataclass(frozen=True, slots=True)
class Shift:
    agent_id: UUID
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Familiar:
    """Callers and the agents they know: their own, and who served them last and when (before 0: before it began)."""

    own: dict[str, UUID] = field(default_factory=dict)
    last: dict[str, tuple[UUID, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """`length` is when the last caller may come; who waits then is served on. Before `warm_up` nothing is counted.

    A queue's callers are drawn by its name, so that they are the same in another set-up.
    """

    setup: Setup
    loads: dict[UUID, Load]
    shifts: tuple[Shift, ...]
    length: float
    warm_up: float = 0.0
    begins_at: float = 0.0  # seconds of the day, for charts
    names: dict[UUID, str] = field(default_factory=dict)
    overflow: dict[UUID, tuple[OverflowRule, ...]] = field(default_factory=dict)
    closed: dict[UUID, tuple[tuple[float, float], ...]] = field(default_factory=dict)  # by the queue's hours
    paces: dict[UUID, float] = field(default_factory=dict)  # how long an agent takes, over what others take
    familiar: Familiar = field(default_factory=Familiar)
    awaits: dict[UUID, QueueRouting] = field(default_factory=dict)  # whom a queue's callers wait for, and how long
    outbound: Outbound | None = None  # work that fills idle time
