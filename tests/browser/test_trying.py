"""A flow is tried in the editor, its walk kept as a test, and a failing test stops publishing."""

from __future__ import annotations

from uuid import uuid4

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Api


async def test_a_walk_becomes_a_test_that_guards_publishing(desk: OpenDesk) -> None:
    at = await desk("a", "admin")
    api = Api(at)
    project = (await api.items("/projects"))[0]["id"]
    flow = (await api.made("/flows", {"name": f"tried {uuid4().hex[:6]}", "project_id": project}))["id"]
    await at.go(f"/admin/flows/{flow}")
    await at.by("try-flow").click()
    await expect(at.by("try-state")).to_contain_text("已结束", timeout=PATIENCE)  # answers and hangs up
    await expect(at.by("try-steps").locator("li")).to_have_count(2)
    lit = at.page.locator("[data-testid=flow-node][data-lit=at]")
    await expect(lit).to_have_attribute("data-id", "hang_up")
    await at.by("save-test").click()
    await at.by("test-name").fill("short")
    await at.page.locator(".ant-modal-footer .ant-btn-primary").click()
    await expect(at.by("test-name")).to_be_hidden(timeout=PATIENCE)

    await at.by("try-panel").get_by_text("测试", exact=True).click()
    await at.by("run-tests").click()
    await expect(at.by("coverage")).to_contain_text("2/2", timeout=PATIENCE)

    tests = await api.items(f"/flows/{flow}/tests")
    assert [one["expected"]["path"] for one in tests] == [["answer", "hang_up"]]
    await api.made(f"/flows/{flow}/tests", {"name": "wrong", "script": {}, "expected": {"path": ["answer"]}})
    await at.by("publish").click()
    await expect(at.by("tests-fail")).to_contain_text("wrong", timeout=PATIENCE)
    await at.by("publish-reason").fill("the test is wrong")
    await at.page.locator(".ant-modal-footer .ant-btn-primary:visible").click()
    await expect(at.page.locator(".hj-flow-head")).to_contain_text("第 1 版", timeout=PATIENCE)
    assert (await api.delete(f"/flows/{flow}")).ok  # others look at the first flow that there is
