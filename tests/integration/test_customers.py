"""Customers by the API: fields, private values, shared numbers, projects, what was changed, and whose contacts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from hujiao.customers import service as customers
from hujiao.kit.db import Database
from tests.conftest import until
from tests.integration.client import Answer, Client
from tests.integration.control import CallControl
from tests.integration.world import World


def number() -> str:
    return f"139{uuid4().int % 10**8:08}"


def reached(*values: str, kind: str = "phone") -> list[dict[str, str]]:
    return [{"kind": kind, "value": value} for value in values]


def field_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]["field"]


@asynccontextmanager
async def own_fields(admin: Client, *bodies: dict[str, Any]) -> AsyncIterator[None]:
    made = [await admin.made("/customer-fields", {"label": {"en": "F"}, **body}) for body in bodies]
    try:
        yield
    finally:
        for one in made:
            assert (await admin.send("DELETE", f"/customer-fields/{one['id']}")).status == 204


async def test_a_record_keeps_what_was_written(world: World) -> None:
    agent, ids = world.a.clients["agent"], world.a.ids
    first, second = number(), number()
    body = {
        "name": "Wang Fang",
        "grade": 4,
        "tags": ["VIP", "North"],
        "agent_id": ids["agent"],
        "project_id": ids["project"],
        "note": "Prefers mornings",
        "contact_points": [
            {"kind": "phone", "value": first, "label": "Mobile"},
            {"kind": "phone", "value": second, "label": "Work"},
            {"kind": "email", "value": "Fang@Example.com", "label": ""},
        ],
    }
    made = await agent.made("/customers", body)
    read = (await agent.get(f"/customers/{made['id']}")).json
    assert read == made and read["agent_name"]
    kept = [{name: point[name] for name in ("kind", "value", "label")} for point in read["contact_points"]]
    assert kept == body["contact_points"]
    assert {name: read[name] for name in body if name != "contact_points"} == {
        name: value for name, value in body.items() if name != "contact_points"
    }
    changed = (await agent.send("PATCH", f"/customers/{made['id']}", {"grade": 7})).json
    assert {**changed, "updated_at": None} == {**read, "grade": 7, "updated_at": None}
    history = (await agent.get(f"/customers/{made['id']}/changes")).json
    assert [(one["kind"], one["data"].get("grade")) for one in history] == [("changed", [4, 7]), ("created", [None, 4])]
    assert history[0]["by"] == agent.session["account"]["name"]


@pytest.mark.parametrize("query", ["q", "contact"])
async def test_any_number_finds_the_customer(world: World, query: str) -> None:
    agent, numbers = world.a.clients["agent"], [number(), number()]
    mail = f"{uuid4().hex}@example.com"
    made = await agent.made("/customers", {"contact_points": reached(*numbers) + reached(mail, kind="email")})
    for written in (*numbers, f"+86 {numbers[1]}", mail.upper()):
        found = (await agent.get("/customers", **{query: written})).json["items"]
        assert [one["id"] for one in found] == [made["id"]], written


async def test_a_text_finds_by_name_tag_and_part_of_a_number(world: World) -> None:
    agent, tag = world.a.clients["agent"], uuid4().hex[:12]
    name, own = f"欧阳{tag}", number()
    made = await agent.made("/customers", {"name": name, "tags": [tag, "a%b"], "contact_points": reached(own)})
    for q in (name, name[:2], tag[2:9].upper(), tag, own[-7:]):
        found = (await agent.get("/customers", q=q)).json["items"]
        assert made["id"] in [one["id"] for one in found], q
    for q in (f"{tag}%", f"_{tag[1:]}", "%"):
        assert not (await agent.get("/customers", q=q)).json["items"], "signs of a pattern mean themselves"
    for filters in ({"tag": tag}, {"tag": tag, "grade": 0}):
        assert (await agent.get("/customers", **filters)).json["total"] == 1
    assert (await agent.get("/customers", tag=tag, grade=1)).json["total"] == 0


async def test_own_fields_take_what_is_of_their_kind(world: World) -> None:
    admin, agent = world.a.admin, world.a.clients["agent"]
    kinds = ("text", "number", "date", "yes_no")
    bodies = [{"key": f"k_{kind}", "kind": kind} for kind in kinds]
    bodies += [{"key": f"k_{kind}", "kind": kind, "options": ["a", "b"]} for kind in ("choice", "choices")]
    good = {
        "k_text": "T",
        "k_number": 2.5,
        "k_date": "2026-02-28",
        "k_yes_no": True,
        "k_choice": "b",
        "k_choices": ["a"],
    }
    bad = {"k_text": "x" * 501, "k_number": "two", "k_date": "2026-02-30", "k_yes_no": 3, "k_choice": "c"}
    async with own_fields(admin, *bodies):
        made = await agent.made("/customers", {"name": "F", "fields": good})
        assert made["fields"] == good
        for key, value in {**bad, "k_choices": ["a", "z"], "k_nothing": 1}.items():
            answer = await agent.send("PATCH", f"/customers/{made['id']}", {"fields": {key: value}})
            assert field_of(answer) == (422, f"fields.{key}"), answer.text
        found = (await agent.get("/customers", field="k_number", value="2.5")).json["items"]
        assert [one["id"] for one in found] == [made["id"]]
        emptied = (await agent.send("PATCH", f"/customers/{made['id']}", {"fields": {"k_text": None}})).json
        assert emptied["fields"] == {key: value for key, value in good.items() if key != "k_text"}
    assert (await agent.get(f"/customers/{made['id']}")).json["fields"] == {}


async def test_a_required_field_is_asked_for(world: World) -> None:
    admin, agent = world.a.admin, world.a.clients["agent"]
    async with own_fields(admin, {"key": "must", "required": True}):
        assert field_of(await agent.post("/customers", {"name": "F"})) == (422, "fields.must")
        made = await agent.made("/customers", {"name": "F", "fields": {"must": "x"}})
        path = f"/customers/{made['id']}"
        assert field_of(await agent.send("PATCH", path, {"fields": {"must": None}})) == (422, "fields.must")
        assert (await agent.send("PATCH", path, {"grade": 2})).json["fields"] == {"must": "x"}


async def test_what_a_field_is_stays(world: World) -> None:
    admin = world.a.admin
    async with own_fields(admin, {"key": "stays"}):
        (one,) = (await admin.get("/customer-fields", q="stays")).json["items"]
        path = f"/customer-fields/{one.pop('id')}"
        for name, value in (("private", True), ("kind", "number"), ("key", "other")):
            assert field_of(await admin.send("PUT", path, {**one, name: value})) == (409, name)
        assert (await admin.send("PUT", path, {**one, "required": True})).status == 200
    for body in ({"kind": "choice"}, {"options": ["a"]}, {"key": "Bad Key"}, {"label": {}}):
        refused = await admin.post("/customer-fields", {"key": "bad", "label": {"en": "F"}, **body})
        assert refused.status == 422, refused.text


async def test_private_values_are_for_who_may_read_them(world: World, database: Database) -> None:
    admin, agent, boss = (world.a.clients[role] for role in ("tenant_administrator", "agent", "supervisor"))
    card = f"11010119900{uuid4().int % 10**7:07}"
    async with own_fields(admin, {"key": "card", "private": True}):
        made = await agent.made("/customers", {"name": "P", "fields": {"card": card}})
        path, shown = f"/customers/{made['id']}", f"••••{card[-2:]}"
        assert made["fields"]["card"] == shown and card not in (await agent.get(path)).text
        assert (await boss.get(path)).json["fields"]["card"] == card
        found = (await agent.get("/customers", field="card", value=f" {card[:6]} {card[6:]}")).json["items"]
        assert [(one["id"], one["fields"]["card"]) for one in found] == [(made["id"], shown)]
        assert not (await agent.get("/customers", field="card", value=card[:-1])).json["items"]
        for sent in (shown, "••••"):
            answer = await agent.send("PATCH", path, {"fields": {"card": sent}})
            assert field_of(answer) == (422, "fields.card"), "a masked value never takes the place of the true one"
        assert (await agent.send("PATCH", path, {"name": "P2", "fields": {"card": "123"}})).json["fields"][
            "card"
        ] == "••••"
        history = (await boss.get(f"{path}/changes")).text
        assert card not in history and shown in history
        assert (await boss.get(path)).json["fields"]["card"] == "123"
        async with database.tenant(UUID(world.a.tenant_id)) as session:
            for table in ("customer", "customer_private", "customer_change"):
                rows = (await session.execute(text(f"SELECT {table}::text FROM {table}"))).scalars().all()
                assert rows and not [row for row in rows if card in row], table


async def test_a_number_of_two_is_only_theirs_when_it_is_said(world: World) -> None:
    agent, ids, shared = world.a.clients["agent"], world.a.ids, number()
    mother = await agent.made(
        "/customers", {"name": "Mother", "agent_id": ids["agent"], "contact_points": reached(shared)}
    )
    son = {"name": "Son", "contact_points": reached(number(), f"+86{shared}")}
    refused = await agent.post("/customers", son)
    assert field_of(refused) == (409, "contact_points.1.value") and refused.code == "contact_taken"
    message = refused.json["error"]["message"]
    assert "Mother" in message and mother["agent_name"] in message
    made = await agent.made("/customers", {**son, "shared": True})
    assert [point["shared"] for point in made["contact_points"]] == [False, True]
    found = (await agent.get("/customers", contact=shared, sort="created_at")).json["items"]
    assert [one["name"] for one in found] == ["Mother", "Son"]
    again = await agent.send("PATCH", f"/customers/{made['id']}", {"contact_points": son["contact_points"]})
    assert again.status == 200, "what is there already need not be said again"


async def test_another_projects_customers_are_not_there(world: World) -> None:
    admin, agent, side = world.a.admin, world.a.clients["agent"], world.a
    theirs = number()
    hidden = await admin.made(
        "/customers", {"name": "Hidden", "project_id": side.walled["project"], "contact_points": reached(theirs)}
    )
    for method in ("GET", "PATCH"):
        assert (await agent.send(method, f"/customers/{hidden['id']}", {} if method == "PATCH" else None)).status == 404
    for query in ({"q": "Hidden"}, {"contact": theirs}, {"q": theirs}):
        assert not (await agent.get("/customers", **query)).json["items"]
    body = {"name": "Ours", "project_id": side.ids["project"], "contact_points": reached(theirs)}
    ours = await agent.made("/customers", body)
    for project in (side.walled["project"], str(uuid4())):
        answer = await agent.send("PATCH", f"/customers/{ours['id']}", {"project_id": project})
        assert field_of(answer) == (422, "project_id")


async def test_who_a_caller_is_depends_on_the_project(world: World, database: Database) -> None:
    admin, side, shared = world.a.admin, world.a, number()
    bodies = {"company": None, "ours": side.ids["project"], "theirs": side.walled["project"]}
    made = {
        name: await admin.made(
            "/customers", {"name": name, "project_id": project, "contact_points": reached(shared), "shared": True}
        )
        for name, project in bodies.items()
    }
    for name, project in bodies.items():
        async with database.tenant(UUID(side.tenant_id)) as session:
            found = await customers.recognise(session, f"+86{shared}", UUID(project) if project else None)
        assert found and (str(found.id), found.name) == (made[name]["id"], name)
    async with database.tenant(UUID(world.b.tenant_id)) as session:
        assert await customers.recognise(session, f"+86{shared}", None) is None


async def test_who_is_removed_leaves_no_value(world: World, database: Database) -> None:
    boss, agent = world.a.clients["supervisor"], world.a.clients["agent"]
    name = f"Gone {uuid4().hex}"
    made = await agent.made("/customers", {"name": name, "contact_points": reached(number())})
    assert (await boss.send("DELETE", f"/customers/{made['id']}")).status == 204
    assert (await boss.get(f"/customers/{made['id']}")).status == 404
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        kept = text("SELECT kind, data FROM customer_change WHERE customer_id = :id")
        assert (await session.execute(kept, {"id": UUID(made["id"])})).all() == [("deleted", {})]
        points = text("SELECT count(*) FROM contact_point WHERE customer_id = :id")
        assert await session.scalar(points, {"id": UUID(made["id"])}) == 0


async def test_an_agent_sees_others_contacts_of_the_customer_in_hand(world: World, control: CallControl) -> None:
    """Lines of a list alone, of their projects; of anybody else's only their own."""
    side, agent = world.a, world.a.clients["agent"]
    customer = (await agent.get("/customers", contact="13800138000")).json["items"]
    made = customer[0] if customer else await agent.made(
        "/customers", {"name": "Regular", "contact_points": reached("13800138000")}
    )  # fmt: skip

    async def seen(client: Client = agent) -> set[str]:
        answer = await client.get("/interactions", customer_id=made["id"])
        assert answer.status == 200, answer.text
        return {one["id"] for one in answer.json["items"]}

    own = {side.ids["interaction"]}
    assert await seen() == own
    record = {"id": str(uuid4()), "state": "connected", "medium": "voice", "caller": "+8613800138000"}
    record |= {"agent_id": side.ids["agent"], "parties": [], "project_id": side.ids["project"], "connected_at": None}
    await control.change(side.tenant_id, interactions=[record])

    async def others_too() -> bool:
        return await seen() == own | {side.ids["abandoned"]}

    await until(others_too, "the agent sees the customer's other contacts")
    assert (await agent.get(f"/interactions/{side.ids['abandoned']}")).status == 404
    await control.change(side.tenant_id, ended=[record["id"]])

    async def own_alone() -> bool:
        return await seen() == own

    await until(own_alone, "the agent sees their own contacts alone")
    assert {side.ids["abandoned"], side.walled["abandoned"], *own} <= await seen(side.admin)
    assert side.walled["abandoned"] not in await seen(side.clients["supervisor"])
    assert (await agent.get("/interactions", customer_id=str(uuid4()))).status == 404


@pytest.mark.parametrize(
    ("written", "language", "place", "carrier"),
    [
        ("13800138000", "zh-CN", "北京市", "中国移动"),
        ("+86 138-0013-8000", "zh-TW", "北京市", "中國移動"),
        ("13800138000", "en", "Beijing", "China Mobile"),
        ("02158881234", "zh-CN", "上海市", ""),
        ("95001", "en", "", ""),
    ],
)
async def test_a_number_has_its_place(world: World, written: str, language: str, place: str, carrier: str) -> None:
    answer = await world.a.clients["agent"].send(
        "GET", "/numbers/place", query={"number": written}, headers={"accept-language": language}
    )
    assert (answer.json["place"], answer.json["carrier"]) == (place, carrier)
