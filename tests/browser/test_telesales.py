"""An agent calls the own customers from the list: which number, what came of it, when to call again, the reminder."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.running import Running
from tests.sip.test_callbacks import carrier
from tests.sip.test_trunks import CARRIER
from tests.sip.world import World

ANSWERS, BUSY = "13800138000", "13800138001"
NETWORK = f"""{CARRIER}
exten => {ANSWERS},1,Ringing()
 same => n,Wait(1)
 same => n,Goto(echo,s,1)
exten => {BUSY},1,Hangup(17)
"""
MINUTE = 60_000


@dataclass
class Selling:
    world: World
    agent: Desk
    customer: dict[str, Any]
    result: str  # of a call that was answered, after those above it

    def row(self) -> Locator:
        return self.agent.page.locator(f'[data-testid="own-customer"][data-id="{self.customer["id"]}"]')

    async def phone_is_there(self) -> None:
        """As a person sees who has just loaded the page."""
        await expect(self.agent.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)

    async def dials(self, digit: str) -> None:
        """By the keyboard: the number with this digit."""
        await self.phone_is_there()
        await self.row().get_by_test_id("dial-customer").press("Enter")
        await expect(self.agent.by("dial-choice")).to_have_count(2)
        await self.agent.page.keyboard.press(digit)

    async def written_up(self) -> None:
        await expect(self.agent.by("state-menu")).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE)
        await self.agent.by("to-desktop").click()
        await expect(self.agent.by("wrap-up")).to_have_attribute("data-state", "open", timeout=PATIENCE)

    async def finishes(self) -> None:
        await self.agent.by("finish").click()
        await expect(self.agent.by("wrap-up")).to_have_count(0, timeout=PATIENCE)


@asynccontextmanager
async def selling(running: Running, build: Build, desk: OpenDesk) -> AsyncIterator[Selling]:
    """An agent with a browser phone who has two customers, one of them with two numbers; and a network that answers."""
    world = await build(agents=0, straight=True, wrap_up_seconds=600)
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        agent = await person(world, admin, desk, "agent", {"number": "6904", "phone_kind": "browser", "skills": skills})
        (own,) = [one["agent"] for one in (await admin.get("/people?page_size=200")).json["items"] if one["agent"]]
        result = await first_result(admin)
        kind = {"key": "customer_type", "kind": "choice", "options": ["意向客户", "成交客户"]}
        await admin.made("/customer-fields", {**kind, "label": {"zh-CN": "客户类型"}})
        known = {"name": "王芳", "agent_id": own["id"], "fields": {"customer_type": "意向客户"}}
        numbers = [{"value": BUSY, "label": "单位"}, {"value": ANSWERS, "label": "手机"}]
        made = await world.configure(admin, "POST", "/customers", {**known, "contact_points": numbers})
        await admin.made("/customers", {"name": "李雷", "agent_id": own["id"], "contact_points": [{"value": "021555"}]})
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    async with carrier(running, NETWORK):
        yield Selling(world, agent, made, result)


async def first_result(admin: Client) -> str:
    """Adds the ready results. Returns the first leaf of the first branch, after those above it."""
    top = await admin.made("/dispositions/outbound", {})
    tree = (await admin.get("/dispositions", page_size=200)).json["items"]

    def first(parent: str) -> Any:
        return min((one for one in tree if one["parent_id"] == parent), key=lambda one: one["position"])

    branch = first(top["id"])
    return " / ".join((top["name"], branch["name"], first(branch["id"])["name"]))


async def test_own_customers_are_called_from_the_list(running: Running, build: Build, desk: OpenDesk) -> None:
    async with selling(running, build, desk) as at:
        agent = at.agent
        await agent.by("area-myCustomers").click()
        await expect(agent.by("own-customer")).to_have_count(2, timeout=PATIENCE)
        await expect(at.row()).to_contain_text("意向客户")

        # Busy: the list says so by itself, and stays meanwhile with the customer beside it.
        await at.dials("1")
        await expect(agent.by("customer-name")).to_have_text("王芳", timeout=PATIENCE)
        await expect(agent.by("own-customer")).to_have_count(2)
        await at.written_up()
        await at.finishes()
        await agent.by("area-myCustomers").click()
        await expect(at.row().get_by_test_id("last-result")).to_have_text(re.compile("占线|Busy"), timeout=PATIENCE)

        # Answered: the card is the customer's; result and next call are written with the call.
        await at.dials("2")
        await expect(agent.by("call-bar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
        await agent.by("to-desktop").click()
        await expect(agent.by("customer-name")).to_have_text("王芳", timeout=PATIENCE)
        await agent.by("hang-up").click()
        await expect(agent.by("wrap-up")).to_have_attribute("data-state", "open", timeout=PATIENCE)
        leaf = at.result.rpartition(" / ")[2]
        await agent.page.locator("#disposition").fill(leaf)
        await agent.page.locator(".ant-select-tree-title:visible").get_by_text(leaf).first.click()
        await agent.by("wrap-up-next").get_by_test_id("next-call").click()
        await agent.by("next-note").fill("谈价格")
        await agent.by("next-tomorrow").click()
        await expect(agent.by("next-call-editor")).to_have_count(0, timeout=PATIENCE)
        await expect(agent.by("wrap-up-next")).to_contain_text("10:00", timeout=PATIENCE)
        await at.finishes()
        await agent.by("area-myCustomers").click()
        await expect(at.row().get_by_test_id("last-result")).to_have_text(at.result, timeout=PATIENCE)
        await expect(at.row()).to_contain_text("谈价格")
        await agent.page.goto(f"{agent.address}/my-customers?next=none")
        await expect(agent.by("own-customer")).to_have_count(1, timeout=PATIENCE)
        await expect(at.row()).to_have_count(0)
        await agent.page.goto(f"{agent.address}/my-customers?type=意向客户")
        await expect(at.row()).to_have_count(1, timeout=PATIENCE)
        await expect(agent.by("own-customer")).to_have_count(1)

        # A number that is known is not entered a second time: who has it is said.
        await agent.by("new-customer").click()
        await agent.by("customer-name-input").fill("再来")
        await agent.by("contact-value-0").fill(ANSWERS)
        await agent.by("save-customer").click()
        await expect(agent.by("customer-form")).to_contain_text("王芳", timeout=PATIENCE)
        assert agent.errors == []


async def test_the_reminder_comes_at_the_minute_and_again_until_the_customer_was_called(
    running: Running, build: Build, desk: OpenDesk
) -> None:
    async with selling(running, build, desk) as at:
        agent = at.agent
        await agent.go("/my-customers")
        await at.row().get_by_test_id("next-call").click()
        # The first minute that begins in half a minute or later: by the tenant's clock, which is Shanghai's.
        due = (datetime.now(UTC) + timedelta(seconds=90)).replace(second=0, microsecond=0)
        when = agent.by("next-when")
        field = when if await when.evaluate("one => one.tagName") == "INPUT" else when.locator("input")
        await field.fill((due + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M"))
        await agent.page.keyboard.press("Enter")
        await agent.by("next-note").fill("谈价格")
        await agent.by("next-save").click()
        await expect(agent.by("next-call-editor")).to_have_count(0, timeout=PATIENCE)
        await expect(at.row().get_by_test_id("next-call")).to_contain_text(
            (due + timedelta(hours=8)).strftime("%m-%d %H:%M"), timeout=PATIENCE
        )
        await expect(agent.by("reminder")).to_have_count(0)
        # The list of what is overdue has it when it is due, by itself.
        await agent.go("/my-customers?next=overdue")
        await expect(agent.page.get_by_text(re.compile("没有符合|No customer of yours"))).to_be_visible(
            timeout=PATIENCE
        )
        await expect(agent.by("reminder")).to_be_visible(timeout=3 * MINUTE)
        assert datetime.now(UTC) >= due
        await expect(at.row()).to_be_visible(timeout=PATIENCE)
        await agent.go("/my-customers")
        await expect(agent.by("reminder")).to_contain_text("谈价格")

        await agent.by("snooze-5").click()
        await expect(agent.by("reminder")).to_have_count(0, timeout=PATIENCE)
        await expect(agent.by("reminders")).to_have_count(0)
        await agent.page.reload()
        await expect(at.row().get_by_test_id("next-call")).to_have_attribute("data-late", "true", timeout=PATIENCE)
        await expect(agent.by("reminder")).to_have_count(0)

        # Done by mistake, and taken back; then moved to now: the server says so, and a reload forgets nothing.
        await at.row().get_by_test_id("next-call").click()
        await agent.by("next-done").click()
        await expect(at.row().get_by_test_id("next-call")).to_have_text(re.compile("设定|Set"), timeout=PATIENCE)
        await agent.by("undo-done").click()
        await expect(at.row().get_by_test_id("next-call")).to_have_attribute("data-late", "true", timeout=PATIENCE)
        await at.row().get_by_test_id("next-call").click()
        await field.fill((datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M"))
        await agent.page.keyboard.press("Enter")
        await agent.by("next-note").fill("谈样品")
        await agent.by("next-save").click()
        await expect(agent.by("reminder")).to_contain_text("谈样品", timeout=PATIENCE)
        await agent.page.reload()
        await expect(agent.by("reminder")).to_be_visible(timeout=PATIENCE)

        # Called from the reminder: it waits at the top meanwhile, and is done when somebody has answered.
        await at.phone_is_there()
        await agent.by("reminder").get_by_test_id("dial-customer").click()
        await agent.by("dial-choice").nth(1).click()
        await expect(agent.by("reminder")).to_have_count(0, timeout=PATIENCE)
        await expect(agent.by("call-bar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
        await expect(agent.by("reminders")).to_have_count(0, timeout=PATIENCE)
        await agent.by("call-bar-hang-up").click()
        await at.written_up()
        await at.finishes()
        await expect(agent.by("reminder")).to_have_count(0)
        assert agent.errors == []
