"""An agent lets calls go elsewhere, and sees and undoes it; a colleague is told where a call has gone."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_central import unreachable
from tests.browser.test_routing_work import led, person
from tests.conftest import until
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.world import World

NOT_FORWARDED, COLLEAGUE, QUEUE, NUMBER = range(4)


async def works(world: World, admin: Client, desk: OpenDesk, number: str) -> Desk:
    """An agent of the world's project with a browser phone, who takes calls."""
    (skill,) = (await admin.get("/skills")).json["items"]
    skills = [{"skill_id": skill["id"], "proficiency": 5}]
    agent = {"number": number, "phone_kind": "browser", "skills": skills}
    opened = await person(world, admin, desk, "agent", agent)
    await opened.sign_in_to_work()
    await opened.go_available()
    await until(lambda: reachable(opened), "calls reach the agent")
    return opened


async def reachable(agent: Desk) -> bool:
    return not await unreachable(agent)


async def chooses(at: Desk, field: str, option: int | str) -> None:
    """By its place, or by what it says."""
    await at.by(field).click()
    options = at.page.locator(".ant-select-item-option:visible")
    chosen = options.nth(option) if isinstance(option, int) else options.filter(has_text=option).first
    await chosen.click()


async def saved(at: Desk) -> None:
    await at.by("save-forwarding").click()
    await expect(at.by("forwarding")).to_have_count(0, timeout=PATIENCE)


async def test_calls_go_elsewhere_and_everybody_is_told(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    (third,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        first, second = [await works(world, admin, desk, number) for number in ("6801", "6802")]
    await expect(second.by("forwarding-mark")).to_have_count(0)
    await second.choose_state("forwarding")
    await chooses(second, "forward-busy-to", COLLEAGUE)
    await second.by("save-forwarding").click()
    await expect(second.by("rule-busy").locator(".ant-form-item-explain-error")).to_be_visible()
    await chooses(second, "forward-busy-target", third.number)
    await second.by("forward-no_answer-to").click()
    outside = second.page.locator(".ant-select-item-option:visible").nth(NUMBER)
    await expect(outside).to_have_class(re.compile("disabled"))  # it is a right of its own
    await second.page.keyboard.press("Escape")
    await saved(second)
    await expect(second.by("forwarding-mark")).to_be_visible(timeout=PATIENCE)
    await second.by("state-menu").click()
    await second.page.locator('[data-menu-id$="-not_ready"]').click()
    await second.becomes("not_ready")

    await first.page.keyboard.press("F6")
    await first.page.keyboard.type("6802")
    await expect(first.by("target").first).to_have_attribute("aria-disabled", "false", timeout=PATIENCE)
    await first.page.keyboard.press("Enter")
    await first.becomes("engaged")
    await expect(first.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await expect(first.by("forwarded")).to_contain_text(third.number)
    await expect(second.by("forwarded-told")).to_contain_text("6801", timeout=PATIENCE)
    await first.by("hang-up").click()
    await first.becomes("available")
    await second.by("forwarded-told").locator(".ant-tag-close-icon").click()
    await expect(second.by("forwarded-told")).to_have_count(0)

    await second.by("forwarding-mark").click()
    await chooses(second, "forward-busy-to", NOT_FORWARDED)
    await saved(second)
    await expect(second.by("forwarding-mark")).to_have_count(0, timeout=PATIENCE)
    await first.page.keyboard.press("F6")
    await first.page.keyboard.type("6802")
    await expect(first.by("target").first).to_have_attribute("aria-disabled", "true", timeout=PATIENCE)
    assert first.errors == second.errors == []


async def test_an_administrator_sets_it_for_an_agent(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    (agent,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        boss = await person(world, admin, desk, "tenant_administrator")
        account = await of_agent(admin, agent.number)
        await boss.go(f"/admin/people?edit={account['id']}")
        await boss.by("agent-forwarding").click()
        await chooses(boss, "forward-always-to", NUMBER)
        await boss.by("forward-always-target").fill("110")
        await boss.by("save-forwarding").click()
        await expect(boss.by("rule-always").locator(".ant-form-item-explain-error")).to_be_visible(timeout=PATIENCE)
        await boss.by("forward-always-target").fill("139 0000 0001")
        await saved(boss)
        rules = (await admin.get(f"/agents/{agent.id}/forwarding")).json
        assert rules["always"] == {"to": "number", "target": "13900000001", "name": "13900000001"}
        await boss.by("agent-forwarding").click()
        await expect(boss.by("forward-always-target")).to_have_value("13900000001")
    assert boss.errors == []


async def of_agent(admin: Client, number: str) -> dict[str, Any]:
    people = (await admin.get("/people?page_size=200")).json["items"]
    return next(one for one in people if one["agent"] and one["agent"]["number"] == number)
