"""The flow editor as an administrator uses it: every kind of step is at hand, set, joined, saved and published."""

from __future__ import annotations

from uuid import uuid4

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Api, Desk


async def choose(at: Desk, label: str, option: str) -> None:
    """In the inspector's list of this label."""
    await at.by("inspector").locator(".ant-form-item").filter(has_text=label).locator(".ant-select").first.click()
    await at.page.locator(".ant-select-item-option:visible").filter(has_text=option).first.click()


async def test_a_flow_is_drawn_of_every_kind_of_step_and_published(desk: OpenDesk) -> None:
    at = await desk("a", "admin")
    api = Api(at)
    project = (await api.items("/projects"))[0]["id"]
    flow = (await api.made("/flows", {"name": f"drawn {uuid4().hex[:6]}", "project_id": project}))["id"]
    await at.go(f"/admin/flows/{flow}")
    await expect(at.by("flow-editor")).to_be_visible(timeout=PATIENCE)
    kinds = await api.items("/flows/node-kinds")
    cards = at.by("flow-node")

    for at_hand, kind in enumerate(kinds, start=3):  # a new flow has two steps
        await at.by(f"add-{kind['type']}").click()
        await expect(cards).to_have_count(at_hand)
        inspector = at.by("inspector")
        new = f"{kind['type']}_2" if kind["type"] in ("answer", "hang_up") else kind["type"]
        await expect(inspector.locator(".ant-form-item-extra").first).to_have_text(new)
        ways = [way for way in kind["exits"] if way["shape"] == "one"]
        names = {one["name"] for one in kind["fields"]} | {way["field"] for way in kind["exits"]} | {kind["type"]}
        labels = await inspector.locator(".ant-form-item-label").all_inner_texts()
        # Of a source or flow that nobody has chosen there are no names to show.
        fields = [field for field in kind["fields"] if field["name"] not in ("parameters", "results")]
        assert len(labels) >= 1 + len(fields) + len(ways)
        assert not names & set(labels), "a name that nobody has translated"

    await at.by("validate").click()
    await expect(at.by("problems")).to_contain_text("play", timeout=PATIENCE)  # nothing leads to or from them

    await at.go(f"/admin/flows/{flow}")
    await expect(cards).to_have_count(2, timeout=PATIENCE)  # what was not saved is not there
    await at.by("add-play").click()
    await at.by("inspector").locator(".ant-form-item").filter(has_text="语音").locator("input").fill("greeting")
    await at.page.keyboard.press("Enter")
    await at.page.keyboard.press("Escape")
    await at.by("add-conference").click()
    await at.by("inspector").locator(".ant-form-item").filter(has_text="会议名称").locator("textarea").fill("board")
    numbers = at.by("field-numbers").locator("input")
    for number in ("13800138000", "13900139000"):
        await numbers.fill(number)
        await numbers.press("Enter")
    await choose(at, "会议结束", "hang_up")
    await at.page.locator('[data-testid=flow-node][data-id="play"]').click()
    await choose(at, "下一步", "conference")
    await at.page.locator('[data-testid=flow-node][data-id="answer"]').click()
    await choose(at, "下一步", "play")
    await at.by("save-draft").click()
    await expect(at.by("save-draft")).to_be_disabled(timeout=PATIENCE)
    await at.by("publish").click()
    await expect(at.page.locator(".hj-flow-head")).to_contain_text("第 1 版", timeout=PATIENCE)
    await at.go(f"/admin/flows/{flow}")
    await expect(cards).to_have_count(4, timeout=PATIENCE)
    nodes = (await (await at.page.request.get(f"{at.address}/api/v1/flows/{flow}/versions/1")).json())["document"][
        "nodes"
    ]
    assert (nodes["answer"]["next"], nodes["play"]["prompts"], nodes["play"]["next"]) == (
        "play",
        ["greeting"],
        "conference",
    )
    room = nodes["conference"]
    assert (room["room"], room["numbers"], room["on_ended"]) == ("board", ["13800138000", "13900139000"], "hang_up")
    assert at.errors == []
    assert (await api.delete(f"/flows/{flow}")).ok  # others look at the first flow that there is
