"""Every act of an agent once, on real calls, without a mouse."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person, tab_to
from tests.sip.conftest import Build

FIRST, SECOND = "6911", "6912"
NOTE = "Wants a refund"


async def does(at: Desk, name: str) -> None:
    """Presses the button of this name by Tab and Enter."""
    button = at.by(name)
    await expect(button).to_be_enabled(timeout=PATIENCE)
    await tab_to(at, button)
    await at.page.keyboard.press("Enter")


async def signs_in(at: Desk) -> None:
    await at.go("/desktop")
    await does(at, "sign-in-to-work")
    await at.becomes("not_ready")
    await expect(at.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)


async def answers(at: Desk) -> None:
    await at.ringing()
    await expect(at.by("answer")).to_be_enabled(timeout=PATIENCE)
    await at.page.keyboard.press("F2")
    await at.becomes("engaged")


async def is_in(at: Desk, state: str) -> None:
    await expect(at.by("call-panel")).to_have_attribute("data-state", state, timeout=PATIENCE)


async def is_pressed(button: Locator, on: bool) -> None:
    await expect(button).to_have_attribute("aria-pressed", "true" if on else "false", timeout=PATIENCE)


async def finds(at: Desk, key: str, typed: str) -> None:
    """Opens the list of colleagues and queues; what is typed chooses one of them."""
    await at.page.keyboard.press(key)
    await expect(at.by("target-find")).to_be_focused(timeout=PATIENCE)
    await at.page.keyboard.type(typed)
    chosen = at.by("target").and_(at.page.locator("[aria-selected=true]"))
    await expect(chosen).to_contain_text(typed, timeout=PATIENCE)
    await expect(chosen).to_have_attribute("aria-disabled", "false", timeout=PATIENCE)
    await at.page.keyboard.press("Enter")


async def chosen_by_arrows(at: Desk, key: str) -> None:
    """Goes to this entry of the open menu by the arrow key, and takes it."""
    entry = at.page.locator(f'[data-menu-id$="-{key}"]:visible')
    for _ in range(20):
        await at.page.keyboard.press("ArrowDown")
        if await entry.evaluate("entry => entry.classList.contains('ant-dropdown-menu-item-active')"):
            await at.page.keyboard.press("Enter")
            return
    raise AssertionError(f"The arrow keys do not reach {key}")


async def writes_up(at: Desk) -> None:
    await at.becomes("wrap_up")
    await at.page.keyboard.press("Control+Enter")
    await at.becomes("available")


async def test_all_acts_of_an_agent(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True, recording="on_demand", wrap_up_seconds=120)
    async with world.administrator() as admin:
        await led(world, admin)
        body = {"name": "Tea", "code": "tea", "is_break": True}
        tea = await world.configure(admin, "POST", "/reason-codes", body)
        result = await admin.post("/dispositions", {"name": "Refund"})
        assert result.status == 201, result.text
        (skill,) = (await admin.get("/skills")).json["items"]
        works = {"phone_kind": "browser", "skills": [{"skill_id": skill["id"], "proficiency": 5}]}
        first = await person(world, admin, desk, "agent", {"number": FIRST, **works})
        second = await person(world, admin, desk, "agent", {"number": SECOND, **works})
    press = first.page.keyboard.press
    for at in (first, second):
        await signs_in(at)

    # Ready, a break, ready again.
    await press("Shift+F2")
    await first.becomes("available")
    await press("Shift+F2")
    menu = first.page.locator(".ant-dropdown-menu:visible")
    await expect(menu).to_be_visible(timeout=PATIENCE)
    await chosen_by_arrows(first, tea["id"])
    await first.becomes("not_ready")
    await expect(first.page.locator(".ant-message-success")).to_be_visible(timeout=PATIENCE)
    await press("Shift+F2")
    await first.becomes("available")

    call = await world.call()
    await answers(first)
    await is_in(first, "connected")
    await press("F4")
    await is_in(first, "held")
    await press("F4")
    await is_in(first, "connected")
    await press("F8")
    await is_pressed(first.by("mute"), True)
    await does(first, "mute")
    await is_pressed(first.by("mute"), False)
    await does(first, "keys")
    await first.page.keyboard.type("5#")
    await expect(first.by("keys-sent")).to_have_text("5#", timeout=PATIENCE)
    await press("Escape")
    await expect(first.by("keypad")).to_be_hidden()
    await does(first, "recording")
    await world.ledger.has("recording.started", call.caller)
    await expect(first.by("recording-state")).to_be_visible(timeout=PATIENCE)
    await does(first, "recording")
    await does(first, "pause-number")
    await world.ledger.has("recording.paused", call.caller)
    await does(first, "recording")
    await world.ledger.has("recording.resumed", call.caller)

    # A colleague is asked, both sides in turn, all together, the colleague leaves.
    await second.page.keyboard.press("Shift+F2")
    await second.becomes("available")
    await finds(first, "Shift+F7", SECOND)
    await answers(second)
    party = first.by("party")
    await does(first, "consult-swap")
    await expect(party).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await does(first, "consult-swap")
    await expect(party).to_have_attribute("data-state", "in", timeout=PATIENCE)
    await does(first, "consult-join")
    await does(first, "hang-up-party")
    await second.becomes("available")

    await does(first, "park")
    await first.becomes("available")
    await does(first, "pick-up")
    await first.becomes("engaged")
    await is_in(first, "connected")

    # Handed over after a talk; the note and the result, by the same hand.
    await finds(first, "Shift+F7", SECOND)
    await answers(second)
    await does(first, "consult-hand-over")
    await first.becomes("wrap_up")
    await expect(first.page.locator("#disposition")).to_be_focused(timeout=PATIENCE)
    await first.page.keyboard.type("Ref")
    await expect(first.page.locator(".ant-select-tree-treenode-active:visible")).to_have_count(1, timeout=PATIENCE)
    await press("Enter")
    await tab_to(first, first.by("note"))
    await first.page.keyboard.type(NOTE)
    await does(first, "extend-wrap-up")
    await world.ledger.has("wrap_up.extended", call.caller)
    await press("Control+Enter")
    await first.becomes("available")
    await world.ledger.has("wrap_up.completed", call.caller, note=NOTE, disposition_name="Refund")

    # Sent on without a word: to an agent, to a queue.
    await finds(second, "F7", FIRST)
    await writes_up(second)
    await answers(first)
    await finds(first, "F7", "Queue")
    await first.becomes("wrap_up")
    await answers(second)
    await writes_up(first)
    await second.page.keyboard.press("F9")
    await call.ended.wait()
    await writes_up(second)

    # Their own calls: a number that no carrier takes, a colleague who declines.
    await press("F6")
    await first.page.keyboard.type("13800138000")
    await press("Enter")
    await expect(first.by("failed-call")).to_have_attribute("data-failure", "no_line", timeout=PATIENCE)
    await writes_up(first)
    await press("F6")
    await first.page.keyboard.type(SECOND)
    await expect(first.by("target")).to_contain_text(SECOND, timeout=PATIENCE)
    await press("Enter")
    await second.ringing()
    await does(second, "reject")
    await expect(first.by("failed-call")).to_have_attribute("data-failure", "rejected", timeout=PATIENCE)
    await first.becomes("available")

    # The last entry of the menu.
    await press("Shift+F2")
    await expect(menu).to_be_visible(timeout=PATIENCE)
    await chosen_by_arrows(first, "sign-out")
    await expect(first.by("state-menu")).to_have_attribute("data-state", "logged_out", timeout=PATIENCE)
    assert first.errors == second.errors == []
