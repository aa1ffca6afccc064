"""The live views of this API process: one subscription per tenant that somebody looks at, and their sockets.

The order is: subscribe, ask the runtime for a snapshot, drop what it already holds, go on with the deltas. A gap, a
change of configuration or a runtime that comes back means a new snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hujiao.app.holder import ask
from hujiao.app.realtime.events import (
    Alarms,
    Bulletins,
    Bye,
    Chat,
    NextCalls,
    Ping,
    ScreenViews,
    ServerEvent,
    SetAside,
    Settings,
)
from hujiao.app.realtime.figures import Figures
from hujiao.app.realtime.view import LiveView, Reader, Scope, agents_in
from hujiao.kit.bus import Bus
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, when_there
from hujiao.kit.errors import HujiaoError, Unavailable
from hujiao.kit.index import Index
from hujiao.kit.tasks import Tasks

log = structlog.get_logger()

WAITING_LIMIT = 1000  # messages that a slow reader may be behind
WATCH_SECONDS = 3.0
PING_SECONDS = 20.0
IDLE_SECONDS = 300.0  # how long a view is kept that nobody looks at
PROJECTED_SECONDS = (1.0, 3.0)
SETTLE_SECONDS = 1.0  # the runtime takes a new configuration in before it is asked for a snapshot


class Socket:
    """One reader's queue of messages; the endpoint sends them."""

    def __init__(
        self, session_id: UUID | None, account_id: UUID, reader: Reader, rescope: Callable[[], Awaitable[Scope]]
    ) -> None:
        self.session_id = session_id
        self.account_id = str(account_id)
        self.reader = reader
        self._rescope = rescope
        self.waiting: asyncio.Queue[ServerEvent] = asyncio.Queue()

    def send(self, event: ServerEvent) -> None:
        if self.waiting.qsize() >= WAITING_LIMIT and not isinstance(event, Bye):
            event = Bye("too_slow")
        self.waiting.put_nowait(event)

    async def look_again(self) -> None:
        """What its reader may see may have changed."""
        try:
            self.reader.scope = await self._rescope()
        except HujiaoError:
            self.send(Bye("session_ended"))


class Watcher:
    """Somebody who is told that the view may have changed, and looks for themselves."""

    def __init__(self) -> None:
        self.stirred = asyncio.Event()
        self.configured = False  # the tenant's configuration may be another one
        self.ended = False


class Feed:
    """One tenant's view and its readers."""

    def __init__(self, bus: Bus, database: Database, tenant_id: UUID, shard: int, *, counts: bool = True) -> None:
        self.bus = bus
        self._counts = counts
        self.figures = Figures(database, tenant_id)
        self.tenant_id = tenant_id
        self.shard = shard
        self.view = LiveView()
        self.sockets: set[Socket] = set()
        self.watchers: set[Watcher] = set()
        self._of_agents: Index[str | None, Socket] = Index()
        self.loaded = False
        self.aside: SetAside | None = None
        self.used_at = asyncio.get_running_loop().time()
        self._early: list[dict[str, Any]] = []
        self._loading = asyncio.Lock()
        self._asked: asyncio.Task[None] | None = None
        self._works = Tasks()
        self._again: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._count_again = False
        self._unsubscribe: list[Callable[[], Awaitable[None]]] = []

    async def start(self) -> None:
        subjects = self.bus.subjects
        self._unsubscribe.append(await self.bus.subscribe(subjects.live(self.tenant_id), self._changed))
        self._unsubscribe.append(await self.bus.subscribe(subjects.config(self.tenant_id), self._configured))
        self._unsubscribe.append(await self.bus.subscribe(subjects.bulletins(self.tenant_id), self._bulletins))
        self._unsubscribe.append(await self.bus.subscribe(subjects.alarms(self.tenant_id), self._alarmed))
        self._unsubscribe.append(await self.bus.subscribe(subjects.next_calls(self.tenant_id), self._next_calls))
        self._unsubscribe.append(await self.bus.subscribe(subjects.settings(self.tenant_id), self._settings))

    async def ensure(self) -> LiveView:
        """The view, loaded; `Unavailable` when the runtime does not answer, or has set the tenant aside."""
        self.used_at = asyncio.get_running_loop().time()
        if not self.loaded:
            if self._asked is None:  # one reading for all who ask meanwhile: after a fault many come at once
                self._asked = asyncio.create_task(self.load())
                self._asked.add_done_callback(self._answered)
            await asyncio.shield(self._asked)
        return self.view

    def _answered(self, asked: asyncio.Task[None]) -> None:
        self._asked = None
        if not asked.cancelled():
            asked.exception()  # is told to who asked

    @property
    def looked_at(self) -> bool:
        return bool(self.sockets or self.watchers)

    def _stir(self) -> None:
        for watcher in self.watchers:
            watcher.stirred.set()

    def join(self, socket: Socket) -> None:
        self.sockets.add(socket)
        self._of_agents.add(socket.reader.scope.own_agent, socket)

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self._of_agents.discard(socket.reader.scope.own_agent, socket)

    async def load(self) -> None:
        async with self._loading:
            self.loaded = False
            while not await self._read():
                log.warning("live_gap", tenant_id=str(self.tenant_id), have=self.view.seq)
            self.loaded = True
            for socket in self.sockets:
                socket.send(socket.reader.snapshot(self.view))
            self._stir()

    async def _read(self) -> bool:
        """Take a snapshot in, and what was told meanwhile; False when something of that is missing."""
        self._early.clear()
        answer = await ask(self.bus, self.bus.subjects.snapshot(self.shard), {"tenant_id": self.tenant_id})
        self._check(answer)
        if self._counts:
            await self.figures.refresh(utc_now())
            for record in answer["queues"]:
                self.figures.into(record)
        self.view.load(answer)
        for message in self._early:
            self._check(message)
            if not self.view.apply(message):
                return False
        return True

    def _check(self, told: dict[str, Any]) -> None:
        """Keep why the tenant is not served; raises `Unavailable` then."""
        refused = told.get("error") or {}
        self.aside = None
        if refused.get("code") == "set_aside":
            self.aside = msgspec.convert(refused["detail"], SetAside)
            raise Unavailable("error.set_aside", code="set_aside")
        if "seq" not in told:
            raise Unavailable("error.not_here", code="runtime_away")

    def lost(self) -> None:
        """The runtime is away, or has set the tenant aside: keep what is known, and say that it may be old."""
        self.loaded = False
        for socket in self.sockets:
            socket.send(socket.reader.stale(self.aside))
        self._stir()

    def load_soon(self, after: float = 0.0) -> None:
        if self._again is None or self._again.done():
            self._again = self._works.spawn(self._load_later(after))

    async def _load_later(self, after: float) -> None:
        await asyncio.sleep(after)
        try:
            await self.load()
        except HujiaoError:
            self.lost()  # the watch tries again

    async def _changed(self, message: dict[str, Any]) -> None:
        for record in message.get("queues", ()):
            if record["id"] not in self.view.queues:
                self.figures.into(record)
        if not self.loaded:
            self._early.append(message)
            return
        try:
            self._check(message)
        except Unavailable:
            self.lost()
            return
        if not self.view.apply(message):
            log.warning("live_gap", tenant_id=str(self.tenant_id), seq=message["seq"], have=self.view.seq)
            self.loaded = False
            self.load_soon()
            return
        for socket in self.sockets:
            if (change := socket.reader.delta(message, self.view)) is not None:
                socket.send(change)
            if message.get("blends") is not None and (change := socket.reader.blends(self.view)) is not None:
                socket.send(change)
        self._stir()
        if message["interactions"] or message["ended"]:
            self.count_soon()

    def chat(self, interaction_id: str, frame: dict[str, Any], counts: dict[str, int]) -> None:
        """Pass on what is said in a chat to those who have a part in it. No number of the ledger counts messages: the
        record has them by these counts."""
        record = self.view.interactions.get(interaction_id)
        if record is None:
            return
        record.update(counts)
        event = Chat(interaction_id, frame)
        for agent_id in agents_in(record) - {None}:
            for socket in self._of_agents.of(agent_id):
                socket.send(event)

    def to_agent(self, agent_id: str, event: ServerEvent) -> None:
        for socket in self._of_agents.of(agent_id):
            socket.send(event)

    def screen_views(self, agent_id: str) -> None:
        """Who looks at the agent's screen has changed."""
        for socket in self.sockets:
            scope = socket.reader.scope
            if scope.screens and scope.alarms(self.view, [agent_id], ()):
                socket.send(ScreenViews())

    async def _bulletins(self, message: dict[str, Any]) -> None:
        accounts = frozenset(message["accounts"])
        for socket in self.sockets:
            if message["everybody"] or socket.account_id in accounts:
                socket.send(Bulletins())

    async def _alarmed(self, message: dict[str, Any]) -> None:
        for socket in self.sockets:
            if socket.reader.scope.alarms(self.view, message["agents"], message["queues"]):
                socket.send(Alarms())

    async def _next_calls(self, message: dict[str, Any]) -> None:
        for socket in self.sockets:
            scope = socket.reader.scope
            if scope.own_agent in message["agents"] or scope.alarms(self.view, message["agents"], ()):
                socket.send(NextCalls())

    async def _settings(self, _: Any) -> None:
        for socket in self.sockets:
            if socket.reader.scope.own_agent is not None:
                socket.send(Settings())

    def count_soon(self) -> None:
        """Read the day's figures again shortly, and once more when the projector has surely folded what happened."""
        if not self._counts:
            return
        self._count_again = True
        if self._counting is None or self._counting.done():
            self._counting = self._works.spawn(self._count())

    async def _count(self) -> None:
        while self._count_again:
            self._count_again = False
            for seconds in PROJECTED_SECONDS:
                await asyncio.sleep(seconds)
                try:
                    changed = await self.figures.refresh(utc_now())
                except (SQLAlchemyError, OSError) as error:
                    log.warning("figures_failed", reason=type(error).__name__)
                    continue
                records = [self.view.queues[queue_id] for queue_id in changed if queue_id in self.view.queues]
                for record in records:
                    self.figures.into(record)
                for socket in self.sockets:
                    if (delta := socket.reader.figures(records)) is not None:
                        socket.send(delta)
                self._stir()

    async def _configured(self, _: Any) -> None:
        for watcher in self.watchers:
            watcher.configured = True
        self._stir()
        for socket in list(self.sockets):
            before = socket.reader.scope
            await when_there(socket.look_again)
            scope = socket.reader.scope
            if socket in self.sockets and scope != before:
                self._of_agents.discard(before.own_agent, socket)
                self._of_agents.add(scope.own_agent, socket)
                if self.loaded:  # of what is in sight now no change is told before the whole of it
                    socket.send(socket.reader.snapshot(self.view))
        if self.loaded:
            self.load_soon(SETTLE_SECONDS)

    async def stop(self) -> None:
        for watcher in self.watchers:
            watcher.ended = True
        self._stir()
        for unsubscribe in self._unsubscribe:
            await unsubscribe()
        if self._asked is not None:
            self._asked.cancel()
        await self._works.stop()


class Hub:
    def __init__(self, bus: Bus, database: Database, *, counts: bool = True) -> None:
        """`counts` False: nobody looks at the queues' figures of the day."""
        self.bus = bus
        self.database = database
        self._counts = counts
        self.feeds: dict[UUID, Feed] = {}
        self._opening = asyncio.Lock()
        self._loops = Tasks()
        self._away: set[int] = set()

    async def start(self) -> None:
        await self.bus.subscribe(self.bus.subjects.session_ended(), self._session_ended)
        self._loops.keep("watch", self._watch())
        self._loops.keep("ping", self._ping())

    async def feed(self, tenant_id: UUID, shard: int) -> Feed:
        async with self._opening:
            feed = self.feeds.get(tenant_id)
            if feed is None:
                feed = Feed(self.bus, self.database, tenant_id, shard, counts=self._counts)
                await feed.start()
                self.feeds[tenant_id] = feed
            return feed

    async def view(self, tenant_id: UUID, shard: int) -> LiveView:
        return await (await self.feed(tenant_id, shard)).ensure()

    async def join(self, feed: Feed, socket: Socket) -> None:
        """The socket gets a snapshot now, or `stale` and a snapshot as soon as there is one."""
        feed.join(socket)
        try:
            if feed.loaded:
                socket.send(socket.reader.snapshot(await feed.ensure()))
            else:
                await feed.ensure()  # sends the snapshot to all, this one included
        except HujiaoError:
            socket.send(socket.reader.stale(feed.aside))

    async def end_session(self, session_id: UUID) -> None:
        """Tell all API processes to close the session's sockets."""
        await self.bus.publish(self.bus.subjects.session_ended(), {"session_id": session_id})

    async def _session_ended(self, message: dict[str, Any]) -> None:
        ended = UUID(message["session_id"])
        for feed in self.feeds.values():
            for socket in feed.sockets:
                if socket.session_id == ended:
                    socket.send(Bye("signed_out"))

    async def _watch(self) -> None:
        """Notice a runtime that went away or came back, and forget views that nobody uses."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not self.feeds:
                continue
            shards = sorted({feed.shard for feed in self.feeds.values()})
            held = await asyncio.gather(*(self._is_held(shard) for shard in shards))
            away = {shard for shard, here in zip(shards, held, strict=True) if not here}
            now = asyncio.get_running_loop().time()
            for tenant_id, feed in list(self.feeds.items()):
                if feed.looked_at:
                    feed.used_at = now
                elif now - feed.used_at > IDLE_SECONDS:
                    await self.feeds.pop(tenant_id).stop()
                    continue
                if feed.shard in away:
                    if feed.shard not in self._away:
                        feed.aside = None
                        feed.lost()
                elif not feed.loaded and feed.looked_at:
                    feed.load_soon()
                elif feed.loaded and feed.looked_at and feed.figures.over(utc_now()):
                    feed.count_soon()
            self._away = away

    async def _is_held(self, shard: int) -> bool:
        try:
            await self.bus.request(self.bus.subjects.holder(shard), {}, timeout=2.0)
        except HujiaoError:
            return False
        return True

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            for feed in self.feeds.values():
                for socket in feed.sockets:
                    socket.send(Ping())

    async def stop(self) -> None:
        await self._loops.stop()
        for feed in self.feeds.values():
            for socket in feed.sockets:
                socket.send(Bye("server_stopping"))
            await feed.stop()
