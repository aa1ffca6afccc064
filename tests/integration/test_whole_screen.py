"""All of an agent's screen: what the two browsers say to each other goes to the two of them, in known shapes only, and
only where the company has it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import until
from tests.integration.control import CallControl
from tests.integration.test_screen_views import NOT_UNDERSTOOD, TOO_MUCH, WHOLE, Page, Viewing, page, switch, viewing
from tests.integration.test_sockets import fresh
from tests.integration.world import World

SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n"
ASK = {"type": "ask", "connection": "1-1"}
OFFER = {"type": "offer", "connection": "1-1", "sdp": SDP}
ANSWER = {"type": "answer", "connection": "1-1", "sdp": SDP}
CANDIDATE = {"type": "candidate", "connection": "1-1", "candidate": "candidate:1 1 udp 1 10.0.0.1 9 typ host"}
END = {"type": "end", "why": "left", "connection": "1-1"}
STRANGE: list[dict[str, Any]] = [
    {"type": "say", "connection": "1-1", "text": "hello"},
    {**OFFER, "sdp": SDP + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"},
    {**OFFER, "sdp": SDP.replace("m=video", "m=application")},
    {**OFFER, "sdp": SDP + "i=a secret\r\n"},
    {**OFFER, "sdp": SDP + "a=" + "x" * 16_000 + "\r\n"},
    {**OFFER, "sdp": "hello"},
    {**OFFER, "secret": "more"},
    {**CANDIDATE, "candidate": "hello"},
    {**CANDIDATE, "line": 1000},
    {**END, "why": "because"},
]


@pytest.fixture
async def viewed(world: World, control: CallControl) -> AsyncIterator[World]:
    """Both tenants have agents' whole screens looked at, announced; all agents are at work."""
    for side in (world.a, world.b):
        await switch(side, "announced", "asked")
    await fresh(world, control)
    yield world
    for side in (world.a, world.b):
        await switch(side, "off")


async def shared(view: Viewing, shown: Page) -> str:
    """The page of the agent, which says that it has the whole screen."""
    await shown.show({"type": "page", "visible": True, "shares": True})
    while not ((frame := await view.next("frame"))["page"] or {}).get("shares"):
        pass
    return str(frame["page_id"])


async def signalled(view: Viewing) -> dict[str, Any]:
    while (frame := await view.next("frame"))["signal"] is None:
        pass
    return dict(frame["signal"])


async def test_the_two_pages_hear_each_other_and_nobody_else_does(viewed: World) -> None:
    a, b = viewed.a, viewed.b
    async with (
        viewing(a.clients["supervisor"], a.ids["agent"]) as boss,
        viewing(a.admin, a.ids["agent"]) as admin,
        viewing(b.clients["supervisor"], b.ids["agent"]) as theirs,
        page(a.clients["agent"]) as shown,
        page(a.clients["agent"]) as second,
        page(b.clients["agent"]) as foreign,
    ):
        assert (await boss.next("whole_screen"))["allowed"] is True
        page_id = await shared(boss, shown)
        await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
        asked = await shown.hears()
        assert (asked["type"], asked["signal"]) == ("signal", ASK)
        answers = (OFFER, {**CANDIDATE, "mid": "0", "line": 0})
        for signal in answers:
            await shown.show({"type": "signal", "view_id": asked["view_id"], "signal": signal})
            assert (await signalled(boss)) == signal
        for signal in (ANSWER, CANDIDATE, END):
            await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": signal})
            assert {name: value for name, value in (await shown.hears())["signal"].items() if value} == signal
        # Another tenant's page says something to this view, and another tenant's supervisor to this page.
        await foreign.show({"type": "signal", "view_id": asked["view_id"], "signal": OFFER})
        await theirs.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
        # What comes after shows that nothing else came before.
        await admin.socket.send_json({"type": "signal", "page_id": page_id, "signal": {**ASK, "connection": "2-1"}})
        heard = await shown.hears()
        assert heard["signal"]["connection"] == "2-1" and heard["view_id"] != asked["view_id"]
        await shown.show({"type": "signal", "view_id": heard["view_id"], "signal": {**OFFER, "connection": "2-1"}})
        assert (await signalled(admin))["connection"] == "2-1"
        await shown.show({"type": "signal", "view_id": asked["view_id"], "signal": {**OFFER, "connection": "last"}})
        assert (await signalled(boss))["connection"] == "last"
        assert second.said.empty()
        # Who leaves is gone for the page, too: without a connection it is all of theirs.
        await boss.socket.close()
        heard = await shown.hears()
        assert (heard["view_id"], heard["signal"]["why"], heard["signal"]["connection"]) == (
            asked["view_id"],
            "left",
            None,
        )

    async def kept() -> bool:
        rows = (await a.admin.get("/screen-views", agent_id=a.ids["agent"])).json["items"]
        (one,) = [row for row in rows if row["id"] == asked["view_id"]]
        return one["whole_screen_at"] is not None and one["whole_screen_at"] >= one["started_at"]

    await until(kept, "that the whole screen was looked at")


@pytest.mark.parametrize("signal", STRANGE)
async def test_what_is_of_no_known_shape_goes_no_further(viewed: World, signal: dict[str, Any]) -> None:
    a = viewed.a
    async with viewing(a.clients["supervisor"], a.ids["agent"]) as boss:
        async with page(a.clients["agent"]) as shown:
            await shown.show({"type": "signal", "view_id": str(uuid4()), "signal": signal})
            assert await shown.closed() == NOT_UNDERSTOOD
        async with page(a.clients["agent"]) as shown:
            page_id = await shared(boss, shown)
            asked = {**signal, "type": "answer"} if signal["type"] == "offer" else signal
            await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": asked})
            await boss.closed()
            assert await shown.closed() == 1000, "nobody views it"
            assert [one for one in _all(shown) if one["signal"]["type"] != "end"] == []


def _all(shown: Page) -> list[dict[str, Any]]:
    return [shown.said.get_nowait() for _ in range(shown.said.qsize())]


async def test_a_viewer_says_no_more_than_it_may(viewed: World) -> None:
    a = viewed.a
    async with (
        viewing(a.clients["supervisor"], a.ids["agent"]) as boss,
        page(a.clients["agent"]) as shown,
    ):
        page_id = await shared(boss, shown)
        while not shown.said.empty():
            shown.said.get_nowait()
        began = time.monotonic()
        for _ in range(95):
            await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": CANDIDATE})
        await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": END})
        heard = [(await shown.hears())["signal"]["type"] for _ in range(96)]
        assert heard == ["candidate"] * 95 + ["end"], "all of it, and in order"
        assert time.monotonic() - began > 3, "80 at once, then four each second"
        # The view goes on.
        await shown.show(WHOLE)
        assert await boss.piece() == WHOLE


async def test_it_is_for_companies_that_have_it_and_as_long_as_they_do(viewed: World) -> None:
    a = viewed.a
    agent = a.clients["agent"]
    assert (await agent.get("/me/desktop")).json["whole_screen"] == "asked"
    async with viewing(a.clients["supervisor"], a.ids["agent"]) as boss, page(agent) as shown:
        assert (await boss.next("whole_screen"))["allowed"] is True
        page_id = await shared(boss, shown)
        await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
        asked = await shown.hears()
        await switch(a, "announced", "off")
        heard = await shown.hears()
        assert (heard["view_id"], heard["signal"]["why"]) == (asked["view_id"], "switched_off")
        assert (await boss.next("whole_screen"))["allowed"] is False
        # Nothing passes now, either way; the view itself goes on.
        await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": ASK})
        await shown.show({"type": "signal", "view_id": asked["view_id"], "signal": OFFER})
        await shown.show({"type": "page", "visible": False})
        while (frame := await boss.next("frame"))["page"] is None:
            assert frame["signal"] is None
        assert frame["page"]["visible"] is False
        await switch(a, "announced", "required")
        assert (await boss.next("whole_screen"))["allowed"] is True
        await boss.socket.send_json({"type": "signal", "page_id": page_id, "signal": {**ASK, "connection": "new"}})
        assert (await shown.hears())["signal"]["connection"] == "new"
    assert (await agent.get("/me/desktop")).json["whole_screen"] == "required"
    await switch(a, "off", "required")
    assert (await agent.get("/me/desktop")).json["whole_screen"] == "off"
    kept = (await a.admin.get("/settings")).json
    bad = await a.admin.send("PUT", "/settings", {**kept, "whole_screen": "always"})
    assert (bad.status, bad.json["error"]["field"]) == (422, "whole_screen")


async def test_a_page_says_no_more_than_it_may(viewed: World) -> None:
    """What goes with a signal weighs as much as a picture, and only a view is named."""
    a = viewed.a
    long = {**OFFER, "sdp": SDP + ("a=" + "x" * 1000 + "\r\n") * 15}
    async with viewing(a.clients["supervisor"], a.ids["agent"]):
        for view_id in ("x", "x" * 600_000):
            async with page(a.clients["agent"]) as shown:
                await shown.show({"type": "signal", "view_id": view_id, "signal": OFFER})
                assert await shown.closed() == NOT_UNDERSTOOD
        async with page(a.clients["agent"]) as shown:
            padded = json.dumps({"type": "signal", "view_id": str(uuid4()), "signal": long}) + " " * 600_000
            with suppress(ConnectionError):  # closed meanwhile
                for _ in range(30):
                    await shown.socket.send_str(padded)
            assert await shown.closed() == TOO_MUCH
