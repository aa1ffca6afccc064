"""What a simulation runs: a routing set-up, who calls, and who works when. Times are seconds from its start."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log, sqrt
from random import Random
from typing import Literal
from uuid import UUID

from hujiao.routing.contracts import Setup

HALF_HOUR = 1800.0


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


@dataclass(frozen=True, slots=True)
class Load:
    """Who calls one queue. `arrivals` are a stream or times that happened; `patience` None: nobody gives up."""

    arrivals: Rate | tuple[float, ...]
    handle: Time
    wrap_up: Time | None = None
    patience: Time | None = None
    grades: tuple[tuple[int, float], ...] = ()
    service_level_seconds: float = 20.0
    short_abandon_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Shift:
    agent_id: UUID
    begins: float
    ends: float


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
