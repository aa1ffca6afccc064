"""A supervisor with a phone in the browser: hears a conversation from the live page, and speaks in it."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import AGENT_HERTZ, LISTEN, PATIENCE, Desk
from tests.browser.test_reload import leaves_without_asking
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build
from tests.sip.ledger import kinds

SUPERVISOR = {"number": "6900", "phone_kind": "browser", "skills": []}


async def come(supervisor: Desk, how: str) -> None:
    """As soon as the phone is there again, which a new page makes anew."""
    await expect(supervisor.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)
    async with asyncio.timeout(PATIENCE / 1000):
        while await supervisor.by("supervision-mode").count() == 0:
            await supervisor.by(f"supervise-{how}").click()
            await asyncio.sleep(1)


async def test_a_conversation_is_heard_and_ended_from_the_live_page(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1, recording="on_demand")
    (agent,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        supervisor = await person(world, admin, desk, "supervisor", SUPERVISOR)
        await supervisor.go("/desktop")
        await supervisor.sign_in_to_work()
        await supervisor.go(f"/live?agent={agent.id}")
        await supervisor.by("force-button").click()
        await supervisor.page.locator(".ant-popconfirm .ant-btn-primary:visible").click()
        await agent.becomes("not_ready")
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        call = await world.call_and_press("1")
        await world.ledger.has("agent.connected", call.caller)
        panel, mode = supervisor.by("supervision"), supervisor.by("supervision-mode")
        row = supervisor.page.locator(f'[data-testid="agent-row"][data-id="{agent.id}"]')
        monitored = row.get_by_test_id("monitored")
        await come(supervisor, "listen")
        await expect(mode).to_have_attribute("data-state", "in", timeout=PATIENCE)
        heard = await supervisor.page.evaluate(LISTEN, 3)
        assert heard["strength"] > 100, "the agent's voice"
        for state in ("off", "on", "paused"):
            control = panel.get_by_test_id("supervise-recording")
            await expect(control).to_have_attribute("data-state", state, timeout=PATIENCE)
            await control.click()
        await world.ledger.has("recording.resumed", call.caller)
        await expect(monitored).to_have_attribute("data-mode", "listen", timeout=PATIENCE)
        for wanted in ("coach", "barge"):
            await panel.get_by_test_id(f"supervise-{wanted}").click()
            await expect(mode).to_have_attribute("data-mode", wanted, timeout=PATIENCE)
            await expect(monitored).to_have_attribute("data-mode", wanted, timeout=PATIENCE)
        await panel.get_by_test_id("end-supervision").click()
        await expect(mode).to_have_count(0, timeout=PATIENCE)
        await expect(supervisor.by("supervision-status")).to_have_text(re.compile("已退出监控|You have left"))
        await expect(monitored).to_have_count(0, timeout=PATIENCE)
        rows = await world.ledger.has("supervision.ended", call.caller)
        assert [row.data["mode"] for row in rows if row.kind == "supervision.changed"] == ["coach", "barge"]
        await expect(supervisor.by("heard-today")).to_have_attribute("data-times", "1", timeout=PATIENCE)
        await supervisor.page.keyboard.press("Escape")
        await expect(panel).to_have_count(0)
        for rows_left in (0, 1):
            await supervisor.by("hear-unheard").click()
            await expect(row).to_have_count(rows_left, timeout=PATIENCE)
        await row.click()

        await panel.get_by_test_id("supervise-intercept").click()
        await supervisor.page.locator(".ant-popconfirm .ant-btn-primary:visible").click()
        await world.ledger.has("supervision.intercepted", call.caller)
        await agent.becomes("wrap_up")
        await call.hang_up()
        await world.ledger.ended(call.caller)
        assert supervisor.errors == []


async def test_who_listens_hears_the_call_again_after_a_reload(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    (agent,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        supervisor = await person(world, admin, desk, "supervisor", SUPERVISOR)
        leaves_without_asking(supervisor.page)
        await supervisor.go("/desktop")
        await supervisor.sign_in_to_work()
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        call = await world.call_and_press("1")
        await world.ledger.has("agent.connected", call.caller)
        await supervisor.go(f"/live?agent={agent.id}")
        await come(supervisor, "listen")
        mode = supervisor.by("supervision-mode")
        await expect(mode).to_have_attribute("data-state", "in", timeout=PATIENCE)

        await supervisor.page.reload()
        await world.ledger.has("supervision.line_back", call.caller)
        await expect(mode).to_have_attribute("data-state", "in", timeout=PATIENCE)
        await expect(mode).to_have_attribute("data-mode", "listen")
        heard = await supervisor.hears(seconds=3)
        assert abs(heard["hertz"] - AGENT_HERTZ) < 15 and heard["strength"] > 100, heard
        rows = await world.ledger.rows(call.caller)
        assert kinds(rows).count("supervision.answered") == 1 and "supervision.ended" not in kinds(rows)
        await call.hang_up()
        await world.ledger.ended(call.caller)
        assert supervisor.errors == []


async def test_who_cannot_listen_reads_before_the_click_what_is_missing(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=1)
    (agent,) = world.agents
    async with world.administrator() as admin:
        await led(world, admin)
        people = {
            "noNumber": await person(world, admin, desk, "supervisor"),
            "signedOut": await person(world, admin, desk, "supervisor", {**SUPERVISOR, "number": "6901"}),
            "noWork": await person(world, admin, desk, "tenant_administrator"),
        }
        assert (await agent.command("agent.set_state", state="available"))["ok"]
        call = await world.call_and_press("1")
        await world.ledger.has("agent.connected", call.caller)
        for lack, supervisor in people.items():
            await supervisor.go(f"/live?agent={agent.id}")
            note = supervisor.by("listen-lack")
            await expect(note).to_have_attribute("data-lack", lack, timeout=PATIENCE)
            assert await supervisor.by("supervise-listen").and_(supervisor.page.locator(":enabled")).count() == 0
            ways = {"noNumber": [], "signedOut": ["/desktop"], "noWork": ["/admin/people"]}
            links = await note.get_by_role("link").evaluate_all("all => all.map(one => one.pathname)")
            assert links == ways[lack], lack
            assert supervisor.errors == []
        await people["signedOut"].by("listen-lack").get_by_role("link").click()
        await people["signedOut"].sign_in_to_work()
        await call.hang_up()
        await world.ledger.ended(call.caller)


async def test_the_parties_of_a_conference_are_controlled_from_the_live_page(build: Build, desk: OpenDesk) -> None:
    room = {"type": "conference", "room": "董事会", "admission": "by_host"}
    ways = {"menu": {"type": "menu", "prompts": ["menu"], "keys": {"1": "host", "2": "guest"}}}
    nodes = {"answer": {"type": "answer", "next": "menu"}, **ways, "host": {**room, "part": "host"}, "guest": room}
    world = await build(agents=0, document={"version": 1, "start": "answer", "nodes": nodes})
    async with world.administrator() as admin:
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?tab=conferences")
        await expect(supervisor.by("tab-conferences")).to_contain_text("0", timeout=PATIENCE)
        host = await world.call_and_press("1")
        await world.ledger.has("conference.entered", host.caller)
        guest = await world.call_and_press("2")
        await expect(supervisor.by("conference")).to_contain_text("董事会", timeout=PATIENCE)
        row = supervisor.by("conference-party").nth(1)
        state = row.get_by_test_id("party-state")
        await expect(state).to_have_attribute("data-state", "waiting", timeout=PATIENCE)
        for act, wanted in (("admit", "in"), ("hold", "held"), ("admit", "in")):
            await row.get_by_test_id(f"party-{act}").click()
            await expect(state).to_have_attribute("data-state", wanted, timeout=PATIENCE)
        for act, muted in (("mute", "true"), ("unmute", "false")):
            await row.get_by_test_id(f"party-{act}").click()
            await expect(state).to_have_attribute("data-muted", muted, timeout=PATIENCE)
        await row.get_by_test_id("party-remove").click()
        await supervisor.page.locator(".ant-popconfirm .ant-btn-primary:visible").click()
        await guest.ended.wait()
        await expect(supervisor.by("conference-party")).to_have_count(1, timeout=PATIENCE)
        await supervisor.by("conference-end").click()
        await supervisor.page.locator(".ant-popconfirm .ant-btn-primary:visible").click()
        await host.ended.wait()
        await expect(supervisor.by("conference")).to_have_count(0, timeout=PATIENCE)
        assert supervisor.errors == []
