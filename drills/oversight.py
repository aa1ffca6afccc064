"""What hujiao says of its agents and calls, held against what the agents' phones do."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from bench.company import Company
from drills.robots import Robots
from hujiao.kit.bus import Bus
from hujiao.kit.errors import Unavailable
from hujiao.kit.settings import Settings

STUCK_SECONDS = 30.0
_LOOK_SECONDS = 0.5
# What an agent may be while the phone is idle, rings, talks.
_RIGHT = {"idle": {"available", "wrap_up"}, "rings": {"reserved"}, "talks": {"engaged"}}


class Oversight:
    """`stuck` are the agents who were wrong for too long: each once for every time that they were."""

    def __init__(self, bus: Bus, people: Company, robots: Robots, shard: int) -> None:
        self.stuck: list[dict[str, Any]] = []
        self.waiting: Callable[[], int] = lambda: 0
        self._bus = bus
        self._people = people
        self._robots = robots
        self._shard = shard
        self._wrong: dict[str, float] = {}  # since when
        self._idle: dict[str, float] = {}
        self._said: set[str] = set()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            with suppress(Unavailable):
                await self._look()

    async def _look(self) -> None:
        message = {"tenant_id": self._people.tenant_id}
        snapshot = await self._bus.request(self._bus.subjects.snapshot(self._shard), message, timeout=1)
        if "agents" not in snapshot:
            return
        now = time.monotonic()
        phones = dict(zip(map(str, self._people.agents), self._people.phones, strict=True))
        for view in snapshot["agents"]:
            phone = phones[view["id"]]
            offer = self._robots.busy(phone)
            does = "idle" if offer is None or offer.ended_at else "talks" if offer.answered_at else "rings"
            self._since(self._wrong, phone, view["state"] not in _RIGHT[does], now)
            self._since(self._idle, phone, does == "idle" and self.waiting() > 0, now)
            longest = max(now - since.get(phone, now) for since in (self._wrong, self._idle))
            if longest < STUCK_SECONDS:
                self._said.discard(phone)
            elif phone not in self._said:
                self._said.add(phone)
                self.stuck.append({"agent": phone, "state": view["state"], "phone": does, "at": time.time()})

    @staticmethod
    def _since(since: dict[str, float], phone: str, wrong: bool, now: float) -> None:
        if wrong:
            since.setdefault(phone, now)
        else:
            since.pop(phone, None)


async def ledger(settings: Settings, tenant_id: UUID) -> Counter[str]:
    """Caller's number → how many ends the ledger has of the interactions with that number."""
    connection = await asyncpg.connect(settings.database_ledger_url)
    try:
        rows = await connection.fetch(
            "SELECT s.data ->> 'caller' AS caller, count(e.seq) AS ends FROM ledger_event s LEFT JOIN ledger_event e"
            " ON e.tenant_id = s.tenant_id AND e.interaction_id = s.interaction_id AND e.kind = 'interaction.ended'"
            " WHERE s.tenant_id = $1 AND s.kind = 'interaction.started' GROUP BY 1",
            tenant_id,
        )
    finally:
        await connection.close()
    return Counter({row["caller"]: row["ends"] for row in rows})
