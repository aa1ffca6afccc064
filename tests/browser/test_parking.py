"""Two agents at their desks: a customer is parked by one and picked up by the other; one calls the other."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_central import seated, tenant
from tests.browser.test_leaving import rung
from tests.sip.ledger import Ledger
from tests.sip.running import Running
from tests.sip.world import Phones


async def test_a_parked_customer_is_picked_up_and_a_colleague_is_called(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    call = await rung(phones, ledger, first)
    await first.by("answer").click()
    await first.becomes("engaged")
    second = await seated(desk, "1003")
    await expect(second.by("parked")).to_have_count(0)
    await first.by("park").click()
    await first.becomes("available")
    for one in (first, second):
        await expect(one.by("parked-call")).to_be_visible(timeout=PATIENCE)
    await second.by("pick-up").click()
    await second.becomes("engaged")
    await expect(first.by("parked")).to_have_count(0, timeout=PATIENCE)
    await ledger.has("park.ended", call.caller, outcome="picked_up")
    await second.by("park").click()
    await second.becomes("available")
    await first.by("pick-up").click()
    await first.becomes("engaged")
    await call.hang_up()
    await first.becomes("wrap_up")
    await first.by("finish").click()
    await first.becomes("available")

    await first.page.keyboard.press("F6")
    await first.page.keyboard.type("zhangm")
    await expect(first.by("target")).to_contain_text("1003")
    await first.page.keyboard.press("Enter")
    await second.ringing()
    internal = await second.by("direction").inner_text()
    await expect(second.by("caller-name")).to_be_visible()
    await expect(second.by("asked-by")).to_have_count(0)
    await second.by("answer").click()
    for one in (first, second):
        await one.becomes("engaged")
        await expect(one.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
        await expect(one.by("direction")).to_have_text(internal)
    for name in ("transfer", "park", "flow", "keys"):
        await expect(first.by(name)).to_be_disabled()
    await expect(first.by("consult")).to_be_enabled()
    await second.by("hang-up").click()
    for one in (first, second):
        await one.becomes("available")
    assert first.errors == second.errors == []
