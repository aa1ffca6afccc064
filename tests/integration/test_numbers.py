"""Numbers over the API: one customer in every form, access numbers once on the platform, what a caller withholds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.client import Answer
from tests.integration.test_dialling import company
from tests.integration.world import WITHHELD_NUMBER, World

CUSTOMER = "13800138000"
FORMS = ("13800138000", "+8613800138000", "008613800138000", "013800138000", "138 0013 8000", "+86-138-0013-8000")


@pytest.mark.parametrize("form", FORMS)
async def test_contacts_of_one_customer_are_found_in_every_form(world: World, form: str) -> None:
    for name in ("customer", "caller", "number"):
        found = (await world.a.admin.get("/interactions", **{name: form})).json["items"]
        assert len(found) >= 2 and {one["caller"] for one in found} == {CUSTOMER}, name
    beginning = (await world.a.admin.get("/interactions", caller=form[:-3])).json["items"]
    assert {one["caller"] for one in beginning} == {CUSTOMER}
    assert not (await world.a.admin.get("/interactions", customer=form[:-1])).json["items"], "this very caller"


@pytest.mark.parametrize("nobody", ["anonymous", "", "unknown"])
async def test_who_withholds_the_number_is_no_customer(world: World, nobody: str) -> None:
    assert (await world.a.admin.get("/interactions", customer=nobody)).json["items"] == []


async def test_a_withheld_number_is_the_operators_alone(world: World) -> None:
    contact = world.a.ids["interaction"]
    page = (await world.a.admin.get(f"/interactions/{contact}")).text
    listed = (await world.a.admin.get("/interactions")).text + (await world.a.admin.get("/interactions.csv")).text
    assert WITHHELD_NUMBER not in page + listed and "caller_sealed" not in page
    path = f"/platform/tenants/{world.a.tenant_id}/interactions"
    assert (await world.operator.get(f"{path}/{contact}/withheld-caller")).json == {"number": WITHHELD_NUMBER}
    elsewhere = await world.operator.get(f"{path}/{world.b.ids['interaction']}/withheld-caller")
    assert elsewhere.status == 404, "another company's contact is not there"


async def test_customers_numbers_follow_the_home_country(world: World) -> None:
    async with company(world, "moves") as (path, admin):
        await admin.made("/customers", customer("02079460000"))
        await admin.made("/customers", customer("+442079460001"))
        assert (await world.operator.send("PATCH", path, {"dialling": {"home": "GB"}})).status == 200
        for known in ("+442079460000", "0044 20 7946 0000", "020 7946 0001"):
            answer = await admin.send("POST", "/customers", customer(known))
            assert refused(answer, 409, "contact_points.0.value"), known


def customer(number: str) -> dict[str, Any]:
    return {"contact_points": [{"value": number}]}


def refused(answer: Answer, status: int, field: str) -> bool:
    return answer.status == status and bool(answer.json["error"]["field"] == field)


async def test_a_customer_is_known_in_every_form(world: World) -> None:
    admin, number = world.a.admin, "13700137001"
    await admin.made("/customers", customer("137-0013 7001"))
    for form in (number, f"+86{number}", f"0086{number}", "+86 (137) 0013-7001"):
        assert refused(await admin.send("POST", "/customers", customer(form)), 409, "contact_points.0.value"), form
        for query in ({"q": form}, {"contact": form}):
            (found,) = (await admin.get("/customers", **query)).json["items"]
            assert [point["value"] for point in found["contact_points"]] == [number], form
    await world.b.admin.made("/customers", customer(number))
    for nobody in ("anonymous", "Unknown", "restricted"):
        assert refused(await admin.send("POST", "/customers", customer(nobody)), 422, "contact_points.0.value")


async def test_an_access_number_is_there_once_however_it_is_written(world: World) -> None:
    a, b = world.a, world.b

    def body(side: Any, number: str) -> dict[str, Any]:
        place = {"project_id": side.ids["project"], "business_id": side.ids["business"]}
        return {"number": number, "flow_id": side.ids["flow"], **place}

    made = await a.admin.made("/access-numbers", body(a, "2002-0001"))
    assert made["number"] == "20020001"
    for form in ("+20020001", "0020020001", "20020001", "+2002 0001", "+8620020001", "008620020001", "020020001"):
        answer = await b.admin.send("POST", "/access-numbers", body(b, form))
        assert refused(answer, 409, "number"), form
    for form in ("+20020001", "0020020001", "2002 0001"):
        assert [one["id"] for one in (await a.admin.get("/access-numbers", q=form)).json["items"]] == [made["id"]], form
    for form in ("20020001;phone-context=+86", "20020001@x", "2002,0001", "+"):
        answer = await b.admin.send("POST", "/access-numbers", body(b, form))
        assert refused(answer, 422, "number"), form
    other = await b.admin.made("/access-numbers", body(b, "20020002"))
    changed = await b.admin.send("PUT", f"/access-numbers/{other['id']}", body(b, "+20020001"))
    assert refused(changed, 409, "number")
    assert (await a.admin.send("PUT", f"/access-numbers/{made['id']}", body(a, "+20020001"))).status == 200


@pytest.mark.parametrize("number", ["110", "+86120", "0119", "12110", "1-1-9", "911", "anonymous"])
async def test_the_check_of_a_number_says_why(world: World, number: str) -> None:
    answer = (await world.a.admin.send("POST", "/settings/dialling/check", {"number": number})).json
    assert answer["refusal"] == ("number_withheld" if number == "anonymous" else "emergency_number")


async def test_flows_and_overflow_lead_to_no_emergency_number(world: World) -> None:
    async with company(world, "emergencies") as (path, admin):
        everything = {"allow": ["+"], "emergency": True}
        assert (await world.operator.send("PATCH", path, {"dialling": everything})).status == 200
        queue = (await admin.get("/projects")).json["items"][0]
        business = (await admin.get("/businesses")).json["items"][0]
        flow = await admin.made("/flows", {"name": "F", "project_id": queue["id"]})
        nodes = {"to": {"type": "transfer", "to": "0120", "timeout_seconds": 20}}
        document = {"version": 1, "start": "to", "nodes": nodes}
        found = (await admin.send("POST", f"/flows/{flow['id']}/validate", {"document": document})).json["problems"]
        assert [(one["node"], one["field"]) for one in found] == [("to", "to")] and "emergency" in found[0]["message"]
        place = {"project_id": queue["id"], "business_id": business["id"]}
        made = await admin.made("/queues", {"name": "Q", **place})
        rule = {"when": "waited", "over": 30, "to": "number", "target": "110"}
        answer = await admin.send("PUT", f"/queues/{made['id']}/routing", {"overflow": [rule]})
        assert refused(answer, 422, "overflow.0.target")
