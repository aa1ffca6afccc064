"""Customers by the API: fields, private values, shared numbers, projects, what was changed, and whose contacts."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from hujiao.customers import service as customers
from hujiao.customers.models import CustomersApart
from hujiao.kit.db import Database
from tests.conftest import until
from tests.integration.client import Answer, Client
from tests.integration.control import CallControl
from tests.integration.world import PASSWORD, World


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


async def test_a_private_value_of_few_is_not_found_by_trying_them(world: World) -> None:
    admin, agent, boss = (world.a.clients[role] for role in ("tenant_administrator", "agent", "supervisor"))
    kinds: dict[str, tuple[str, Any]] = {"p_yes": ("yes_no", True), "p_day": ("date", "1990-03-15")}
    async with own_fields(admin, *({"key": key, "private": True, "kind": kind} for key, (kind, _) in kinds.items())):
        values = {key: value for key, (_, value) in kinds.items()}
        made = await agent.made("/customers", {"name": f"Few {uuid4().hex}", "fields": values})
        for key, value in values.items():
            asked = {"field": key, "value": str(value).lower(), "q": made["name"]}
            assert field_of(await agent.get("/customers", **asked)) == (422, "field")
            assert [one["id"] for one in (await boss.get("/customers", **asked)).json["items"]] == [made["id"]]


async def test_a_private_value_outlives_its_option(world: World) -> None:
    admin, agent, options = world.a.admin, world.a.clients["agent"], ["red, dark", "blue"]
    private = {"key": "colours", "kind": "choices", "private": True, "options": options}
    async with own_fields(admin, private, {"key": "asks", "kind": "yes_no"}):
        made = await agent.made("/customers", {"name": "O", "fields": {"colours": options, "asks": True}})
        (field,) = (await admin.get("/customer-fields", q="colours")).json["items"]
        answer = await admin.send("PUT", f"/customer-fields/{field.pop('id')}", {**field, "options": ["blue"]})
        assert answer.status == 200
        path = f"/customers/{made['id']}"
        assert (await admin.get(path)).json["fields"]["colours"] == options
        assert (await agent.send("PATCH", path, {"fields": {"asks": False}})).status == 200
        assert (await admin.get(f"{path}/changes")).json[0]["data"] == {"fields.asks": [True, False]}


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


async def test_many_of_another_project_do_not_hide_the_own(world: World, database: Database) -> None:
    """A text finds so many at most: of those whom the reader sees."""
    side, name = world.a, f"Many{uuid4().hex}"
    for project in (side.walled["project"], side.walled["project"], side.ids["project"]):
        last = await side.admin.made("/customers", {"name": name, "project_id": project})
    search = text("SELECT search_customers(:name, :name, ARRAY[]::text[], NULL, CAST(:projects AS uuid[]), 1)")
    async with database.tenant(UUID(side.tenant_id)) as session:
        seen = {"name": name, "projects": [UUID(side.ids["project"])]}
        assert [str(one) for one in await session.scalars(search, seen)] == [last["id"]]
    found = (await side.clients["agent"].get("/customers", q=name)).json["items"]
    assert [one["id"] for one in found] == [last["id"]]


async def test_the_own_agent_is_one_in_sight(world: World) -> None:
    admin, agent, side, taken = world.a.admin, world.a.clients["agent"], world.a, number()
    theirs, ours = side.walled["agent"], side.ids["agent"]
    for agent_id in (theirs, world.b.ids["agent"], str(uuid4())):
        assert field_of(await agent.post("/customers", {"name": "A", "agent_id": agent_id})) == (422, "agent_id")
    body = {"name": "A", "agent_id": theirs, "contact_points": reached(taken)}
    made = await admin.made("/customers", body)
    path = f"/customers/{made['id']}"
    assert (await agent.send("PATCH", path, {"grade": 1, "agent_id": theirs})).status == 200, "who it is already"
    for client, named in ((agent, False), (admin, True)):
        refused = await client.post("/customers", {"contact_points": reached(taken)})
        assert refused.status == 409 and (made["agent_name"] in refused.json["error"]["message"]) is named
        assert (made["agent_name"] in refused.text) is named
    assert (await agent.send("PATCH", path, {"agent_id": ours})).json["agent_id"] == ours
    assert field_of(await agent.send("PATCH", path, {"agent_id": theirs})) == (422, "agent_id")
    assert (await agent.send("PATCH", path, {"agent_id": None})).json["agent_id"] is None


async def test_two_who_write_the_same_numbers_wait_for_each_other(world: World) -> None:
    """In whatever order they write them: one is kept, and the other hears that they are taken."""
    agent = world.a.clients["agent"]
    for _ in range(10):
        numbers = [number() for _ in range(20)]
        answers = await asyncio.gather(
            *(agent.post("/customers", {"contact_points": reached(*of)}) for of in (numbers, numbers[::-1]))
        )
        assert sorted(answer.status for answer in answers) == [201, 409], [answer.text for answer in answers]
        assert [answer.code for answer in answers if answer.status == 409] == ["contact_taken"]


async def test_two_who_merge_at_once_leave_one_customer(world: World) -> None:
    """In whatever order they name the two, and while the one who is merged away is changed."""
    boss = world.a.clients["supervisor"]
    for _ in range(10):
        ids = [(await boss.made("/customers", {"name": f"M{at}"}))["id"] for at in range(2)]
        answers = await asyncio.gather(
            *(boss.post(f"/customers/{one}/merge", {"other_id": other}) for one, other in (ids, ids[::-1])),
            *(boss.send("PATCH", f"/customers/{one}", {"grade": 5}) for one in ids),
        )
        assert sorted(answer.status for answer in answers[:2]) == [200, 422], [answer.text for answer in answers]
        assert [answer.status for answer in answers[2:]] == [200, 200], [answer.text for answer in answers]
        left = [(await boss.get(f"/customers/{one}")).json for one in ids]
        assert left[0] == left[1] and left[0]["grade"] == 5


async def test_a_change_of_what_has_changed_meanwhile_is_refused(world: World) -> None:
    agent = world.a.clients["agent"]
    seen = await agent.made("/customers", {"name": "Seen"})
    path, at = f"/customers/{seen['id']}", {"seen_at": seen["updated_at"]}
    changed = await agent.send("PATCH", path, {"grade": 1, **at})
    assert changed.status == 200 and changed.json["updated_at"] != seen["updated_at"]
    refused = await agent.send("PATCH", path, {"grade": 2, **at})
    assert (refused.status, refused.code) == (409, "changed_meanwhile")
    assert (await agent.get(path)).json["grade"] == 1
    again = {"grade": 2, "seen_at": changed.json["updated_at"]}
    assert (await agent.send("PATCH", path, again)).json["grade"] == 2
    assert (await agent.send("PATCH", path, {"grade": 3})).json["grade"] == 3, "who does not say what they saw"
    (told, *_) = (await agent.get(f"{path}/changes")).json
    assert told["data"] == {"grade": [2, 3]}


async def test_who_moves_a_customer_manages_what_all_of_its_readers_lose(world: World) -> None:
    admin, boss, agent, side = world.a.admin, world.a.clients["supervisor"], world.a.clients["agent"], world.a
    ours, none = {"project_id": side.ids["project"]}, {"project_id": None}
    path = f"/customers/{(await agent.made('/customers', {'name': 'Moved', **ours}))['id']}"
    assert field_of(await agent.send("PATCH", path, none)) == (403, "project_id")
    assert (await agent.send("PATCH", path, {"grade": 1, **ours})).status == 200, "where it is already"
    assert (await boss.send("PATCH", path, none)).status == 200
    for client in (agent, boss):
        assert field_of(await client.send("PATCH", path, ours)) == (403, "project_id")
    assert (await agent.get(path)).json["project_id"] is None
    assert (await admin.send("PATCH", path, ours)).status == 200
    assert len((await agent.get(f"{path}/changes")).json) == 4


async def test_changes_in_another_project_stay_there(world: World) -> None:
    admin, agent, side, secret = world.a.admin, world.a.clients["agent"], world.a, uuid4().hex
    theirs = {"name": "Theirs", "note": secret, "project_id": side.walled["project"]}
    path = f"/customers/{(await admin.made('/customers', theirs))['id']}"
    for change in ({"grade": 2}, {"project_id": None, "note": "Clean"}, {"project_id": side.ids["project"]}):
        assert (await admin.send("PATCH", path, change)).status == 200
    assert (await agent.send("PATCH", path, {"grade": 3})).status == 200
    read = await agent.get(f"{path}/changes")
    assert [[*one["data"]] for one in read.json] == [["grade"], ["project_id"]] and secret not in read.text
    assert side.walled["project"] not in read.text
    everything = await admin.get(f"{path}/changes")
    assert len(everything.json) == 5 and secret in everything.text


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
    companys = await agent.made("/customers", {"name": name})
    assert (await boss.send("DELETE", f"/customers/{companys['id']}")).status == 403, "other projects have it, too"
    assert (await world.a.admin.send("DELETE", f"/customers/{companys['id']}")).status == 204
    ours = {"project_id": world.a.ids["project"], "contact_points": reached(number())}
    made = await agent.made("/customers", {"name": name, **ours})
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


async def test_texts_come_in_the_language_of_the_screen_before_the_accounts(world: World) -> None:
    agent = world.a.clients["agent"]
    assert (await agent.send("PATCH", "/session", {"language": "zh-TW"})).status == 200
    try:
        for said, carrier in (("en", "China Mobile"), ("en-GB,en;q=0.9", "中國移動"), ("zh-CN", "中国移动")):
            answer = await agent.send(
                "GET", "/numbers/place", query={"number": "13800138000"}, headers={"accept-language": said}
            )
            assert answer.json["carrier"] == carrier, said
    finally:
        assert (await agent.send("PATCH", "/session", {"language": "en"})).status == 200


# ── duplicates, hand-over, files ─────────────────────────────────────────────────────────────────────────────────────


async def pairs(client: Client, *ids: str) -> list[Any]:
    found = (await client.get("/customers/duplicates")).json
    return [one for one in found if {one["one"]["id"], one["other"]["id"]} <= set(ids)]


@pytest.fixture
async def person(world: World) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Makes agents of these projects, who go with the test: others count who sees what."""
    admin, made = world.a.admin, []

    async def make(*projects: str) -> Any:
        login = f"p{uuid4().hex[:12]}"
        body = {"login": login, "name": login, "role": "agent", "password": PASSWORD, "project_ids": projects}
        agent = {"number": f"{uuid4().int % 10**8:08}", "phone_kind": "phone"}
        made.append(await admin.made("/people", {**body, "agent": agent}))
        return made[-1]

    yield make
    for one in made:
        assert (await admin.send("DELETE", f"/people/{one['id']}")).status == 204


async def test_two_who_may_be_one_are_found_and_merged(world: World, database: Database) -> None:
    boss, shared, mail = world.a.clients["supervisor"], number(), f"{uuid4().hex}@example.com"
    card, city = uuid4().hex, uuid4().hex
    async with own_fields(world.a.admin, {"key": "m_card", "private": True}, {"key": "m_city"}, {"key": "m_age"}):
        first = await boss.made(
            "/customers",
            {"name": "Li Na", "grade": 2, "tags": ["A"], "contact_points": reached(shared), "fields": {"m_city": city}},
        )
        second = await boss.made(
            "/customers",
            {
                "name": "Li Na",
                "grade": 6,
                "tags": ["B", "A"],
                "note": "Second",
                "contact_points": reached(number()) + reached(mail, kind="email"),
                "fields": {"m_city": city, "m_card": card, "m_age": "40"},
            },
        )
        (pair,) = await pairs(boss, first["id"], second["id"])
        assert (pair["contacts"], pair["fields"]) == ([], ["m_city"])
        path = f"/customers/{first['id']}/merge"
        project = world.a.ids["project"]
        elsewhere = await boss.made("/customers", {"name": "Li Na", "project_id": project})
        for body, field in (
            ({"other_id": first["id"]}, "other_id"),
            ({"other_id": elsewhere["id"]}, "other_id"),
            ({"other_id": second["id"], "take": ["name", "shoes"]}, "take.1"),
        ):
            assert field_of(await boss.post(path, body)) == (422, field)
        merged = await boss.made(path, {"other_id": second["id"], "take": ["grade"]})
        assert merged["id"] == first["id"] and merged["grade"] == 6 and merged["tags"] == ["A", "B"]
        assert merged["fields"] == {"m_city": city, "m_age": "40", "m_card": card} and merged["note"] == "Second"
        assert {point["value"] for point in merged["contact_points"]} == {
            point["value"] for one in (first, second) for point in one["contact_points"]
        }
        assert (await boss.get(f"/customers/{second['id']}")).json == merged, "the merged one leads to who is left"
        for query in ({"q": mail}, {"contact": mail}, {"field": "m_card", "value": card}):
            assert [one["id"] for one in (await boss.get("/customers", **query)).json["items"]] == [first["id"]]
        told = next(
            one for one in (await boss.get(f"/customers/{first['id']}/changes")).json if one["kind"] == "merged"
        )
        assert told["by"] and (told["data"]["before"]["grade"], told["data"]["other"]["grade"]) == (2, 6)
        assert card not in str(told) and told["data"]["other_id"] == second["id"]
        assert not await pairs(boss, first["id"], second["id"])
        assert field_of(await boss.post(path, {"other_id": second["id"]})) == (422, "other_id")
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        found = await customers.recognise(session, mail, None)
    assert found and str(found.id) == first["id"]


async def test_two_who_look_like_one_and_are_not(world: World) -> None:
    """Nobody suspects them again for what they had in common then, also after a merge; for a new number, they do."""
    boss, agent, city, shared = world.a.clients["supervisor"], world.a.clients["agent"], uuid4().hex, number()

    async def said(act: str, one: str, other: str) -> tuple[int, str | None]:
        body: dict[str, Any] = {"other_id": other}
        if act == "apart":  # for what is shown
            shown: list[dict[str, Any]] = await pairs(boss, one, other)
            body |= {name: shown[0][name] if shown else [] for name in ("contacts", "fields")}
        answer = await boss.post(f"/customers/{one}/{act}", body)
        return (204, None) if answer.status == 204 else field_of(answer)

    async def kept_apart(*ids: str) -> list[Any]:
        found = (await boss.get("/customers/apart", page_size=200)).json["items"]
        return [one for one in found if {one["one"]["id"], one["other"]["id"]} <= set(ids)]

    async with own_fields(world.a.admin, {"key": "a_city"}, {"key": "a_card", "private": True}):
        ours = {"name": "Zhou Wei", "contact_points": reached(shared), "project_id": world.a.ids["project"]}
        values = {"fields": {"a_city": city, "a_card": city}}
        made = [await boss.made("/customers", ours | values)]
        for name in ("Zhou Wei", "Zhou Lan"):
            # Another's number is entered without saying that it is shared.
            moved = await boss.made("/customers", ours | values | {"name": name, "project_id": None})
            to = {"project_id": world.a.ids["project"]}
            assert (await world.a.admin.send("PATCH", f"/customers/{moved['id']}", to)).status == 200
            made.append(moved)
        one, two, three = (each["id"] for each in made)
        (pair,) = await pairs(boss, one, two)
        assert (pair["contacts"], sorted(pair["fields"])) == ([f"+86{shared}"], ["a_card", "a_city"])
        assert not await pairs(boss, one, three), "of several one pair at a time"

        assert await said("apart", one, one) == (422, "other_id")
        body = {"other_id": two, "contacts": [], "fields": []}
        assert (await agent.post(f"/customers/{one}/apart", body)).status == 403
        assert await said("apart", two, one) == (204, None)
        assert not await pairs(boss, one, two)
        (said_so,) = await kept_apart(one, two)
        assert said_so["by"] and datetime.fromisoformat(said_so["at"]).tzinfo
        (pair,) = await pairs(boss, one, three)
        assert pair["contacts"] == [f"+86{shared}"] and not pair["fields"]

        # It is taken back.
        assert await said("may-be-one", one, two) == (204, None)
        assert len(await pairs(boss, one, two)) == 1 and not await kept_apart(one, two)
        assert await said("apart", one, two) == (204, None)

        # A change that has nothing to do with it does not bring it back; a number that both have now does.
        assert (await boss.send("PATCH", f"/customers/{one}", {"note": "Elder", "grade": 3})).status == 200
        assert not await pairs(boss, one, two)
        again = number()
        for each in (one, two):
            points = {"contact_points": reached(shared) + reached(again), "shared": False}
            if each == two:  # whose number is another's is told; entered as the company's it is not
                assert (await world.a.admin.send("PATCH", f"/customers/{two}", {"project_id": None})).status == 200
            assert (await boss.send("PATCH", f"/customers/{each}", points)).status == 200
        to = {"project_id": world.a.ids["project"]}
        assert (await world.a.admin.send("PATCH", f"/customers/{two}", to)).status == 200
        (pair,) = await pairs(boss, one, two)
        assert pair["contacts"] == [f"+86{again}"], "what is new"
        assert await said("apart", one, two) == (204, None)
        assert not await pairs(boss, one, two)

        # Who stands for another is apart from whom the other was.
        assert await said("apart", one, three) == (204, None)
        assert (await boss.post(f"/customers/{two}/merge", {"other_id": three})).status == 200
        assert not await pairs(boss, one, two, three)
        assert len(await kept_apart(one, two, three)) == 1
        assert await said("may-be-one", one, three) == await said("apart", three, one) == (422, "other_id")
        told = [each["kind"] for each in (await boss.get(f"/customers/{one}/changes")).json]
        assert (told.count("kept_apart"), told.count("may_be_one")) == (4, 1)
        assert (await world.a.admin.send("DELETE", f"/customers/{two}")).status == 204
        assert not await kept_apart(one, two, three)


async def test_a_merge_keeps_what_was_said_of_both(world: World, database: Database) -> None:
    """Apart from the one for a number and from the other for another number: apart from both, in one. No number is kept
    in clear.
    """
    boss, numbers = world.a.clients["supervisor"], (number(), number())
    one, two, three = [(await boss.made("/customers", {"name": "Ma"}))["id"] for _ in range(3)]
    kept = select(CustomersApart).where(CustomersApart.one_id == UUID(one))
    for other, value in zip((two, three), numbers, strict=True):
        body = {"other_id": other, "contacts": [f"+86{value}"], "fields": []}
        assert (await boss.post(f"/customers/{one}/apart", body)).status == 204
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        reasons = [reason for row in (await session.scalars(kept)).all() for reason in row.reasons]
    assert len(reasons) == 2 and not any(value.encode() in reason for value in numbers for reason in reasons)
    assert (await boss.post(f"/customers/{two}/merge", {"other_id": three})).status == 200
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        (row,) = (await session.scalars(kept)).all()
    assert (str(row.other_id), sorted(row.reasons)) == (two, sorted(reasons))


async def test_who_is_apart_in_another_project_is_not_told(world: World) -> None:
    side = world.a
    walled = [
        (await side.admin.made("/customers", {"name": "W", "project_id": side.walled["project"]}))["id"] for _ in "ab"
    ]
    both = {"other_id": walled[1]}
    body: dict[str, Any] = both | {"contacts": [], "fields": []}
    assert (await side.admin.post(f"/customers/{walled[0]}/apart", body)).status == 204
    listed = "/customers/apart"
    assert walled[0] in (await side.admin.get(listed, page_size=200)).text
    boss = side.clients["supervisor"]
    assert walled[0] not in (await boss.get(listed, page_size=200)).text
    for act, sent in (("apart", body), ("may-be-one", both)):
        assert (await boss.post(f"/customers/{walled[0]}/{act}", sent)).status == 404
    assert walled[0] in (await side.admin.get(listed, page_size=200)).text


async def test_one_number_of_two_is_suspected_unless_it_is_shared(world: World) -> None:
    boss, side = world.a.clients["supervisor"], world.a
    for merges in (False, True):
        value = number()
        ours = {"name": "One", "project_id": side.ids["project"], "contact_points": reached(value)}
        first = await boss.made("/customers", ours)
        # The whole company's may have it, too; they meet when that one becomes the project's.
        second = await boss.made("/customers", {**ours, "name": "Two", "project_id": None})
        moved = {"project_id": side.ids["project"]}
        assert (await side.admin.send("PATCH", f"/customers/{second['id']}", moved)).status == 200
        found = await pairs(boss, first["id"], second["id"])
        assert [one["contacts"] for one in found] == [[f"+86{value}"]]
        if merges:
            merged = await boss.post(f"/customers/{second['id']}/merge", {"other_id": first["id"]})
            assert [point["value"] for point in merged.json["contact_points"]] == [value]
            assert not await pairs(boss, first["id"], second["id"])
    family = {"name": "Mother", "contact_points": reached(number())}
    both = [await boss.made("/customers", {**family, "name": name, "shared": True}) for name in ("Mother", "Son")]
    assert not await pairs(boss, *(one["id"] for one in both))


async def test_all_customers_of_an_agent_go_evenly_to_others(
    world: World, person: Callable[..., Awaitable[Any]]
) -> None:
    admin, boss, side = world.a.admin, world.a.clients["supervisor"], world.a
    everywhere = await person(side.ids["project"], side.walled["project"])
    one, others = side.ids["boss agent"], [side.ids["agent"], everywhere["agent"]["id"]]
    made = [(await admin.made("/customers", {"name": f"Own {at}", "agent_id": one}))["id"] for at in range(5)]
    hidden = {"name": "Hidden", "agent_id": one, "project_id": side.walled["project"]}
    elsewhere = (await admin.made("/customers", hidden))["id"]
    count = (await admin.get("/customers", agent_id=one)).json["total"]
    body = {"from_agent_id": one, "to_agent_ids": others[1:]}
    changed = await admin.post("/customers/hand-over", {**body, "expected": count + 1})
    assert field_of(changed) == (409, "expected") and str(count) in changed.json["error"]["message"]
    assert field_of(await admin.post("/customers/hand-over", {**body, "to_agent_ids": [one]})) == (422, "to_agent_ids")
    walled = {**body, "to_agent_ids": [side.walled["agent"]]}
    assert (await boss.post("/customers/hand-over", walled)).status == 422, "an agent of another project"
    refused = await admin.post("/customers/hand-over", {**body, "to_agent_ids": others})
    assert field_of(refused) == (422, "to_agent_ids"), "one of them does not see the hidden one"
    ours = (await boss.post("/customers/hand-over", {**body, "to_agent_ids": others[:1]})).json["count"]
    assert ours == count - 1 and (await admin.get(f"/customers/{elsewhere}")).json["agent_id"] == one
    back = {"from_agent_id": others[0], "to_agent_ids": others[1:]}
    await admin.post("/customers/hand-over", back)
    many = (await admin.get("/customers", agent_id=others[1])).json["total"]
    answer = await admin.post(
        "/customers/hand-over", {"from_agent_id": others[1], "to_agent_ids": [one, others[0]], "expected": many}
    )
    given = answer.json["given"]
    assert answer.json["count"] == many == sum(given.values()) and max(given.values()) - min(given.values()) <= 1
    (told, *_) = (await admin.get(f"/customers/{made[0]}/changes")).json
    assert told["kind"] == "handed_over" and told["data"]["agent_id"][0] == others[1] and told["by"]
    assert (await admin.send("PATCH", f"/customers/{elsewhere}", {"agent_id": None})).status == 200
    person_path, account = f"/people/{everywhere['id']}", {**everywhere, "disabled": True}
    kept = {name: account[name] for name in ("login", "name", "role", "project_ids", "disabled")}
    disabled = await admin.send("PUT", person_path, {**kept, "agent": {"number": everywhere["agent"]["number"]}})
    assert disabled.status == 200, disabled.text
    refused = await admin.post("/customers/hand-over", body)
    assert field_of(refused) == (422, "to_agent_ids") and everywhere["name"] in refused.json["error"]["message"]


async def test_who_is_handed_over_meanwhile_is_not_handed_over_twice(
    world: World, database: Database, person: Callable[..., Awaitable[Any]]
) -> None:
    admin, side = world.a.admin, world.a
    made = await person(side.ids["project"])
    one, other = made["agent"]["id"], side.ids["agent"]
    ids = [(await admin.made("/customers", {"name": f"Once {at}", "agent_id": one}))["id"] for at in range(3)]
    body = {"from_agent_id": one, "to_agent_ids": [side.ids["boss agent"]]}
    async with database.tenant(UUID(side.tenant_id)) as session:
        move = text("UPDATE customer SET agent_id = :other WHERE id = :id")
        await session.execute(move, {"other": UUID(other), "id": UUID(ids[0])})
        sent = [asyncio.create_task(admin.post("/customers/hand-over", {**body, "expected": 3})) for _ in range(2)]
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

        async def waits() -> bool:
            return bool(await session.scalar(waiting))

        await until(waits, "a hand-over waits for the customer")
    for answer in await asyncio.gather(*sent):
        assert field_of(answer) == (409, "expected") and answer.json["error"]["detail"]["count"] == 2
    assert (await admin.get("/customers", agent_id=one)).json["total"] == 2, "nothing is done"
    both = await asyncio.gather(*(admin.post("/customers/hand-over", body) for _ in range(2)))
    assert sorted(answer.json["count"] for answer in both) == [0, 2]
    assert (await admin.get(f"/customers/{ids[0]}")).json["agent_id"] == other


async def test_a_file_has_exactly_what_the_list_has(world: World) -> None:
    boss, tag, card = world.a.clients["supervisor"], uuid4().hex[:10], "110101199001011234"
    async with own_fields(world.a.admin, {"key": "x_card", "private": True}, {"key": "x_size", "kind": "number"}):
        for at in range(3):
            known = {"name": f"=File {at}", "tags": [tag] if at else [], "contact_points": reached(number(), number())}
            await boss.made("/customers", {**known, "fields": {"x_card": card, "x_size": at}})
        listed = (await boss.get("/customers", tag=tag, sort="name")).json["items"]
        answer = await boss.get("/customers.csv", tag=tag, sort="name")
        rows = list(csv.reader(answer.body.decode("utf-8-sig").splitlines()))
        assert [row[0] for row in rows[1:]] == [f"'{one['name']}" for one in listed] and len(listed) == 2
        assert rows[1][1] == "; ".join(point["value"] for point in listed[0]["contact_points"])
        assert card in rows[1] and "1" in rows[1]
        sheet = load_workbook(BytesIO((await boss.get("/customers.xlsx", tag=tag, sort="name")).body)).active
        assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [one["name"] for one in listed]
        assert field_of(await boss.get("/customers.csv", sort="shoes")) == (422, "sort")
