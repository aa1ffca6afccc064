"""The tenants of a runtime's shards: read as committed, dropped when they crash, read anew, left out while they cannot.

What one tenant has in the database must not keep the others of its shard from being served.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy import text

from hujiao.agents.contracts import AgentState
from hujiao.app.runtime import config
from hujiao.app.runtime.commands import refusal
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.phones import Phones
from hujiao.app.runtime.sealing import opened
from hujiao.app.runtime.shard import Shard
from hujiao.app.runtime.standby import Standby
from hujiao.app.runtime.tenant import agent_adjustments
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.turn import Live, TimerFired
from hujiao.app.runtime.timers import Timers
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database, is_away
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.i18n import Said
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets
from hujiao.kit.settings import Settings
from hujiao.routing.blending import BlendState
from hujiao.routing.order import Criterion
from hujiao.routing.score import Scorer

log = structlog.get_logger()

# The database is away: that is no tenant's fault.
AWAY_SECONDS = 1.0
# What a tenant may fail with, each with its own pauses.
EVENTS, READING = "events", "reading"

_LAST = """
    SELECT id, (SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = asked.id) AS seq
    FROM unnest($1::uuid[]) AS asked (id)"""
_ROWS = {
    "live": "SELECT tenant_id, id, state::text FROM interaction_live WHERE tenant_id = ANY($1) ORDER BY id",
    "agents": "SELECT tenant_id, agent_id AS id, state::text FROM agent_live WHERE tenant_id = ANY($1)",
    "blends": "SELECT tenant_id, rule_id AS id, state::text FROM blend_live WHERE tenant_id = ANY($1)",
}


@dataclass(slots=True)
class _Committed:
    """One tenant's rows, (id, state)."""

    tenant_id: UUID
    seq: int
    live: list[tuple[UUID, str]] = field(default_factory=list)
    agents: list[tuple[UUID, str]] = field(default_factory=list)
    blends: list[tuple[UUID, str]] = field(default_factory=list)


class Host(Protocol):
    """What it needs of the runtime."""

    settings: Settings
    database: Database
    pool: asyncpg.Pool[asyncpg.Record]
    shards: dict[int, Shard]
    standby: Standby
    faults: Faults
    timers: Timers
    phones: Phones
    bus: Bus
    writing: asyncio.Lock

    def configure(self, mailbox: Mailbox, settings: TenantConfig) -> None: ...
    def criterion_failed(self, tenant_id: UUID, criterion: Criterion, said: Said) -> None: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]: ...


class Tenants:
    def __init__(self, runtime: Host) -> None:
        self._runtime = runtime
        self._changed: dict[UUID, asyncio.Event] = {}  # whose configuration changes while they are read anew

    async def load(self, shard: Shard) -> None:
        """All of a shard that has just been taken, as we know them; raises when the database is away."""
        tenant_ids = [tenant_id for tenant_id, number in (await self.shards()).items() if number == shard.number]
        committed = await self._committed(tenant_ids)
        from_memory = {}
        for tenant_id in tenant_ids:
            known = self._runtime.standby.take(tenant_id)
            try:
                mailbox = await self._mailbox(shard, committed[tenant_id], known)
            except Exception as error:
                if is_away(error):
                    raise
                shard.out.add(tenant_id)
                self._runtime.spawn(self._bring_back(shard, tenant_id, self._unreadable(shard, tenant_id, error)))
            else:
                shard.add(mailbox)
                if known and mailbox.engine.config is known:
                    from_memory[tenant_id] = known
        self._runtime.spawn(self._look_again(shard, from_memory))

    async def _look_again(self, shard: Shard, from_memory: dict[UUID, TenantConfig]) -> None:
        """Whether what we knew still holds: we may have missed that it changed."""
        await shard.compared.wait()
        for tenant_id, known in from_memory.items():
            began = time.monotonic()
            mailbox = shard.mailboxes.get(tenant_id)
            if shard.lost or mailbox is None or mailbox.engine.config is not known:  # told in the meantime
                continue
            try:
                fresh = await config.load(self._runtime.database, tenant_id, mailbox.engine.flow_versions_in_use())
            except Exception as error:
                log.warning("tenant_not_read", tenant_id=str(tenant_id), reason=str(error))
            else:
                if fresh != known and mailbox.engine.config is known and not shard.lost:
                    log.info("configuration_was_old", tenant_id=str(tenant_id))
                    self._runtime.configure(mailbox, fresh)
            await asyncio.sleep(time.monotonic() - began)  # calls come first

    def crashed(self, mailbox: Mailbox, about: str, error: Exception) -> None:
        """Read it anew; one that crashes again and again is set aside for a while: its callers hear the fallback."""
        shard = self._shard_of(mailbox)
        if shard is None:
            return
        pause = self._runtime.faults.met(EVENTS, mailbox.tenant_id, about=about, reason=reason_of(error))
        shard.remove(mailbox)
        if pause:
            shard.set_aside(mailbox)
            self._tell_aside(mailbox.tenant_id)
        self._runtime.spawn(self._bring_back(shard, mailbox.tenant_id, pause))

    def aside(self, tenant_id: UUID) -> dict[str, Any] | None:
        """Why and since when the tenant is set aside, for whoever asks for it; None when it is not."""
        if not any(tenant_id in shard.aside for shard in self._runtime.shards.values()):
            return None
        fault = self._runtime.faults.of_tenant(tenant_id, EVENTS, READING)
        if fault is None:
            return None
        return {"work": fault.work, "about": fault.about, "since": fault.first_at, "next_try_at": fault.next_try_at}

    def _tell_aside(self, tenant_id: UUID) -> None:
        """Readers of its live view would take what they see for what is."""
        if aside := self.aside(tenant_id):
            bus = self._runtime.bus
            self._runtime.spawn(bus.publish(bus.subjects.live(tenant_id), refusal("set_aside", detail=aside)))

    def reload(self, mailbox: Mailbox) -> None:
        """Nothing of its memory is written from here on; it is read as committed."""
        if shard := self._shard_of(mailbox):
            shard.remove(mailbox)
            self._runtime.spawn(self._bring_back(shard, mailbox.tenant_id))

    def _shard_of(self, mailbox: Mailbox) -> Shard | None:
        shard = self._runtime.shards.get(mailbox.shard)
        return shard if shard and shard.mailboxes.get(mailbox.tenant_id) is mailbox else None

    async def take_up(self, tenant_id: UUID) -> None:
        """Whose configuration changed and whom we do not serve: perhaps new, perhaps mended, perhaps another's."""
        number = await self._number_of(tenant_id)
        shard = self._runtime.shards.get(number) if number is not None else None
        if shard is None:
            self._runtime.standby.want([tenant_id])
        elif tenant_id in shard.out:
            self._runtime.faults.mended(EVENTS, tenant_id)
            self._changed.setdefault(tenant_id, asyncio.Event()).set()
        else:
            shard.out.add(tenant_id)
            self._runtime.spawn(self._bring_back(shard, tenant_id, new=True))

    async def _bring_back(self, shard: Shard, tenant_id: UUID, wait: float = 0.0, *, new: bool = False) -> None:
        changed = self._changed.setdefault(tenant_id, asyncio.Event())
        while not shard.lost:
            with suppress(TimeoutError):  # what it failed with may be mended before the pause is over
                await asyncio.wait_for(changed.wait(), wait)
            changed.clear()
            try:
                async with self._runtime.writing:  # a commit under way may be this tenant's
                    committed = await self._committed([tenant_id])
                fresh = await self._mailbox(shard, committed[tenant_id])
            except Exception as error:
                if is_away(error):
                    log.warning("tenant_not_read", tenant_id=str(tenant_id), reason=reason_of(error))
                    wait = AWAY_SECONDS
                else:
                    wait = self._unreadable(shard, tenant_id, error)
            else:
                if not changed.is_set():
                    break
        else:
            return
        self._runtime.faults.mended(READING, tenant_id)
        shard.add(fresh)
        if not new:
            await shard.reconcile("a tenant is back", only=fresh)

    def _unreadable(self, shard: Shard, tenant_id: UUID, error: Exception) -> float:
        """Set it aside; returns the seconds until it is tried again."""
        log.error("tenant_unreadable", shard=shard.number, tenant_id=str(tenant_id), exc_info=error)
        shard.aside.add(tenant_id)
        about, reason = "rows or configuration, which cannot be read", reason_of(error)
        pause = max(AWAY_SECONDS, self._runtime.faults.met(READING, tenant_id, about=about, reason=reason))
        self._tell_aside(tenant_id)
        return pause

    async def shards(self) -> dict[UUID, int]:
        """Every tenant's shard."""
        async with self._runtime.database.lookup() as session:
            rows = await session.execute(text("SELECT id, shard FROM lookup_tenants()"))
            return {row.id: row.shard % self._runtime.settings.shards for row in rows}

    async def _number_of(self, tenant_id: UUID) -> int | None:
        """One tenant's shard; nobody's for a tenant that is not there."""
        async with self._runtime.database.lookup() as session:
            query = text("SELECT shard FROM lookup_tenants() WHERE id = :id")
            shard = await session.scalar(query, {"id": tenant_id})
            return None if shard is None else shard % self._runtime.settings.shards

    async def _committed(self, tenant_ids: list[UUID]) -> dict[UUID, _Committed]:
        async with self._runtime.pool.acquire() as connection:
            last = await connection.fetch(_LAST, tenant_ids)
            found = {row["id"]: _Committed(row["id"], row["seq"]) for row in last}
            for kind, query in _ROWS.items():
                for row in await connection.fetch(query, tenant_ids):
                    getattr(found[row["tenant_id"]], kind).append((row["id"], row["state"]))
        return found

    async def _mailbox(self, shard: Shard, committed: _Committed, known: TenantConfig | None = None) -> Mailbox:
        """The tenant as committed, with what we know of its configuration if that is enough."""
        runtime, tenant_id = self._runtime, committed.tenant_id
        secrets = TenantSecrets(runtime.settings.secret_key, tenant_id)
        live = [opened(msgspec.json.decode(state, type=Live), secrets) for _, state in committed.live]
        agents = [msgspec.json.decode(state, type=AgentState) for _, state in committed.agents]
        blends = {rule_id: msgspec.json.decode(state, type=BlendState) for rule_id, state in committed.blends}
        runs = {used for record in live for run in (record.flow, record.fragment) if run for used in run.in_use()}
        if known is None or not runs <= known.flows.keys():
            known = await config.load(runtime.database, tenant_id, runs)
        score = Scorer(lambda criterion, problem: runtime.criterion_failed(tenant_id, criterion, problem))
        engine = Engine(known, node=runtime.settings.node, new_id=new_id, score=score)
        engine.phones = runtime.phones.users
        engine.load(live, agents)
        engine.blends.load(blends)
        for record in live:
            for name, due_at in record.timers.items():
                fired = TimerFired(interaction_id=record.interaction.id, name=name, due_at=due_at)
                runtime.timers.set(due_at, (tenant_id, fired))
        for agent in engine.agents.values():
            for timer in agent_adjustments.timers(agent):
                runtime.timers.set(timer.due_at, (tenant_id, timer))
        return Mailbox(engine, secrets, shard=shard.number, fence=shard.fence, seq=committed.seq)
