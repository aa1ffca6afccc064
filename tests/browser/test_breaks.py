"""An agent asks for a break at the desktop and waits; a supervisor on the live page refuses, grants and ends it."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build


async def test_a_break_is_asked_for_and_supervisors_decide(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    (other,) = world.agents
    phone = {"number": "6901", "phone_kind": "browser", "skills": []}
    async with world.administrator() as admin:
        await led(world, admin)
        body = {"name": "Tea", "code": "tea", "is_break": True}
        reason = (await world.configure(admin, "POST", "/reason-codes", body))["id"]
        administrator = await person(world, admin, desk, "tenant_administrator")
        await administrator.go("/admin/settings")
        most = administrator.page.locator('input[data-testid="breaks-most"], [data-testid="breaks-most"] input')
        await most.fill("1")
        await most.press("Enter")
        await expect(administrator.page.locator(".ant-message-success")).to_be_visible(timeout=PATIENCE)
        await administrator.go("/admin/reason-codes")
        row = administrator.page.get_by_role("row").filter(has_text="tea")
        await expect(row.get_by_role("cell").nth(2)).to_have_text(re.compile("是|Yes"))
        agent = await person(world, admin, desk, "agent", phone)
        await agent.go("/desktop")
        await agent.sign_in_to_work()
        await agent.go_available()
        assert (await other.command("break.ask", reason_code_id=reason))["data"]["break"] == "began"

        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?tab=breaks")
        rows = supervisor.by("break")
        await expect(rows).to_have_count(1, timeout=PATIENCE)
        mark = agent.by("break-mark")
        await expect(mark).to_have_count(0)
        await agent.choose_state(reason)
        await expect(mark).to_have_attribute("data-state", "waiting", timeout=PATIENCE)
        await agent.becomes("available")
        await expect(rows).to_have_count(2, timeout=PATIENCE)
        await agent.by("break-withdraw").click()
        await expect(mark).to_have_count(0, timeout=PATIENCE)
        await expect(rows).to_have_count(1, timeout=PATIENCE)

        await agent.choose_state(reason)
        await expect(rows).to_have_count(2, timeout=PATIENCE)
        await supervisor.by("break-refuse").click()
        await supervisor.by("break-word").fill("After five")
        await supervisor.page.locator(".ant-popconfirm .ant-btn-dangerous:visible").click()
        await expect(mark).to_have_attribute("data-state", "refused", timeout=PATIENCE)
        await expect(mark).to_contain_text("After five")
        await mark.locator(".ant-tag-close-icon").click()
        await expect(mark).to_have_count(0)

        await agent.choose_state(reason)
        await expect(mark).to_have_attribute("data-state", "waiting", timeout=PATIENCE)
        await supervisor.by("break-grant").click()
        await agent.becomes("not_ready")
        own = supervisor.page.locator('[data-testid="break"][data-agent="6901"]')
        await expect(own.get_by_test_id("break-state")).to_have_attribute("data-state", "began", timeout=PATIENCE)
        await own.get_by_test_id("break-end").click()
        await supervisor.page.locator(".ant-popconfirm .ant-btn-primary:visible").click()
        await agent.becomes("available")
        await expect(rows).to_have_count(1, timeout=PATIENCE)
        assert agent.errors == supervisor.errors == administrator.errors == []


# Sounds that were begun and not stopped again.
SOUNDS = """
window.sounds = 0;
for (const [name, by] of [["start", 1], ["stop", -1]]) {
  const old = OscillatorNode.prototype[name];
  OscillatorNode.prototype[name] = function (...given) { window.sounds += by; return old.apply(this, given); };
}
"""


async def test_the_night_bell_rings_at_the_desktop_until_somebody_takes_the_caller(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=1)
    (other,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        skills = (await admin.get("/skills")).json["items"]
        levels = [{"skill_id": one["id"], "proficiency": 5} for one in skills]
        agent = await person(world, admin, desk, "agent", {"number": "6902", "phone_kind": "browser", "skills": levels})
        await world.configure(admin, "POST", "/hours", {"name": "Night", "weekly": [[]] * 7, "night_bell": True})
        await agent.page.add_init_script(SOUNDS)
        await agent.go("/desktop")
        await agent.sign_in_to_work()
        switch = agent.by("bell-switch")
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        await agent.page.reload()
        await expect(switch).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        assert (await other.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call_and_press("1")
        await expect(agent.by("night-bell")).to_be_visible(timeout=PATIENCE)
        assert await agent.page.evaluate("window.sounds") == 2
        await agent.becomes("not_ready")
        assert (await other.command("agent.set_state", state="available"))["ok"]
        await world.ledger.has("agent.connected", call.caller)
        await expect(agent.by("night-bell")).to_have_count(0, timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE / 1000):
            while await agent.page.evaluate("window.sounds") != 0:
                await asyncio.sleep(0.1)
        await call.hang_up()
        assert agent.errors == []


async def test_without_a_call_the_tab_of_its_wrap_up_is_closed(desk: OpenDesk) -> None:
    agent = await desk("a", "1005")
    await agent.sign_in_to_work()
    tabs = agent.page.get_by_role("tab")
    recent = tabs.nth(1)
    await expect(recent).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    await expect(tabs.nth(0)).to_be_disabled()
    await expect(agent.page.get_by_role("tabpanel")).to_have_count(1)
    assert agent.errors == []
