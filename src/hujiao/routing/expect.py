"""How long somebody will wait who stays: learnt from what a queue does. Pure.

Agents take callers at rate μ while somebody waits, and each waiting caller leaves at rate θ. With `n` before
somebody, the wait is a sum of exponential steps of rates μ + kθ, k = 0…n (a pure-death process; Whitt 1999,
"Predicting queueing delays", §3). Those who are answered did not leave themselves, which makes the rates μ + (k+1)θ;
half of them wait no longer than the sum's median, and that is what is told.

μ is what the staff suggests (agents / handle time) times what this queue's agents were seen to take of that: less than
one where they also serve others, more where others help. All that is learnt forgets, so that it follows the day.
"""

from __future__ import annotations

from math import exp, log

MEMORY_SECONDS = 3600.0  # of the time in which somebody waits: what is learnt fades over about this long
MEMORY_CALLS = 200  # the mean handle time is over about so many calls
_PRIOR_TAKEN = 10.0  # so many callers have to be taken before what is seen outweighs what the staff suggests
_HANDLE_SECONDS, _PRIOR_HANDLED = 180.0, 3  # what a new queue begins with, and how many calls that counts as
_STEPS = 32  # summed one by one; what lies further is an integral


class WaitEstimator:
    """One queue's rates. Call `change` with the number waiting after each arrival, take and abandonment.

    `staff` is how many of the queue's own agents are signed in; whoever uses the estimator keeps it right.
    """

    def __init__(self, now: float) -> None:
        self._at = now
        self._waiting = 0
        self._waits_since = now
        self._seconds = 0.0  # in which somebody waited
        self._taken = 0.0
        self._suggested = 0.0  # how many the staff should have taken …
        self._taken_staffed = 0.0  # … and how many were while there was any
        self._abandoned = 0.0
        self._waited = 0.0
        self._calls = _PRIOR_HANDLED
        self.handle_seconds = _HANDLE_SECONDS
        self.staff = 0

    def change(self, now: float, waiting: int, *, taken: int = 0, abandoned: int = 0) -> None:
        self._pass(now)
        if now > self._waits_since and self._waiting:  # who is taken on arrival says nothing of how fast a line moves
            self._taken += taken
            self._taken_staffed += taken if self.staff else 0
            self._abandoned += abandoned
        if not self._waiting:
            self._waits_since = self._at
        self._waiting = waiting

    def handled(self, seconds: float) -> None:
        """An agent is done with one of this queue after so long (talk and wrap-up)."""
        self._calls = min(self._calls + 1, MEMORY_CALLS)
        self.handle_seconds += (seconds - self.handle_seconds) / self._calls

    def _pass(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._at = max(now, self._at)
        if not self._waiting or not passed:
            return
        kept = exp(-passed / MEMORY_SECONDS)
        seen = MEMORY_SECONDS * (1 - kept)
        self._seconds = self._seconds * kept + seen
        self._suggested = self._suggested * kept + seen * self._staffed()
        self._taken *= kept
        self._taken_staffed *= kept
        self._waited = self._waited * kept + seen * self._waiting
        self._abandoned *= kept

    def _staffed(self) -> float:
        return self.staff / self.handle_seconds if self.handle_seconds > 0 else 0.0

    def rate(self) -> float:
        """Callers taken per second while somebody waits."""
        if not self.staff or not self._suggested:
            return self._staffed() or (self._taken / self._seconds if self._seconds else 0.0)
        return self._staffed() * self._share()

    def rate_of_one(self) -> float:
        """What one agent more adds to it, or one less takes from it."""
        return self._share() / self.handle_seconds if self.handle_seconds > 0 else 0.0

    def _share(self) -> float:
        """What was taken of what the staff should have taken."""
        return (self._taken_staffed + _PRIOR_TAKEN) / (self._suggested + _PRIOR_TAKEN) if self._suggested else 1.0

    def leaving(self) -> float:
        """Abandonments per second of one waiting."""
        return self._abandoned / self._waited if self._waited else 0.0

    def expected(self, ahead: int) -> float | None:
        """Seconds within which half of those with so many before them are taken; None while nothing is known."""
        return median_wait(self.rate(), self.leaving(), ahead)


def median_wait(taken: float, leaving: float, ahead: int) -> float | None:
    """Seconds within which half of those with so many before them are taken, at these rates; None: nobody is taken."""
    if taken <= 0:
        return None
    mean = squares = cubes = 0.0
    for step in range(1, min(ahead + 1, _STEPS) + 1):
        mean_step = 1 / (taken + step * leaving)
        mean += mean_step
        squares += mean_step**2
        cubes += mean_step**3
    far = ahead + 1 - _STEPS
    if far > 0:
        begins = taken + (_STEPS + 0.5) * leaving
        mean += log(1 + far * leaving / begins) / leaving if leaving * far > 1e-9 * begins else far / begins
    return mean - cubes / (3 * squares)  # the median, by Cornish and Fisher's series
