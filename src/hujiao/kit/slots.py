"""So many at a time in all, and so many of one owner; who comes on top is asked to come again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from hujiao.kit.errors import Throttled

AGAIN_SECONDS = 5


class Slots:
    def __init__(self, most: int, of_one: int) -> None:
        self.most = most
        self.of_one = of_one
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def taken(self, owner: Hashable) -> Iterator[None]:
        """`Throttled` when there is none."""
        if self._taken.total() >= self.most or self._taken[owner] >= self.of_one:
            raise Throttled("error.too_many_at_once", detail={"retry_after_seconds": AGAIN_SECONDS})
        self._taken[owner] += 1
        try:
            yield
        finally:
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]
