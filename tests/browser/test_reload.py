"""An agent's page is loaded again in a call, or its browser killed: the customer stays with them."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import AGENT_HERTZ, PATIENCE, Desk
from tests.browser.test_central import CALLER_HERTZ, projected, seated, tenant
from tests.browser.test_leaving import rung
from tests.browser.test_lost_browser import new_agent, own_browser
from tests.browser.test_lost_browser import seated as seated_in
from tests.sip import tones
from tests.sip.conftest import Build
from tests.sip.ledger import Ledger, kinds
from tests.sip.running import Running
from tests.sip.world import PASSWORD, Phones


async def talks_again(agent: Desk) -> None:
    """The page's phone has the call, and carries the caller's voice."""
    await expect(agent.by("phone-state")).to_have_attribute("data-call", "talking", timeout=PATIENCE)
    await expect(agent.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await expect(agent.by("line-lost")).to_have_count(0)
    heard = await agent.hears(seconds=3)
    assert abs(heard["hertz"] - CALLER_HERTZ) < 15 and heard["strength"] > 100, heard


async def comes_back(agent: Desk, ledger: Ledger, caller: str) -> None:
    """After a while without each other: the same call, or the phone called again where it was lost."""
    if "agent.line_lost" in kinds(await ledger.rows(caller)):
        await ledger.has("agent.line_back", caller)
    await talks_again(agent)
    assert kinds(await ledger.rows(caller)).count("queue.entered") == 1


def leaves_without_asking(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())


async def test_a_call_outlives_a_reload_of_its_page(running: Running, phones: Phones, desk: OpenDesk) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    agent = await seated(desk, "1002")
    leaves_without_asking(agent.page)
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await call.say(f"sound:{phones.caller_voice}", loop=True)
    await talks_again(agent)
    await expect(agent.by("line-quality")).to_have_attribute("data-grade", re.compile("good|fair|poor"))
    await agent.by("note").fill("half a sen")
    await agent.page.reload()
    await ledger.has("agent.line_lost", call.caller)
    await ledger.has("agent.line_back", call.caller)
    await talks_again(agent)
    await expect(agent.by("note")).to_have_value("half a sen")

    await agent.by("mute").click()
    await expect(agent.by("phone-state")).to_have_attribute("data-muted", "true", timeout=PATIENCE)
    await agent.page.reload()
    await talks_again(agent)
    await expect(agent.by("phone-state")).to_have_attribute("data-muted", "true", timeout=PATIENCE)
    await agent.by("hang-up").click()
    await ledger.has("agent.disconnected", call.caller, by="agent")
    rows = await ledger.has("agent.line_measured", call.caller, count=3)
    worst = min(row.data["mos"] for row in rows if row.kind == "agent.line_measured")
    found = await projected(
        running, tenant_id, "SELECT line_mos FROM interaction WHERE id = :id AND line_mos = :mos",
        id=rows[0].interaction_id, mos=worst,
    )  # fmt: skip
    assert found
    rows = await ledger.rows(call.caller)
    assert kinds(rows).count("agent.line_back") == kinds(rows).count("agent.line_lost") == 2
    assert kinds(rows).count("queue.entered") == kinds(rows).count("agent.disconnected") == 1
    await call.hang_up()
    heard = await call.heard()
    assert tones.seconds_of(heard, AGENT_HERTZ) > 3, "before the reload and after it"
    assert agent.errors == []


async def test_a_call_outlives_a_killed_browser(
    build: Build, desk: OpenDesk, chromium: Browser, tmp_path: Path
) -> None:
    world = await build(agents=1, straight=True)
    async with world.administrator() as admin, own_browser(tmp_path) as (browser, where):
        login, agent = await new_agent(world, admin, "6002")
        address, slug = world.running.settings.web_url, f"test-{world.number}"
        first = await seated_in(chromium.browser_type, address, where, slug, login)
        await agent.reached(True)
        call = await world.call()
        await first.ringing()
        await first.by("answer").click()
        await first.becomes("engaged")
        await call.say(f"sound:{world.phones.caller_voice}", loop=True)
        await talks_again(first)

        await first.by("note").fill("half a sen")
        await world.ledger.has("wrap_up.saved", call.caller, note="half a sen")
        browser.send(signal.SIGKILL)
        again = await desk(slug, login, password=PASSWORD)
        await world.ledger.has("agent.line_back", call.caller)
        await talks_again(again)
        await expect(again.by("note")).to_have_value("half a sen")
        assert kinds(await world.ledger.rows(call.caller)).count("queue.entered") == 1
        await again.by("hang-up").click()
        await world.ledger.ended(call.caller)
        assert again.errors == []


async def test_a_call_goes_to_the_page_that_takes_the_phone_and_stays_there(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    first = await seated(desk, "1002")
    call = await rung(phones, ledger, first)
    await first.by("answer").click()
    await first.becomes("engaged")
    await call.say(f"sound:{phones.caller_voice}", loop=True)
    await talks_again(first)

    second = await desk("a", "1002")  # another browser
    await ledger.has("agent.line_back", call.caller)
    await talks_again(second)
    await first.page.wait_for_timeout(10_000)  # long enough for it to ask again
    assert kinds(await ledger.rows(call.caller)).count("agent.line_lost") == 1
    await expect(second.by("phone-state")).to_have_attribute("data-call", "talking")

    tab = Desk(await second.page.context.new_page(), second.address)
    await tab.go("/desktop")
    await tab.page.get_by_role("button", name="改在这里使用").click()
    await ledger.has("agent.line_back", call.caller, count=2)
    await talks_again(tab)
    await tab.by("hang-up").click()
    rows = await ledger.has("agent.disconnected", call.caller, by="agent")
    assert kinds(rows).count("queue.entered") == kinds(rows).count("agent.disconnected") == 1
    await call.hang_up()
    assert first.errors == second.errors == tab.errors == []
