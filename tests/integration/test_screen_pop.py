"""The screen pop by the API: what a call shows its agent, whose data that may be, and what administrators may set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from hujiao.app.realtime.view import Record
from tests.conftest import until
from tests.integration.client import Answer, Client
from tests.integration.control import CallControl
from tests.integration.test_sockets import SINCE, agent_record
from tests.integration.world import Side, World, make_side


@pytest.fixture(scope="module")
async def side(world: World, control: CallControl) -> AsyncIterator[Side]:
    """A tenant of its own: others count what is in theirs."""
    async with AsyncExitStack() as stack:
        made = await make_side(stack, world.operator, world.settings.web_url, "p")
        for name in ("account", "id_card"):
            field = {"key": name, "label": {"en": name}, "private": name == "id_card"}
            await made.admin.made("/customer-fields", field)
        yield made


@pytest.fixture
async def admin(side: Side) -> Client:
    """The administrator of a tenant without a rule, a layout or a page."""
    for path in ("/pop-rules", "/screen-layouts", "/linked-pages"):
        for one in (await side.admin.get(path, page_size=200)).json["items"]:
            assert (await side.admin.send("DELETE", f"{path}/{one['id']}")).status == 204
    return side.admin


async def comes(control: CallControl, side: Side, ids: dict[str, str] | None = None, **known: Any) -> str:
    """A call that is offered to an agent."""
    ids = ids or side.ids
    record: Record = {
        "id": str(uuid4()),
        "state": "offered",
        "medium": "voice",
        "direction": "inbound",
        "caller": "+8613900000000",
        "called": "+8695588",
        "project_id": ids["project"],
        "business_id": ids["business"],
        "queue_id": ids["queue"],
        "queue_name": "Parcels",
        "language": "zh-CN",
        "agent_id": ids["agent"],
        "started_at": SINCE,
        "connected_at": None,
        **known,
    }
    await control.change(side.tenant_id, interactions=[record], agents=[agent_record(side, ids)])
    if ids is side.ids:

        async def seen() -> bool:
            return (await side.clients["agent"].get(f"/me/interactions/{record['id']}/pop")).status == 200

        await until(seen, "the API has the call")
    return str(record["id"])


async def pop(side: Side, call: str) -> Any:
    answer = await side.clients["agent"].get(f"/me/interactions/{call}/pop")
    assert answer.status == 200, answer.text
    return answer.json


def fields(*keys: str, title: str = "") -> dict[str, Any]:
    return {"kind": "fields", "title": title, "items": [{"key": key} for key in keys]}


def refused(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.json["error"].get("field")


async def test_the_customer_by_what_was_typed(side: Side, admin: Client, control: CallControl) -> None:
    project = {"project_id": side.ids["project"]}
    typed = {"name": "Wang", "fields": {"account": "A100", "id_card": "110101199001011234"}, **project}
    await admin.made("/customers", typed)
    other = await admin.made("/customers", {"name": "Zhao", "contact_points": [{"value": "13900000001"}], **project})
    keys = ("customer.name", "customer.account", "customer.id_card", "vars.account", "call.queue")
    layout = await admin.made("/screen-layouts", {"name": "Parcel", "sections": [fields(*keys, title="Who")]})
    rule = {"name": "typed", "condition": 'keys == "2"', "find_by": "account", "find_in": "account"}
    await admin.made("/pop-rules", {**rule, "layout_id": layout["id"]})

    call = await comes(control, side, keys="2", variables={"account": "A100"}, customer_id=other["id"])
    shown = await pop(side, call)
    assert (shown["rule"], shown["layout"], shown["looked_for"]) == ("typed", "Parcel", "A100")
    assert shown["customer"]["name"] == "Wang"
    (section,) = shown["sections"]
    values = {item["key"]: item["value"] for item in section["items"]}
    # An agent may not read private values: masked, as everywhere.
    assert values == dict(zip(keys, ("Wang", "A100", "••••34", "A100", "Parcels"), strict=True))

    by_number = await pop(side, await comes(control, side, keys="2", customer_id=other["id"]))
    assert (by_number["customer"]["name"], by_number["looked_for"]) == ("Zhao", None)
    unknown = await pop(side, await comes(control, side, keys="2", variables={"account": "none"}))
    assert (unknown["customer"], unknown["looked_for"]) == (None, "none")
    nothing = await pop(side, await comes(control, side, keys="1"))
    assert (nothing["rule"], nothing["layout"], nothing["sections"]) == (None, None, [])


async def test_no_customer_of_another_project(side: Side, admin: Client, control: CallControl) -> None:
    walled = {"name": "Hidden", "fields": {"account": "A200"}, "project_id": side.walled["project"]}
    hidden = await admin.made("/customers", walled)
    layout = await admin.made("/screen-layouts", {"name": "L", "sections": [fields("customer.name")]})
    rule = {"name": "r", "find_by": "account", "find_in": "account", "layout_id": layout["id"]}
    await admin.made("/pop-rules", rule)
    for known in ({"variables": {"account": "A200"}}, {"customer_id": hidden["id"]}):
        answer = await side.clients["agent"].get(f"/me/interactions/{await comes(control, side, **known)}/pop")
        assert answer.json["customer"] is None and "Hidden" not in answer.text


async def test_only_ones_own_call(side: Side, admin: Client, control: CallControl) -> None:
    agent = side.clients["agent"]
    others = await comes(control, side, {**side.ids, **side.walled})
    own = await comes(control, side)
    assert (await agent.get(f"/me/interactions/{own}/pop")).status == 200
    source = side.ids["data_source"]
    for path in (f"/me/interactions/{others}/pop", f"/me/interactions/{others}/pop/sources/{source}"):
        assert (await agent.get(path)).status == 404
    # A source that nothing of this call names is not asked, whoever wants to.
    assert (await agent.get(f"/me/interactions/{own}/pop/sources/{source}")).status == 404


async def test_a_source_is_asked_within_its_guards(side: Side, admin: Client, control: CallControl) -> None:
    request = {"kind": "http", "url": "http://localhost:9/{{account}}"}
    source = {
        "request": request,
        "parameters": ["account"],
        "results": [{"variable": "grade", "value": "answer.grade"}],
    }
    made = await admin.made("/data-sources", {"name": "inside", **source, "rows": "answer.orders"})
    section = {"kind": "source", "source_id": made["id"], "items": [{"key": "grade"}], "columns": [{"key": "order"}]}
    layout = await admin.made("/screen-layouts", {"name": "S", "sections": [section]})
    await admin.made("/pop-rules", {"name": "s", "layout_id": layout["id"]})
    call = await comes(control, side, variables={"account": "A1"})
    (shown,) = (await pop(side, call))["sections"]
    assert (shown["source_id"], shown["items"][0]["key"], shown["columns"][0]["key"]) == (made["id"], "grade", "order")
    answer = await side.clients["agent"].get(f"/me/interactions/{call}/pop/sources/{made['id']}")
    assert answer.json == {"outcome": "refused_address", "values": {"grade": None}, "rows": []}
    removed = await admin.send("DELETE", f"/data-sources/{made['id']}")
    assert (removed.status, removed.code) == (409, "in_use") and "S" in removed.text
    assert (await admin.send("DELETE", f"/screen-layouts/{layout['id']}")).status == 409
    bad = await admin.post("/data-sources", {"name": "wrong", **source, "rows": "answer.("})
    assert refused(bad) == (422, "rows")


async def test_pages_get_what_is_ticked(side: Side, admin: Client, control: CallControl) -> None:
    page = {
        "name": "Orders",
        "address": "https://erp.example.com/o/{{vars.account}}?a={{agent_number}}&q={{queue}}&c={{caller}}",
        "parameters": ["agent_number", "queue", "caller", "called", "vars.account"],
        "queue_ids": [side.ids["queue"]],
        "other_origins": ["https://login.example.com"],
    }
    orders = await admin.made("/linked-pages", page)
    other = {"name": "Others", "address": "https://other.example.com/", "queue_ids": [side.walled["queue"]]}
    walled = await admin.made("/linked-pages", other)
    call = await comes(control, side, keys="123", variables={"account": "A/1 &x", "unticked": "secret"})
    answer = await pop(side, call)
    (shown,) = answer["pages"]
    number = shown["parameters"]["agent_number"]
    assert shown["address"] == f"https://erp.example.com/o/A%2F1%20%26x?a={number}&q=Parcels&c=%2B8613900000000"
    assert shown["parameters"].keys() == set(page["parameters"])
    assert shown["origins"] == ["https://erp.example.com", "https://login.example.com"]
    by_hand = {**page, "opens": "by_hand", "revision": orders["revision"]}
    orders = (await admin.send("PUT", f"/linked-pages/{orders['id']}", by_hand)).json
    assert [one["opens"] for one in (await pop(side, call))["pages"]] == ["by_hand"]
    await admin.made("/pop-rules", {"name": "pressed", "condition": 'keys == "123"', "page_ids": [orders["id"]]})
    assert [one["opens"] for one in (await pop(side, call))["pages"]] == ["offered"]  # the rule opens it
    used = await admin.send("DELETE", f"/linked-pages/{orders['id']}")
    assert (used.status, used.code) == (409, "in_use") and "pressed" in used.text

    agent = side.clients["agent"]
    frame = await agent.get(f"/me/linked-pages/{orders['id']}/frame")
    policy = frame.headers["Content-Security-Policy"]
    assert "frame-src https://erp.example.com https://login.example.com;" in policy
    assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert (await agent.get(f"/me/linked-pages/{walled['id']}/frame")).status == 404
    api = (await agent.get("/session")).headers
    assert "frame-ancestors 'none'" in api["Content-Security-Policy"] and api["X-Frame-Options"] == "DENY"


async def test_what_administrators_may_not_set(side: Side, admin: Client) -> None:
    host = admin.url.split("//")[1]
    page = {"name": "P", "address": "https://erp.example.com/"}
    for field, changes in (
        ("address", {"address": "http://erp.example.com/"}),
        ("address", {"address": "javascript:alert(1)"}),
        ("address", {"address": "https://{{caller}}/"}),
        ("address", {"address": f"http://{host}/"}),
        ("address", {"address": "https://erp.example.com/{{keys}}"}),  # not ticked
        ("other_origins.0", {"other_origins": ["https://login.example.com/path"]}),
        ("other_origins.0", {"other_origins": ["https://*.example.com"]}),
        ("parameters.0", {"parameters": ["customer.id_card"]}),
        ("parameters.0", {"parameters": ["customer.nothing"]}),
        ("source_ids.0", {"source_ids": [str(uuid4())]}),
        ("queue_ids.0", {"queue_ids": [str(uuid4())]}),
    ):
        assert refused(await admin.post("/linked-pages", {**page, **changes})) == (422, field), changes
    for field, section in (
        ("sections.0.items.0.key", fields("customer.nothing")),
        ("sections.0.source_id", {"kind": "source", "source_id": str(uuid4())}),
        ("sections.0.items.0.key", {"kind": "source", "source_id": side.ids["data_source"], "items": [{"key": "no"}]}),
    ):
        assert refused(await admin.post("/screen-layouts", {"name": "L", "sections": [section]})) == (422, field)
    layout = await admin.made("/screen-layouts", {"name": "L", "sections": []})
    rule = {"name": "R", "layout_id": layout["id"]}
    await admin.made("/customer-fields", {"key": "born", "label": {"en": "Born"}, "kind": "date", "private": True})
    for field, changes in (
        ("find_in", {"find_by": "x", "find_in": "born"}),
        ("condition", {"condition": "caller + 1"}),
        ("condition", {"condition": "nothing == 1"}),
        ("find_in", {"find_by": "x", "find_in": "nothing"}),
        ("page_ids.0", {"page_ids": [str(uuid4())]}),
        ("layout_id", {"layout_id": str(uuid4())}),
    ):
        assert refused(await admin.post("/pop-rules", {**rule, **changes})) == (422, field), changes
    assert (await admin.post("/pop-rules", {"name": "R"})).status == 422


async def test_two_who_change_the_same(side: Side, admin: Client) -> None:
    layout = await admin.made("/screen-layouts", {"name": "Two", "sections": [], "revision": None})
    path = f"/screen-layouts/{layout['id']}"
    answers = await asyncio.gather(
        *(admin.send("PUT", path, {"name": f"Two {at}", "sections": [], "revision": 1}) for at in range(2))
    )
    assert sorted(one.status for one in answers) == [200, 409]
    late = await admin.send("PUT", path, {"name": "Late", "sections": [], "revision": 1})
    assert (late.status, late.code) == (409, "changed_meanwhile")
