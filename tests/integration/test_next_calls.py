"""An agent's own customers, the last call and the next one: set, due, done by a call, handed over; what is overdue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from hujiao.app.jobs.projector import Projector
from hujiao.customers.models import NextCall
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from tests.integration.client import Answer, Client
from tests.integration.control import CallControl
from tests.integration.test_customers import number, reached
from tests.integration.test_dialling import company
from tests.integration.test_sockets import reading
from tests.integration.test_summaries import write
from tests.integration.world import PASSWORD, Side, World, make_side


@pytest.fixture(scope="module")
async def side(world: World, control: CallControl) -> AsyncIterator[Side]:
    """A tenant of its own: what is overdue is counted."""
    async with AsyncExitStack() as stack:
        yield await make_side(stack, world.operator, world.settings.web_url, "n")


@pytest.fixture(scope="module")
async def second(side: Side, world: World) -> AsyncIterator[Client]:
    """The other project's agent."""
    async with Client(world.settings.web_url) as client:
        yield await client.sign_in(side.slug, "second", PASSWORD)


def later(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


async def customer(side: Side, agent: Client | None = None, **more: Any) -> dict[str, Any]:
    body = {"name": f"C{uuid4().hex[:8]}", "agent_id": side.ids["agent"], "project_id": side.ids["project"]}
    body |= {"contact_points": reached(number())}
    made: dict[str, Any] = await (agent or side.clients["agent"]).made("/customers", body | more)
    return made


async def sets(agent: Client, customer_id: str, due_at: str, note: str = "") -> Answer:
    return await agent.send("PUT", f"/me/customers/{customer_id}/next-call", {"due_at": due_at, "note": note})


async def open_ones(agent: Client) -> dict[str, dict[str, Any]]:
    """By customer."""
    listed = (await agent.get("/me/next-calls", page_size=200)).json["items"]
    found = {one["customer_id"]: one for one in listed}
    assert len(found) == len(listed), "one of each customer"
    assert [one["remind_at"] for one in listed] == sorted(one["remind_at"] for one in listed)
    return found


async def outgoing(
    ledger: asyncpg.Pool[asyncpg.Record],
    side: Side,
    to: dict[str, Any],
    *,
    end: tuple[str, int],
    meant: str | None = None,
    rang: float | None = None,
    projector: Projector | None = None,
    **wrote: str,
) -> None:
    """The agent's call of a customer's first number, as the ledger has it."""
    key = f"+86{to['contact_points'][0]['value']}"
    place = {"project_id": side.ids["project"], "business_id": side.ids["business"]}
    told: list[tuple[str, dict[str, Any]]] = [
        ("interaction.started", {"direction": "outbound", "caller": key, "caller_key": key, "called": "1", **place})
    ]
    if meant:
        told.append(("caller.recognised", {"customer_id": meant, "name": "", "grade": 0}))
    if end[0] == "completed":
        told += [("interaction.answered", {}), ("agent.connected", {"queue_id": None, "ring_seconds": 2.0})]
    if wrote:
        told.append(("wrap_up.completed", {"wrap_up_seconds": 1.0, "note": "", **wrote}))
    if end[0] == "not_reached":
        told.append(("outgoing.unreached", {"number": key, "cause": end[1], "ring_seconds": rang}))
    told.append(("interaction.ended", {"end_reason": end[0], "hangup_cause": end[1], "ended_by": "system"}))
    await write(ledger, side, new_id(), UUID(side.ids["agent"]), *told, projector=projector)


async def due(database: Database, side: Side, customer_id: str, **ago: float) -> None:
    """The open next call of a customer is due since then."""
    async with database.tenant(UUID(side.tenant_id)) as session:
        at = datetime.now(UTC) - timedelta(**ago)
        same = (NextCall.customer_id == UUID(customer_id), NextCall.closed_at.is_(None))
        await session.execute(update(NextCall).where(*same).values(due_at=at, remind_at=at))


async def own(agent: Client, **query: Any) -> list[str]:
    answer = await agent.get("/me/customers", page_size=200, **query)
    assert answer.status == 200, answer.text
    return [one["id"] for one in answer.json["items"]]


async def test_there_is_one_of_a_customer_which_is_moved_snoozed_done_and_opened_again(side: Side) -> None:
    agent, known = side.clients["agent"], await customer(side)
    async with reading(agent) as told:
        made = (await sets(agent, known["id"], later(hours=2, seconds=1), "Asks for the price")).json
        assert await told.next("next_calls") == {"type": "next_calls"}
    assert made["due_at"].endswith(":00Z") and made["remind_at"] == made["due_at"], "to the minute"
    assert [one["value"] for one in made["phones"]] == [known["contact_points"][0]["value"]]
    moved = (await sets(agent, known["id"], later(hours=3))).json
    assert (moved["id"], moved["note"]) == (made["id"], "") and moved["due_at"] > made["due_at"]

    path = f"/me/next-calls/{made['id']}"
    snoozed = (await agent.send("POST", f"{path}/snooze", {"minutes": 60})).json
    assert snoozed["remind_at"] == snoozed["due_at"] == moved["due_at"], "not before it is due"
    closed = (await agent.send("POST", f"{path}/done")).json
    assert closed["outcome"] == "done" and known["id"] not in await open_ones(agent)
    assert (await agent.send("POST", f"{path}/done")).code == "next_call_closed"
    assert (await agent.send("POST", f"{path}/snooze", {"minutes": 5})).code == "next_call_closed"
    assert (await agent.send("POST", f"{path}/reopen")).json["outcome"] is None
    assert known["id"] in await open_ones(agent)
    await agent.send("POST", f"{path}/done")
    await sets(agent, known["id"], later(hours=1))
    assert (await agent.send("POST", f"{path}/reopen")).code == "next_call_set_since"
    history = (await agent.get(f"/customers/{known['id']}/next-calls")).json
    assert [one["outcome"] for one in history] == [None, "done"]


async def test_what_cannot_be_is_refused_by_its_field(side: Side) -> None:
    agent, known = side.clients["agent"], await customer(side)
    path = f"/me/customers/{known['id']}/next-call"
    for body, field in (
        ({"due_at": later(minutes=-2)}, "due_at"),
        ({"due_at": later(days=800)}, "due_at"),
        ({"due_at": "tomorrow"}, "due_at"),
        ({}, "due_at"),
        ({"due_at": later(hours=1), "note": "x" * 501}, "note"),
        ({"due_at": later(hours=1), "agent_id": side.ids["agent"]}, "agent_id"),
    ):
        refused = await agent.send("PUT", path, body)
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text
    made = (await sets(agent, known["id"], later(hours=1))).json["id"]
    refused = await agent.send("POST", f"/me/next-calls/{made}/snooze", {"minutes": 7})
    assert (refused.status, refused.json["error"]["field"]) == (422, "minutes")
    for query, field in (
        ({"sort": "shoe_size"}, "sort"),
        ({"next": "never"}, "next"),
        ({"last_failure": "sad"}, "last_failure"),
        ({"last_disposition_id": str(uuid4())}, "last_disposition_id"),
        ({"called_since": "yesterday"}, "called_since"),
    ):
        refused = await agent.get("/me/customers", **query)
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text


async def test_nobody_touches_a_colleagues_and_the_wall_holds(side: Side, second: Client) -> None:
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    known, theirs = await customer(side), await customer(side, second, agent_id=side.walled["agent"], project_id=None)
    walled = await customer(side, side.admin, agent_id=side.walled["agent"], project_id=side.walled["project"])
    made = (await sets(agent, known["id"], later(hours=1))).json["id"]
    for client in (second, boss):
        assert (await client.send("POST", f"/me/next-calls/{made}/done")).status == 404
        assert known["id"] not in await own(client)
    assert (await sets(agent, walled["id"], later(hours=1))).status == 404
    assert (await agent.get(f"/customers/{walled['id']}/next-calls")).status == 404
    assert walled["id"] in await own(second) and walled["id"] not in await own(agent)
    # The company's customer is a colleague's of another project, and may be called by both.
    assert (await sets(agent, theirs["id"], later(hours=1))).status == 200
    assert theirs["id"] in await open_ones(agent) and theirs["id"] not in await own(agent)
    # Who sees the project no more is not reminded of its customers.
    moved = await side.admin.send("PATCH", f"/customers/{known['id']}", {"project_id": side.walled["project"]})
    assert moved.status == 200
    assert known["id"] not in await open_ones(agent)
    assert (await agent.send("POST", f"/me/next-calls/{made}/done")).status == 404


async def test_only_what_has_rung_was_not_answered_or_declined(
    side: Side, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    agent = side.clients["agent"]
    wanted = {}
    for cause, rang, failure in (
        (18, 8.0, "no_answer"), (18, None, "no_line"), (21, 8.0, "rejected"), (21, None, "unreachable"),
        (1, 8.0, "no_such_number"), (99, 8.0, "unreachable"),
    ):  # fmt: skip
        known = await customer(side)
        wanted[known["id"]] = failure
        await outgoing(ledger, side, known, end=("not_reached", cause), rang=rang)
    listed = {one["id"]: one for one in (await agent.get("/me/customers", page_size=200)).json["items"]}
    assert {key: listed[key]["last_call"]["failure"] for key in wanted} == wanted
    for failure in set(wanted.values()):
        found = set(await own(agent, last_failure=failure)) & set(wanted)
        assert found == {key for key, why in wanted.items() if why == failure}


async def test_the_list_says_what_came_of_the_last_call_and_is_found_by_it(
    side: Side, ledger: asyncpg.Pool[asyncpg.Record], second: Client
) -> None:
    agent = side.clients["agent"]
    sold, busy, never = await customer(side), await customer(side), await customer(side)
    result = side.ids["disposition"]
    await outgoing(ledger, side, sold, end=("not_reached", 19))
    await outgoing(ledger, side, sold, end=("completed", 16), disposition_id=result, disposition_name="Sold")
    await outgoing(ledger, side, busy, end=("not_reached", 17))
    listed = {one["id"]: one for one in (await agent.get("/me/customers", page_size=200)).json["items"]}
    last = listed[sold["id"]]["last_call"]
    assert (listed[sold["id"]]["calls"], last["result"], last["failure"], last["connected"]) == (2, "Sold", None, True)
    last = listed[busy["id"]]["last_call"]
    assert (listed[busy["id"]]["calls"], last["result"], last["failure"]) == (1, None, "busy")
    assert (listed[never["id"]]["calls"], listed[never["id"]]["last_call"]) == (0, None)

    three = {sold["id"], busy["id"], never["id"]}

    async def found(**query: Any) -> set[str]:
        return three & set(await own(agent, **query))

    assert await found(last_disposition_id=result) == {sold["id"]}
    assert await found(last_failure="busy") == {busy["id"]}
    assert await found(last_failure="no_answer") == set(), "the last one counts"
    assert await found(called_since=later(hours=-1)) == {sold["id"], busy["id"]}
    assert await found(not_called_since=later(hours=-1)) == {never["id"]}
    assert await found(q=busy["name"]) == {busy["id"]}
    assert next(one for one in await own(agent, sort="-calls") if one in three) == sold["id"]
    assert [one for one in await own(agent, sort="-last_call") if one in three] == [
        busy["id"], sold["id"], never["id"],
    ]  # fmt: skip

    assert await found(next="none") == three
    await sets(agent, never["id"], later(minutes=0))
    await sets(agent, sold["id"], later(days=30))
    assert await found(next="overdue") == {never["id"]}
    assert await found(next="today") == await found(next="week") == {never["id"]}
    assert await found(next="none") == {busy["id"]}
    assert [one for one in await own(agent) if one in three] == [never["id"], sold["id"], busy["id"]]
    first = (await agent.get("/me/customers", page_size=1, page=2)).json
    assert len(first["items"]) == 1 and first["total"] >= 3

    # The new owner learns what there was, by right of the customer; the old one's list has them no more.
    handed = await side.admin.send("PATCH", f"/customers/{busy['id']}", {"agent_id": side.ids["boss agent"]})
    assert handed.status == 200
    (mine,) = (await side.clients["supervisor"].get("/me/customers", q=busy["name"])).json["items"]
    assert (mine["calls"], mine["last_call"]["failure"]) == (1, "busy")
    assert busy["id"] not in await own(agent)


async def test_a_call_that_reaches_the_customer_after_it_was_due_does_it(
    side: Side, ledger: asyncpg.Pool[asyncpg.Record], database: Database
) -> None:
    agent = side.clients["agent"]
    known, other = await customer(side), await customer(side)
    shared = await customer(side, contact_points=reached(known["contact_points"][0]["value"]), shared=True)
    for one in (known, other, shared):
        assert (await sets(agent, one["id"], later(hours=1))).status == 200
    await outgoing(ledger, side, known, end=("completed", 16), meant=known["id"])
    assert known["id"] in await open_ones(agent), "it was not due"
    for one in (known, other, shared):
        await due(database, side, one["id"], minutes=1)
    await outgoing(ledger, side, known, end=("not_reached", 17), meant=known["id"])
    assert known["id"] in await open_ones(agent), "nobody answered"
    heard: list[tuple[UUID, set[UUID]]] = []

    async def reminded(tenant_id: UUID, agents: set[UUID]) -> None:
        heard.append((tenant_id, agents))

    await outgoing(ledger, side, known, end=("completed", 16), meant=known["id"])
    assert {known["id"], other["id"], shared["id"]} & (await open_ones(agent)).keys() == {other["id"], shared["id"]}
    (done, *_) = (await agent.get(f"/customers/{known['id']}/next-calls")).json
    assert done["outcome"] == "called"
    await outgoing(ledger, side, other, end=("completed", 16), projector=Projector(ledger, reminded=reminded))
    assert heard == [(UUID(side.tenant_id), {UUID(side.ids["agent"])})]
    assert other["id"] not in await open_ones(agent)


async def test_it_goes_with_the_customer_to_the_new_agent_and_of_two_the_earlier_stays(
    side: Side, database: Database
) -> None:
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    one, both, other = await customer(side), await customer(side), await customer(side)
    await sets(agent, one["id"], later(hours=1), "A")
    early = (await sets(agent, both["id"], later(hours=1), "A")).json
    await sets(boss, both["id"], later(hours=5), "B")
    async with reading(agent) as before, reading(boss) as after:
        for each in (one, both):
            changed = await side.admin.send("PATCH", f"/customers/{each['id']}", {"agent_id": side.ids["boss agent"]})
            assert changed.status == 200
            await before.next("next_calls")
            await after.next("next_calls")
    mine = await open_ones(boss)
    assert not {one["id"], both["id"]} & (await open_ones(agent)).keys()
    assert mine[one["id"]]["note"] == "A"
    assert (mine[both["id"]]["due_at"], mine[both["id"]]["note"]) == (early["due_at"], "B\nA")
    history = (await boss.get(f"/customers/{both['id']}/next-calls")).json
    assert sorted(str(each["outcome"]) for each in history) == ["None", "joined"]

    # All of an agent's customers, by hand-over; a customer of nobody else's keeps who is to call them.
    foreign = await customer(side, agent_id=side.ids["agent"], project_id=None)
    await sets(boss, foreign["id"], later(hours=2))
    moved = {"from_agent_id": side.ids["boss agent"], "to_agent_ids": [side.ids["agent"]]}
    assert (await side.admin.post("/customers/hand-over", moved)).json["count"] >= 2
    assert {one["id"], both["id"]} <= (await open_ones(agent)).keys()
    assert {one["id"], both["id"], foreign["id"]} & (await open_ones(boss)).keys() == {foreign["id"]}

    # Who is merged away is called as the one who stays.
    await sets(agent, other["id"], later(minutes=30), "C")
    merged = await side.admin.post(f"/customers/{one['id']}/merge", {"other_id": other["id"]})
    assert merged.status == 200, merged.text
    mine = await open_ones(agent)
    assert other["id"] not in mine and mine[one["id"]]["note"] == "A\nC"
    assert (await side.admin.send("DELETE", f"/customers/{one['id']}")).status == 204
    assert one["id"] not in await open_ones(agent)


async def test_what_is_taken_back_while_the_customer_is_merged(side: Side) -> None:
    """Neither is refused, whichever comes first; only who has another next call with the one who stays is told so."""
    agent = side.clients["agent"]
    for _ in range(8):
        stays, goes = await customer(side), await customer(side)
        made = (await sets(agent, goes["id"], later(hours=1), "D")).json["id"]
        assert (await agent.send("POST", f"/me/next-calls/{made}/done")).status == 200
        back, merged = await asyncio.gather(
            agent.send("POST", f"/me/next-calls/{made}/reopen"),
            side.admin.post(f"/customers/{stays['id']}/merge", {"other_id": goes["id"]}),
        )
        assert (back.status, merged.status) == (200, 200), (back.text, merged.text)
        assert (await open_ones(agent))[stays["id"]]["id"] == made
    stays, goes = await customer(side), await customer(side)
    made = (await sets(agent, goes["id"], later(hours=1))).json["id"]
    assert (await agent.send("POST", f"/me/next-calls/{made}/done")).status == 200
    await sets(agent, stays["id"], later(hours=2))
    assert (await side.admin.post(f"/customers/{stays['id']}/merge", {"other_id": goes["id"]})).status == 200
    assert (await agent.send("POST", f"/me/next-calls/{made}/reopen")).code == "next_call_set_since"


async def test_supervisors_see_what_is_overdue_of_their_agents(side: Side, second: Client, database: Database) -> None:
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    known = await customer(side)
    walled = await customer(side, second, agent_id=side.walled["agent"], project_id=side.walled["project"])
    await sets(agent, known["id"], later(hours=1))
    await sets(second, walled["id"], later(hours=1))
    report = (await boss.get("/next-calls/overdue")).json
    assert report["next_at"] is not None
    before = {one["agent_id"]: one["count"] for one in report["agents"]}
    for one in (known, walled):
        await due(database, side, one["id"], hours=2)
    agents = {one["agent_id"]: one for one in (await boss.get("/next-calls/overdue")).json["agents"]}
    mine = side.ids["agent"]
    assert agents[mine]["count"] == before.get(mine, 0) + 1 and side.walled["agent"] not in agents
    everybody = {one["agent_id"] for one in (await side.admin.get("/next-calls/overdue")).json["agents"]}
    assert everybody >= {mine, side.walled["agent"]}
    listed = (await boss.get(f"/next-calls/overdue/{mine}", page_size=200)).json["items"]
    assert listed[0]["customer_id"] == known["id"], "the longest overdue first"
    assert (await boss.get(f"/next-calls/overdue/{side.walled['agent']}")).status == 404
    assert (await agent.get("/next-calls/overdue")).status == 403


async def test_a_dialled_number_is_the_customers_who_is_meant(side: Side, control: CallControl) -> None:
    agent, known = side.clients["agent"], await customer(side)
    value = known["contact_points"][0]["value"]
    answer = await agent.post("/me/calls", {"number": f"+86 {value}", "customer_id": known["id"]})
    assert answer.status == 201, answer.text
    told = control.commands[-1]
    assert (told["customer_id"], told["project_id"]) == (known["id"], known["project_id"]), "behind the same wall"
    for body, field in (
        ({"number": number(), "customer_id": known["id"]}, "number"),
        ({"number": value, "customer_id": side.walled["customer"]}, "customer_id"),
    ):
        refused = await agent.post("/me/calls", body)
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text


async def test_a_known_number_is_refused_with_its_agent(side: Side) -> None:
    known = await customer(side)
    body = {"name": "Again", "contact_points": reached(known["contact_points"][0]["value"])}
    refused = await side.clients["agent"].post("/customers", {**body, "project_id": side.ids["project"]})
    assert (refused.status, refused.code) == (409, "contact_taken")
    assert known["name"] in refused.json["error"]["message"] and "Agent" in refused.json["error"]["message"]


async def test_the_list_as_a_file_by_right(side: Side, ledger: asyncpg.Pool[asyncpg.Record]) -> None:
    boss = side.clients["supervisor"]
    known = await customer(side, boss, agent_id=side.ids["boss agent"])
    await sets(boss, known["id"], later(hours=1), "Ask again")
    await outgoing(ledger, side, known, end=("not_reached", 1))
    sheet = load_workbook(BytesIO((await boss.get("/me/customers.xlsx", q=known["name"])).body)).active
    head, row = (list(line) for line in sheet.iter_rows(values_only=True))
    told = dict(zip(head, row, strict=True))
    assert (told["Name"], told["Calls"]) == (known["name"], 1)
    assert (told["Last result"], told["Note on the next call"]) == ("Number does not exist", "Ask again")
    lines = (await boss.get("/me/customers.csv", q=known["name"])).text.splitlines()
    assert len(lines) == 2 and known["name"] in lines[1]
    assert (await side.clients["agent"].get("/me/customers.csv")).status == 403


async def test_a_ready_tree_is_added_once_and_offered_after_outbound_calls(world: World) -> None:
    async with company(world, "outbound") as (_, admin):
        top = await admin.made("/dispositions/outbound", {})
        again = await admin.post("/dispositions/outbound", {})
        assert (again.status, again.code) == (409, "outbound_tree_there")
        tree = (await admin.get("/dispositions", page_size=200)).json["items"]
        branches = {one["name"]: one["id"] for one in tree if one["parent_id"] == top["id"]}
        assert {"Connected", "No answer", "Busy", "Number does not exist", "Out of service"} <= branches.keys()
        assert len([one for one in tree if one["parent_id"] == branches["Connected"]]) == 6
        rules = (await admin.get("/summary-rules")).json["items"]
        assert [one["disposition_ids"] for one in rules if one["direction"] == "outbound"] == [[top["id"]]]
