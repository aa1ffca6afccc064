"""A call that pops: the customer by what was typed, a layout with a data source's lines, and pages of the tenant's own
software that hear of the call and may ask for things; nobody else may, and no page reaches the agent's session."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import FrameLocator, expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.conftest import until
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.running import Running
from tests.sip.world import World

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "linked-pages"
ORDERS = {
    "grade": "Gold",
    "orders": [
        {"order": "SF1001", "at": "11-29 10:20", "place": "Shenzhen", "receiver": "Zhao", "station": "Nanshan"},
        {"order": "SF1002", "at": "11-28 16:05", "place": "Beijing", "receiver": "Qian", "station": "Haidian"},
    ],
}
# Tries what a page of somebody else's must not be able to do, and says what came of it; speaks as a stranger, too.
HOSTILE = """<!doctype html><title>x</title><script type="module">
const tried = {};
const may = async (name, act) => { try { await act(); tried[name] = true; } catch { tried[name] = false; } };
await may('parent', () => parent.document.title);
await may('top', () => top.document.cookie);
await may('leave', () => { top.location.href = 'about:blank'; });
await may('session', async () => {
  const answer = await fetch(DESKTOP + '/api/v1/session', { credentials: 'include' });
  await answer.json();
});
document.body.append(JSON.stringify(tried));
const note = () => parent.postMessage({ hujiao: 1, type: 'note', id: 'own', text: 'by itself' }, '*');
const again = setInterval(note, 500);
addEventListener('message', ({ data }) => {
  if (data.type !== 'done' || !data.ok) return;
  clearInterval(again);
  document.body.append(' written');
});
const stranger = document.createElement('iframe');
stranger.src = STRANGER + '/stranger';
document.body.append(stranger);
</script>"""
STRANGER = """<!doctype html><title>x</title><script type="module">
for (const window of [parent, parent.parent, top])
  window.postMessage({ hujiao: 1, type: 'note', id: 'stranger', text: 'by a stranger' }, '*');
document.body.append('said');
</script>"""


@dataclass
class Software:
    """The tenant's own software: the examples, two more pages, and what a data source says."""

    desktop: str
    port: int = 0
    up: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Another site than the desktop's, as far as the browser is concerned."""
        return f"http://localhost:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.path.strip("/")
        if name == "orders.json":
            self.asked.append(dict(request.query))
            return web.json_response(ORDERS) if self.up else web.Response(status=500)
        if name == "config.js":
            text = f"export const desktopOrigin = {json.dumps(self.desktop)};"
            return web.Response(text=text, content_type="text/javascript")
        if name in ("hostile", "stranger"):
            text = HOSTILE if name == "hostile" else STRANGER
            text = text.replace("DESKTOP", json.dumps(self.desktop))
            return web.Response(
                text=text.replace("STRANGER", json.dumps(f"http://127.0.0.1:{self.port}")), content_type="text/html"
            )
        return web.FileResponse(EXAMPLES / name)


@pytest.fixture
async def software(running: Running) -> AsyncIterator[Software]:
    made = Software(running.settings.web_url)
    application = web.Application()
    application.router.add_get("/{name:.*}", made.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "localhost", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()


def typed() -> dict[str, Any]:
    """Answers, asks for an account, and goes to the queue."""
    asks = {"type": "collect", "prompts": ["menu"], "variable": "account", "max_digits": 4, "timeout_seconds": 20}
    nodes = {
        "answer": {"type": "answer", "next": "menu"},
        "menu": {**asks, "tries": 3, "next": "queue", "on_timeout": "queue"},
        "queue": {"type": "queue", "queue": "Queue"},
    }
    return {"version": 1, "start": "answer", "nodes": nodes}


async def source(admin: Client, software: Software) -> str:
    request = {"kind": "http", "url": f"{software.address}/orders.json?account={{{{account}}}}&from={{{{caller}}}}"}
    results = [{"variable": "grade", "value": "answer.grade"}]
    kept = {"name": "orders", "parameters": ["account", "caller"], "request": request, "rows": "answer.orders"}
    return str((await admin.made("/data-sources", {**kept, "results": results}))["id"])


async def page(admin: Client, software: Software, name: str, file: str, **more: Any) -> str:
    body = {"name": name, "address": f"{software.address}/{file}?from={{{{caller}}}}", **more}
    return str((await admin.made("/linked-pages", body))["id"])


async def at_work(world: World, admin: Client, desk: OpenDesk) -> Desk:
    await led(world, admin)
    (skill,) = (await admin.get("/skills")).json["items"]
    skills = [{"skill_id": skill["id"], "proficiency": 5}]
    return await person(world, admin, desk, "agent", {"number": "6907", "phone_kind": "browser", "skills": skills})


async def ready(agent: Desk) -> None:
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await agent.go_available()


def inside(agent: Desk, at: int = 0) -> FrameLocator:
    """The page itself, in the frame within ours."""
    return agent.page.frame_locator("[data-testid=page-frame]").nth(at).frame_locator("iframe")


async def test_what_was_typed_finds_the_customer_and_their_orders(
    build: Build, desk: OpenDesk, software: Software
) -> None:
    world = await build(agents=0, document=typed(), no_answer_seconds=60)
    async with world.administrator() as admin:
        await admin.made("/customer-fields", {"key": "account", "label": {"en": "Account"}})
        await world.configure(admin, "POST", "/customers", {"name": "Sun", "fields": {"account": "4711"}})
        orders = await source(admin, software)
        keys = ("customer.name", "customer.account", "vars.account", "call.queue")
        sections = [
            {"kind": "fields", "title": "Parcel", "items": [{"key": key} for key in keys]},
            {
                "kind": "source",
                "title": "Orders",
                "source_id": orders,
                "items": [{"key": "grade"}],
                "columns": [{"key": "order", "label": "No."}, {"key": "receiver"}],
            },
        ]
        layout = await admin.made("/screen-layouts", {"name": "Parcel", "sections": sections})
        rule = {"name": "typed", "condition": "has(vars.account)", "find_by": "account", "find_in": "account"}
        await admin.made("/pop-rules", {**rule, "layout_id": layout["id"]})
        agent = await at_work(world, admin, desk)
    await ready(agent)
    call = await world.call()
    await world.in_menu(call)
    await call.press("4711")
    await agent.ringing()  # before it is answered
    await expect(agent.by("pop-customer.name")).to_contain_text("Sun", timeout=PATIENCE)
    await expect(agent.by("pop-vars.account")).to_contain_text("4711")
    await expect(agent.by("pop-call.queue")).to_contain_text("Queue")
    await expect(agent.by("customer-name")).to_have_text("Sun", timeout=PATIENCE)
    await expect(agent.by("pop-row")).to_have_count(2, timeout=PATIENCE)
    await expect(agent.by("pop-row").first).to_contain_text("SF1001")
    assert software.asked == [{"account": "4711", "from": call.caller}]
    await call.hang_up()
    await agent.becomes("available")

    software.up = False  # what cannot be reached is said calmly, and the rest is there
    call = await world.call()
    await world.in_menu(call)
    await call.press("9999")
    await agent.ringing()
    await expect(agent.by("pop-source-unreached")).to_be_visible(timeout=PATIENCE)
    await expect(agent.by("pop-nobody")).to_contain_text("9999")
    await call.hang_up()
    assert agent.errors == []


async def test_a_linked_page_hears_of_the_call_and_asks_for_things(
    build: Build, desk: OpenDesk, software: Software
) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=60, no_answer_seconds=60)
    async with world.administrator() as admin:
        told = ["agent_number", "queue", "caller", "customer.name", "keys"]
        orders = await source(admin, software)
        may = {"parameters": told, "source_ids": [orders], "may_note": True}
        await page(admin, software, "Parcel", "parcel.html", **may)
        await page(admin, software, "Complaint", "complaint.html", opens="by_hand", **may)
        agent = await at_work(world, admin, desk)
    await ready(agent)
    call = await world.call()
    await agent.ringing()
    parcel = inside(agent)
    await expect(parcel.locator("body")).to_have_attribute("data-state", "offered", timeout=PATIENCE)
    await expect(parcel.locator("[data-name=caller]")).to_have_text(call.caller)
    await expect(parcel.locator("[data-name=agent]")).to_have_text("6907")
    await expect(parcel.locator("tbody tr")).to_have_count(2, timeout=PATIENCE)
    await agent.by("answer").click()
    await expect(parcel.locator("body")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await parcel.locator("[data-name=search]").fill("SF1002")
    await expect(parcel.locator("tbody tr")).to_have_count(1)
    await parcel.locator("[name=result]").fill("At Haidian station")
    await parcel.locator("form button").click()
    await expect(parcel.locator("[data-name=result]")).to_contain_text("已写入", timeout=PATIENCE)

    # The agent opens another one by hand; what was written in the first one stays.
    tabs = agent.page.get_by_role("tab")
    await tabs.filter(has_text="Linked applications").click()
    await agent.by("open-page").click()
    complaint = inside(agent, 1)
    await expect(complaint.locator("body")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    await complaint.locator("[data-name=call-back]").click()  # which the administrator has not allowed
    await expect(complaint.locator("[data-name=result]")).to_contain_text("not_allowed", timeout=PATIENCE)
    await call.hang_up()
    await agent.becomes("wrap_up")
    await expect(parcel.locator("body")).to_have_attribute("data-state", "ended", timeout=PATIENCE)
    await expect(agent.by("note")).to_have_value("查件：At Haidian station", timeout=PATIENCE)
    await expect(agent.by("note")).to_be_focused()
    assert agent.errors == []


async def test_a_page_asks_the_agent_to_call(build: Build, desk: OpenDesk, software: Software) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=60, no_answer_seconds=60)
    async with world.administrator() as admin:
        await page(admin, software, "Complaint", "complaint.html", may_dial="asks")
        agent = await at_work(world, admin, desk)
    await ready(agent)
    call = await world.call()
    await agent.ringing()
    complaint = inside(agent)
    await expect(complaint.locator("body")).to_have_attribute("data-state", "offered", timeout=PATIENCE)
    await complaint.locator("[data-name=call-back]").click()
    asked = agent.page.get_by_role("dialog")
    await expect(asked).to_contain_text("Complaint", timeout=PATIENCE)
    await asked.get_by_role("button", name="Cancel").click()
    await expect(complaint.locator("[data-name=result]")).to_contain_text("refused_by_agent", timeout=PATIENCE)
    await call.hang_up()


async def test_a_page_reaches_neither_the_session_nor_speaks_for_others(
    build: Build, desk: OpenDesk, software: Software
) -> None:
    world = await build(agents=0, straight=True, wrap_up_seconds=60, no_answer_seconds=60)
    async with world.administrator() as admin:
        await page(admin, software, "Hostile", "hostile", may_note=True, opens="answered")
        agent = await at_work(world, admin, desk)
    await ready(agent)
    call = await world.call()
    await agent.ringing()
    await agent.by("answer").click()
    hostile = inside(agent)
    nothing = '{"parent":false,"top":false,"leave":false,"session":false}'
    await expect(hostile.locator("body")).to_contain_text(nothing, timeout=PATIENCE)
    await expect(hostile.locator("body")).to_contain_text(
        " written", timeout=PATIENCE
    )  # its own note, which it may write
    await expect(hostile.frame_locator("iframe").locator("body")).to_contain_text("said", timeout=PATIENCE)
    await call.hang_up()
    await agent.becomes("wrap_up")
    await expect(agent.by("note")).to_have_value("by itself")
    assert agent.errors == []


async def test_a_layout_is_drawn_by_mouse_and_by_keys(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        boss = await person(world, admin, desk, "tenant_administrator")
        await boss.go("/admin/screen-layouts")
        await boss.by("new").click()
        await boss.by("field-name").fill("Drawn")
        await boss.by("palette-customer.name").click()  # a section comes with the first field
        await expect(boss.by("item-customer.name")).to_be_visible(timeout=PATIENCE)
        await boss.by("layout-variable").fill("account")
        await boss.by("layout-variable").press("Enter")
        await expect(boss.by("item-vars.account")).to_be_visible(timeout=PATIENCE)
        # Dragged before the first one.
        field, first = boss.by("palette-call.queue"), boss.by("item-customer.name")
        await field.hover()
        await boss.page.mouse.down()
        place = await first.bounding_box()
        assert place
        await boss.page.mouse.move(place["x"] + 60, place["y"] + 30, steps=8)
        await boss.page.mouse.move(place["x"] + 60, place["y"] + place["height"] / 2, steps=8)
        await boss.page.mouse.up()
        await expect(boss.by("item-call.queue")).to_be_visible(timeout=PATIENCE)
        # Taken by the keyboard, and put below the other.
        handle = boss.by("item-customer.name").get_by_role("button").first
        await handle.focus()
        await boss.page.keyboard.press("Space")
        await boss.page.wait_for_timeout(300)
        await boss.page.keyboard.press("ArrowDown")
        await boss.page.wait_for_timeout(300)
        await boss.page.keyboard.press("Space")
        await boss.by("save").click()

        async def kept() -> bool:
            drawn = [one["sections"][0]["items"] for one in (await admin.get("/screen-layouts")).json["items"]]
            return [[item["key"] for item in items] for items in drawn] == [
                ["call.queue", "vars.account", "customer.name"]
            ]

        await until(kept, "the layout is saved as it was drawn")
    assert boss.errors == []
