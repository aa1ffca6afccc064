"""What is said in chats, on its way to visitors' sockets and to the desktops.

The runtime tells of a message when it is committed; who missed something finds it in the messages that are kept.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog

from hujiao.app.realtime.hub import Hub
from hujiao.chat.contracts import ConversationFacts
from hujiao.kit.bus import Bus
from hujiao.kit.errors import HujiaoError, Throttled
from hujiao.kit.index import Index
from hujiao.kit.rates import Rates
from hujiao.kit.slots import Slots
from hujiao.kit.tasks import Tasks

log = structlog.get_logger()

WAITING_LIMIT = 500  # frames that a slow visitor may be behind
SOCKETS_OF_A_CONVERSATION = 6
KNOWN_TOKENS = 20_000
JOINING = 4  # visitors whose sockets read at once what they have missed
_NOT_FOR_VISITORS = ("agent_id", "part")


class VisitorSocket:
    """One window of a visitor: frames that wait to be sent. `None` ends it. `look` asks the runtime how it stands."""

    def __init__(self, look: Callable[[], Awaitable[Any]]) -> None:
        self.look = look
        self.waiting: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def send(self, frame: dict[str, Any]) -> None:
        self.waiting.put_nowait(None if self.waiting.qsize() >= WAITING_LIMIT else frame)


class Limits:
    """What visitors may do, by where they are and by conversation."""

    def __init__(self) -> None:
        self.openings = Rates(20, 10)  # by address
        self.strangers = Rates(60, 1)  # by address: tokens and keys that are nobody's
        self.messages = Rates(20, 1)  # by conversation, as the following
        self.reading = Rates(60, 0.2)
        self.files = Rates(6, 10)
        self.typing = Rates(10, 1)
        self.uploads = Slots(16, 4)
        self.own_uploads = Slots(1000, 1)
        self.files_from_there = Rates(20, 60)  # by address
        self.unknown_sockets = Slots(200, 20)  # by address, as the following
        self.sockets = Slots(20_000, 120)


class Chats:
    """The visitors of this API process."""

    def __init__(self, bus: Bus, hub: Hub) -> None:
        self.bus = bus
        self.hub = hub
        self.limits = Limits()
        self.joining = asyncio.Semaphore(JOINING)
        self._readers: Index[UUID, VisitorSocket] = Index()
        self._works = Tasks()
        self._tokens: OrderedDict[bytes, ConversationFacts] = OrderedDict()

    async def start(self) -> None:
        await self.bus.subscribe(self.bus.subjects.chat("*"), self._told)

    async def stop(self) -> None:
        await self._works.stop()

    # ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, secret: bytes) -> ConversationFacts | None:
        """The conversation of a token by its hash, if it has been asked for lately: that never changes."""
        found = self._tokens.get(secret)
        if found:
            self._tokens.move_to_end(secret)
        return found

    def remember(self, secret: bytes, facts: ConversationFacts) -> None:
        self._tokens[secret] = facts
        if len(self._tokens) > KNOWN_TOKENS:
            self._tokens.popitem(last=False)

    # ── sockets ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def join(self, conversation_id: UUID, socket: VisitorSocket) -> None:
        """Raises `Throttled` for a conversation with too many windows."""
        if len(self._readers.of(conversation_id)) >= SOCKETS_OF_A_CONVERSATION:
            raise Throttled("error.too_many_at_once", detail={"retry_after_seconds": 5})
        self._readers.add(conversation_id, socket)

    def leave(self, conversation_id: UUID, socket: VisitorSocket) -> None:
        self._readers.discard(conversation_id, socket)

    def open_sockets(self) -> int:
        return self._readers.total()

    async def tell(self, tenant_id: UUID, interaction_id: UUID, frame: dict[str, Any]) -> None:
        """What need not be kept: that somebody types, or has read."""
        told = {"tenant_id": tenant_id, "frames": [{"interaction_id": interaction_id, "frame": frame}]}
        await self.bus.publish(self.bus.subjects.chat(tenant_id), told)

    async def _answer(self, conversation_id: UUID) -> None:
        """Asked whether a visitor who waits is still there; asking how it stands says so."""
        if socket := next(iter(self._readers.of(conversation_id)), None):
            with suppress(HujiaoError):  # it will connect again, and is seen then
                await socket.look()

    async def _told(self, message: dict[str, Any]) -> None:
        feed = self.hub.feeds.get(UUID(message["tenant_id"]))
        for told in message["frames"]:
            frame, interaction_id = told["frame"], told["interaction_id"]
            if frame["type"] == "sought":
                self._works.spawn(self._answer(UUID(interaction_id)))
                continue
            if feed is not None:
                feed.chat(interaction_id, frame, told.get("counts") or {})
            sockets = self._readers.of(UUID(interaction_id))
            if sockets and (shown := for_visitor(frame)):
                for socket in sockets:
                    socket.send(shown)


def for_visitor(frame: dict[str, Any]) -> dict[str, Any] | None:
    """The frame as a visitor may see it; None for what is not theirs."""
    match frame["type"]:
        case "message":
            return None if frame["part"] else {k: v for k, v in frame.items() if k not in _NOT_FOR_VISITORS}
        case "typing" | "read":
            return {k: v for k, v in frame.items() if k != "agent_id"} if frame["from"] == "agent" else None
        case _:
            return frame
