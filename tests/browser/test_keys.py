"""An agent's own keys of the desktop: seen by ?, changed without a mouse, kept with the account, used in a call."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build


async def test_an_agent_works_with_keys_of_their_own(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        agent = await person(world, admin, desk, "agent", {"number": "6903", "phone_kind": "browser", "skills": skills})
    await agent.sign_in_to_work()
    press = agent.page.keyboard.press
    await press("?")
    hold = agent.by("key-hold")
    await expect(hold).to_have_text("F4", timeout=PATIENCE)
    for key in ("F2", "Ctrl+K", "F5", "Alt+A", "x"):  # another act's, the desktop's, the browser's, WeChat's, a sign
        await hold.focus()
        await press("Enter")
        await press(key.replace("Ctrl", "Control"))
        await expect(agent.page.get_by_role("alert")).to_contain_text(key.upper() if key == "x" else key)
        await expect(hold).to_have_text("F4")
    await press("Enter")
    await press("Escape")
    await expect(hold).to_have_text("F4")
    await press("Enter")
    await press("Alt+h")
    await expect(hold).to_have_text("Alt+H")
    await agent.by("keys-save").click()
    await expect(agent.by("key-map")).to_have_count(0, timeout=PATIENCE)
    await agent.page.reload()

    await expect(agent.by("state-menu")).to_have_attribute("data-state", "not_ready", timeout=PATIENCE)
    await press("Shift+F2")
    await agent.becomes("available")
    call = await world.call()
    await agent.ringing()
    await press("F2")
    panel = agent.by("call-panel")
    await expect(panel).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await press("F4")  # is nobody's now
    await press("Alt+h")
    await expect(panel).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await press("Alt+h")
    await expect(panel).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await press("F7")
    await expect(agent.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    await press("Escape")
    await press("F9")
    await expect(panel).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE)
    await call.ended.wait()
    await press("Control+Enter")
    await agent.becomes("available")
    assert agent.errors == []
