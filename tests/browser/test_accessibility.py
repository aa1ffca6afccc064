"""No page has a serious fault for who sees little, or listens to the screen: each role's pages, with data in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from hujiao.kit.clock import utc_now
from hujiao.kit.i18n import Said
from hujiao.routing.problems import Problems
from tests.browser import pictures
from tests.browser.accessible import by_keyboard, faults, in_language
from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Api, Desk
from tests.browser.test_central import BILLS, tenant
from tests.sip.ledger import Ledger
from tests.sip.running import Running
from tests.sip.world import Phones

ADMINISTRATORS = (
    *("numbers", "hours", "holiday-calendars", "flows", "data-sources", "prompts", "queues", "routing"),
    *("customer-fields", "blending", "skills", "dispositions", "people", "agent-groups", "skill-matrix", "capacity"),
    *("reason-codes", "seats", "rooms", "state-thresholds", "indicators", "projects", "businesses", "settings"),
    *("chat-entries", "chat-phrases", "bulletins", "pop-rules", "screen-layouts", "linked-pages"),
    *("summary-rules", "note-templates", "wallboards"),
)
EDITED = {
    **{page: page for page in ("hours", "data-sources", "queues", "people", "customer-fields")},
    **{page: page for page in ("pop-rules", "screen-layouts", "linked-pages")},
    "bulletins": "bulletins",
    "capacity": "capacity-profiles",
    "blending": "blend-rules",
    "numbers": "access-numbers",
}
RING = Said("problem.endless_ring")
FLOOR = ("view=teams", "view=seats", "tab=alarms", "tab=indicators")
OPERATORS = ("tenants", "trunks", "people", "health")


async def walked(at: Desk, *paths: str) -> list[str]:
    found = []
    for path in paths:
        await at.go(path)
        await at.page.wait_for_load_state("networkidle")
        found += [f"{path} {fault}" for fault in [*await by_keyboard(at.page), *await faults(at.page)]]
        await pictures.of_path(at, path)
    await in_language(at.page, "zh-CN")  # other tests read the pages of this account
    return found


async def filled(api: Api) -> None:
    """One of everything that the demonstration lacks."""
    agents = [one["agent"]["id"] for one in await api.items("/people") if one["agent"]]
    queue, skill = (await api.items("/queues"))[0], (await api.items("/skills"))[0]
    group = await api.made("/agent-groups", {"name": "夜班", "agent_ids": agents[:2]})
    await api.made("/customer-fields", {"key": "city", "label": {"zh-CN": "城市"}})
    number = {"contact_points": [{"value": "13800138000"}]}
    await api.made("/customers", {"name": "王女士", "grade": 3, "agent_id": agents[0], **number})
    for other in ("赵敏", "赵敏 "):
        await api.post("/customers", {"name": other, "fields": {"city": "北京"}})
    fields = {"kind": "fields", "title": "客户", "items": [{"key": "customer.name"}, {"key": "vars.account"}]}
    layout = await api.made("/screen-layouts", {"name": "查件", "sections": [fields, {"kind": "contacts"}]})
    # Neither is to stand before what other tests look at in their calls.
    address = "https://erp.example.com/?from={{caller}}"
    page = await api.made("/linked-pages", {"name": "下单", "address": address, "opens": "by_hand"})
    rule = {"name": "来话", "layout_id": layout["id"], "page_ids": [page["id"]], "enabled": False}
    await api.made("/pop-rules", rule)
    await api.made("/capacity-profiles", {"name": "会话", "media": [{"medium": "chat", "weight": 25, "most": 3}]})
    calendar = await api.made(
        "/holiday-calendars", {"name": "国庆", "days": [{"date": "2026-10-01", "name": "国庆节"}]}
    )
    office = [{"start": "09:00", "end": "18:00"}]
    await api.made("/hours", {"name": "白班", "weekly": [office] * 5 + [[], []], "calendar_id": calendar["id"]})
    await api.made("/blend-rules", {"name": "外呼", "queue_ids": [queue["id"]], "group_ids": [group["id"]]})
    await api.post("/bulletins", {"title": "停机通知", "text": "今晚升级", "audience": "all"})
    await api.post("/summary-rules", {"queue_id": queue["id"]})
    await api.made("/note-templates", {"shortcut": "cb", "name": "回电", "text": "{number} 要求回电"})
    request = {"kind": "http", "url": "https://crm.example.com/"}
    results = [{"variable": "grade", "value": "answer.grade"}]
    await api.made("/data-sources", {"name": "客户资料", "request": request, "results": results})
    await api.made("/tokens", {"name": "报表"})
    until = (utc_now() + timedelta(hours=1)).isoformat()
    tile = {"id": "a", "kind": "agents", "x": 0, "y": 0, "w": 6, "h": 4}
    await api.made("/wallboards", {"name": "大厅", "tiles": [tile]})
    given = {
        "agent_ids": agents[:1],
        "changes": [{"kind": "skill", "subject": skill["id"], "level": 3}],
        "until_at": until,
    }
    await api.made("/adjustments", given)


async def test_the_administrators_pages(running: Running, desk: OpenDesk) -> None:
    at = await desk("a", "admin")
    api = Api(at)
    await filled(api)
    flow, queue, person = [(await api.items(path))[0]["id"] for path in ("/flows", "/queues", "/people")]
    board = (await api.items("/wallboards"))[0]["id"]
    tenant_id = await tenant(running, "a")
    async with running.database.tenant(tenant_id) as session:
        book, now = Problems(session, tenant_id), utc_now()
        await book.record("flow", "服务热线 › 主菜单 › values.grade", flow, RING, 3, now)
        await book.record("criterion", "caller.grade > 3", None, Said("no such variable: grade"), 1, now)
    customer = (await api.items("/customers?q=王女士"))[0]["id"]
    edited = [f"/admin/{page}?edit={(await api.items(f'/{objects}'))[0]['id']}" for page, objects in EDITED.items()]
    for page in ("/admin/flows", f"/admin/flows/{flow}"):
        await at.go(page)
        await expect(at.by("routing-problem")).to_contain_text("流程兜圈", timeout=PATIENCE)
    await expect(at.page.locator("[data-testid=flow-node][data-problem=error]")).to_contain_text("主菜单")
    found = await walked(
        at,
        *(f"/admin/{page}" for page in ADMINISTRATORS),
        *edited,
        f"/admin/flows/{flow}",
        *(f"/admin/wallboards/{board}", f"/board/{board}"),
        f"/admin/queues/{queue}/routing",
        f"/admin/people/{person}/phone",
        *("/customers", "/customers?customer=new", f"/customers?customer={customer}", "/customers?hand_over=anybody"),
        *("/customers/duplicates", "/customers/duplicates?view=apart"),
        "/account/tokens",
        "/nowhere",
    )
    assert not found, "\n".join(found)
    assert at.errors == []


async def test_the_operators_pages(desk: OpenDesk) -> None:
    at = await desk("platform", "admin")
    trunk = await Api(at).made("/trunks", {"name": "电信", "kind": "address", "host": "192.0.2.20"})
    found = await walked(at, *(f"/platform/{page}" for page in OPERATORS))
    assert (await Api(at).delete(f"/trunks/{trunk['id']}")).ok  # a number that others call would ring there
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/sign-in", "/trust"])
async def test_pages_before_the_sign_in(desk: OpenDesk, path: str) -> None:
    at = await desk("platform", "admin")
    await at.page.context.clear_cookies()
    found = await walked(at, path)
    assert not found, "\n".join(found)


async def test_pages_of_a_call(running: Running, phones: Phones, desk: OpenDesk) -> None:
    """The agent's desktop in each state, the supervisor's floor with a caller who waits, and the record afterwards."""
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent, supervisor = await desk("a", "1001"), await desk("a", "supervisor")
    found = await walked(agent, "/desktop")
    await agent.sign_in_to_work()
    call = await phones.phone.call(BILLS, caller=phones.new_caller())
    await ledger.has("flow.node", call.caller, node="menu")
    await call.press("1")
    [*_, entered] = await ledger.has("queue.entered", call.caller)
    found += await walked(supervisor, "/live", f"/live?caller={entered.interaction_id}", "/live?tab=waiting")
    found += await walked(supervisor, *(f"/live?{what}" for what in FLOOR))
    await agent.choose_state("available")
    await agent.ringing()
    found += await faults(agent.page, briefly=True)  # before the time to answer is over
    await agent.by("answer").click()
    await agent.becomes("engaged")
    found += await faults(agent.page)
    await pictures.of_state(agent, "desktop-in-a-call")
    who = (await Api(supervisor).items("/people"))[0]["agent"]
    found += await walked(supervisor, f"/live?agent={who['id']}" if who else "/live")
    await agent.by("hang-up").click()
    await agent.becomes("wrap_up")
    found += await faults(agent.page)
    await pictures.of_state(agent, "desktop-wrap-up")
    await call.hang_up()
    await ledger.ended(call.caller)
    await agent.page.keyboard.press("Control+Enter")
    await expect(agent.by("state-menu")).to_have_attribute("data-state", "available", timeout=PATIENCE)
    found += await walked(agent, "/interactions", f"/interactions/{entered.interaction_id}")
    found += await walked(supervisor, "/interactions", "/reports/queues", "/reports/summaries")
    assert not found, "\n".join(found)
    assert agent.errors == supervisor.errors == []
