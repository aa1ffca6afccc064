"""A summary that is required: chosen by typing, not finished without it, and completed later when the time ran out."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.conftest import until
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.world import World


async def set_up(world: World, admin: Client) -> dict[str, str]:
    """A tree, a template, and a rule for the world's queue: the result is required, of the complaints alone."""
    made: dict[str, str] = {}
    for name, above in (("投诉", None), ("配送", "投诉"), ("迟到", "配送"), ("少件", "配送"), ("表扬", None)):
        body = {"name": name, "parent_id": made[above] if above else None}
        made[name] = (await admin.made("/dispositions", body))["id"]
    await admin.made("/note-templates", {"shortcut": "cb", "name": "回电", "text": "{number} 要求回电"})
    rule = {"queue_id": str(world.queue_id), "disposition_ids": [made["投诉"]], "disposition_required": True}
    await world.configure(admin, "POST", "/summary-rules", rule)
    return made


async def working(world: World, admin: Client, desk: OpenDesk, number: str) -> Desk:
    await led(world, admin)
    (skill,) = (await admin.get("/skills")).json["items"]
    skills = [{"skill_id": skill["id"], "proficiency": 5}]
    agent = {"number": number, "phone_kind": "browser", "skills": skills}
    at = await person(world, admin, desk, "agent", agent)
    await at.go("/desktop")
    await at.sign_in_to_work()
    await at.go_available()
    return at


async def talked(world: World, at: Desk) -> Any:
    """A call that has just ended; the agent writes up."""
    call = await world.call()
    await at.ringing()
    await at.by("answer").click()
    await at.becomes("engaged")
    await call.hang_up()
    await at.becomes("wrap_up")
    return call


async def test_by_hand_not_without_the_result_which_typing_finds(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=120)
    async with world.administrator() as admin:
        results = await set_up(world, admin)
        at = await working(world, admin, desk, "6911")
        call = await talked(world, at)
        field, keyboard = at.page.locator("#disposition"), at.page.keyboard
        await expect(field).to_be_focused(timeout=PATIENCE)
        await keyboard.press("Control+Enter")
        await expect(at.by("wrap-up").locator(".ant-form-item-explain-error")).to_be_visible(timeout=PATIENCE)
        await at.becomes("wrap_up")
        await keyboard.type("cd")
        # No headings: the first is marked. What is typed and not chosen is not lost without a word.
        await expect(at.page.locator(".ant-select-tree-title:visible")).to_have_text(["投诉 / 配送 / 迟到"])
        await keyboard.press("Control+Enter")
        refusal = at.by("wrap-up").locator(".ant-form-item-explain-error")
        await expect(refusal).to_contain_text("cd", timeout=PATIENCE)
        await keyboard.press("Escape")
        await at.by("finish").click()
        await expect(refusal).to_contain_text("cd", timeout=PATIENCE)
        await at.becomes("wrap_up")
        await expect(field).to_have_value("cd")
        await keyboard.press("Backspace")
        await keyboard.press("Backspace")
        await expect(field).to_have_value("")
        await keyboard.type("cd")
        await expect(at.page.locator(".ant-select-tree-treenode-active:visible")).to_have_count(1)
        await keyboard.press("Enter")
        await expect(at.by("disposition")).to_contain_text("投诉 / 配送 / 迟到")
        await expect(at.by("note")).to_be_focused()
        await keyboard.press("Shift+Tab")
        await expect(field).to_be_focused()
        await keyboard.press("Tab")
        await expect(at.by("note")).to_be_focused()
        await keyboard.type("/cb")
        await keyboard.press("Tab")
        await expect(at.by("note")).to_have_value(f"{call.caller} 要求回电")
        await keyboard.press("Control+Enter")
        await at.becomes("available")
        (found,) = await contacts(admin, 1, disposition_id=results["投诉"])
        assert (found["disposition_name"], found["note"]) == ("投诉 / 配送 / 迟到", f"{call.caller} 要求回电")
        assert found["summary_due"] == {}
        await expect(at.by("open-summaries")).to_have_count(0)
    assert at.errors == []


async def test_when_time_runs_out_it_is_completed_later(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=3)
    async with world.administrator() as admin:
        await set_up(world, admin)
        at = await working(world, admin, desk, "6912")
        supervisor = await person(world, admin, desk, "supervisor")
        first = await talked(world, at)
        await at.becomes("available")  # by itself
        await expect(at.by("open-summaries")).to_have_attribute("data-count", "1", timeout=PATIENCE)
        # The next caller is served as ever.
        await talked(world, at)
        await at.becomes("available")
        await expect(at.by("open-summaries")).to_have_attribute("data-count", "2", timeout=PATIENCE)
        await supervisor.go("/reports/summaries")
        row = supervisor.by("open-by-agent")
        await expect(row).to_contain_text("2", timeout=PATIENCE)
        await row.get_by_role("link").click()
        await expect(supervisor.by("interaction-row")).to_have_count(2, timeout=PATIENCE)

        await at.by("open-summaries").click()
        await expect(at.by("open-summary")).to_have_count(2, timeout=PATIENCE)
        opened = at.by("complete")
        await opened.get_by_test_id("complete-save").click()
        await expect(opened.locator(".ant-form-item-explain-error")).to_be_visible(timeout=PATIENCE)
        await opened.locator("#disposition").fill("少件")
        await at.page.locator('.ant-select-tree-title:visible:has-text("少件")').click()
        await opened.get_by_test_id("note").fill("补写")
        await opened.get_by_test_id("note").press("Control+Enter")
        await expect(at.by("open-summary")).to_have_count(1, timeout=PATIENCE)
        await at.page.reload()
        await expect(at.by("open-summaries")).to_have_attribute("data-count", "1", timeout=PATIENCE)

        (written,) = await contacts(admin, 1, noted="补写")
        assert first.caller in written["caller"], "the oldest stands first"
        kinds = [event["kind"] for event in (await admin.get(f"/interactions/{written['id']}")).json["events"]]
        assert kinds.index("summary.due") < kinds.index("summary.completed")
        await contacts(admin, 1, summary="due")
    assert at.errors == [] and supervisor.errors == []


async def contacts(admin: Client, count: int, **wanted: str) -> list[dict[str, Any]]:
    """What the projector will have written soon."""
    found: list[dict[str, Any]] = []

    async def written() -> bool:
        found[:] = (await admin.get("/interactions", **wanted)).json["items"]
        return len(found) == count

    await until(written, f"{count} contacts with {wanted}")
    return found
