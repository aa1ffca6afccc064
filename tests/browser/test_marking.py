"""An agent marks the call in hand as malicious, says why, takes it back; the next agent of the number is told."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_central import projected
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build


async def test_a_mark_in_the_call_is_told_at_the_next(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=60)
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        number = {"number": "6904", "phone_kind": "browser", "skills": skills}
        first = await person(world, admin, desk, "agent", number)
        name = await first.by("account-menu").inner_text()
        supervisor = await person(world, admin, desk, "supervisor")
    await first.go("/desktop")
    await first.sign_in_to_work()
    await first.go_available()
    call = await world.call()
    await first.ringing()
    await expect(first.by("malicious")).to_be_disabled()
    await first.by("answer").click()
    mark = first.by("malicious")
    await expect(mark).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
    await expect(first.by("marked-before")).to_have_count(0)
    await mark.click()
    await expect(mark).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    await first.by("malicious-back").click()
    await expect(mark).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
    await mark.click()
    await first.by("malicious-reason").fill("Threats")
    await first.by("malicious-save").click()
    await expect(first.by("malicious-reason")).to_be_hidden(timeout=PATIENCE)
    await call.hang_up()
    await first.becomes("wrap_up")
    await expect(mark).to_have_attribute("aria-pressed", "true")
    await first.page.keyboard.press("Control+Enter")
    await first.becomes("available")

    # The supervisor finds it, reads the trace, and leaves the mark.
    reason = "SELECT 1 FROM interaction WHERE malicious_reason = 'Threats'"
    await projected(world.running, world.tenant_id, reason)
    await supervisor.go("/interactions?malicious=true")
    row = supervisor.by("interaction-row")
    await expect(row.get_by_test_id("marked-malicious")).to_have_count(1, timeout=PATIENCE)
    await row.click()
    trace = supervisor.page.locator('[data-kind="interaction.marked_malicious"]')
    await expect(trace).to_have_count(3, timeout=PATIENCE)
    await expect(trace.last).to_contain_text("Threats")
    await expect(trace.last).to_contain_text(name)
    await expect(supervisor.page.locator('[data-kind="interaction.mark_withdrawn"]')).to_have_count(1)

    again = await world.call(call.caller)
    await first.ringing()
    await expect(first.by("marked-before")).to_contain_text("Threats", timeout=PATIENCE)
    await expect(first.by("marked-before")).to_contain_text(name)
    await again.hang_up()

    # After its end, from the list of one's own contacts: taken back, and gone from the supervisor's page.
    await first.go("/desktop")
    await first.by("interaction-row").filter(has_text=call.caller[-4:]).last.click()
    own = first.page.get_by_role("dialog").get_by_test_id("malicious")
    await expect(own).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    await own.click()
    await first.by("malicious-back").click()
    await expect(own).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
    withdrawn = supervisor.page.locator('[data-kind="interaction.mark_withdrawn"]')
    async with asyncio.timeout(PATIENCE / 1000):
        while True:  # the page shows the facts as they are when it is opened
            await supervisor.page.reload()
            await expect(withdrawn).to_have_count(2, timeout=PATIENCE)
            if await supervisor.by("marked-malicious").count() == 0:
                break
    assert first.errors == supervisor.errors == []
