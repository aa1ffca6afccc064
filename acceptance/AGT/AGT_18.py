"""AGT-18: telesales."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect as sees

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import OUTSIDE_TONE, Scene
from hujiao.app.cli.http_client import Refused
from hujiao.asterisk.testphone.config import Robot
from tests.browser.desk import PATIENCE, Desk

ABOUT = About(
    procedure=Text(
        "An agent has a customer of the type *interested* with two numbers; one is busy, the other answers. "
        "In the browser the agent calls both from the list of the own customers, chooses a result, and sets the next "
        "call to the minute. When it comes, the agent is reminded, snoozes, is reminded again, and calls from the "
        "reminder. The number is then entered for a second customer.",
        "坐席名下有一位意向客户，登记两个号码，一个占线，一个可接通。坐席在浏览器中从自己的客户名单一键拨打两个号码，选择结果，设定精确到分钟的下次联系；"
        "到时出现提醒，稍后提醒后再次出现，从提醒中拨打；最后以同一号码再次登记客户。",
    ),
    expected=Text(
        "The list shows type, numbers, number of calls, the last result (busy by itself, then the one chosen) and the "
        "next call. The reminder comes at its minute, and is done when the customer has answered. The number is "
        "refused, with the customer and the agent who have it.",
        "名单显示客户类型、号码、拨打次数、上次结果（占线自动记录，接通后为所选结果）和下次联系；提醒准时出现，客户接听后自动完成；重复号码被拒绝，"
        "并告知所属客户与坐席。",
    ),
    seconds=420,
)
ANSWERS, BUSY = "13800138000", "13800138001"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    password = await tenant.agent_account("5500", phone="browser")
    people = (await tenant.admin.get("/people"))["items"]
    agent_id = next(one["agent"]["id"] for one in people if one["login"] == "5500")
    await tenant.admin.post("/dispositions/outbound", {})
    results = (await tenant.admin.get("/dispositions?page_size=200"))["items"]
    below = {one["parent_id"] for one in results}
    wanted = next(one["name"] for one in results if one["parent_id"] and one["id"] not in below)
    kind = {"key": "customer_type", "kind": "choice", "label": {"en": "Type"}, "options": ["Interested", "Sold to"]}
    await tenant.admin.post("/customer-fields", kind)
    numbers = [{"value": BUSY, "label": "Office"}, {"value": ANSWERS, "label": "Mobile"}]
    known = {"name": "Wang", "agent_id": agent_id, "contact_points": numbers}
    known |= {"project_id": tenant.project, "fields": {"customer_type": "Interested"}}
    customer = (await tenant.configures("POST", "/customers", known))["id"]
    phone = await scene.outside(ANSWERS)
    voice = str(scene.tone(OUTSIDE_TONE, 5).with_suffix(""))
    await phone.set_answers([*phone.robots.values(), Robot(BUSY, "", voice, answers="busy")])
    api = await scene.session(tenant.slug, "5500", password)

    async def listed() -> dict[str, Any]:
        (row,) = (await api.get("/me/customers"))["items"]
        return dict(row)

    window = await scene.window(tenant.slug, "5500", password, language="en")
    await window.sign_in_to_work()
    await window.by("area-myCustomers").click()
    await dials(window, 1)
    row = await until(
        listed, lambda row: row["last_call"] and row["last_call"]["failure"], "the list says what came of it"
    )
    equal((row["calls"], row["last_call"]["failure"]), (1, "busy"), "the first number's call")
    await written_up(window)
    await window.by("finish").click()
    await window.by("area-myCustomers").click()
    await dials(window, 2)
    await sees(window.by("call-bar")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await scene.picture(window, "list", "Called from the list of own customers", "从自己的客户名单拨打")
    await window.by("call-bar-hang-up").click()
    await written_up(window)
    await window.page.locator("#disposition").fill(wanted)
    found = window.page.locator(".ant-select-tree-title:visible")  # what was typed finds results by their whole path
    await found.filter(has_text=re.compile(rf"(^|/ ){re.escape(wanted)}$")).first.click()
    await window.by("finish").click()
    row = await until(listed, lambda row: row["last_call"]["result"], "the list says the result")
    equal(row["calls"], 2, "the number of calls")
    expect(row["last_call"]["result"].endswith(wanted), "the chosen result", row["last_call"]["result"])
    scene.saw(
        "Called by one key each: busy without typing, then the result that was chosen",
        "按键即拨：占线自动记录，随后为所选结果",
    )

    due = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    when = {"due_at": due.isoformat(), "note": "Asks for the price"}
    await api.put(f"/me/customers/{customer}/next-call", when)
    await sees(window.by("reminder")).to_contain_text("Asks for the price", timeout=90_000)
    late = (datetime.now(UTC) - due).total_seconds()
    expect(late >= 0, "the reminder to come at its minute, not before", late)
    await scene.picture(window, "reminder", "The reminder at its minute", "准点提醒")
    await window.by("snooze-5").click()
    await sees(window.by("reminder")).to_have_count(0, timeout=PATIENCE)
    again = {"due_at": datetime.now(UTC).isoformat(), "note": "Asks for the price"}
    await api.put(f"/me/customers/{customer}/next-call", again)
    await window.page.reload()
    await sees(window.by("reminder")).to_be_visible(timeout=PATIENCE)
    await window.by("reminder").get_by_test_id("dial-customer").click()
    await window.by("dial-choice").nth(1).click()
    await sees(window.by("reminders")).to_have_count(0, timeout=PATIENCE)
    history = await api.get(f"/customers/{customer}/next-calls")
    equal([one["outcome"] for one in history], ["called"], "what became of the next call")
    scene.saw(
        f"Reminded {late:.1f} s after the minute began, again after a reload, done by the call",
        f"到点 {late:.1f} 秒内提醒，刷新后仍提醒，通话后自动完成",
    )
    try:
        same = [{"value": f"+86 {ANSWERS}"}]
        await api.post("/customers", {"name": "Again", "project_id": tenant.project, "contact_points": same})
    except Refused as refused:
        expect(re.search("Wang.*5500", str(refused)), "the refusal to name customer and agent", str(refused))
    else:
        expect(False, "the second customer with the number to be refused")
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw("The same number is refused, naming Wang and Agent 5500", "相同号码被拒绝，并告知客户 Wang 和坐席 5500")


async def dials(window: Desk, digit: int) -> None:
    """The customer's number with this digit, by the keyboard."""
    await window.by("dial-customer").press("Enter")
    await sees(window.by("dial-choice")).to_have_count(2, timeout=PATIENCE)
    await window.page.keyboard.press(str(digit))


async def written_up(window: Desk) -> None:
    await sees(window.by("state-menu")).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE)
    await window.by("to-desktop").click()
    await sees(window.by("wrap-up")).to_have_attribute("data-state", "open", timeout=PATIENCE)
