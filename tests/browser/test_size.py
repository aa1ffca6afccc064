"""What an agent's browser has to load stays small: many sit behind slow lines, at old machines."""

from __future__ import annotations

import gzip

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE

MOST_BYTES = 450_000
MOST_OF_THE_WIDGET = 30_000  # by gzip: what a website's visitors load
# The bodies of the page and its files as they were sent, compressed; what the API answers is data.
LOADED = """
() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(({ name }) => !new URL(name).pathname.startsWith('/api/'))
  .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize])
"""


async def test_a_desktop_that_is_ready_has_loaded_no_more_than_it_may(desk: OpenDesk) -> None:
    """From the empty cache: signing in, the check of the phone, and the desktop with its phone registered."""
    agent = await desk("a", "1005")
    await agent.sign_in_to_work()
    await expect(agent.by("go-available")).to_be_visible(timeout=PATIENCE)
    loaded = dict(await agent.page.evaluate(LOADED))
    texts = [path for path in loaded if "zh-" in path or "/en-" in path]
    assert len(texts) == 1, f"one language is read: {texts}"
    assert sum(loaded.values()) <= MOST_BYTES, sorted(loaded.items(), key=lambda one: -one[1])[:12]


async def test_what_a_website_loads_for_the_chat_is_one_small_script(desk: OpenDesk) -> None:
    """Sent compressed, to pages of any website, and asked for again only when it has changed."""
    agent = await desk("a", "1005")
    answer = await agent.page.request.get(f"{agent.address}/chat/widget.js")
    assert answer.ok
    assert answer.headers["content-encoding"] in {"br", "gzip"}
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "no-cache"
    script = await answer.body()
    assert len(gzip.compress(script, 9)) <= MOST_OF_THE_WIDGET
    assert b"import(" not in script, "nothing is loaded later"
