"""How often somebody may do something, in one process's memory: so many at once, then one each some seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from hujiao.kit.errors import Throttled


class Rates:
    """Buckets by owner. Only the last `kept` owners are remembered: whoever is forgotten begins with a full bucket."""

    def __init__(self, burst: int, refill_seconds: float, *, kept: int = 50_000) -> None:
        self.burst = burst
        self.refill_seconds = refill_seconds
        self.kept = kept
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, owner: Hashable, now: float) -> float:
        """Take one; returns 0, or after how many seconds there is one again."""
        left, since = self._left.pop(owner, (float(self.burst), now))
        left = min(float(self.burst), left + (now - since) / self.refill_seconds)
        taken = left >= 1
        self._left[owner] = (left - 1 if taken else left), now
        if len(self._left) > self.kept:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) * self.refill_seconds

    def give_back(self, owner: Hashable) -> None:
        """What was taken last is not to count."""
        if owner in self._left:
            left, since = self._left[owner]
            self._left[owner] = min(float(self.burst), left + 1), since

    def take(self, owner: Hashable, now: float) -> None:
        """Take one; raises `Throttled` when there is none."""
        if wait := self.wait(owner, now):
            raise Throttled("error.too_often", detail={"retry_after_seconds": max(1, round(wait))})
