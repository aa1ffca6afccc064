"""Every second: raise the alarms of states that last too long, and end those of states that are over.

It reads the live view that supervisors see, so that an alarm is about what they see. What is raised is in the
database; after a restart it is read from there, and nothing is raised twice. Of queues in trouble it has the
suggestions seen to, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hujiao.alarms import service as alarms
from hujiao.alarms.contracts import Exceeded
from hujiao.alarms.machine import Raised, compare, present
from hujiao.app.jobs.suggestions import Suggestions
from hujiao.app.realtime.hub import Feed, Hub
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, is_away
from hujiao.kit.errors import HujiaoError
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.tasks import Tasks

log = structlog.get_logger()

EVERY_SECONDS = 1.0
TENANTS_SECONDS = 10.0
WORK, SUGGESTIONS = "alarms", "suggestions"
Act = Callable[[Feed, datetime], Awaitable[None]]


class Alarms:
    def __init__(self, hub: Hub, database: Database, faults: Faults) -> None:
        self.hub = hub
        self.database = database
        self.faults = faults
        self.suggestions = Suggestions(hub.bus, database)
        self._tenants: dict[UUID, int] = {}
        self._raised: dict[UUID, set[Raised]] = {}
        self._suggesting: dict[UUID, asyncio.Task[None]] = {}
        self._tasks = Tasks()

    async def run(self) -> None:
        await self.hub.start()
        try:
            looked = asyncio.create_task(self._look_for_tenants())
            while True:
                if looked.done():  # it never ends by itself
                    looked.result()
                await asyncio.gather(*(self._look_at(*tenant) for tenant in list(self._tenants.items())))
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            looked.cancel()
            await self._tasks.stop()
            await self.suggestions.stop()
            await self.hub.stop()

    async def _look_for_tenants(self) -> None:
        known = text("SELECT id, shard FROM lookup_tenants() WHERE kind <> 'operator' AND suspended_at IS NULL")
        while True:
            try:
                async with self.database.lookup() as session:
                    rows = (await session.execute(known)).all()
                self._tenants = {row.id: row.shard for row in rows}
                for gone in self._raised.keys() - self._tenants.keys():
                    del self._raised[gone]
                for gone in self._suggesting.keys() - self._tenants.keys():
                    self._suggesting.pop(gone).cancel()
                    self.suggestions.forget(gone)
            except (OSError, SQLAlchemyError) as error:
                log.warning("alarms_wait", reason=type(error).__name__)
            await asyncio.sleep(TENANTS_SECONDS)

    async def _look_at(self, tenant_id: UUID, shard: int) -> None:
        """One tenant's alarms; what goes wrong there is nobody else's trouble. No alarm waits for suggestions."""
        await self._guarded(WORK, tenant_id, shard, self._compare)
        last = self._suggesting.get(tenant_id)
        if last is None or last.done():
            suggest = self._guarded(SUGGESTIONS, tenant_id, shard, self._suggest)
            self._suggesting[tenant_id] = self._tasks.spawn(suggest)

    async def _guarded(self, work: str, tenant_id: UUID, shard: int, act: Act) -> None:
        if self.faults.aside(work, tenant_id):
            return
        try:
            feed = await self.hub.feed(tenant_id, shard)
            if feed.loaded:
                await act(feed, utc_now())
            else:
                feed.load_soon()  # the runtime may be away: the next look comes in a second
        except Exception as error:
            if work == WORK:
                self._raised.pop(tenant_id, None)
            else:
                self.suggestions.forget(tenant_id)
            if is_away(error) or (work == WORK and isinstance(error, HujiaoError)):
                return
            self.faults.met(work, tenant_id, about=work, reason=reason_of(error))
        else:
            self.faults.mended(work, tenant_id)

    async def _compare(self, feed: Feed, now: datetime) -> None:
        view, tenant_id = feed.view, feed.tenant_id
        feed.used_at = asyncio.get_running_loop().time()
        raised = self._raised.get(tenant_id)
        if raised is None:
            async with self.database.tenant(tenant_id) as session:
                raised = self._raised[tenant_id] = set(await alarms.open_alarms(session))
        there = present(view.agents.values(), view.interactions.values(), view.queues)
        new, over = compare(there, raised, now)
        if not new and not over:
            return
        async with self.database.tenant(tenant_id) as session:
            ended = await alarms.write(session, tenant_id, new, over, now)
        raised.update((one.episode, one.level) for one in new)
        raised.difference_update(over)
        await self._tell(feed, new, ended)

    async def _suggest(self, feed: Feed, now: datetime) -> None:
        if changed := await self.suggestions.look(feed, now):
            await self._say(feed, set(), changed)

    async def _tell(self, feed: Feed, new: list[Exceeded], ended: list[tuple[UUID | None, UUID | None]]) -> None:
        """Those who see these agents and queues ask anew."""
        concerned = {*((one.agent_id, one.queue_id) for one in new), *ended}
        agents = {agent_id for agent_id, _ in concerned if agent_id}
        await self._say(feed, agents, {queue_id for _, queue_id in concerned if queue_id})

    async def _say(self, feed: Feed, agents: set[UUID], queues: set[UUID]) -> None:
        about = {"agents": sorted(agents), "queues": sorted(queues)}
        await self.hub.bus.publish(self.hub.bus.subjects.alarms(feed.tenant_id), about)
