"""Which words of other processes count as somebody who looks at an agent's screen."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from hujiao.app.realtime.events import ScreenView
from hujiao.app.realtime.hub import Hub
from hujiao.app.realtime.screens import Screens, Source
from hujiao.app.realtime.tests.test_feed import Wire
from hujiao.kit.bus import Bus

TENANT, AGENT = uuid4(), uuid4()


class Feeds:
    """A hub of one tenant, and what it is told of."""

    def __init__(self) -> None:
        self.feeds: dict[UUID, Any] = {TENANT: self}
        self.to_pages: list[ScreenView] = []
        self.changed = 0

    def to_agent(self, agent_id: str, event: ScreenView) -> None:
        assert agent_id == str(AGENT)
        self.to_pages.append(event)

    def screen_views(self, agent_id: str) -> None:
        assert agent_id == str(AGENT)
        self.changed += 1


@pytest.mark.parametrize(
    ("what", "looks", "changed"),
    [("on", True, 1), ("picture", True, 1), ("off", False, 0), ("noted", False, 1), ("word-of-later", False, 0)],
)
async def test_only_words_that_are_known_count(what: str, looks: bool, changed: int) -> None:
    wire, feeds = Wire(), Feeds()
    screens = Screens(cast(Bus, wire), cast(Hub, feeds))
    await screens.start()
    try:
        page = Source(TENANT, AGENT, None)
        screens.add(page)
        (told,) = wire.handlers[wire.subjects.screens("*")]
        await told({"tenant_id": str(TENANT), "agent_id": str(AGENT), "view_id": "v", "what": what, "by": "Li"})
        assert screens.wanted(page) is looks and feeds.changed == changed
        assert [one.what for one in feeds.to_pages] == ([what] if what in ("on", "picture", "off") else [])
    finally:
        await screens.stop()
