"""Who works here chooses a seat, which the browser remembers, is told what was missed, and changes the password."""

from __future__ import annotations

import re
import secrets

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import PASSWORD, led, person
from tests.sip.conftest import Build

NEW = "a password of my own"


async def test_an_agent_takes_a_seat_and_changes_the_password(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    room = f"Hall {secrets.token_hex(2)}"
    async with world.administrator() as admin:
        await led(world, admin)
        for name in ("A-01", "A-02"):
            await world.configure(admin, "POST", "/seats", {"name": name, "room": room})
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        agent = await person(world, admin, desk, "agent", {"number": "6902", "phone_kind": "browser", "skills": skills})
        supervisor = await person(world, admin, desk, "supervisor")
    # A seat of another company that this browser remembers, or one that is gone, keeps nobody from working.
    await agent.page.evaluate("localStorage.setItem('hujiao.seat', '00000000-0000-7000-8000-000000000001')")
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await agent.leaves("state-menu", "sign-out")
    await agent.by("seat-choice").click()
    await agent.page.keyboard.type("02")
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("seat-choice")).to_contain_text("A-02")
    await agent.sign_in_to_work()
    await supervisor.go("/live?tab=agents")
    await supervisor.page.get_by_text("6902").first.click()
    await expect(supervisor.by("agent-seat")).to_have_text("A-02", timeout=PATIENCE)

    await agent.go_available()
    call = await world.call()
    await agent.ringing()
    await expect(agent.by("missed-last")).to_have_count(0)
    await agent.by("reject").click()
    await agent.becomes("not_ready")
    await expect(agent.by("missed-last")).to_contain_text(re.compile("拒接|Declined"), timeout=PATIENCE)
    await expect(agent.by("missed-last")).to_contain_text(call.caller[-4:])
    await call.hang_up()

    await agent.leaves("account-menu", "password")
    dialog = agent.page.get_by_role("dialog")
    for field, text in (("current", "a guess"), ("password", NEW), ("again", NEW)):
        await agent.by(f"password-{field}").fill(text)
    await agent.page.keyboard.press("Enter")
    await expect(dialog.locator(".ant-form-item-explain-error")).to_have_count(1, timeout=PATIENCE)
    await agent.by("password-current").fill(PASSWORD)
    await dialog.locator(".ant-btn-primary").click()
    await expect(dialog).to_have_count(0, timeout=PATIENCE)
    await agent.leaves("state-menu", "sign-out")
    await expect(agent.by("seat-choice")).to_contain_text("A-02", timeout=PATIENCE)
    login = await agent.by("account-menu").inner_text()
    await agent.leaves("account-menu")
    await expect(agent.by("sign-in-submit")).to_be_visible(timeout=PATIENCE)
    await agent.sign_in(f"test-{world.number}", login, NEW)
    assert agent.errors == supervisor.errors == []
