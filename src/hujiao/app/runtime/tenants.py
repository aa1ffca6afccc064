"""The tenants of a runtime's shards: read as committed, dropped when they crash, read anew, left out while they cannot.

What one tenant has in the database must not keep the others of its shard from being served.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hujiao.agents.contracts import AgentState
from hujiao.app.runtime import agent_skills, config
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.turn import Live, TimerFired
from hujiao.kit.ids import new_id
from hujiao.routing.blending import BlendState
from hujiao.routing.score import Scorer

if TYPE_CHECKING:
    from hujiao.app.runtime.runtime import Runtime
    from hujiao.app.runtime.shard import Shard

log = structlog.get_logger()

# The database is away: that is no tenant's fault.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)
AWAY_SECONDS = 1.0
UNREADABLE_SECONDS = 5.0


class Tenants:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._outdated: set[UUID] = set()

    async def load(self, shard: Shard) -> None:
        """All of a shard that has just been taken; raises when the database is away."""
        for tenant_id in await self._of(shard.number):
            try:
                shard.add(await self._read(tenant_id, shard))
            except AWAY:
                raise
            except Exception:
                self._unreadable(shard, tenant_id)
                self._runtime.spawn(self._bring_back(shard, tenant_id, UNREADABLE_SECONDS))

    def crashed(self, mailbox: Mailbox) -> None:
        """Nothing of its memory is written from here on; it is read as committed."""
        shard = self._runtime.shards.get(mailbox.shard)
        if shard is None or shard.mailboxes.get(mailbox.tenant_id) is not mailbox:
            return
        shard.remove(mailbox)
        self._runtime.spawn(self._bring_back(shard, mailbox.tenant_id))

    async def take_up(self, tenant_id: UUID) -> None:
        """Whose configuration changed and whom we do not serve: perhaps new, perhaps mended."""
        for shard in list(self._runtime.shards.values()):
            if tenant_id in shard.out:
                self._outdated.add(tenant_id)
            elif tenant_id in await self._of(shard.number):
                shard.out.add(tenant_id)
                self._runtime.spawn(self._bring_back(shard, tenant_id, new=True))

    async def _bring_back(self, shard: Shard, tenant_id: UUID, wait: float = 0.0, *, new: bool = False) -> None:
        while not shard.lost:
            await asyncio.sleep(wait)
            self._outdated.discard(tenant_id)
            try:
                async with self._runtime.writing:  # a commit under way may be this tenant's
                    fresh = await self._read(tenant_id, shard)
            except AWAY as error:
                log.warning("tenant_not_read", tenant_id=str(tenant_id), reason=str(error))
                wait = AWAY_SECONDS
            except Exception:
                if tenant_id not in shard.unreadable:
                    self._unreadable(shard, tenant_id)
                wait = UNREADABLE_SECONDS
            else:
                if tenant_id not in self._outdated:
                    break
                wait = 0.0
        else:
            return
        shard.add(fresh)
        if not new:
            await shard.reconcile("a tenant is back", only=fresh)

    def _unreadable(self, shard: Shard, tenant_id: UUID) -> None:
        log.exception("tenant_unreadable", shard=shard.number, tenant_id=str(tenant_id))
        shard.out.add(tenant_id)
        shard.unreadable.add(tenant_id)

    async def _of(self, shard: int) -> list[UUID]:
        async with self._runtime.database.lookup() as session:
            rows = await session.execute(
                text("SELECT id FROM lookup_tenants() WHERE shard = :shard"),
                {"shard": shard % self._runtime.settings.shards},
            )
            return [row.id for row in rows]

    async def _read(self, tenant_id: UUID, shard: Shard) -> Mailbox:
        """The tenant as committed."""
        runtime = self._runtime
        async with runtime.pool.acquire() as connection:
            seq = await connection.fetchval(
                "SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = $1", tenant_id
            )
            live_rows = await connection.fetch(
                "SELECT state::text AS state FROM interaction_live WHERE tenant_id = $1 ORDER BY id", tenant_id
            )
            agent_rows = await connection.fetch(
                "SELECT state::text AS state FROM agent_live WHERE tenant_id = $1", tenant_id
            )
            blend_rows = await connection.fetch(
                "SELECT rule_id, state::text AS state FROM blend_live WHERE tenant_id = $1", tenant_id
            )
        live = [msgspec.json.decode(row["state"], type=Live) for row in live_rows]
        agents = [msgspec.json.decode(row["state"], type=AgentState) for row in agent_rows]
        blends = {row["rule_id"]: msgspec.json.decode(row["state"], type=BlendState) for row in blend_rows}
        keep = {(run.flow_id, run.version) for record in live for run in (record.flow, record.fragment) if run}
        settings = await config.load(runtime.database, tenant_id, keep)
        score = Scorer(lambda criterion, problem: runtime.criterion_failed(tenant_id, criterion, problem))
        engine = Engine(settings, node=runtime.settings.node, new_id=new_id, score=score)
        engine.load(live, agents)
        engine.blending.load(blends)
        for record in live:
            for name, due_at in record.timers.items():
                fired = TimerFired(interaction_id=record.interaction.id, name=name, due_at=due_at)
                runtime.timers.set(due_at, (tenant_id, fired))
        for agent in engine.agents.values():
            for timer in agent_skills.timers(agent):
                runtime.timers.set(timer.due_at, (tenant_id, timer))
        return Mailbox(engine, shard=shard.number, fence=shard.fence, seq=seq)
