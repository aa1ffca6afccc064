"""What keeps a source from harming calls: a breaker, and a cache of bounded size. Pure; `now` in seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

FAILURES_IN_A_ROW = 5
SET_ASIDE_SECONDS = 15.0
MOST_CACHED = 1000

Value = TypeVar("Value")


class Breaker:
    """After several failures in a row the source is left alone; then one asks, and the others follow if it answers."""

    def __init__(self) -> None:
        self.failures = 0
        self.closed_until = 0.0

    def lets_through(self, now: float) -> bool:
        if self.failures < FAILURES_IN_A_ROW:
            return True
        if now < self.closed_until:
            return False
        self.closed_until = now + SET_ASIDE_SECONDS
        return True

    def done(self, *, worked: bool, now: float) -> None:
        if worked:
            self.failures = 0
            return
        self.failures += 1
        self.closed_until = now + SET_ASIDE_SECONDS


class Cache(Generic[Value]):
    """The latest answers; the one used longest ago goes first."""

    def __init__(self, most: int = MOST_CACHED) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    def get(self, key: Hashable, now: float) -> Value | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        until, value = kept
        if now >= until:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: Hashable, value: Value, until: float) -> None:
        self._kept[key] = (until, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)
