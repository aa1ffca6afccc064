"""The supervisor's floor: a state that lasts too long is seen, heard of and acknowledged; who sits where."""

from __future__ import annotations

import base64
import re

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import led, person, projects
from tests.sip.conftest import Build
from tests.sip.world import PASSWORD

NOT_READY = re.compile("^(示忙|Not ready)$")
PLAN = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAC0lEQVR42mP4DwYAFPIF+zepC7kAAAAASUVORK5CYII=")
MINE = {"number": "6930", "phone_kind": "browser", "skills": []}


async def test_a_state_that_lasts_too_long_turns_amber_then_red_and_is_acknowledged(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=1)
    (other,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        administrator = await person(world, admin, desk, "tenant_administrator")
        await administrator.go("/admin/state-thresholds?edit=new")
        await administrator.by("field-state").click()
        await administrator.page.locator(".ant-select-item-option").filter(has_text=NOT_READY).click()
        for name, seconds in (("amber_seconds", "4"), ("red_seconds", "12")):
            field = administrator.page.locator(f'input[data-testid="field-{name}"], [data-testid="field-{name}"] input')
            await field.fill(seconds)
        await administrator.page.keyboard.press("Enter")
        await expect(administrator.page.get_by_role("row").filter(has_text="0:12")).to_be_visible(timeout=PATIENCE)

        agent = await person(world, admin, desk, "agent", MINE)
        await agent.go("/desktop")
        await agent.sign_in_to_work()
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?view=table&q=6930")
        timer = supervisor.by("agent-row").get_by_test_id("state-timer")
        assert (await other.command("agent.set_state", state="available"))["ok"]
        await agent.go_available()
        await expect(timer).to_have_attribute("data-level", "calm", timeout=PATIENCE)
        await expect(agent.by("own-alarm")).to_have_count(0)
        await agent.choose_state("not_ready")
        await agent.becomes("not_ready")
        await expect(timer).to_have_attribute("data-level", "amber", timeout=PATIENCE)
        await expect(agent.by("own-alarm")).to_have_attribute("data-level", "red", timeout=PATIENCE)
        await expect(timer).to_have_attribute("data-level", "red", timeout=PATIENCE)

        await supervisor.go("/live?tab=alarms")
        red = supervisor.page.locator('[data-testid="alarm"][data-level="red"]').filter(has_text="6930")
        amber = supervisor.page.locator('[data-testid="alarm"][data-level="amber"]').filter(has_text="6930")
        await expect(red).to_have_count(1, timeout=PATIENCE)
        before = await amber.count()
        assert before >= 1
        await red.get_by_test_id("alarm-acknowledge").click()
        await expect(red).to_have_count(0, timeout=PATIENCE)
        await expect(amber).to_have_count(before)
        await agent.go_available()
        await supervisor.go("/live?tab=alarms&alarms=all")
        await expect(red.get_by_test_id("alarm-seen")).to_contain_text("super", timeout=PATIENCE)
        assert agent.errors == supervisor.errors == administrator.errors == []


async def test_seats_are_placed_by_pointer_and_by_keys_and_then_seen_live(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=2)
    sitting, standing = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        for name in ("P-01", "P-02"):
            await world.configure(admin, "POST", "/seats", {"name": name, "room": "North"})
        room = await world.configure(admin, "POST", "/rooms", {"name": "North"})
        administrator = await person(world, admin, desk, "tenant_administrator")
        await administrator.go(f"/admin/rooms/{room['id']}")
        picture = {"name": "plan.png", "mimeType": "image/png", "buffer": PLAN}
        await administrator.by("plan-file").set_input_files([picture])  # type: ignore[list-item]
        await expect(administrator.page.locator(".hj-plan > img")).to_have_count(1, timeout=PATIENCE)
        seat = administrator.page.locator('[data-testid="placed-seat"][data-seat="P-01"]')
        other = administrator.page.locator('[data-testid="placed-seat"][data-seat="P-02"]')
        for name in ("P-01", "P-02"):
            await administrator.page.locator(f'[data-testid="unplaced-seat"][data-seat="{name}"]').click()
        before = float(await seat.get_attribute("data-x") or 0)
        box = await seat.bounding_box()
        assert box
        await administrator.page.mouse.move(box["x"] + 10, box["y"] + 10)
        await administrator.page.mouse.down()
        await administrator.page.mouse.move(box["x"] + 210, box["y"] + 110, steps=5)
        await administrator.page.mouse.up()
        dragged = await seat.get_attribute("data-x") or ""
        assert float(dragged) > before + 0.05
        await other.focus()
        beside = await other.get_attribute("data-x") or ""
        for key in ("ArrowRight", "Shift+ArrowRight"):
            await administrator.page.keyboard.press(key)
        await expect(other).to_have_attribute("data-x", f"{float(beside) + 0.06:.3f}")
        await administrator.by("save-places").click()
        await expect(administrator.by("save-places")).to_be_disabled(timeout=PATIENCE)
        await administrator.page.reload()
        await expect(seat).to_have_attribute("data-x", dragged, timeout=PATIENCE)

        seats = {one["name"]: one["id"] for one in (await admin.get("/seats")).json["items"]}
        for command, more in (("agent.sign_out", {}), ("agent.sign_in", {"seat_id": seats["P-01"]})):
            assert (await sitting.command(command, phone_kind="phone", **more))["ok"]
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?view=seats")
        taken = supervisor.page.locator('[data-testid="seat"][data-seat="P-01"]')
        await expect(taken).to_have_attribute("data-agent", str(sitting.id), timeout=PATIENCE)
        await expect(taken).to_have_attribute("data-activity", "not_ready")
        assert (await sitting.command("agent.set_state", state="available"))["ok"]
        await expect(taken).to_have_attribute("data-activity", "idle", timeout=PATIENCE)
        assert (await standing.command("agent.set_state", state="not_ready"))["ok"]
        call = await world.call_and_press("1")
        await world.ledger.has("agent.connected", call.caller)
        await expect(taken).to_have_attribute("data-activity", "talking", timeout=PATIENCE)
        await expect(taken).to_contain_text("Queue")
        empty = supervisor.page.locator('[data-testid="seat"][data-seat="P-02"]')
        await expect(empty).to_have_attribute("data-empty", "true")
        await expect(supervisor.by("elsewhere").get_by_test_id("agent-row")).to_have_count(1)
        await taken.click()
        await expect(supervisor.by("agent-panel")).to_be_visible(timeout=PATIENCE)
        await call.hang_up()
        assert supervisor.errors == administrator.errors == []


async def test_the_last_minutes_are_shown_as_bars_and_by_their_bounds(build: Build, desk: OpenDesk) -> None:
    """One is answered, one gives up at once: half are answered, and nobody is lost who gave up so soon."""
    world = await build(agents=1)
    async with world.administrator() as admin:
        await led(world, admin)
        administrator = await person(world, admin, desk, "tenant_administrator")
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?tab=indicators")
        await expect(supervisor.by("entered")).to_have_attribute("data-entered", "0", timeout=PATIENCE)
        answered = await world.call_and_press("1")
        await world.ledger.has("agent.connected", answered.caller)
        gone = await world.call_and_press("1")
        await world.ledger.has("queue.entered", gone.caller)
        await gone.hang_up()
        await world.ledger.ended(gone.caller)
        await expect(supervisor.by("entered")).to_have_attribute("data-entered", "2", timeout=PATIENCE)
        rate = supervisor.by("bar-answer-rate")
        await expect(rate).to_have_attribute("data-value", "50.0%", timeout=PATIENCE)
        await expect(rate).to_have_attribute("data-level", "red")
        await expect(supervisor.by("bar-talking")).to_have_attribute("data-value", "1")

        await administrator.go("/admin/indicators")
        bound = administrator.page.locator('input[data-testid="bound-answer_rate-red"]').or_(
            administrator.page.locator('[data-testid="bound-answer_rate-red"] input')
        )
        await bound.fill("30")
        await administrator.by("save-indicators").click()
        await expect(administrator.page.locator(".ant-message-success")).to_be_visible(timeout=PATIENCE)
        await supervisor.page.reload()
        await expect(rate).to_have_attribute("data-level", "amber", timeout=PATIENCE)
        await answered.hang_up()
        assert supervisor.errors == administrator.errors == []


async def test_of_many_agents_those_near_are_drawn_and_none_goes_elsewhere_under_the_pointer(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=2)
    one, other = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        everybody = {"role": "agent", "password": PASSWORD, "project_ids": await projects(admin)}
        for number in map(str, range(7100, 7220)):
            agent = {"number": number, "phone_kind": "browser", "skills": []}
            made = await admin.post("/people", everybody | {"login": number, "name": number, "agent": agent})
            assert made.status == 201, made.text
        supervisor = await person(world, admin, desk, "supervisor")
        assert (await one.command("agent.set_state", state="available"))["ok"]
        assert (await other.command("agent.set_state", state="not_ready"))["ok"]
        await supervisor.go("/live")
        cards = supervisor.by("agent-row")
        await expect(cards.first).to_have_attribute("data-id", str(one.id), timeout=PATIENCE)
        places = supervisor.page.locator(".hj-agent-cards > li")
        await expect(places).to_have_count(122, timeout=PATIENCE)
        await expect(cards.filter(has_text="7219")).to_have_count(0)
        await places.last.scroll_into_view_if_needed()
        await expect(cards.filter(has_text="7219")).to_be_visible(timeout=PATIENCE)

        await cards.first.hover()
        assert (await one.command("agent.set_state", state="not_ready"))["ok"]
        assert (await other.command("agent.set_state", state="available"))["ok"]
        await expect(cards.nth(1)).to_have_attribute("data-state", "available", timeout=PATIENCE)
        await expect(cards.first).to_have_attribute("data-id", str(one.id))
        await expect(cards.first).to_have_attribute("data-state", "not_ready")
        await supervisor.by("figures").hover()
        await expect(cards.first).to_have_attribute("data-id", str(other.id))
        await cards.first.focus()
        await supervisor.page.keyboard.press("Shift+Tab")
        await supervisor.page.keyboard.press("Tab")
        assert (await other.command("agent.set_state", state="not_ready"))["ok"]
        assert (await one.command("agent.set_state", state="available"))["ok"]
        await expect(cards.nth(1)).to_have_attribute("data-state", "available", timeout=PATIENCE)
        await supervisor.page.keyboard.press("Enter")
        await expect(supervisor.by("agent-panel")).to_contain_text(other.number, timeout=PATIENCE)
        assert supervisor.errors == []
