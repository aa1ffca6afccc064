"""Agents' screens on their way to those who view them. Nothing of it is kept.

Who views a screen says so every few seconds, to the agent's pages and to the API processes that take in what these
send: silence ends it, whatever was lost. The pictures go over a subject of the agent's own, to which a process
listens while somebody views there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from hujiao.app.realtime.events import ScreenView
from hujiao.app.realtime.hub import Hub
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError
from hujiao.kit.ids import new_id
from hujiao.kit.index import Index
from hujiao.kit.rates import Rates
from hujiao.kit.slots import Slots
from hujiao.kit.tasks import Tasks
from hujiao.screen_views.contracts import OF_ACCOUNT, EndReason
from hujiao.screen_views.frames import Backlog, Frame, ToPage, ToViewer
from hujiao.screen_views.signals import End, FromViewer

SAY_SECONDS = 3.0
FORGET_SECONDS = 10.0
UNIT = 64 * 1024  # characters of a frame that count as one
SIGNALS_WAITING = 100  # that an agent's page may be behind
Key = tuple[UUID, UUID]  # tenant and agent


class View:
    """One supervisor's look at one agent's screen. `by`: the name that the agent is told."""

    def __init__(self, tenant_id: UUID, agent_id: UUID, session_id: UUID | None) -> None:
        self.id = new_id()
        self.tenant_id = tenant_id
        self.agent_id = agent_id
        self.session_id = session_id
        self.by: str | None = None
        self.whole_screen = False  # whether the tenant has it that all of the screen is looked at
        self.backlog = Backlog()
        self.stirred = asyncio.Event()
        self.ended: EndReason | None = None

    @property
    def key(self) -> Key:
        return self.tenant_id, self.agent_id

    def end(self, reason: EndReason) -> None:
        self.ended = self.ended or reason
        self.stirred.set()

    def take_in(self, frame: Frame) -> None:
        if frame.signal is not None and not self.whole_screen and not isinstance(frame.signal, End):
            return
        self.backlog.put(frame)
        self.stirred.set()


class Source:
    """One page of an agent that shows its screen."""

    def __init__(self, tenant_id: UUID, agent_id: UUID, session_id: UUID | None) -> None:
        self.page_id = str(new_id())
        self.key: Key = (tenant_id, agent_id)
        self.session_id = session_id
        self.ended = asyncio.Event()
        self.waiting: asyncio.Queue[tuple[str, FromViewer]] = asyncio.Queue(SIGNALS_WAITING)

    def tell(self, view_id: str, signal: FromViewer) -> None:
        """What a viewer says; a page that takes nothing in begins anew."""
        try:
            self.waiting.put_nowait((view_id, signal))
        except asyncio.QueueFull:
            self.ended.set()


class Screens:
    """The views and the agents' pages of this API process."""

    def __init__(self, bus: Bus, hub: Hub) -> None:
        self.bus = bus
        self.hub = hub
        self.places = Slots(500, OF_ACCOUNT)  # of this process; the database has those of the platform
        self.pages = Slots(5000, 6)  # by agent
        self._rates = Rates(160, 0.1)  # by agent: units
        self._pictures = Rates(1, 2.0)  # by agent: a whole picture goes to all that view
        self._signals = Rates(80, 0.25)  # by view
        self._views: Index[Key, View] = Index()
        self._listening: dict[Key, Callable[[], Awaitable[None]]] = {}
        self._joining = asyncio.Lock()
        self._wanted: dict[Key, dict[str, float]] = {}  # until when, by view
        self._sources: set[Source] = set()
        self._loops = Tasks()

    async def start(self) -> None:
        await self.bus.subscribe(self.bus.subjects.screens("*"), self._told)
        await self.bus.subscribe(self.bus.subjects.session_ended(), self._session_ended)
        self._loops.keep("screens", self._repeat())

    async def stop(self) -> None:
        for view in self._all():
            view.end("server_stopped")
        await self._loops.stop()

    # ── who views ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def join(self, view: View) -> None:
        async with self._joining:
            self._views.add(view.key, view)
            if view.key not in self._listening:
                subject = self.bus.subjects.screen(*view.key)
                self._listening[view.key] = await self.bus.subscribe(subject, self._shown)
        await self.say(view, "on")

    async def leave(self, view: View) -> None:
        async with self._joining:
            self._views.discard(view.key, view)
            if not self._views.of(view.key) and (unsubscribe := self._listening.pop(view.key, None)):
                await unsubscribe()
        await self.say(view, "off")

    async def ask_picture(self, view: View) -> None:
        """Ask for all of the screen anew; what is asked soon after another has asked counts as that."""
        if not self._pictures.wait(view.key, time.monotonic()):
            await self.say(view, "picture")

    async def turn(self, view: View) -> None:
        """Wait until the viewer may say something to a page: who says much is heard more slowly."""
        if wait := self._signals.wait(view.id, time.monotonic()):
            await asyncio.sleep(wait)
            await self.turn(view)

    async def signal(self, view: View, said: ToPage) -> None:
        """Pass on what the viewer says to a page."""
        await self._signal(view, said.page_id, said.signal)

    async def no_whole_screen(self, view: View) -> None:
        """All of the screen may not be seen any more, by this viewer."""
        view.whole_screen = False
        view.stirred.set()
        with suppress(HujiaoError):  # then the page hears of nothing, and ends by itself
            await self._signal(view, None, End("switched_off"))

    async def _signal(self, view: View, page_id: str | None, signal: FromViewer) -> None:
        told = {"tenant_id": view.tenant_id, "agent_id": view.agent_id, "view_id": view.id, "what": "signal"}
        await self.bus.publish(
            self.bus.subjects.screens(view.tenant_id), {**told, "page_id": page_id, "signal": signal}
        )

    async def say(self, view: View, what: str) -> None:
        """`on`, `off` and `picture` are for the agent's pages; `noted`: something new is kept of the view."""
        told = {"tenant_id": view.tenant_id, "agent_id": view.agent_id, "view_id": view.id, "what": what, "by": view.by}
        with suppress(HujiaoError):  # NATS is away: said again soon, or silence says it
            await self.bus.publish(self.bus.subjects.screens(view.tenant_id), told)

    # ── agents' pages ────────────────────────────────────────────────────────────────────────────────────────────────

    def wanted(self, source: Source) -> bool:
        """Whether somebody views the agent's screen."""
        return source.key in self._wanted

    def add(self, source: Source) -> None:
        self._sources.add(source)

    async def remove(self, source: Source) -> None:
        self._sources.discard(source)
        await self._show(source, Frame(source.page_id))

    async def show(self, source: Source, frame: Frame, size: int) -> None:
        """Pass it on, so many characters, to those who view; raises `Throttled` for a page that sends too much."""
        await self._pass(source, frame, None, size)

    async def answer(self, source: Source, said: ToViewer, size: int) -> None:
        """Pass on what the page says to one who views it; raises `Throttled`, too."""
        await self._pass(source, Frame(source.page_id, signal=said.signal), str(said.view_id), size)

    async def _pass(self, source: Source, frame: Frame, view_id: str | None, size: int) -> None:
        for _ in range(1 + size // UNIT):
            self._rates.take(source.key, time.monotonic())
        if not self.bus.client.is_connected:
            source.ended.set()  # nothing is kept for later: the page begins anew, with a whole picture
            return
        await self._show(source, frame, view_id)

    async def _show(self, source: Source, frame: Frame, view_id: str | None = None) -> None:
        tenant_id, agent_id = source.key
        shown = {"tenant_id": tenant_id, "agent_id": agent_id, "frame": frame, "view_id": view_id}
        await self.bus.publish(self.bus.subjects.screen(tenant_id, agent_id), shown)

    # ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _told(self, message: dict[str, Any]) -> None:
        key = UUID(message["tenant_id"]), UUID(message["agent_id"])
        view_id, what = message["view_id"], message["what"]
        match what:
            case "signal":
                self._signalled(key, view_id, message)
                return
            case "noted":
                self._changed(key)
                return
            case "off":
                self._forget(key, view_id)
            case "on" | "picture":
                if view_id not in self._wanted.get(key, {}):
                    self._changed(key)
                self._wanted.setdefault(key, {})[view_id] = time.monotonic() + FORGET_SECONDS
            case _:  # of a newer process: what is not understood must not count as somebody who looks
                return
        if feed := self.hub.feeds.get(key[0]):
            feed.to_agent(message["agent_id"], ScreenView(view_id, what, message["by"]))

    def _changed(self, key: Key) -> None:
        """Those who see who looks at whose screen ask anew."""
        if feed := self.hub.feeds.get(key[0]):
            feed.screen_views(str(key[1]))

    def _signalled(self, key: Key, view_id: str, message: dict[str, Any]) -> None:
        if view_id not in self._wanted.get(key, {}):
            return
        page_id, signal = message["page_id"], msgspec.convert(message["signal"], FromViewer)
        for source in self._sources:
            if source.key == key and page_id in (None, source.page_id):
                source.tell(view_id, signal)

    async def _shown(self, message: dict[str, Any]) -> None:
        frame = msgspec.convert(message["frame"], Frame)
        for view in self._views.of((UUID(message["tenant_id"]), UUID(message["agent_id"]))):
            if message["view_id"] in (None, str(view.id)):
                view.take_in(frame)

    async def _session_ended(self, message: dict[str, Any]) -> None:
        ended = UUID(message["session_id"])
        for view in self._all():
            if view.session_id == ended:
                view.end("session_ended")
        for source in self._sources:
            if source.session_id == ended:
                source.ended.set()

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(SAY_SECONDS)
            for view in self._all():
                await self.say(view, "on")
            now = time.monotonic()
            over = [(key, one) for key, views in self._wanted.items() for one, until in views.items() if until < now]
            for key, view_id in over:
                self._forget(key, view_id)

    def _forget(self, key: Key, view_id: str) -> None:
        views = self._wanted.get(key, {})
        if views.pop(view_id, None) is not None:
            self._changed(key)
            for source in self._sources:
                if source.key == key:
                    source.tell(view_id, End("left"))
        if not views:
            self._wanted.pop(key, None)
            for source in self._sources:
                if source.key == key:
                    source.ended.set()

    def _all(self) -> list[View]:
        return [view for key in list(self._views.keys()) for view in self._views.of(key)]
