"""Who is told of what: a message of a chat, and the view as it is read after a fault."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from hujiao.app.realtime.chat import Chats, VisitorSocket
from hujiao.app.realtime.events import Chat, Snapshot, Stale
from hujiao.app.realtime.figures import Figures
from hujiao.app.realtime.hub import Feed, Hub, Socket
from hujiao.app.realtime.view import Reader, Scope
from hujiao.kit.bus import Bus, Subjects
from hujiao.kit.db import Database
from hujiao.kit.errors import Unavailable

Handler = Callable[[Any], Awaitable[Any]]
A, B = uuid4(), uuid4()


class Wire:
    """A bus within this process: what is said goes to the handlers at once, requests get the `answers` in order."""

    def __init__(self) -> None:
        self.subjects = Subjects("test")
        self.handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.requests = asyncio.Event()
        self.asked = 0

    async def subscribe(self, subject: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        self.handlers[subject].append(handler)

        async def unsubscribe() -> None:
            self.handlers[subject].remove(handler)

        return unsubscribe

    async def request(self, subject: str, message: Any) -> dict[str, Any]:
        self.asked += 1
        self.requests.set()
        answer = await self.answers.get()
        if not answer:
            raise Unavailable("error.part_away")
        return answer

    async def say(self, subject: str, message: dict[str, Any]) -> None:
        for handler in self.handlers[subject]:
            await handler(message)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def hub(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Hub:
    async def nothing(_: Figures, now: Any) -> set[str]:
        return set()

    monkeypatch.setattr(Figures, "refresh", nothing)
    return Hub(cast(Bus, wire), cast(Database, None))


def view(*interactions: dict[str, Any]) -> dict[str, Any]:
    return {"seq": 1, "agents": [], "queues": [], "interactions": list(interactions)}


def chat(key: UUID, agent_id: str | None, *supervisors: str) -> dict[str, Any]:
    parties = [{"role": "customer", "agent_id": None}, {"role": "agent", "agent_id": agent_id}]
    parties += [{"role": "supervisor", "agent_id": one, "mode": "listen"} for one in supervisors]
    return {"id": str(key), "agent_id": agent_id, "project_id": "p1", "parties": parties}


def socket(scope: Scope, rescoped: Scope | None = None) -> Socket:
    async def rescope() -> Scope:
        return rescoped or scope

    return Socket(None, uuid4(), Reader(scope), rescope)


def window() -> VisitorSocket:
    async def look() -> None:
        pass

    return VisitorSocket(look)


def waiting(of: Socket | VisitorSocket) -> list[Any]:
    return [cast(Any, of).waiting.get_nowait() for _ in range(of.waiting.qsize())]


async def opened(hub: Hub, wire: Wire, tenant_id: UUID, *interactions: dict[str, Any]) -> Feed:
    feed = await hub.feed(tenant_id, 0)
    wire.answers.put_nowait(view(*interactions))
    await feed.ensure()
    return feed


async def heard(wire: Wire, tenant_id: UUID, key: UUID, **frame: Any) -> None:
    told = {"interaction_id": str(key), "frame": {"type": "message", "part": 0, "number": 1, **frame}}
    await wire.say(wire.subjects.chat("*"), {"tenant_id": str(tenant_id), "frames": [told]})


async def test_a_message_reaches_those_who_have_a_part_in_the_chat_and_nobody_else(wire: Wire, hub: Hub) -> None:
    chats = Chats(cast(Bus, wire), hub)
    await chats.start()
    mine, theirs = uuid4(), uuid4()
    feed = await opened(hub, wire, A, chat(mine, "a1", "s1"), chat(theirs, "a2"))
    elsewhere = await opened(hub, wire, B, chat(mine, "a1"))
    readers = {
        "agent": socket(Scope(own_agent="a1")),
        "agent's second window": socket(Scope(own_agent="a1")),
        "colleague": socket(Scope(own_agent="a2")),
        "supervisor reading along": socket(Scope(projects=frozenset({"p1"}), own_agent="s1")),
        "supervisor": socket(Scope(projects=frozenset({"p1"}), own_agent="s2")),
        "administrator": socket(Scope(everything=True)),
    }
    stranger = socket(Scope(everything=True, own_agent="a1"))
    for one in readers.values():
        feed.join(one)
    elsewhere.join(stranger)
    windows = [window(), window()]
    for one in windows:
        chats.join(mine, one)
    other = window()
    chats.join(theirs, other)

    await heard(wire, A, mine, **{"from": "visitor", "text": "Hello"})
    there = {name for name, one in readers.items() if waiting(one)}
    assert there == {"agent", "agent's second window", "supervisor reading along"}
    assert [[frame["text"] for frame in waiting(one)] for one in (*windows, other)] == [["Hello"], ["Hello"], []]
    assert waiting(stranger) == []

    await heard(wire, A, mine, part=1, text="whispered")
    assert [len(waiting(one)) for one in (readers["agent"], *windows)] == [1, 0, 0]

    # The chat goes to a colleague; whoever left is told nothing more.
    moved = {"prev_seq": 1, "seq": 2, "agents": [], "queues": [], "ended": [], "interactions": [chat(mine, "a2")]}
    await wire.say(wire.subjects.live(A), moved)
    feed.leave(readers["agent's second window"])
    chats.leave(mine, windows[0])
    for one in (*readers.values(), *windows):
        waiting(one)
    await heard(wire, A, mine, text="Again")
    assert {name for name, one in readers.items() if waiting(one)} == {"colleague"}
    assert [len(waiting(one)) for one in windows] == [0, 1]
    assert chats.open_sockets() == 2

    ended = {"prev_seq": 2, "seq": 3, "agents": [], "queues": [], "ended": [str(mine)], "interactions": []}
    await wire.say(wire.subjects.live(A), ended)
    waiting(readers["colleague"])
    await heard(wire, A, mine, text="Late")
    assert waiting(readers["colleague"]) == [], "it is nobody's any more"
    await hub.stop()


async def test_an_agent_number_that_changes_hands_takes_its_chats_along(wire: Wire, hub: Hub) -> None:
    chats, key = Chats(cast(Bus, wire), hub), uuid4()
    await chats.start()
    feed = await opened(hub, wire, A, chat(key, "a1"))
    before, after = socket(Scope(own_agent="a1"), Scope(own_agent="a9")), socket(Scope(), Scope(own_agent="a1"))
    for one in (before, after):
        feed.join(one)
    await wire.say(wire.subjects.config(A), {})
    await heard(wire, A, key)
    assert [type(event) for event in waiting(after)] == [Snapshot, Chat], "what is in sight now comes whole first"
    assert [type(event) for event in waiting(before)] == [Snapshot]
    for one in (before, after):
        feed.leave(one)
    await heard(wire, A, key)
    assert waiting(after) == []
    await hub.stop()


async def test_many_who_come_at_once_are_served_by_one_reading(wire: Wire, hub: Hub) -> None:
    feed = await hub.feed(A, 0)
    sockets = [socket(Scope(everything=True)) for _ in range(50)]
    joining = [asyncio.create_task(hub.join(feed, one)) for one in sockets]
    await wire.requests.wait()
    joining[0].cancel()  # the first is gone already: the others get theirs all the same
    wire.answers.put_nowait(view(chat(uuid4(), "a1")))
    await asyncio.gather(*joining, return_exceptions=True)
    told = [waiting(one) for one in sockets[1:]]
    assert all(len(events) == 1 and isinstance(events[0], Snapshot) for events in told), told
    assert wire.asked == 1
    await hub.stop()


async def test_what_is_missing_while_the_view_is_read_is_read_too(wire: Wire, hub: Hub) -> None:
    feed, key = await hub.feed(A, 0), uuid4()
    reader = socket(Scope(everything=True))
    joining = asyncio.create_task(hub.join(feed, reader))
    await wire.requests.wait()
    lost = {"agents": [], "queues": [], "ended": [], "interactions": []}
    await wire.say(wire.subjects.live(A), {"prev_seq": 5, "seq": 6, **lost})
    wire.answers.put_nowait(view())
    wire.answers.put_nowait({**view(chat(key, "a1")), "seq": 6})
    await joining
    (told,) = waiting(reader)
    assert (told.seq, len(told.view.interactions), wire.asked) == (6, 1, 2)
    await hub.stop()


async def test_many_who_come_while_the_runtime_is_away_are_told_together(wire: Wire, hub: Hub) -> None:
    feed = await hub.feed(A, 0)
    sockets = [socket(Scope(everything=True)) for _ in range(50)]
    wire.answers.put_nowait({})
    await asyncio.gather(*(hub.join(feed, one) for one in sockets))
    assert all(isinstance(event, Stale) for one in sockets for event in waiting(one))
    assert wire.asked == 1
    wire.answers.put_nowait(view())
    await feed.ensure()
    assert all([isinstance(event, Snapshot) for event in waiting(one)] == [True] for one in sockets)
    await hub.stop()
