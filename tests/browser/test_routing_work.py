"""Routing as administrators and supervisors work with it on their screens; each act is seen in the API or on a call."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.test_routing import person_of
from tests.sip.world import PASSWORD, World


async def person(world: World, admin: Client, desk: OpenDesk, role: str, agent: dict[str, Any] | None = None) -> Desk:
    """The browser of somebody new in the world's tenant."""
    login = f"{role[:5]}-{secrets.token_hex(2)}"
    body = {"login": login, "name": login, "role": role, "password": PASSWORD, "project_ids": await projects(admin)}
    if agent:
        await world.configure(admin, "POST", "/people", body | {"agent": agent})
    else:
        answer = await admin.post("/people", body)
        assert answer.status == 201, answer.text
    return await desk(f"test-{world.number}", login, password=PASSWORD)


async def projects(admin: Client) -> list[str]:
    return [one["id"] for one in (await admin.get("/projects")).json["items"]]


async def skill(admin: Client, name: str) -> str:
    answer = await admin.post("/skills", {"name": name})
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


async def levels(admin: Client) -> dict[str, dict[str, int]]:
    """Of each agent's number, by the skill's id."""
    people = (await admin.get("/people?page_size=200")).json["items"]
    return {
        one["agent"]["number"]: {each["skill_id"]: each["proficiency"] for each in one["agent"]["skills"]}
        for one in people
        if one["agent"]
    }


async def led(world: World, admin: Client) -> None:
    """The world's agents work in its project, so that its supervisors may lead them."""
    for one in (await admin.get("/people?page_size=200")).json["items"]:
        if one["agent"]:
            agent = {name: one["agent"][name] for name in ("number", "phone_kind", "skills")}
            body = {name: one[name] for name in ("login", "name", "role")}
            body |= {"agent": agent, "project_ids": await projects(admin)}
            await world.configure(admin, "PUT", f"/people/{one['id']}", body)


async def tab_to(at: Desk, wanted: Locator) -> None:
    """With the Tab key alone."""
    for _ in range(120):
        if await wanted.evaluate("element => element.contains(document.activeElement)"):
            return
        await at.page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {wanted}")


async def dragged(at: Desk, handle: Locator, by: float) -> None:
    await handle.scroll_into_view_if_needed()
    box = await handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await at.page.mouse.move(x, y)
    await at.page.mouse.down()
    await at.page.mouse.move(x + by, y, steps=5)
    await at.page.mouse.up()


async def chosen(at: Desk, field: Locator, label: str) -> None:
    await field.click()
    await at.page.locator(f'.ant-select-item-option[title="{label}"]:visible').click()


async def test_many_levels_are_given_in_the_matrix_and_one_step_is_taken_back(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=3)
    async with world.administrator() as admin:
        english = await skill(admin, "English")
        before = await levels(admin)
        at = await person(world, admin, desk, "tenant_administrator")
        await at.go("/admin/skill-matrix")
        await expect(at.by("matrix-row")).to_have_count(3, timeout=PATIENCE)
        await at.page.locator('[role="gridcell"][data-row="0"][data-column="0"]').click()
        await at.page.locator('[role="gridcell"][data-row="2"][data-column="0"]').click(modifiers=["Shift"])
        await at.page.keyboard.press("7")
        await at.page.keyboard.press("Delete")
        for row in range(3):
            await expect(at.page.locator(f"#matrix-{row}-0")).to_have_text("·")
        await at.page.keyboard.press("Control+z")
        for row in range(3):
            await expect(at.page.locator(f"#matrix-{row}-0")).to_have_text("7")
        assert await levels(admin) == before  # nothing is sent before it is saved
        await at.by("save").click()
        await expect(at.by("save")).to_be_disabled(timeout=PATIENCE)
        assert await levels(admin) == {number: {**own, english: 7} for number, own in before.items()}
        assert at.errors == []


async def test_a_ring_and_an_overflow_rule_are_drawn(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    async with world.administrator() as admin:
        await skill(admin, "English")
        at = await person(world, admin, desk, "tenant_administrator")
        await at.go(f"/admin/queues/{world.queue_id}/routing")
        await at.by("add-ring").click()
        await at.page.locator(".hj-ring-editor").get_by_test_id("add-skill").click()
        await at.page.locator(".ant-select-item-option:visible").first.click()
        begins = int(await at.by("ring-handle").get_attribute("aria-valuenow") or 0)
        await dragged(at, at.by("ring-handle"), 120)
        opens = int(await at.by("ring-handle").get_attribute("aria-valuenow") or 0)
        assert opens > begins
        await at.by("add-rule").click()
        await dragged(at, at.by("overflow-handle"), 60)
        acts = int(await at.by("overflow-handle").get_attribute("aria-valuenow") or 0)
        await at.by("save").click()
        await expect(at.by("save")).to_be_disabled(timeout=PATIENCE)
        saved = (await admin.get(f"/queues/{world.queue_id}/routing")).json
        assert [ring["after_seconds"] for ring in saved["rings"]] == [opens]
        assert [(rule["when"], rule["over"], rule["to"]) for rule in saved["overflow"]] == [
            ("waited", acts, "voicemail")
        ]
        assert acts > 60
        assert at.errors == []


async def test_rings_are_set_without_a_mouse(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    async with world.administrator() as admin:
        english = await skill(admin, "English")
        at = await person(world, admin, desk, "tenant_administrator")
        press = at.page.keyboard.press
        await at.go("/admin/queues")
        await expect(at.by("row")).to_be_visible(timeout=PATIENCE)
        await tab_to(at, at.by("row"))
        await press("Enter")
        editor = at.page.get_by_role("dialog")
        await expect(editor.get_by_test_id("field-name")).to_be_visible()
        await press("Tab")
        await expect(editor.locator(":focus")).to_have_count(1)
        await press("Escape")
        await expect(editor).to_be_hidden()
        await expect(at.by("row")).to_be_focused()  # where it was before
        await tab_to(at, at.by("queue-routing"))
        await press("Enter")
        await expect(at.by("add-ring")).to_be_visible(timeout=PATIENCE)
        await tab_to(at, at.by("add-ring"))
        await press("Enter")
        await expect(at.by("ring")).to_have_count(2)
        await tab_to(at, at.by("ring-handle"))
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):  # 5 seconds each
            await press(key)
        await tab_to(at, at.by("add-skill"))
        await at.page.keyboard.type("English")
        await press("Enter")
        await tab_to(at, at.page.locator(".hj-needed-skill .ant-input-number").first)
        await press("Control+a")
        await at.page.keyboard.type("5")
        await press("Shift+Tab")
        for _ in range(60):  # back up to the head of the page
            if await at.by("save").evaluate("element => element === document.activeElement"):
                break
            await press("Shift+Tab")
        await press("Enter")
        await expect(at.by("save")).to_be_disabled(timeout=PATIENCE)
        [ring] = (await admin.get(f"/queues/{world.queue_id}/routing")).json["rings"]
        assert ring["after_seconds"] == 40
        assert ring["skills"] == [{"skill_id": english, "level": 5}]
        assert at.errors == []


async def test_a_temporary_skill_is_seen_by_its_agent_at_once(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    async with world.administrator() as admin:
        agent = await person(world, admin, desk, "agent", {"number": "6001", "skills": []})
        supervisor = await person(world, admin, desk, "supervisor")
        await agent.sign_in_to_work()
        await expect(agent.by("queue-chip")).to_have_count(0)
        await supervisor.go("/live?q=6001")
        await supervisor.by("agent-row").click()
        await supervisor.by("agent-panel").get_by_test_id("give").click()
        await chosen(supervisor, supervisor.by("field-subjects"), "Skill")
        await supervisor.page.keyboard.press("Escape")
        await supervisor.page.locator(".ant-modal-footer .ant-btn-primary").click()

        await expect(agent.by("temporary-mark")).to_contain_text("Skill 5", timeout=PATIENCE)
        await expect(agent.by("queue-chip")).to_have_count(1)  # what it makes them take
        [given] = (await admin.get("/adjustments")).json["items"]
        assert (given["agent_number"], given["name"], given["level"]) == ("6001", "Skill", 5)
        await supervisor.by("end-temporary").click()
        await expect(agent.by("temporary-mark")).to_have_count(0, timeout=PATIENCE)
        await expect(agent.by("queue-chip")).to_have_count(0)
        assert agent.errors == supervisor.errors == []


async def test_an_agents_panel_gives_the_focus_back(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    [agent] = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        supervisor = await person(world, admin, desk, "supervisor")
        name = (await person_of(admin, agent))["name"]
        await supervisor.go("/live")
        row = supervisor.page.locator(f'[data-testid="agent-row"][data-id="{agent.id}"]')
        await row.focus()
        await supervisor.page.keyboard.press("Enter")
        await supervisor.by("agent-panel").get_by_test_id("history").click()
        history = supervisor.page.locator(".ant-drawer").filter(has=supervisor.by("adjustment-history"))
        await expect(history.locator(".ant-drawer-title")).to_contain_text(name)
        await expect(history.locator(".ant-table-placeholder")).to_contain_text(name)
        await supervisor.page.keyboard.press("Escape")
        await expect(history).to_have_count(0)
        await supervisor.page.keyboard.press("Escape")
        await expect(supervisor.by("agent-panel")).to_have_count(0)
        await expect(row).to_be_focused()
        assert supervisor.errors == []


async def test_why_somebody_waits_is_said_while_they_wait(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, straight=True)
    [agent] = world.agents
    async with world.administrator() as admin:
        supervisor = await person(world, admin, desk, "supervisor")
        assert (await agent.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call()
        [*_, entered] = await world.ledger.has("queue.entered", call.caller)
        await supervisor.go("/live?tab=waiting")
        await supervisor.by("waiting-row").focus()
        await supervisor.page.keyboard.press("Enter")
        verdict = supervisor.by("verdict")
        await expect(verdict).to_have_attribute("data-verdict", "all_away", timeout=PATIENCE)
        await expect(supervisor.by("why-away")).to_contain_text("1")
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert (why["away"], why["busy"], why["free"], why["position"]) == (1, 0, [], 1)

        assert (await agent.command("agent.set_state", state="available"))["ok"]
        await world.ledger.has("agent.connected", call.caller)
        await expect(supervisor.by("why")).to_have_attribute("data-waits", "false", timeout=PATIENCE)
        await call.hang_up()
        assert supervisor.errors == []


async def test_an_agent_is_given_other_work_by_hand_and_back(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, straight=True)
    [agent] = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go(f"/live?agent={agent.id}")
        panel = supervisor.by("agent-panel")
        await panel.get_by_test_id("give-work-button").click()  # outbound, until they sign out
        await expect(panel.get_by_test_id("work-mark")).to_have_attribute("data-work", "outbound", timeout=PATIENCE)
        assert (await agent.view())["work"] == "outbound"
        call = await world.call()
        [*_, entered] = await world.ledger.has("queue.entered", call.caller)
        why = (await admin.get(f"/interactions/{entered.interaction_id}/why")).json
        assert why["free"] == []  # free, but not for callers

        await panel.get_by_test_id("work-choice").click()
        await supervisor.page.locator(".ant-select-item-option:visible").last.click()
        await panel.get_by_test_id("give-work-button").click()
        await world.ledger.has("agent.connected", call.caller)
        assert (await agent.view())["work_by"] is None
        await call.hang_up()
        assert supervisor.errors == []
