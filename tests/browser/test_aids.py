"""What tells an agent of a call who works in another window: the system's notices and a window above all others."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_central import seated, tenant
from tests.browser.test_leaving import rung
from tests.sip.ledger import Ledger
from tests.sip.running import Running
from tests.sip.world import Phones

# What the system would show, and a window that is not in front.
NOTED = """
(() => {
  window.noted = [];
  class Noted {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, { body }) {
      this.said = { title, body, closed: false };
      window.noted.push(this.said);
    }
    close() {
      this.said.closed = true;
    }
  }
  window.Notification = Noted;
  document.hasFocus = () => false;
})();
"""
BAR = "documentPictureInPicture.window?.document.querySelector('[data-testid=floating-bar]')"


async def until(page: Page, so: str) -> None:
    """Until this is so; the page's policy lets nobody wait inside it."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not await page.evaluate(so):
            await asyncio.sleep(0.1)


async def test_who_works_elsewhere_is_told_and_answers_from_the_window_above(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent = await seated(desk, "1002")
    page = agent.page
    await page.add_init_script(NOTED)
    await page.reload()
    await expect(agent.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)
    await agent.by("notices").click()
    await expect(agent.by("notices")).to_have_attribute("aria-pressed", "true")
    await agent.by("float").click()
    await until(page, f"{BAR}?.dataset.state === 'available'")
    call = await rung(phones, ledger, agent)
    await until(page, f"{BAR}?.dataset.state === 'offered'")
    noted = await page.evaluate("window.noted")
    assert [one["closed"] for one in noted] == [False] and call.caller in noted[0]["title"]
    await page.evaluate(f"[...{BAR}.querySelectorAll('button')][0].click()")
    await agent.becomes("engaged")
    await until(page, f"{BAR}?.dataset.state === 'connected' && window.noted[0].closed")
    await page.evaluate(f"[...{BAR}.querySelectorAll('button')][1].click()")
    await ledger.has("agent.muted", call.caller)
    await page.evaluate(f"{BAR}.querySelector('[data-kind=danger]').click()")
    await ledger.has("agent.disconnected", call.caller, by="agent")
    await agent.becomes("wrap_up")
    await call.hang_up()
    await agent.by("float").click()
    await until(page, "documentPictureInPicture.window === null")
    await expect(agent.by("float")).to_have_attribute("aria-pressed", "false")
    assert agent.errors == []
