"""Timers of all tenants in one heap. They are durable in the live rows; this only wakes at the right time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hujiao.kit.clock import utc_now


class Timers:
    def __init__(self, fire: Callable[[Any], None]) -> None:
        self._fire = fire
        self._heap: list[tuple[datetime, int, Any]] = []
        self._order = itertools.count()
        self._sooner = asyncio.Event()

    def set(self, due_at: datetime, what: Any) -> None:
        heapq.heappush(self._heap, (due_at, next(self._order), what))
        if self._heap[0][2] is what:
            self._sooner.set()

    async def run(self) -> None:
        while True:
            self._sooner.clear()
            now = utc_now()
            while self._heap and self._heap[0][0] <= now:
                self._fire(heapq.heappop(self._heap)[2])
            wait = (self._heap[0][0] - now).total_seconds() if self._heap else None
            try:
                async with asyncio.timeout(wait):  # without a task of its own, as `wait_for` has
                    await self._sooner.wait()
            except TimeoutError:
                continue
