"""Two agents at their desks: one asks the other beside the customer, leaves the customer to them, gets them back."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_central import seated, tenant
from tests.browser.test_leaving import rung
from tests.browser.test_routing_work import tab_to
from tests.sip.ledger import Ledger
from tests.sip.running import Running
from tests.sip.world import Phones

WISH, DONE = "客户想退费，可以吗？", "已核对账单，等主管退费"


async def test_a_colleague_is_asked_and_takes_the_customer(running: Running, phones: Phones, desk: OpenDesk) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    call = await rung(phones, ledger, first)
    await first.by("answer").click()
    await first.becomes("engaged")
    await first.by("keys").click()
    # Clicked or typed: the pad has the focus, and gives it back.
    await first.by("key-5").click()
    await first.page.keyboard.type("#")
    await expect(first.by("keys-sent")).to_have_text("5#")
    await ledger.has("keys.sent", call.caller, keys="#")
    async with asyncio.timeout(PATIENCE / 1000):
        while call.keys != "5#":
            await asyncio.sleep(0.05)
    await first.page.keyboard.press("Escape")
    await expect(first.by("keypad")).to_be_hidden()
    await expect(first.by("keys")).to_be_focused()
    await first.by("keys").click()
    await first.page.keyboard.press("F4")
    await expect(first.by("keypad")).to_be_hidden(timeout=PATIENCE)
    await expect(first.by("call-panel")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await first.page.keyboard.press("F4")
    await expect(first.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await expect(first.by("keypad")).to_be_hidden()
    state = first.by("recording-state")
    told = await state.inner_text()
    await first.by("recording").click()
    await first.by("pause-number").click()
    await expect(state).not_to_have_text(told, timeout=PATIENCE)
    await first.by("recording").click()
    await expect(state).to_have_text(told, timeout=PATIENCE)
    await ledger.has("recording.resumed", call.caller)
    second = await seated(desk, "1003")

    await first.page.keyboard.press("Shift+F7")
    await expect(first.by("target-find")).to_be_focused()
    await first.page.keyboard.press("Escape")
    await expect(first.by("target-box")).to_have_count(0)
    await first.page.keyboard.press("Shift+F7")
    await finds(first, "zhangmin", "1003")
    await tab_to(first, first.by("target-note"))
    await first.page.keyboard.type(WISH)
    await first.page.keyboard.press("Enter")
    await second.ringing()
    await expect(second.by("handed-note")).to_contain_text(WISH)
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
    await expect(first.by("customer-party")).to_contain_text(call.caller[-4:])
    await expect(first.by("mute-party")).to_have_attribute("aria-label", "静音 张敏")
    await expect(second.by("guest-of")).to_contain_text("李伟")
    await second.page.keyboard.press("F8")
    await expect(second.by("mute")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    await expect(first.by("party")).to_contain_text("已自行静音", timeout=PATIENCE)
    await second.by("mute").click()
    await expect(second.by("mute")).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
    await ledger.has("agent.unmuted", call.caller)
    await first.by("mute-party").click()
    await expect(second.by("mute")).to_contain_text("主持人已静音", timeout=PATIENCE)
    await expect(second.by("mute")).to_be_disabled()
    await first.by("mute-party").click()
    await first.by("hang-up").click()
    await first.becomes("wrap_up")
    await expect(second.by("consult")).to_be_enabled(timeout=PATIENCE)
    await second.by("note").fill(DONE)
    await second.page.keyboard.press("F7")
    await expect(second.by("target-note")).to_have_value(DONE)
    await finds(second, "lw", "1002")
    await second.page.keyboard.press("Enter")
    await second.becomes("wrap_up")
    await ledger.has("transfer.requested", call.caller, to="agent", note=DONE)
    await first.page.keyboard.press("Control+Enter")
    await first.ringing()
    await expect(first.by("handed-note")).to_contain_text(DONE)
    await first.page.keyboard.press("F2")
    await first.becomes("engaged")
    await sent_on_by_the_keyboard(first, ledger, call.caller)
    await call.hang_up()
    assert first.errors == second.errors == []


async def finds(at: Desk, typed: str, number: str) -> None:
    """What is typed chooses the colleague of this number."""
    await expect(at.by("target-find")).to_be_focused()
    await at.page.keyboard.type(typed)
    await expect(at.by("target").and_(at.page.locator("[aria-selected=true]"))).to_contain_text(number)


async def sent_on_by_the_keyboard(at: Desk, ledger: Ledger, caller: str) -> None:
    """Who was chosen last comes first, who cannot be reached is passed over, a refusal is said and leads nowhere."""
    chosen = at.by("target").and_(at.page.locator("[aria-selected=true]"))
    await at.page.keyboard.press("F7")
    await expect(at.by("target-find")).to_be_focused()
    await expect(at.by("target").first).to_contain_text("1003")
    away = at.by("target").first
    await expect(away).to_have_attribute("data-kind", "agent")
    await expect(chosen).to_have_count(1)
    await at.page.keyboard.press("ArrowDown")
    await expect(chosen).to_have_attribute("aria-disabled", "false")
    await at.page.keyboard.type("0012345")
    await expect(chosen).to_have_attribute("data-kind", "number")
    await at.page.keyboard.press("Shift+Enter")
    await expect(at.by("target-refusal")).to_be_visible()
    for _ in "0012345":
        await at.page.keyboard.press("Backspace")
    await at.page.keyboard.type("报修")
    await expect(chosen).to_have_attribute("data-kind", "queue")
    await at.page.keyboard.press("Enter")
    await at.becomes("wrap_up")
    await ledger.has("transfer.requested", caller, to="queue")


async def test_a_number_is_called_from_the_desktop(running: Running, desk: OpenDesk) -> None:
    """Without a trunk it is not reached, which is written up."""
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    await first.page.keyboard.press("F6")
    await first.page.keyboard.type("138 0013 8000")
    await first.by("dial").click()
    await ledger.has("outgoing.unreached", number="13800138000")
    await first.becomes("wrap_up")
    await expect(first.by("failed-call")).to_contain_text("138 0013 8000：外线不通", timeout=PATIENCE)
    assert first.errors == []
