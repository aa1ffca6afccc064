"""An agent asks for a break at the desktop and waits; a supervisor on the live page refuses, grants and ends it."""

from __future__ import annotations

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
        await administrator.go("/settings")
        await administrator.by("breaks-most").fill("1")
        await administrator.by("breaks-most").press("Enter")
        await expect(administrator.page.locator(".ant-message-success")).to_be_visible(timeout=PATIENCE)
        await administrator.go("/reason-codes")
        await expect(administrator.page.get_by_role("row").filter(has_text="Tea").get_by_text("是")).to_be_visible()
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


async def test_the_tabs_below_the_call_are_chosen_by_arrow_keys(desk: OpenDesk) -> None:
    agent = await desk("a", "1006")
    await agent.sign_in_to_work()
    tabs = agent.page.get_by_role("tab")
    recent = tabs.nth(1)
    await expect(recent).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    await expect(tabs.nth(0)).to_be_disabled()
    await recent.focus()
    for key in ("ArrowLeft", "ArrowRight", "Home", "End"):
        await agent.page.keyboard.press(key)
        await expect(recent).to_be_focused()
    await expect(agent.page.get_by_role("tabpanel")).to_have_count(1)
    assert agent.errors == []
