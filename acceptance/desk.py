"""A desktop's live socket: what the person at it sees, kept up to date by snapshot and deltas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from acceptance.check import PATIENCE, Unmet
from hujiao.app.cli.http_client import Api

_QUIET_SECONDS = 1.0
_AGAIN_SECONDS = 0.5
Record = dict[str, Any]


class Desk:
    def __init__(self) -> None:
        self.agents: dict[str, Record] = {}
        self.queues: dict[str, Record] = {}
        self.interactions: dict[str, Record] = {}
        self.configurations = 0  # that the call control has shown
        self.bulletins = 0  # how often it was told that there is something else to read
        self._seq = 0
        self._changed = asyncio.Condition()

    async def sees(self, look: Callable[[Desk], Any], what: str, *, seconds: float = PATIENCE) -> Any:
        """Wait until `look` finds something on this desktop; returns it."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while not (found := look(self)):
                    await self._changed.wait()
                return found
        except TimeoutError:
            shown = [{key: record.get(key) for key in ("state", "caller", "number")} for record in self._records()]
            raise Unmet(f"Expected on the desktop within {seconds:.0f} s: {what}. Seen: {shown}.") from None

    async def takes_up(self, since: int, what: str) -> None:
        """Wait until a configuration after the first `since` is shown, and no other follows it."""
        await self.sees(lambda desk: desk.configurations > since, f"{what} is taken up")
        with suppress(Unmet):
            while True:
                await self._another(self.configurations)

    async def _another(self, since: int) -> None:
        await self.sees(lambda desk: desk.configurations > since, "another", seconds=_QUIET_SECONDS)

    def interaction(self, caller: str) -> Record | None:
        return next((record for record in self.interactions.values() if record["caller"] == caller), None)

    def _records(self) -> list[Record]:
        return [*self.agents.values(), *self.interactions.values()]

    async def _follow(self, api: Api) -> None:
        """As the page does: when the connection is lost, another one begins with a snapshot."""
        while True:
            with suppress(aiohttp.ClientError, OSError):
                await self._follow_once(api)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _follow_once(self, api: Api) -> None:
        async with await api.socket() as socket:
            async for message in socket:
                received = message.json()
                if received["type"] == "delta" and received["prev_seq"] != self._seq:  # something is missing
                    await socket.send_json({"type": "snapshot"})
                    continue
                self._seq = received.get("seq", self._seq)
                async with self._changed:
                    self._take(received)
                    self._changed.notify_all()

    def _take(self, received: Record) -> None:
        if received["type"] == "snapshot":
            self.agents, self.queues, self.interactions = {}, {}, {}
        if received["type"] == "snapshot" or received.get("blends") is not None:  # which a configuration brings
            self.configurations += 1
        self.bulletins += received["type"] == "bulletins"
        view = received.get("view", received)
        for name in ("agents", "interactions"):
            getattr(self, name).update({record["id"]: record for record in view.get(name, ())})
        for record in view.get("queues", ()):
            self.queues[record["id"]] = self.queues.get(record["id"], {}) | record
        for ended in received.get("ended", ()):
            self.interactions.pop(ended, None)


@asynccontextmanager
async def desk(api: Api) -> AsyncIterator[Desk]:
    made = Desk()
    following = asyncio.create_task(made._follow(api))
    try:
        await made.sees(lambda desk: desk.configurations, "the live view")
        yield made
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
