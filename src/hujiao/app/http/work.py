"""How the other processes' work goes: what each says of itself, asked once for all who want to know."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import msgspec

from hujiao.app import health
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError

State = Literal["well", "impaired", "silent"]

# Anybody may ask for the states: the processes are asked once in so long.
KEPT_SECONDS = 2.0
_PATIENCE_SECONDS = 2.0


class Said(msgspec.Struct, frozen=True):
    """A process's answer: its own state, and the facts that `health` judges."""

    state: State
    kept: dict[str, Any]


class Work:
    def __init__(self, bus: Bus, names: list[str]) -> None:
        self._bus = bus
        self._names = names
        self._one = asyncio.Lock()
        self._known: dict[str, Said] = {}
        self._until = 0.0

    async def said(self) -> dict[str, Said]:
        async with self._one:
            if time.monotonic() > self._until:
                found = await asyncio.gather(*(self._ask(name) for name in self._names))
                self._known = dict(zip(self._names, found, strict=True))
                self._until = time.monotonic() + KEPT_SECONDS
            return self._known

    async def states(self) -> dict[str, State]:
        """What anybody may know: no tenant's name, and no reason."""
        return {name: said.state for name, said in (await self.said()).items()}

    async def _ask(self, name: str) -> Said:
        try:
            answer: dict[str, Any] = await self._bus.request(
                self._bus.subjects.health(name), {}, timeout=_PATIENCE_SECONDS
            )
        except HujiaoError:
            return Said("silent", {})
        kept = answer.get("detail", {})
        own = (trouble for trouble in health.troubles(name, kept) if trouble.impairs)
        return Said("impaired" if not answer["ok"] or any(own) else "well", kept)
