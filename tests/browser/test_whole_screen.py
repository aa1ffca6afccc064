"""All of an agent's screen, beyond this application: asked for at sign-in to work, and sent only while it is looked at.

Chromium has no screen where tests run: what it takes for one is its own moving picture, which it hands out as a
monitor.
"""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, PICTURE, Desk
from tests.browser.test_routing_work import led, person
from tests.conftest import until
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.world import World

# How many connections the page has that still send or receive.
CONNECTIONS = """
() => {
  window.connections = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
}
"""
# What was captured of the screen, and goes on.
CAPTURED = """
() => {
  window.captured = [];
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  const real = mediaDevices.getDisplayMedia.bind(mediaDevices);
  mediaDevices.getDisplayMedia = async (...given) => {
    const stream = await real(...given);
    window.captured.push(...stream.getTracks());
    return stream;
  };
}
"""
CAPTURING = "() => window.captured.filter((track) => track.readyState === 'live').length"
OPEN = "() => window.connections.filter((one) => one.connectionState !== 'closed').length"


async def a_company(
    build: Build, desk: OpenDesk, rule: str, admin: Client, world: World, number: str
) -> tuple[Desk, Desk]:
    """An agent and a supervisor, where the whole screen is looked at by this rule."""
    settings = (await admin.get("/settings")).json
    chosen = settings | {"screen_view": "announced", "whole_screen": rule}
    await world.configure(admin, "PUT", "/settings", chosen)
    (skill,) = (await admin.get("/skills")).json["items"]
    skills = [{"skill_id": skill["id"], "proficiency": 5}]
    # The phone is none of these pages' connections.
    agent = await person(world, admin, desk, "agent", {"number": number, "phone_kind": "browser", "skills": skills})
    boss = await person(world, admin, desk, "supervisor")
    for at in (agent, boss):
        await at.page.add_init_script(f"({CONNECTIONS})()")
        await at.page.add_init_script(f"({CAPTURED})()")
    return agent, boss


async def looks_at(boss: Desk, number: str) -> Locator:
    """The agent's screen is viewed; returns what changes to the whole of it."""
    await boss.go("/live?tab=agents")
    await boss.page.get_by_text(number).first.click()
    await boss.by("view-screen").click()
    return boss.by("screen-shown").locator(".ant-segmented-item").nth(1)


async def no_connection(at: Desk) -> None:
    async def none_is_open() -> bool:
        return int(await at.page.evaluate(OPEN)) == 0

    await until(none_is_open, "that no connection is open")


async def shows(boss: Desk, phase: str) -> None:
    await expect(boss.by("whole-screen")).to_have_attribute("data-phase", phase, timeout=PATIENCE)


async def moving(boss: Desk) -> dict[str, Any]:
    """The picture as it arrives, when it moves."""
    seen: dict[str, Any] = {}

    async def it_does() -> bool:
        seen.update(await boss.page.evaluate(PICTURE))
        return bool(seen["changed"] > 50)

    await until(it_does, "a picture that moves")
    return seen


async def test_a_supervisor_looks_at_the_whole_screen(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        agent, boss = await a_company(build, desk, "asked", admin, world, "6941")
        await agent.go("/desktop")
        await agent.by("sign-in-to-work").click()
        await expect(agent.by("whole-screen-ask")).to_be_visible(timeout=PATIENCE)
        await agent.by("whole-screen-share").click()
        await agent.becomes("not_ready")
        await expect(agent.by("whole-screen-shared")).to_be_visible(timeout=PATIENCE)

        whole = await looks_at(boss, "6941")
        await expect(boss.by("screen-view")).to_have_attribute("data-phase", "live", timeout=PATIENCE)
        # Nothing is sent while nobody looks at it.
        assert await boss.page.evaluate(OPEN) == await agent.page.evaluate(OPEN) == 0
        await whole.click()
        await shows(boss, "live")
        seen = await moving(boss)
        assert 640 <= seen["width"] <= 1920 and 360 <= seen["height"] <= 1920
        assert await agent.page.evaluate(OPEN) == 1
        await boss.by("screen-full").click()
        await boss.page.wait_for_function(
            "document.fullscreenElement?.contains(document.querySelector('[data-testid=whole-screen-video]'))"
        )
        await boss.page.evaluate("document.exitFullscreen()")

        # The other picture is there at once, and nothing more is sent.
        await boss.by("screen-shown").locator(".ant-segmented-item").nth(0).click()
        screen = boss.page.frame_locator('[data-testid="screen-stage"] iframe')
        await expect(screen.get_by_test_id("state-menu")).to_be_visible(timeout=PATIENCE)
        for at in (agent, boss):
            await no_connection(at)
        await whole.click()
        await shows(boss, "live")

        # The agent loads the page anew: the browser has forgotten it, one click shares it again.
        await agent.page.reload()
        await expect(agent.by("whole-screen-share-again")).to_be_visible(timeout=PATIENCE)
        await shows(boss, "not_shared")
        await agent.by("whole-screen-share-again").click()
        await shows(boss, "live")
        assert (await moving(boss))["width"] >= 640

        await agent.by("whole-screen-stop").click()
        await shows(boss, "stopped")
        await no_connection(agent)
        await expect(agent.by("whole-screen-shared")).to_have_count(0)
        (kept,) = (await admin.get("/screen-views")).json["items"]
        assert kept["whole_screen_at"] is not None
    assert agent.errors == boss.errors == []


async def test_it_ends_with_the_setting_and_with_the_view(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        agent, boss = await a_company(build, desk, "required", admin, world, "6942")
        await agent.go("/desktop")
        await agent.by("sign-in-to-work").click()
        await expect(agent.by("whole-screen-not-now")).to_have_count(0)
        await agent.by("whole-screen-share").click()
        await agent.becomes("not_ready")
        whole = await looks_at(boss, "6942")
        await whole.click()
        await shows(boss, "live")
        # The page that looks goes away without a word.
        await boss.page.goto("about:blank")
        await no_connection(agent)
        await boss.page.go_back()
        await whole.click()
        await shows(boss, "live")
        settings = (await admin.get("/settings")).json
        assert await agent.page.evaluate(CAPTURING) == 1
        await world.configure(admin, "PUT", "/settings", settings | {"whole_screen": "off"})
        # The agent's computer takes no picture any more, and says so.
        await expect(agent.by("whole-screen-shared")).to_have_count(0, timeout=PATIENCE)
        await agent.page.wait_for_function(f"({CAPTURING})() === 0")
        await expect(agent.by("whole-screen-again")).to_have_count(0)
        await expect(boss.by("screen-shown")).to_have_count(0, timeout=PATIENCE)
        await expect(boss.by("screen-view")).to_have_attribute("data-phase", "live")
        for at in (agent, boss):
            await no_connection(at)
        # Required again, of who is at work already: it is asked for, and ends with the view's own setting as well.
        await world.configure(admin, "PUT", "/settings", settings)
        await agent.by("whole-screen-share-again").click(timeout=PATIENCE)
        await expect(agent.by("whole-screen-shared")).to_be_visible(timeout=PATIENCE)
        assert await agent.page.evaluate(CAPTURING) == 1
        await world.configure(admin, "PUT", "/settings", settings | {"screen_view": "off"})
        await expect(agent.by("whole-screen-shared")).to_have_count(0, timeout=PATIENCE)
        await agent.page.wait_for_function(f"({CAPTURING})() === 0")
    assert agent.errors == boss.errors == []


async def test_an_agent_may_say_no(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        agent, boss = await a_company(build, desk, "asked", admin, world, "6943")
        await agent.go("/desktop")
        await agent.by("sign-in-to-work").click()
        await agent.by("whole-screen-not-now").click()
        await agent.becomes("not_ready")
        await expect(agent.by("whole-screen-shared").or_(agent.by("whole-screen-again"))).to_have_count(0)
        await (await looks_at(boss, "6943")).click()
        await shows(boss, "not_shared")
        # And yes later, and no again, and yes.
        for _ in range(2):
            await agent.by("whole-screen-offer").click()
            await shows(boss, "live")
            await agent.by("whole-screen-stop").click()
            await shows(boss, "stopped")
    assert agent.errors == boss.errors == []


async def test_nothing_is_captured_when_it_is_switched_off_before_the_agent_is_at_work(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        agent, _ = await a_company(build, desk, "required", admin, world, "6949")
        await agent.go("/desktop")
        may_go_on = asyncio.Event()

        async def later(route: Route) -> None:
            await may_go_on.wait()
            await route.continue_()

        await agent.page.route("**/api/v1/me/sign-in", later)
        await agent.by("sign-in-to-work").click()
        await agent.by("whole-screen-share").click()

        async def captures(tracks: int) -> bool:
            return int(await agent.page.evaluate(CAPTURING)) == tracks

        await until(lambda: captures(1), "the screen is captured")
        settings = (await admin.get("/settings")).json
        await world.configure(admin, "PUT", "/settings", settings | {"whole_screen": "off"})
        await until(lambda: captures(0), "nothing is captured, though the agent is not at work yet")
        may_go_on.set()
        await agent.becomes("not_ready")
        assert await captures(0)
        await expect(agent.by("whole-screen-shared")).to_have_count(0)
