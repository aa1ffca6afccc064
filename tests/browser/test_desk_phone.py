"""The desktop of an agent who has a desk phone."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_disturbed import failing
from tests.browser.test_routing_work import PASSWORD, projects
from tests.sip.conftest import Build


async def test_a_call_is_answered_at_the_phone_and_the_desktop_says_so(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, straight=True, no_answer_seconds=90, robot={"after_seconds": 30})
    async with world.administrator() as admin:
        (one,) = [one for one in (await admin.get("/people")).json["items"] if one["agent"]]
        agent = {name: one["agent"][name] for name in ("number", "phone_kind", "skills")}
        body = {name: one[name] for name in ("login", "name", "role")}
        body |= {"agent": agent, "project_ids": await projects(admin)}
        await world.configure(admin, "PUT", f"/people/{one['id']}", body)
        reset = await admin.post(f"/people/{one['id']}/password", {"password": PASSWORD})
        assert reset.status == 204, reset.text
        at = await desk(f"test-{world.number}", one["login"], password=PASSWORD)
        await at.becomes("available")
        lost = asyncio.Event()
        await at.page.route("**/KeyMapDialog-*.js", lambda route: failing(route, lost), times=1)
        call = await world.call()
        await at.ringing()
        await expect(at.by("answer-at-phone")).to_be_visible()
        await expect(at.by("answer")).to_have_count(0)
        await expect(at.by("reject")).to_be_enabled()
        # A page that misses a piece is not loaded anew while a call rings, which no telephone of its own tells.
        await at.page.evaluate("window.before = true")
        lost.set()
        await at.page.keyboard.press("?")
        await expect(at.by("piece-missing")).to_be_visible(timeout=PATIENCE)
        await asyncio.sleep(5)
        assert await at.page.evaluate("window.before === true")
        await at.go("/interactions")
        await expect(at.by("call-bar")).to_have_attribute("data-state", "offered", timeout=PATIENCE)
        await expect(at.by("call-bar")).to_contain_text("Answer at your phone")
        await expect(at.by("call-bar-answer")).to_have_count(0)
        await at.go("/desktop")
        await at.becomes("engaged")
        await expect(at.by("hang-up")).to_be_enabled(timeout=PATIENCE)
        await at.by("hang-up").click()
        await world.ledger.has("agent.disconnected", call.caller, by="agent")
        await call.hang_up()
        assert at.errors == []
