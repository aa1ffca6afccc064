"""How long somebody will wait: learnt from what a queue does. Pure.

With `n` before you, the wait is the sum over k = 0…n of 1 / (μ + k·θ): agents take callers at rate μ while somebody
waits, and each waiting caller leaves at rate θ (the mean time of a pure-death process; Whitt 1999, "Predicting
queueing delays", with rates that are measured instead of known). Both rates forget, so that they follow the day.
"""

from __future__ import annotations

from math import exp

MEMORY_SECONDS = 900.0  # the rate at which agents take callers is learnt over about this long
PATIENCE_MEMORY_SECONDS = 3600.0  # people's patience changes more slowly
_PRIOR_SECONDS = 60.0  # how much waiting has to be seen before it outweighs what the staff suggests
_HANDLED_WEIGHT = 0.05


class WaitEstimator:
    """One queue's rates. Call `change` with the number waiting after each arrival, take and abandonment."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._waiting = 0
        self._taken = 0.0
        self._nonempty = 0.0
        self._abandoned = 0.0
        self._waited = 0.0
        self.handle_seconds = 180.0
        self.staff = 0

    def change(self, now: float, waiting: int, *, taken: int = 0, abandoned: int = 0) -> None:
        self._pass(now)
        self._waiting = waiting
        self._taken += taken
        self._abandoned += abandoned

    def handled(self, seconds: float) -> None:
        """An agent is done with one of this queue after so long (talk and wrap-up)."""
        self.handle_seconds += _HANDLED_WEIGHT * (seconds - self.handle_seconds)

    def _pass(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._at = max(now, self._at)
        fresh, patient = exp(-passed / MEMORY_SECONDS), exp(-passed / PATIENCE_MEMORY_SECONDS)
        if self._waiting:  # rates are of the time in which somebody waits
            self._nonempty = self._nonempty * fresh + MEMORY_SECONDS * (1 - fresh)
            self._taken *= fresh
            self._waited = self._waited * patient + self._waiting * PATIENCE_MEMORY_SECONDS * (1 - patient)
            self._abandoned *= patient

    def rate(self) -> float:
        """Callers taken per second while somebody waits."""
        suggested = self.staff / self.handle_seconds if self.staff else 0.0
        seconds = self._nonempty + (_PRIOR_SECONDS if suggested else 0.0)
        return (self._taken + suggested * _PRIOR_SECONDS) / seconds if seconds else 0.0

    def leaving(self) -> float:
        """Abandonments per second of one waiting."""
        return self._abandoned / self._waited if self._waited else 0.0

    def expected(self, ahead: int) -> float | None:
        """Seconds until somebody with so many before them is taken; None while nothing is known."""
        taken, leaving = self.rate(), self.leaving()
        if taken <= 0:
            return None
        if leaving <= 0:
            return (ahead + 1) / taken
        return sum(1.0 / (taken + step * leaving) for step in range(min(ahead, 10_000) + 1))
