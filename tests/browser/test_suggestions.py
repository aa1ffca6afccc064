"""A queue in trouble on the supervisor's screen: who could help, one click, the caller is served, and it is undone."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import led, person, skill, tab_to
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.world import World

LASTS = 60_000  # so long is a queue in trouble before anything is suggested


async def without_agents(world: World, admin: Client, name: str = "Complaints") -> None:
    """The world's queue asks for a skill that nobody has; its agents serve another one."""
    queue = (await admin.get(f"/queues/{world.queue_id}")).json
    body: dict[str, Any] = {key: value for key, value in queue.items() if key != "id"}
    await world.configure(admin, "POST", "/queues", {**body, "name": "Bills"})
    rare = {"skill_id": await skill(admin, f"{name} desk"), "level": 3}
    await world.configure(admin, "PUT", f"/queues/{world.queue_id}", {**body, "name": name, "skills": [rare]})
    bounds = {"state": "waiting", "queue_id": str(world.queue_id), "amber_seconds": 2, "red_seconds": 5}
    await world.configure(admin, "POST", "/state-thresholds", bounds)


async def test_who_could_help_is_asked_by_one_click_and_sent_back_by_another(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=3)
    async with world.administrator() as admin:
        await led(world, admin)
        await without_agents(world, admin)
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?tab=suggestions")
        await expect(supervisor.by("tab-suggestions")).to_contain_text("0", timeout=PATIENCE)
        call = await world.call_and_press("1")
        card = supervisor.by("suggestion")
        await expect(card).to_have_count(1, timeout=LASTS + PATIENCE)
        helpers = card.get_by_test_id("helper")
        await expect(helpers).to_have_count(2)  # with a third nobody would be left for bills
        await supervisor.go("/live?tab=alarms&alarms=open")
        await supervisor.by("alarm-suggestion").first.click()
        await expect(helpers).to_have_count(2, timeout=PATIENCE)
        ahead = card.get_by_test_id("ahead")
        await expect(ahead.locator(f"tr[data-queue='{world.queue_id}'] td").first).to_contain_text(
            "→", timeout=PATIENCE
        )

        asked = str(await helpers.first.get_attribute("data-agent"))
        await tab_to(supervisor, helpers.last.get_by_role("checkbox"))
        await supervisor.page.keyboard.press("Space")
        await expect(helpers.last.get_by_role("checkbox")).not_to_be_checked()
        await tab_to(supervisor, supervisor.by("apply-suggestion"))
        await supervisor.page.keyboard.press("Enter")
        rows = await world.ledger.has("agent.connected", call.caller)
        assert str(the(rows, "agent.connected").agent_id) == asked
        applied = supervisor.by("applied-suggestion")
        await expect(applied).to_have_count(1, timeout=PATIENCE)
        await expect(card).to_have_count(0, timeout=PATIENCE)

        await applied.get_by_test_id("undo-suggestion").click()
        await expect(applied.get_by_test_id("undo-suggestion")).to_have_count(0, timeout=PATIENCE)
        (given,) = (await admin.get("/adjustments")).json["items"]
        assert (given["agent_id"], given["ended_why"]) == (asked, "undone")
        assert supervisor.errors == []
        await call.hang_up()
