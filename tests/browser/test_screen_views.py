"""An agent's desktop on a supervisor's screen, live: what is private stays on the agent's page, and it ends when it may
not be seen any more."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from typing import Any

from playwright.async_api import WebSocket, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.conftest import until
from tests.sip.conftest import Build

SECRET, CARD, TYPED = "110101199001011234", "4111 1111 1111 1111", "She asks for the invoice of May"
LAST = "and for nothing else"


class Carried:
    """All that a page's sockets have sent or received of a screen, unpacked."""

    def __init__(self, at: Desk, path: str) -> None:
        self.text = ""
        self._path = path
        at.page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        if self._path in socket.url:
            socket.on("framesent", self._frame)
            socket.on("framereceived", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        message: dict[str, Any] = json.loads(payload)
        piece = message if message["type"] == "piece" else message.get("piece")
        self.text += gzip.decompress(b64decode(piece["data"])).decode() if piece else str(message)

    async def has(self, what: str) -> None:
        async def it_does() -> bool:
            return what in self.text

        await until(it_does, f"{what!r} in what was carried")


async def test_a_supervisor_sees_an_agents_desktop_live(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    known = world.phones.new_caller()
    async with world.administrator() as admin:
        await led(world, admin)
        await admin.made("/customer-fields", {"key": "passport", "label": {"en": "Passport"}, "private": True})
        customer = {"name": "王芳", "contact_points": [{"value": known}], "fields": {"passport": SECRET}}
        made = await world.configure(admin, "POST", "/customers", customer | {"note": f"Pays with {CARD}"})
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        settings = (await admin.get("/settings")).json
        await world.configure(admin, "PUT", "/settings", settings | {"screen_view": "announced"})
        agent = await person(
            world, admin, desk, "supervisor", {"number": "6931", "phone_kind": "browser", "skills": skills}
        )
        boss = await person(world, admin, desk, "supervisor")
        sent, seen = Carried(agent, "/me/screen/socket"), Carried(boss, "/screen/socket")

        await agent.go("/desktop")
        await expect(agent.by("screen-told")).to_be_visible(timeout=PATIENCE)
        await agent.sign_in_to_work()
        await agent.go(f"/customers?customer={made['id']}")
        await boss.go("/live?tab=agents")
        await boss.page.get_by_text("6931").first.click()
        await boss.by("view-screen").click()
        screen = boss.page.frame_locator('[data-testid="screen-stage"] iframe')
        await expect(boss.by("screen-view")).to_have_attribute("data-phase", "live", timeout=PATIENCE)
        await expect(screen.get_by_test_id("state-menu")).to_be_visible(timeout=PATIENCE)
        login = await boss.by("account-menu").inner_text()
        await expect(agent.by("screen-viewed")).to_contain_text(login)
        # What is typed, and what the agent does.
        await agent.by("customer-note").click()
        await agent.page.keyboard.type(TYPED)
        await expect(screen.get_by_role("textbox").and_(screen.locator("textarea"))).to_have_value(
            re.compile(TYPED), timeout=PATIENCE
        )
        await agent.page.keyboard.press("Enter")
        await agent.go("/desktop")
        await agent.go_available()
        state = screen.get_by_test_id("state-menu")
        await expect(state).to_have_attribute("data-state", "available", timeout=PATIENCE)
        call = await world.call(known)
        await expect(screen.get_by_test_id("customer-name")).to_have_text("王芳", timeout=PATIENCE)
        await expect(agent.by("customer-passport")).to_have_text(SECRET, timeout=PATIENCE)
        # Who comes later, as by opening the page anew, sees it as well.
        await boss.page.reload()
        await expect(boss.by("screen-view")).to_have_attribute("data-phase", "live", timeout=PATIENCE)
        await expect(screen.get_by_test_id("customer-name")).to_have_text("王芳", timeout=PATIENCE)
        await call.hang_up()
        await expect(state).not_to_have_attribute("data-state", "reserved", timeout=PATIENCE)
        # The last that is typed, after all that is private: what comes before it has been carried when it has.
        await agent.go(f"/customers?customer={made['id']}")
        await expect(agent.by("customer-passport")).to_have_text(SECRET, timeout=PATIENCE)
        await agent.by("customer-note").click()
        await agent.page.keyboard.type(f" {CARD} {LAST}")
        for carried in (sent, seen):
            await carried.has(TYPED)
            await carried.has(LAST)
            assert CARD[:6] not in carried.text  # its first digits, before it is known to be one
            assert SECRET not in carried.text and CARD not in carried.text

        await world.configure(admin, "PUT", "/settings", settings | {"screen_view": "off"})
        await expect(boss.by("screen-over")).to_be_visible(timeout=PATIENCE)
        await expect(agent.by("screen-viewed")).to_have_count(0, timeout=PATIENCE)
        await boss.page.keyboard.press("Escape")
        await expect(boss.by("agent-panel")).to_be_visible(timeout=PATIENCE)
        await expect(boss.by("view-screen")).to_have_count(0)
        kept, before = (await admin.get("/screen-views")).json["items"]
        assert before["end_reason"] == "left"
        assert (kept["by_name"], kept["end_reason"], kept["announced"]) == (login, "switched_off", True)
    assert agent.errors == boss.errors == []


async def test_others_who_lead_the_agent_see_who_looks(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        settings = (await admin.get("/settings")).json
        await world.configure(admin, "PUT", "/settings", settings | {"screen_view": "announced"})
        agent = await person(world, admin, desk, "agent", {"number": "6932", "phone_kind": "browser", "skills": []})
        boss, other = [await person(world, admin, desk, "supervisor") for _ in range(2)]
        await agent.go("/desktop")
        await agent.sign_in_to_work()
        await other.go("/live?tab=agents")
        card = other.by("agent-row").filter(has_text="6932")
        mark = card.get_by_test_id("screen-viewed-now")
        await expect(card).to_be_visible(timeout=PATIENCE)
        await expect(mark).to_have_count(0)

        await boss.go("/live?tab=agents")
        await boss.by("agent-row").filter(has_text="6932").click()
        await boss.by("view-screen").click()
        await expect(boss.by("screen-view")).to_have_attribute("data-phase", "live", timeout=PATIENCE)
        await expect(mark).to_contain_text(await boss.by("account-menu").inner_text(), timeout=PATIENCE)
        await expect(mark).to_have_attribute("data-whole", "false")
        await boss.page.keyboard.press("Escape")
        await expect(mark).to_have_count(0, timeout=PATIENCE)
    assert agent.errors == boss.errors == other.errors == []
