"""A bulletin is written in one browser and at once on the screen of another, which confirms it; later ones wait."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_disturbed import failing, whole
from tests.browser.test_routing_work import PASSWORD, chosen, led, person
from tests.sip.conftest import Build


async def writes(at: Desk, title: str, text: str, *, urgent: bool = False, to: str | None = None) -> None:
    """A bulletin to everybody, or to the person of this label."""
    await at.by("new").click()
    await at.by("field-title").fill(title)
    await at.by("field-text").fill(text)
    if urgent:
        await at.page.locator(".ant-drawer .ant-switch").click()
    if to is not None:
        await at.page.locator('.ant-drawer input[type=radio][value="persons"]').check()
        await chosen(at, at.by("field-account_ids"), to)
        await at.page.keyboard.press("Escape")
    await at.by("save").click()
    await expect(at.by("save")).to_have_count(0, timeout=PATIENCE)


async def apart(one: Locator, other: Locator) -> None:
    a, b = await one.bounding_box(), await other.bounding_box()
    assert a and b
    beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    above = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
    assert beside or above, (a, b)


async def test_it_is_seen_at_once_confirmed_and_counted(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        number = {"number": "6903", "phone_kind": "browser", "skills": [{"skill_id": skill["id"], "proficiency": 5}]}
        agent = await person(world, admin, desk, "agent", number)
        boss = await person(world, admin, desk, "tenant_administrator")
        login = await agent.by("account-menu").inner_text()
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await agent.go_available()
    call = await world.call()
    await agent.ringing()

    await boss.go("/admin/bulletins")
    urgent = f"Urgent {secrets.token_hex(3)}"
    await writes(boss, urgent, "First line\n\nSecond paragraph\n" + "More of it. " * 60, urgent=True)
    notice = agent.by("bulletin-urgent")
    await expect(notice).to_contain_text(urgent, timeout=PATIENCE)
    await expect(notice).to_contain_text("Second paragraph")
    await apart(notice, agent.by("offered-card"))
    await agent.by("answer").click()
    await expect(agent.by("hang-up")).to_be_visible(timeout=PATIENCE)
    for button in await agent.by("call-panel").get_by_role("button").all():
        await apart(notice, button)
    await apart(notice, agent.by("add-customer"))
    await apart(notice, agent.by("finish"))
    # It stays, on another screen, too, until it is confirmed.
    await agent.by("area-customers").click()
    await expect(agent.by("call-bar")).to_be_visible(timeout=PATIENCE)
    await apart(notice, agent.by("call-bar"))
    await expect(agent.by("bulletin-bell")).to_have_attribute("data-unread", "1")
    await agent.by("bulletin-confirm").click()
    await expect(notice).to_have_count(0, timeout=PATIENCE)
    await expect(agent.by("bulletin-bell")).to_have_attribute("data-unread", "0")
    await agent.by("to-desktop").click()
    await call.hang_up()

    await boss.page.reload()
    await boss.by("row").first.get_by_test_id("bulletin-readers").click()
    read = boss.by("readers").locator("tr", has_text=login)
    await expect(read).to_contain_text("20", timeout=PATIENCE)  # the year
    await boss.page.keyboard.press("Escape")

    # A calm one may wait; it is told once more at the next sign-in, and read in the list.
    calm = f"Calm {secrets.token_hex(3)}"
    await writes(boss, calm, "At leisure", to=f"{login} 6903")
    await expect(agent.by("bulletin-notice")).to_contain_text(calm, timeout=PATIENCE)
    await agent.by("bulletin-later").click()
    await expect(agent.by("bulletin-notice")).to_have_count(0)
    again = await desk(f"test-{world.number}", login, password=PASSWORD)
    await expect(again.by("bulletin-notice")).to_contain_text(calm, timeout=PATIENCE)
    await again.by("bulletin-open").click()
    card = again.by("bulletin-card").filter(has_text=calm)
    await expect(card).to_have_attribute("data-unread", "true", timeout=PATIENCE)
    await card.get_by_test_id("bulletin-read").click()
    await expect(card).to_have_attribute("data-unread", "false", timeout=PATIENCE)

    # Withdrawn, it is gone from the screens that show it; the author still has it.
    await boss.by("row").filter(has_text=calm).get_by_test_id("withdraw").click()
    await boss.page.locator(".ant-popconfirm .ant-btn-dangerous").click()
    await expect(card).to_have_count(0, timeout=PATIENCE)
    await expect(again.by("bulletin-card").filter(has_text=urgent)).to_be_visible()
    kept = boss.by("row").filter(has_text=calm)
    await expect(kept.get_by_test_id("withdraw")).to_have_count(0, timeout=PATIENCE)
    assert agent.errors == boss.errors == again.errors == []


# Whether the middle of the element is what is seen there.
ON_TOP = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


async def test_an_urgent_one_lies_over_what_is_open_and_is_read_by_keyboard(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        boss = await person(world, admin, desk, "tenant_administrator")
        await boss.go("/admin/bulletins")
        await boss.by("new").click()
        close = boss.page.locator(".ant-drawer-close")
        await boss.by("field-title").fill("Half a title")
        for key in ("Enter", "Escape"):
            body = {"title": f"By {key}", "text": "Read me", "audience": "all", "urgent": True}
            made = await admin.post("/bulletins", body)
            assert made.status == 201, made.text
            notice = boss.by("bulletin-urgent")
            await expect(notice).to_be_visible(timeout=PATIENCE)
            assert await notice.evaluate(ON_TOP)
            await boss.page.wait_for_timeout(2_500)
            await expect(boss.by("field-title")).to_be_focused()
            await close.focus()
            await expect(notice).to_be_focused(timeout=PATIENCE)
            await boss.page.wait_for_timeout(1_000)  # keys are heard when it could be seen
            await boss.page.keyboard.press(key)
            await expect(notice).to_have_count(0, timeout=PATIENCE)
            await expect(close).to_be_focused(timeout=PATIENCE)
            await boss.by("field-title").focus()
        await expect(boss.by("field-title")).to_have_value("Half a title")
        await expect(boss.by("bulletin-bell")).to_have_attribute("data-unread", "0", timeout=PATIENCE)
        assert boss.errors == []


@pytest.mark.parametrize("comes", [True, False], ids=["pieces there", "a piece missing"])
async def test_what_came_while_a_desktop_was_off_line_is_there_on_return(
    build: Build, desk: OpenDesk, comes: bool
) -> None:
    """The notice came in the background before; or it cannot be fetched, and the page is loaded anew by itself."""
    world = await build(agents=0, straight=True)
    title, lost = f"Missed {secrets.token_hex(3)}", asyncio.Event()
    async with world.administrator() as admin:
        supervisor = await person(world, admin, desk, "supervisor")
        page = supervisor.page
        await expect(supervisor.by("live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE)
        if comes:
            await whole(supervisor)
        else:
            await page.route("**/BulletinNotices-*.js", lambda route: failing(route, lost), times=1)
        await page.evaluate("window.before = true")
        await page.context.set_offline(True)
        await expect(supervisor.by("live-status")).to_have_attribute("data-state", "reconnecting", timeout=PATIENCE)
        made = await admin.post("/bulletins", {"title": title, "text": "While away", "audience": "all"})
        assert made.status == 201, made.text
        await expect(supervisor.by("bulletin-notice")).to_have_count(0)
        lost.set()
        await page.context.set_offline(False)
        await expect(supervisor.by("bulletin-notice")).to_contain_text(title, timeout=PATIENCE)
        assert await page.evaluate("window.before === true") == comes
        await expect(supervisor.by("piece-missing")).to_have_count(0)
        assert supervisor.errors == []
