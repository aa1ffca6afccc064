"""Outside numbers a tenant may have called: the operator's bounds, the tenant's own rules, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.integration.client import Client
from tests.integration.world import PASSWORD, Side, World

ABROAD = "+442079460000"


@asynccontextmanager
async def company(world: World, slug: str) -> AsyncIterator[tuple[str, Client]]:
    """A tenant of the test's own: its path for the operator, and its administrator."""
    first = {"login": "admin", "name": "A", "password": PASSWORD}
    made = await world.operator.made("/platform/tenants", {"slug": slug, "name": "S", "administrator": first})
    async with Client(world.settings.web_url) as client:
        yield f"/platform/tenants/{made['id']}", await client.sign_in(slug, "admin", PASSWORD)


async def judged(admin: Client, number: str) -> tuple[str | None, str | None]:
    answer = (await admin.send("POST", "/settings/dialling/check", {"number": number})).json
    return answer["e164"], answer["refusal"]


async def test_the_operator_sets_bounds_and_the_tenant_narrows_them(world: World) -> None:
    operator = world.operator
    async with company(world, "dials") as (path, admin):
        usual = (await admin.get("/settings/dialling")).json
        assert usual["allow"] == usual["deny"] == [] and usual["home_prefix"] == "+86"
        assert usual["bounds"] == {"allow": [], "deny": [], "home": "CN", "premium": False, "emergency": False}
        assert await judged(admin, "13800138000") == ("+8613800138000", None)
        assert await judged(admin, ABROAD) == (ABROAD, "number_beyond_bounds")

        refused = await admin.send("PUT", "/settings/dialling", {"allow": ["+86138", "+44"]})
        assert (refused.status, refused.json["error"]["field"]) == (422, "allow.1")
        assert "+44" in refused.json["error"]["message"]
        bounds = {"allow": ["+44"], "deny": ["+441534"], "premium": True}
        changed = await operator.send("PATCH", path, {"dialling": bounds})
        bounds = {**bounds, "emergency": False}
        assert changed.json["dialling"] == {**bounds, "home": None}
        listed = (await operator.get("/platform/tenants", q="dials")).json["items"]
        assert listed[0]["dialling"] == {**bounds, "home": None}
        assert await judged(admin, ABROAD) == (ABROAD, None)
        own = await admin.send("PUT", "/settings/dialling", {"allow": ["+86138", "+44"]})
        assert own.status == 200 and own.json["bounds"]["allow"] == ["+44"]
        assert await judged(admin, "13900138000") == ("+8613900138000", "number_not_allowed")
        kept = {"recording_format": "mp3", "parking": {"places": 20, "seconds": 60}}
        kept |= {"breaks": {"most": None, "waits": True}, "by_telephone": {"outside_numbers": False}}
        kept |= {"screen_view": "off", "whole_screen": "off"}
        assert (await admin.get("/settings")).json == kept, "one setting does not lose another"

        assert (await operator.send("PATCH", path, {"dialling": {"home": "GB"}})).status == 200
        assert await judged(admin, "02079460000") == (ABROAD, None)
        assert await judged(admin, "13800138000") != ("+8613800138000", None), "narrowed bounds hold at once"


async def test_rules_that_cannot_be_are_refused_with_their_place(world: World) -> None:
    path = f"/platform/tenants/{world.a.ids['tenant']}"
    for sent, field in (
        ({"allow": ["44"]}, "dialling.allow.0"),
        ({"deny": ["+12345678901234567"]}, "dialling.deny.0"),
        ({"allow": ["+44"], "deny": ["+44"]}, "dialling"),
        ({"home": "UK"}, "dialling.home"),
        ({"roof": 1}, "dialling.roof"),
    ):
        refused = await world.operator.send("PATCH", path, {"dialling": sent})
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text
        assert refused.json["error"]["message"]


async def test_a_number_that_is_not_called_is_refused_when_it_is_saved(world: World) -> None:
    side: Side = world.a
    path, queue = f"/queues/{side.ids['queue']}/routing", {"overflow": [{"when": "ahead", "to": "number"}]}
    queue["overflow"][0]["target"] = ABROAD
    refused = await side.admin.send("PUT", path, queue)
    assert (refused.status, refused.json["error"]["field"]) == (422, "overflow.0.target")
    assert "operator" in refused.json["error"]["message"].lower() or "运营商" in refused.json["error"]["message"]

    document: dict[str, Any] = {"version": 1, "start": "out", "nodes": {"out": {"type": "transfer", "to": ABROAD}}}
    made = await side.admin.made("/flows", {"name": "Out", "project_id": side.ids["project"]})
    flow = f"/flows/{made['id']}"
    found = (await side.admin.send("POST", f"{flow}/validate", {"document": document})).json["problems"]
    assert [(one["severity"], one["node"], one["field"]) for one in found] == [("error", "out", "to")]
    await side.admin.send("PUT", f"{flow}/draft", {"document": document})
    assert (await side.admin.send("POST", f"{flow}/publish")).status in (409, 422)
    assert (await side.admin.send("DELETE", flow)).status == 204


async def test_own_rules_are_kept_apart_from_the_operators(world: World) -> None:
    """An administrator cannot send bounds, nor does what the operator sends touch the tenant's own rules."""
    async with company(world, "apart") as (path, admin):
        smuggled = await admin.send("PUT", "/settings/dialling", {"bounds": {"allow": ["+"]}})
        assert smuggled.status == 422
        assert (await admin.send("PUT", "/settings/dialling", {"deny": ["+86139"]})).status == 200
        assert (await world.operator.send("PATCH", path, {"dialling": {"allow": ["+44"]}})).status == 200
        assert (await admin.get("/settings/dialling")).json["deny"] == ["+86139"]
