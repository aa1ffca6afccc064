"""Up until a value fails, then between the last good and the first bad one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Climb:
    """Says which value to try next: up by `factor`, at least by `least`, until one fails twice; then halves what is
    left between the last good and the first bad value, down to 6 % or `least_between`.

    A second try after a failure, for another program may have had the processor.
    """

    start: float
    limit: float
    factor: float = 1.25
    least: float = 5.0
    least_between: float = 1.0
    good: float = 0.0
    bad: float = 0.0
    failed_once: bool = False

    def next(self) -> float | None:
        if not self.bad:
            value = max(self.good + self.least, self.good * self.factor) if self.good else self.start
            return value if value <= self.limit else None
        if self.bad - self.good <= max(self.least_between, 0.06 * self.bad):
            return None
        return round((self.good + self.bad) / 2, 1)

    def tried(self, value: float, *, passed: bool) -> None:
        """Of what `next` had said."""
        if passed:
            self.good, self.failed_once = value, False
        elif self.failed_once:
            self.bad, self.failed_once = value, False
        else:
            self.failed_once = True
