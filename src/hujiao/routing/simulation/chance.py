"""What comes by chance: lengths of time, and who calls when. Times are seconds from a simulation's start."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from random import Random
from typing import Literal, NamedTuple, Protocol

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
