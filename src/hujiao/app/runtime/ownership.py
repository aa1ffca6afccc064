"""Which shards are ours: taken when they are free, renewed, evened out between runtimes, given up in order.

Who has at least two shards fewer than the richest asks it for one, and again until the difference is smaller. So any
number of runtimes comes to rest with fair shares, nobody needs to know who the others are, and a frozen one, which asks
for nothing, is given nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import structlog

from hujiao.app.runtime import shard as shards
from hujiao.app.runtime.lease import FAILURES, NOBODY, RENEW_SECONDS, TTL_SECONDS, Lease, Leases
from hujiao.app.runtime.shard import Shard, name_of
from hujiao.app.runtime.standby import Standby
from hujiao.kit.bus import Bus
from hujiao.kit.errors import Unavailable

log = structlog.get_logger()

# Subject `runtime.all`: a shard was given up, whoever wants one may look at once.
ALL = "all"
# Callers in menus would hear their prompt from its beginning: a hand-over waits so long for a moment without any.
QUIET_SECONDS = 30.0
_ASK_SECONDS = 10.0


class Host(shards.Host, Protocol):
    """What ownership needs of the runtime: all that its shards need, and this."""

    name: str
    holder: str
    bus: Bus
    shards: dict[int, Shard]
    standby: Standby
    draining: bool

    def take(self, shard: Shard, session: aiohttp.ClientSession) -> None: ...
    def lose(self, shard: Shard, why: str, *, wanted: bool = False) -> None: ...


class Ownership:
    def __init__(self, runtime: Host) -> None:
        self._runtime = runtime
        self._leases = Leases(runtime.settings.database_ledger_url, runtime.holder)
        self._look = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        self._giving = asyncio.Lock()
        self._asked_since: float | None = None

    async def run(self, session: aiohttp.ClientSession) -> None:
        bus = self._runtime.bus
        await bus.serve(bus.subjects.runtime(self._runtime.name), self._asked)
        await bus.subscribe(bus.subjects.runtime(ALL), self._look_soon)
        while True:
            self._look.clear()
            try:
                await self._renew()
                await self._round(session)
            except FAILURES as error:
                log.warning("leases_unreadable", reason=str(error) or type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), RENEW_SECONDS)

    async def holds(self, shard: Shard) -> bool:
        """Whether the database says so now, which renews the lease; a shard that is another's is lost here."""
        began = time.monotonic()
        if shard.number in await self._leases.renew({shard.number: shard.fence}):
            shard.renewed(began + TTL_SECONDS)
            return True
        self._runtime.lose(shard, "the lease is another's")
        return False

    async def give_all_up(self) -> None:
        """At an orderly end: the others need not wait until the leases run out."""
        async with self._giving:
            for shard in list(self._runtime.shards.values()):
                with suppress(*FAILURES):
                    await self._give(shard, NOBODY)

    async def close(self) -> None:
        """When it runs no more."""
        with suppress(*FAILURES):
            await self._leases.close()

    # ── taking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _renew(self) -> None:
        ours = dict(self._runtime.shards)
        if not ours:
            return
        began = time.monotonic()
        held = await self._leases.renew({number: shard.fence for number, shard in ours.items()})
        for number, shard in ours.items():
            if number in held:
                shard.renewed(began + TTL_SECONDS)
            else:
                self._runtime.lose(shard, "the lease is another's")

    async def _round(self, session: aiohttp.ClientSession) -> None:
        leases = await self._leases.survey()
        for number in range(self._runtime.settings.shards):
            seen = leases.get(number)
            aside = self._runtime.faults.aside(name_of(number), None)
            if number in self._runtime.shards or self._runtime.draining or aside:
                continue
            if seen is None or seen.free or seen.holder == self._runtime.holder:
                began = time.monotonic()
                fence = await self._leases.acquire(number, seen)
                if fence is not None:
                    before = seen.holder if seen else NOBODY
                    log.info("shard_acquired", shard=number, fence=fence, before=before or None)
                    self._runtime.take(Shard(self._runtime, number, fence, began + TTL_SECONDS), session)
        self._even_out(leases)

    def _even_out(self, leases: dict[int, Lease]) -> None:
        richest, most = self._richest(leases)
        asking = self._asking is not None and not self._asking.done()
        able = self._runtime.standby.warm and not self._runtime.draining
        if most - len(self._runtime.shards) >= 2 and able and not asking:
            self._asking = self._runtime.spawn(self._ask(richest))

    def _richest(self, leases: dict[int, Lease]) -> tuple[str, int]:
        counts = Counter(lease.holder for lease in leases.values() if not lease.free)
        del counts[self._runtime.holder]
        return max(counts.items(), key=lambda one: (one[1], one[0]), default=(NOBODY, 0))

    async def _ask(self, holder: str) -> None:
        """The answer does not matter: what is ours by then, the next look finds."""
        bus = self._runtime.bus
        name = holder.rpartition(":")[2]
        with suppress(Unavailable):
            answer = await bus.request(bus.subjects.runtime(name), {"to": self._runtime.holder}, timeout=_ASK_SECONDS)
            if answer.get("given"):
                self._look.set()

    async def _look_soon(self, _: Any) -> None:
        self._look.set()

    # ── giving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _asked(self, message: dict[str, Any]) -> dict[str, Any]:
        """Another runtime has fewer shards than we; it is given the one of ours that is least at work."""
        to = str(message["to"])
        async with self._giving:
            leases = await self._leases.survey()
            theirs = sum(1 for lease in leases.values() if lease.holder == to)
            if len(self._runtime.shards) - theirs < 2:
                return {"ok": True, "given": False}
            shard = self._to_spare()
            if shard is None:
                return {"ok": True, "given": False}
            return {"ok": True, "given": await self._give(shard, to)}

    def _to_spare(self) -> Shard | None:
        now = time.monotonic()
        if self._asked_since is None:
            self._asked_since = now
        shards = [shard for shard in self._runtime.shards.values() if shard.ready]
        shard = min(shards, key=lambda one: one.at_work(), default=None)
        if shard is None or (shard.at_work()[0] and now - self._asked_since < QUIET_SECONDS):
            return None
        self._asked_since = None
        return shard

    async def _give(self, shard: Shard, to: str) -> bool:
        """Nothing is lost by it: all that happened is committed, and every command has been answered."""
        shard.pause()
        await self._runtime.flush()
        await shard.settled()
        given = False
        try:
            given = not shard.lost and await self._leases.give(shard.number, shard.fence, to)
        finally:  # if it is ours in spite of an error, the next look takes it again
            self._runtime.lose(shard, f"given to {to or 'whoever wants it'}", wanted=True)
        bus = self._runtime.bus
        with suppress(Unavailable):  # then it is found at the next look
            await bus.publish(bus.subjects.runtime(ALL), {"shard": shard.number})
        return given
