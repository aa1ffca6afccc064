"""What a simulation runs: a routing set-up, who calls, and who works when. Times are seconds from its start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp, log, sqrt
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from uuid import UUID

from hujiao.routing.contracts import CALL, QueueRouting, Setup
from hujiao.routing.overflow import OverflowRule

if TYPE_CHECKING:
    from hujiao.routing.simulation.outbound import Outbound

HALF_HOUR = 1800.0
_NEAR = 300.0


class Draws(Protocol):
    """A length of time by chance."""

    def draw(self, random: Random) -> float: ...


@dataclass(frozen=True, slots=True)
class Time:
    """A length of time by chance; `cv` is the standard deviation over the mean (of a lognormal one)."""

    distribution: Literal["exponential", "lognormal", "fixed"]
    mean: float
    cv: float = 1.0

    def draw(self, random: Random) -> float:
        if self.distribution == "fixed" or not self.mean:
            return self.mean
        if self.distribution == "exponential":
            return random.expovariate(1 / self.mean)
        variance = log(1 + self.cv * self.cv)
        return exp(random.gauss(log(self.mean) - variance / 2, sqrt(variance)))


@dataclass(frozen=True, slots=True)
class Rate:
    """A Poisson stream: calls per hour, times a factor for each half hour (after the last one: 1)."""

    per_hour: float
    profile: tuple[float, ...] = ()

    def times(self, random: Random, length: float) -> list[float]:
        found, piece, now = [], 0, 0.0
        while now < length:
            end = (piece + 1) * HALF_HOUR if piece < len(self.profile) else length
            factor = self.profile[piece] if piece < len(self.profile) else 1.0
            rate = self.per_hour * factor / 3600
            while rate:
                now += random.expovariate(rate)
                if now >= min(end, length):
                    break
                found.append(now)
            now, piece = end, piece + 1  # an exponential time begins anew at any moment
        return found


class Came(NamedTuple):
    """Somebody who called at that time; `who` is the same for the same caller ("": nobody who is known)."""

    at: float
    grade: int
    who: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Callers who came, in order. With a `factor` some come again, within minutes of their time, or not at all.

    Nobody comes before the first or after the last of them: a queue that opens at nine stays closed before.
    """

    callers: tuple[Came, ...]
    factor: float = 1.0

    def draw(self, random: Random, length: float) -> list[Came]:
        if self.factor == 1.0:
            return [came for came in self.callers if came.at < length]
        if not self.callers:
            return []
        found, first, last = [], self.callers[0].at, self.callers[-1].at
        for came in self.callers:
            times = int(self.factor) + (random.random() < self.factor % 1)
            for again in range(times):
                at = random.uniform(max(first, came.at - _NEAR), min(last, came.at + _NEAR)) if again else came.at
                found.append(Came(at, came.grade, came.who))
        return sorted(came for came in found if came.at < length)


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
