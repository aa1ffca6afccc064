"""What the node says of phones, for every tenant of this runtime."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import structlog

from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.tenant.turn import PhonesSeen
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError
from hujiao.kit.settings import Settings

log = structlog.get_logger()

# The node tells every five seconds: after so long it is away, and agents are taken as they were.
SILENT_SECONDS = 15.0


class Host(Protocol):
    """What it needs of the runtime."""

    settings: Settings
    bus: Bus

    def mailboxes(self) -> list[Mailbox]: ...
    def post(self, mailbox: Mailbox, event: Any) -> None: ...


class Phones:
    """`users` can be called, by SIP user; None while nobody says."""

    def __init__(self, runtime: Host) -> None:
        self._runtime = runtime
        self._told = asyncio.Event()
        self.users: frozenset[str] | None = None

    async def run(self) -> None:
        bus = self._runtime.bus
        await bus.subscribe(bus.subjects.node(self._runtime.settings.node, "phones"), self._seen)
        try:
            await self._seen(await bus.request(bus.subjects.node(self._runtime.settings.node, "phones-now"), {}))
        except HujiaoError:
            log.info("phones_unknown")  # the node tells when it is there
        while True:
            try:
                await asyncio.wait_for(self._told.wait(), SILENT_SECONDS)
            except TimeoutError:
                if self.users is not None:
                    log.warning("phones_unknown")
                self._change(None)
            self._told.clear()

    async def _seen(self, message: dict[str, Any]) -> None:
        self._told.set()
        users = message.get("reachable")
        self._change(frozenset(users) if users is not None else None)

    def _change(self, users: frozenset[str] | None) -> None:
        if users == self.users:
            return
        self.users = users
        for mailbox in self._runtime.mailboxes():
            self.tell(mailbox)

    def tell(self, mailbox: Mailbox) -> None:
        self._runtime.post(mailbox, PhonesSeen(self.users))
