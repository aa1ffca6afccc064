"""How the other processes' work goes, as anybody may know: each one's state, no tenant's name and no reason."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

from hujiao.app import health
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError

State = Literal["well", "impaired", "silent"]

# Who asks needs no sign-in: the processes are asked once in so long, however many want to know.
KEPT_SECONDS = 2.0
_PATIENCE_SECONDS = 2.0


class Work:
    def __init__(self, bus: Bus, names: list[str]) -> None:
        self._bus = bus
        self._names = names
        self._one = asyncio.Lock()
        self._known: dict[str, State] = {}
        self._until = 0.0

    async def states(self) -> dict[str, State]:
        async with self._one:
            if time.monotonic() > self._until:
                found = await asyncio.gather(*(self._state(name) for name in self._names))
                self._known = dict(zip(self._names, found, strict=True))
                self._until = time.monotonic() + KEPT_SECONDS
            return self._known

    async def _state(self, name: str) -> State:
        try:
            answer: dict[str, Any] = await self._bus.request(
                self._bus.subjects.health(name), {}, timeout=_PATIENCE_SECONDS
            )
        except HujiaoError:
            return "silent"
        own = (trouble for trouble in health.troubles(name, answer.get("detail", {})) if trouble.impairs)
        return "impaired" if not answer["ok"] or any(own) else "well"
