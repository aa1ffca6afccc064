"""Summaries by the API: rules, what is offered, what is still to be written, and what is found and counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hujiao.app.jobs.projector import Projector
from hujiao.kit.ids import new_id
from tests.integration.control import CallControl
from tests.integration.test_bulletins import second_agent
from tests.integration.world import Side, World, make_side


@pytest.fixture(scope="module")
async def side(world: World, control: CallControl) -> AsyncIterator[Side]:
    """A tenant of its own: others count what is in theirs."""
    async with AsyncExitStack() as stack:
        yield await make_side(stack, world.operator, world.settings.web_url, "s")


@pytest.fixture(scope="module")
async def tree(side: Side) -> dict[str, str]:
    """Complaint over Delivery over Late; beside it Praise, and Fax, which is retired."""
    made: dict[str, str] = {}
    for name, above in (("Complaint", None), ("Delivery", "Complaint"), ("Late", "Delivery"), ("Praise", None)):
        body = {"name": name, "parent_id": made[above] if above else None}
        made[name] = (await side.admin.made("/dispositions", body))["id"]
    made["Fax"] = (await side.admin.made("/dispositions", {"name": "Fax", "retired": True}))["id"]
    return made


async def contact(
    ledger: asyncpg.Pool[asyncpg.Record], side: Side, ids: dict[str, str], *told: tuple[str, dict[str, Any]]
) -> str:
    """A contact of a project's agent that is over, with what else was told of it."""
    interaction = new_id()
    place = {"project_id": ids["project"], "business_id": ids["business"]}
    events = [
        ("interaction.started", {"caller": "+8613700000009", "caller_key": "+8613700000009", "called": "1", **place}),
        ("queue.entered", {"queue_id": ids["queue"], "service_level_seconds": 20, "short_abandon_seconds": 5}),
        ("agent.connected", {"queue_id": ids["queue"], "ring_seconds": 2.0}),
        *told,
        ("interaction.ended", {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"}),
    ]
    await write(ledger, side, interaction, UUID(ids["agent"]), *events)
    return str(interaction)


async def write(
    ledger: asyncpg.Pool[asyncpg.Record],
    side: Side,
    interaction: UUID,
    agent: UUID,
    *told: tuple[str, dict[str, Any]],
    projector: Projector | None = None,
) -> None:
    tenant = UUID(side.tenant_id)
    async with ledger.acquire() as connection, connection.transaction():
        last = await connection.fetchval("SELECT coalesce(max(seq), 0) FROM ledger_event WHERE tenant_id = $1", tenant)
        for seq, (kind, data) in enumerate(told, last + 1):
            await connection.execute(
                "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *(tenant, seq, datetime.now(UTC), kind, interaction, agent, msgspec.json.encode(data).decode()),
            )
    await (projector or Projector(ledger)).catch_up()


def chosen(disposition_id: str, name: str, note: str = "") -> tuple[str, dict[str, Any]]:
    return "wrap_up.completed", {
        "wrap_up_seconds": 3.0, "disposition_id": disposition_id, "disposition_name": name, "note": note,
    }  # fmt: skip


def due(*lacks: str) -> tuple[str, dict[str, Any]]:
    return "summary.due", {"lacks": list(lacks)}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"direction": "sideways"}, 422, "direction"),
        ({"disposition_ids": ["01900000-0000-7000-8000-00000000000b"]}, 422, "disposition_ids"),
        ({"unheard": 1}, 422, "unheard"),
    ],
)
async def test_a_wrong_rule_is_refused_by_its_field(side: Side, body: Any, status: int, field: str) -> None:
    answer = await side.admin.post("/summary-rules", body)
    assert (answer.status, answer.json["error"]["field"]) == (status, field), answer.text


async def test_there_is_one_rule_for_the_same_contacts(side: Side) -> None:
    both = {"queue_id": side.ids["queue"], "business_id": side.ids["business"]}
    assert (await side.admin.post("/summary-rules", both)).status == 422
    general = await side.admin.made("/summary-rules", {"note_required": True})
    again = await side.admin.post("/summary-rules", {"disposition_required": True})
    assert (again.status, again.code) == (409, "already_used")
    found = (await side.admin.get("/summary-rules", q="first-s")).json["items"]
    assert [one["queue_id"] for one in found] == [side.ids["queue"]]
    assert (await side.admin.send("DELETE", f"/summary-rules/{general['id']}")).status == 204


@pytest.mark.parametrize("shortcut", ["two words", "a/b", ""])
async def test_a_wrong_template_is_refused_by_its_field(side: Side, shortcut: str) -> None:
    answer = await side.admin.post("/note-templates", {"shortcut": shortcut, "name": "N", "text": "t"})
    assert (answer.status, answer.json["error"]["field"]) == (422, "shortcut")
    answer = await side.admin.post("/note-templates", {"shortcut": "x", "name": "N", "text": "{who}"})
    assert answer.json["error"]["field"] == "text"


async def test_a_queue_offers_its_part_of_the_tree(
    side: Side, tree: dict[str, str], control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    agent, rule = side.clients["agent"], side.ids["summary_rule"]
    own, other = await contact(ledger, side, side.ids), await contact(ledger, side, side.walled)
    nothing = {"queue_id": side.ids["queue"], "disposition_ids": [tree["Fax"]], "disposition_required": True}
    assert (await side.admin.send("PUT", f"/summary-rules/{rule}", nothing)).status == 200
    form = (await agent.get(f"/me/interactions/{own}/summary")).json
    assert (form["dispositions"], form["disposition_required"]) == ([], False), "what nobody can give is not asked for"
    wanted = {"queue_id": side.ids["queue"], "disposition_ids": [tree["Delivery"], tree["Fax"]], "note_required": True}
    assert (await side.admin.send("PUT", f"/summary-rules/{rule}", wanted)).status == 200
    form = (await agent.get(f"/me/interactions/{own}/summary")).json
    assert [one["name"] for one in form["dispositions"]] == ["Delivery", "Late"]
    assert (form["disposition_required"], form["note_required"]) == (False, True)
    assert [one["id"] for one in form["templates"]] == [side.ids["note_template"]]
    assert (await agent.get(f"/me/interactions/{other}/summary")).status == 404
    assert form["begun"] is None
    for note in ("half", "half a sen"):
        saved = {"note": note, "wrap_up_seconds": 0.0, "automatic": False}
        await write(ledger, side, UUID(own), UUID(side.ids["agent"]), ("wrap_up.saved", saved))
    assert (await agent.get(f"/me/interactions/{own}/summary")).json["begun"] == {
        "disposition_id": None, "note": "half a sen",
    }  # fmt: skip
    path = f"/me/interactions/{own}/wrap-up"
    for name, code in (("Praise", "not offered"), ("Fax", "not used")):
        refused = await agent.post(path, {"disposition_id": tree[name]})
        assert (refused.status, refused.json["error"]["field"]) == (422, "disposition_id") and code in refused.text
    assert (await agent.post(path, {"disposition_id": tree["Late"], "note": "n"})).status == 200
    assert control.commands[-1]["disposition_name"] == "Complaint / Delivery / Late"


async def test_what_is_still_to_be_written_is_the_agents_own_and_is_completed_later(
    world: World, side: Side, tree: dict[str, str], control: CallControl, ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    agent, boss = side.clients["agent"], side.clients["supervisor"]
    own = await contact(ledger, side, side.ids, due("disposition_id"))
    other = await contact(ledger, side, side.walled, due("disposition_id", "note"))
    mine = (await agent.get("/me/summaries")).json
    assert [(one["id"], one["summary_due"]) for one in mine["items"]] == [
        (own, {side.ids["agent"]: ["disposition_id"]})
    ]
    async with second_agent(world, side) as second:
        assert [one["id"] for one in (await second.get("/me/summaries")).json["items"]] == [other]
        assert (await second.send("PUT", f"/me/interactions/{own}/summary", {"note": "n"})).status == 404
    counts = {one["agent_id"]: one["count"] for one in (await side.admin.get("/reports/open-summaries")).json}
    assert counts == {side.ids["agent"]: 1, side.walled["agent"]: 1}
    assert [one["agent_id"] for one in (await boss.get("/reports/open-summaries")).json] == [side.ids["agent"]]
    assert (await agent.get("/reports/open-summaries")).status == 403
    path = f"/me/interactions/{own}/summary"
    refused = await agent.send("PUT", path, {"note": "only a note"})
    assert (refused.status, refused.json["error"]["field"]) == (422, "disposition_id")
    assert (await agent.send("PUT", path, {"disposition_id": tree["Late"]})).status == 204
    command = control.commands[-1]
    assert (command["kind"], command["interaction_id"]) == ("interaction.complete_summary", own)
    assert command["disposition_name"] == "Complaint / Delivery / Late"
    told = {"by_account": side.ids["person"], "disposition_id": tree["Late"], "disposition_name": "Complaint / Late"}
    await write(ledger, side, UUID(own), UUID(side.ids["agent"]), ("summary.completed", told))
    assert (await agent.get("/me/summaries")).json["total"] == 0
    again = await agent.send("PUT", path, {"disposition_id": tree["Late"]})
    assert (again.status, again.code) == (409, "summary_not_due")
    seen = (await agent.get(f"/interactions/{own}")).json
    assert (seen["disposition_name"], seen["summary_due"]) == ("Complaint / Late", {})
    assert "summary.completed" in {event["kind"] for event in seen["events"]}


async def test_found_and_counted_at_every_level(
    side: Side, tree: dict[str, str], ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    business = (await side.admin.made("/businesses", {"name": "Counted", "project_id": side.ids["project"]}))["id"]
    ids = {**side.ids, "business": business}
    late = await contact(ledger, side, ids, chosen(tree["Late"], "Complaint / Delivery / Late", "a 100% refund"))
    top = await contact(ledger, side, ids, chosen(tree["Complaint"], "Complaint"))
    none = await contact(ledger, side, ids, due("disposition_id"))
    walled = await contact(ledger, side, side.walled, chosen(tree["Late"], "Complaint / Delivery / Late"))

    async def found(**query: Any) -> set[str]:
        return {
            one["id"] for one in (await side.admin.get("/interactions", business_id=business, **query)).json["items"]
        }

    assert await found(disposition_id=tree["Complaint"]) == {late, top}
    assert await found(disposition_id=tree["Delivery"]) == {late}
    assert await found(summary="none") == await found(summary="due") == {none}
    assert await found(summary_agent_id=side.ids["agent"]) == {none}
    assert await found(noted="100%") == {late} and not await found(noted="100_")
    report = (await side.admin.get("/reports/dispositions", business_id=business)).json
    rows = {row["name"]: (row["depth"], row["chosen"], row["inbound"], row["total"]) for row in report["rows"]}
    assert {name: rows[name] for name in ("Complaint", "Delivery", "Late", "Praise")} == {
        "Complaint": (0, 1, 2, 2), "Delivery": (1, 0, 1, 1), "Late": (2, 1, 1, 1), "Praise": (0, 0, 0, 0),
    }  # fmt: skip
    assert (report["contacts"], report["without"]) == (3, 1)
    sheet = (await side.admin.get("/reports/dispositions.csv", business_id=business)).text
    assert "Without a result,,,1" in sheet and "Total,,,3" in sheet
    assert (await side.admin.get("/reports/dispositions.xlsx", business_id=business)).status == 200
    every = (await side.clients["supervisor"].get("/reports/dispositions")).json
    assert next(row["total"] for row in every["rows"] if row["disposition_id"] == tree["Late"]) >= 1
    seen = (await side.clients["supervisor"].get("/interactions", disposition_id=tree["Late"])).json["items"]
    assert walled not in {one["id"] for one in seen}
    wrong = await side.admin.get(
        "/reports/dispositions", **{"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    )
    assert (wrong.status, wrong.json["error"]["field"]) == (422, "to")


async def test_history_keeps_the_name_of_then(
    side: Side, tree: dict[str, str], ledger: asyncpg.Pool[asyncpg.Record]
) -> None:
    praised = await contact(ledger, side, side.ids, chosen(tree["Praise"], "Praise"))
    body = {"name": "Compliment", "retired": True}
    assert (await side.admin.send("PUT", f"/dispositions/{tree['Praise']}", body)).json["retired"] is True
    assert (await side.admin.send("DELETE", f"/dispositions/{tree['Praise']}")).code == "in_use"
    assert (await side.admin.get(f"/interactions/{praised}")).json["disposition_name"] == "Praise"
    found = (await side.admin.get("/interactions", disposition_id=tree["Praise"])).json["items"]
    assert [one["id"] for one in found] == [praised]
    desktop = (await side.clients["agent"].get("/me/desktop")).json
    assert tree["Praise"] not in {one["id"] for one in desktop["dispositions"]}
