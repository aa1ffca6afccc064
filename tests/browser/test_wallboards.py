"""Wallboards: one made by drag and one by keys alone, a real call on it, and a link in a browser without a session."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build
from tests.sip.world import World


async def middle(at: Locator) -> tuple[float, float]:
    box = await at.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def dragged(page: Page, handle: Locator, x: float, y: float) -> None:
    start = await middle(handle)
    await page.mouse.move(*start)
    await page.mouse.down()
    await page.mouse.move(start[0] + 8, start[1] + 8)
    await page.mouse.move(x, y, steps=8)
    await page.mouse.up()


def places(at: Desk) -> Locator:
    return at.page.locator("[data-testid^=edit-]")


async def revealed(at: Desk, number: int, place: str) -> Locator:
    tile = places(at).nth(number)
    await expect(tile).to_have_attribute("data-place", place, timeout=PATIENCE)
    return tile


@asynccontextmanager
async def stranger(desk: Desk) -> AsyncIterator[Desk]:
    """A browser that has never signed in."""
    browser = desk.page.context.browser
    assert browser
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce"
    )
    try:
        yield Desk(await context.new_page(), desk.address)
    finally:
        await context.close()


async def supervisor_of(world: World, desk: OpenDesk) -> Desk:
    async with world.administrator() as admin:
        await led(world, admin)
        return await person(world, admin, desk, "supervisor")


async def test_a_board_made_by_drag_shows_a_call_to_a_browser_without_a_session(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, straight=True)
    (agent,) = world.agents
    await agent.command("agent.sign_out")
    boss = await supervisor_of(world, desk)
    page = boss.page
    await boss.go("/admin/wallboards")
    await boss.by("board-new").click()
    await boss.by("board-new-name").fill("大厅")
    await page.keyboard.press("Enter")
    surface = page.locator(".hj-board-cells")
    await expect(surface).to_be_visible(timeout=PATIENCE)
    box = await surface.bounding_box()
    assert box
    cell = box["width"] / 12, box["height"] / 8

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + cell[0] * (x + 0.5), box["y"] + cell[1] * (y + 0.5)

    await dragged(page, boss.by("palette-figure"), *at(1, 1))
    first = await revealed(boss, 0, "1,1,2,2")
    await dragged(page, boss.by("palette-queues"), *at(5, 0))
    await revealed(boss, 1, "5,0,6,3")
    start = await middle(first)
    await dragged(page, first, start[0] - cell[0], start[1] + cell[1] * 2)
    await revealed(boss, 0, "0,3,2,2")
    corner = page.locator("[data-testid^=size-]").first
    start = await middle(corner)
    await dragged(page, corner, start[0] + cell[0] * 2, start[1] + cell[1])
    await revealed(boss, 0, "0,3,4,3")
    await boss.by("tile-title").fill("等待人数")
    await boss.by("tile-bound-amber").fill("0")
    await boss.by("tile-remove").click()
    await expect(places(boss)).to_have_count(1)
    await boss.by("board-undo").click()
    await revealed(boss, 0, "0,3,4,3")
    await boss.by("board-save").click()
    await expect(boss.by("board-save")).to_be_disabled(timeout=PATIENCE)

    await boss.by("board-links").click()
    await boss.by("link-name").fill("二楼大厅")
    await boss.by("link-make").click()
    address = (await boss.by("link-address").inner_text(timeout=PATIENCE)).strip()
    assert re.fullmatch(re.escape(boss.address) + r"/board#[\w-]{40,}", address), address
    async with stranger(boss) as screen:
        asked: list[str] = []
        screen.page.on("request", lambda request: asked.append(request.url))
        await screen.page.goto(address)
        await expect(screen.by("board")).to_have_attribute("data-status", "live", timeout=PATIENCE)
        waiting = screen.page.locator(".hj-tile-figure")
        await expect(waiting).to_have_attribute("data-value", "0", timeout=PATIENCE)
        await expect(screen.page.get_by_text("等待人数")).to_be_visible()
        call = await world.call()
        await expect(waiting).to_have_attribute("data-value", "1", timeout=PATIENCE)
        await expect(waiting).to_have_attribute("data-level", "amber")
        await expect(screen.by("board-queue").locator("td").nth(1)).to_have_text("1", timeout=PATIENCE)
        # Without a network the figures are marked as old; with it they come again by themselves.
        await screen.page.context.set_offline(True)
        await expect(screen.by("board-old")).to_be_visible(timeout=PATIENCE)
        await call.hang_up()
        await expect(waiting).to_have_attribute("data-value", "1")
        await screen.page.context.set_offline(False)
        await expect(screen.by("board-old")).to_have_count(0, timeout=PATIENCE)
        await expect(waiting).to_have_attribute("data-value", "0", timeout=PATIENCE)
        # The secret is in no address that is asked for, and nothing is asked of the API beside the socket.
        secret = address.partition("#")[2]
        assert not [url for url in asked if secret in url.partition("#")[0] or "/api/" in url]
        await boss.by("link-revoke").click()
        await page.locator(".ant-modal-confirm .ant-btn-dangerous").click()
        await expect(screen.by("board-ended")).to_be_visible(timeout=PATIENCE)
        await expect(screen.by("board")).to_have_count(0)
        assert screen.errors == []
    assert boss.errors == []


async def test_a_board_is_made_by_keys_alone(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, straight=True)
    boss = await supervisor_of(world, desk)
    page = boss.page
    await boss.go("/admin/wallboards")
    await boss.by("board-ready").focus()
    await page.keyboard.press("Enter")
    await expect(places(boss)).to_have_count(10, timeout=PATIENCE)
    for tile in ("states", "trend", "agents"):
        await boss.by(f"edit-{tile}").focus()
        await page.keyboard.press("Delete")
    await boss.by("edit-queues").focus()
    for key in ("ArrowDown", "Shift+ArrowRight", "Shift+ArrowDown"):
        await page.keyboard.press(key)
    await expect(boss.by("edit-queues")).to_have_attribute("data-place", "0,3,9,4")
    await boss.by("palette-agents").focus()
    await page.keyboard.press("Enter")
    await expect(places(boss)).to_have_count(8)
    await boss.by("board-save").focus()
    await page.keyboard.press("Enter")
    await expect(boss.by("board-save")).to_be_disabled(timeout=PATIENCE)
    await boss.go("/admin/wallboards")
    await expect(page.locator(".ant-table-row")).to_have_count(1, timeout=PATIENCE)
    await page.locator(".ant-table-row a").first.click()
    await expect(boss.by("edit-queues")).to_have_attribute("data-place", "0,3,9,4", timeout=PATIENCE)
    # The open board shows the agent, live, to who is signed in.
    opened = (await boss.by("board-open").get_attribute("href")) or ""
    await boss.go(opened)
    await expect(boss.by("board-agent")).to_have_attribute("data-doing", "idle", timeout=PATIENCE)
    await world.agents[0].command("agent.set_state", state="not_ready")
    await expect(boss.by("board-agent")).to_have_attribute("data-doing", "not_ready", timeout=PATIENCE)
    assert boss.errors == []


async def test_two_who_arrange_one_board_are_told(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    boss, other = await supervisor_of(world, desk), await supervisor_of(world, desk)
    await boss.go("/admin/wallboards")
    await boss.by("board-ready").click()
    await expect(places(boss)).to_have_count(10, timeout=PATIENCE)
    await other.page.goto(boss.page.url)
    for at, title in ((boss, "一"), (other, "二")):
        await at.by("edit-waiting").click()
        await at.by("tile-title").fill(title)
    await boss.by("board-save").click()
    await expect(boss.by("board-save")).to_be_disabled(timeout=PATIENCE)
    await other.by("board-save").click()
    await other.page.locator(".ant-modal-confirm .ant-btn-primary").click()
    await expect(other.by("edit-waiting")).to_contain_text("一", timeout=PATIENCE)
    assert boss.errors == other.errors == []
