"""A file with customers: sent, its columns named, checked, imported, its faults downloaded, and taken back."""

from __future__ import annotations

import csv
import io
import re

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE
from tests.browser.test_routing_work import person
from tests.sip.conftest import Build

ROWS = [
    ["客户姓名", "手机", "备注", "内部编号"],
    ["王芳", "13912340001", "早上联系", "A-1"],
    ["李伟", "139-1234-0002", "", "A-2"],
    ["张敏", "不知道", "", "A-3"],
    ["王芳", "13912340001", "", "A-4"],
]


def file_of(rows: list[list[str]], encoding: str = "gb18030") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


async def test_a_file_becomes_customers_and_is_taken_back(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        at = await person(world, admin, desk, "tenant_administrator")
    await at.go("/customers")
    await at.by("imports").click()
    content = {"name": "客户.csv", "mimeType": "text/csv", "buffer": file_of(ROWS)}
    await at.page.locator('input[type="file"]').set_input_files(content)  # type: ignore[arg-type]

    # What the headings say is proposed; what nobody knows is left out.
    await expect(at.by("import-target-0")).to_contain_text(re.compile("Name|姓名"), timeout=PATIENCE)
    await expect(at.by("import-target-1")).to_contain_text(re.compile("Phone number|电话号码"))
    await expect(at.by("import-target-2")).to_contain_text(re.compile("Note|备注"))
    await expect(at.by("import-target-3")).to_contain_text(re.compile("Leave out|不导入"))
    await at.by("import-check").click()

    async def counted(**wanted: int) -> None:
        for name, count in wanted.items():
            await expect(at.by(f"import-{name}-count")).to_have_text(str(count), timeout=PATIENCE)

    state = at.by("customer-import")
    await expect(state).to_have_attribute("data-state", "checked", timeout=PATIENCE)
    await counted(new=2, skipped=1, refused=1)
    async with at.page.expect_download() as downloading:
        await at.by("import-refused").click()
    path = await (await downloading.value).path()
    head, (fault, *cells) = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    assert head[1:] == ROWS[0] and cells == ROWS[3] and re.match("手机[:：]", fault)
    async with world.administrator() as admin:
        assert (await admin.get("/customers", contact="13912340001")).json["total"] == 0

    await at.by("import-run-now").click()
    await expect(state).to_have_attribute("data-state", "done", timeout=PATIENCE)
    await counted(new=2, skipped=1, refused=1)
    async with world.administrator() as admin:
        (made,) = (await admin.get("/customers", contact="13912340001")).json["items"]
        assert (made["name"], made["note"], made["contact_points"][0]["label"]) == ("王芳", "早上联系", "手机")
        assert (await admin.send("PATCH", f"/customers/{made['id']}", {"grade": 5})).status == 200

    await at.by("import-take-back").click()
    dialog = at.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(re.compile("1 (customers|位客户)"), timeout=PATIENCE)
    await dialog.locator(".ant-btn-dangerous").click()
    await expect(state).to_have_attribute("data-state", "taken_back", timeout=PATIENCE)
    async with world.administrator() as admin:
        assert (await admin.get("/customers", contact="13912340001")).json["total"] == 1
        assert (await admin.get("/customers", contact="13912340002")).json["total"] == 0
    await at.go("/customers/imports")
    await expect(at.by("import-row").first).to_have_attribute("data-state", "taken_back", timeout=PATIENCE)
