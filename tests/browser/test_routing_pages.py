"""The routing pages as an administrator uses them: a ring is added, saved, and there when the page is opened again."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE


async def enter(field: Locator, value: str) -> None:
    """Into a figure's input, which may itself bear the name."""
    inner = field.locator("input")
    box = inner if await inner.count() else field
    await box.fill(value)
    await box.press("Tab")


async def test_a_ring_is_added_saved_and_stays(desk: OpenDesk) -> None:
    admin = await desk("a", "admin")
    await admin.go("/admin/queues")
    queue = await admin.by("row").first.get_attribute("data-id")
    page, document = f"/admin/queues/{queue}/routing", f"{admin.address}/api/v1/queues/{queue}/routing"
    found = await (await admin.page.request.get(document)).json()
    await admin.go(page)
    await expect(admin.by("queue-routing")).to_be_visible(timeout=PATIENCE)
    await expect(admin.by("save")).to_be_disabled()
    rings = admin.page.locator("li.hj-ring-row")
    before = await rings.count()

    await admin.by("add-ring").click()
    await expect(rings).to_have_count(before + 1)
    await admin.by("save").click()  # a ring that names nobody is refused, and what was entered stays
    await expect(admin.page.locator('li.hj-ring-row[data-error="true"]')).to_have_count(1)
    await admin.page.locator(".hj-ring-editor").get_by_test_id("add-skill").click()
    await admin.page.locator(".ant-select-item-option").first.click()
    await enter(admin.by("target-percent"), "85")
    await admin.by("save").click()
    await expect(admin.by("save")).to_be_disabled(timeout=PATIENCE)

    await admin.go(page)
    await expect(rings).to_have_count(before + 1, timeout=PATIENCE)
    shown = admin.by("target-percent")
    box = shown.locator("input") if await shown.locator("input").count() else shown
    await expect(box).to_have_value("85")

    await admin.by("try-it").click()
    await admin.by("trial-run").click()  # with too little history a sentence says so
    await expect(admin.by("trial-failed").or_(admin.by("trial-result"))).to_be_visible(timeout=PATIENCE)
    assert admin.errors == []

    session = await (await admin.page.request.get(f"{admin.address}/api/v1/session")).json()
    headers = {"X-CSRF-Token": session["csrf_token"]}
    assert (await admin.page.request.put(document, data=found, headers=headers)).ok  # others use the same queue
