"""Two agents at their desks: one asks the other beside the customer, leaves the customer to them, gets them back."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_central import seated, tenant
from tests.browser.test_leaving import rung
from tests.sip.ledger import Ledger
from tests.sip.running import Running
from tests.sip.world import Phones


async def test_a_colleague_is_asked_and_takes_the_customer(running: Running, phones: Phones, desk: OpenDesk) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    call = await rung(phones, ledger, first)
    await first.by("answer").click()
    await first.becomes("engaged")
    await first.by("keys").click()
    for key in "5#":
        await first.by(f"key-{key}").click()
    await ledger.has("keys.sent", call.caller, keys="#")
    async with asyncio.timeout(PATIENCE / 1000):
        while call.keys != "5#":
            await asyncio.sleep(0.05)
    state = first.by("recording-state")
    told = await state.inner_text()
    await first.by("recording").click()
    await first.by("pause-number").click()
    await expect(state).not_to_have_text(told, timeout=PATIENCE)
    await first.by("recording").click()
    await expect(state).to_have_text(told, timeout=PATIENCE)
    await ledger.has("recording.resumed", call.caller)
    second = await seated(desk, "1003")

    await first.by("consult").click()
    await first.by("consult-target").fill("1003")
    await first.by("consult-agent").click()
    await second.ringing()
    await expect(first.by("party")).to_have_attribute("data-state", "calling", timeout=PATIENCE)
    await expect(first.by("consult-join")).to_be_disabled()
    await second.by("answer").click()
    await second.becomes("engaged")
    await ledger.has("consultation.answered", call.caller)
    await expect(second.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await expect(second.by("consult")).to_be_disabled()

    await first.by("consult-swap").click()
    await expect(first.by("party")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await expect(first.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await first.by("consult-swap").click()
    await expect(first.by("call-panel")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await first.by("consult-join").click()
    await expect(first.by("consult-swap")).to_have_count(0, timeout=PATIENCE)
    await expect(first.by("hang-up-party")).to_be_visible()
    await first.by("hang-up").click()
    await first.becomes("wrap_up")
    await expect(second.by("consult")).to_be_enabled(timeout=PATIENCE)
    await second.by("transfer").click()
    await second.by("consult-target").fill("1002")
    await second.by("consult-agent").click()
    await second.becomes("wrap_up")
    await ledger.has("transfer.requested", call.caller, to="agent")
    await call.hang_up()
    assert first.errors == second.errors == []


async def test_a_number_is_called_from_the_desktop(running: Running, desk: OpenDesk) -> None:
    """Without a trunk it is not reached, which is written up."""
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    await first.page.keyboard.press("F6")
    await first.page.keyboard.type("138 0013 8000")
    await first.by("dial").click()
    await ledger.has("outgoing.unreached", number="13800138000")
    await first.becomes("wrap_up")
    assert first.errors == []
