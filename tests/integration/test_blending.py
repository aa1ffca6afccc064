"""Blending by the API: rules that cannot be, who may be moved, and suggestions of one's own projects alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hujiao.kit.ids import new_id
from tests.integration.control import CallControl
from tests.integration.world import Side, World


def rule(side: Side, **changes: Any) -> dict[str, Any]:
    return {"name": f"r{new_id()}", "queue_ids": [side.ids["queue"]], "agent_ids": [side.ids["agent"]], **changes}


def live(side: Side, *kinds: str, state: str = "available") -> list[dict[str, Any]]:
    return [{"id": side.ids[kind], "state": state, "number": "1", "name": "A", "phone_kind": "phone"} for kind in kinds]


async def test_a_rule_keeps_what_was_set(world: World) -> None:
    admin = world.a.admin
    body = rule(
        world.a,
        mode="suggest",
        group_ids=[world.a.ids["agent_group"]],
        out={"service_level_percent": 95, "waiting_at_most": 1, "idle_at_least": 3, "for_seconds": 120},
        back={"service_level_percent": 85, "waiting_over": 4, "longest_wait_over": 20},
        level_minutes=30,
        inbound_at_least=5,
    )
    made = await admin.made("/blend-rules", body)
    read = (await admin.get(f"/blend-rules/{made['id']}")).json
    assert read == made and body.items() <= read.items()
    assert (await admin.send("DELETE", f"/blend-rules/{made['id']}")).status == 204


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agent_ids": []}, "agent_ids"),
        ({"queue_ids": []}, "queue_ids"),
        ({"back": {"service_level_percent": 90}}, "back.service_level_percent"),
        ({"out": {"waiting_at_most": 3}, "back": {"waiting_over": 2}}, "back.waiting_over"),
        ({"out": {"service_level_percent": 101}}, "out.service_level_percent"),
        ({"out_per_minute": 0}, "out_per_minute"),
        ({"mode": "sometimes"}, "mode"),
        ({"name": ""}, "name"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused_with_its_field(world: World, changes: Any, field: str) -> None:
    refused = await world.a.admin.post("/blend-rules", rule(world.a, **changes))
    assert (refused.status, refused.json["error"]["field"]) == (422, field)


async def test_only_inbound_queues_are_watched(world: World) -> None:
    side = world.a
    queue = (await side.admin.get(f"/queues/{side.ids['queue']}")).json
    body = {name: queue[name] for name in ("project_id", "business_id", "skills")}
    outbound = await side.admin.made("/queues", {**body, "name": f"q{new_id()}", "direction": "outbound"})
    refused = await side.admin.post("/blend-rules", rule(side, queue_ids=[outbound["id"]]))
    assert (refused.status, refused.json["error"]["field"]) == (422, "queue_ids")
    assert (await side.admin.send("DELETE", f"/queues/{outbound['id']}")).status == 204


async def test_a_supervisor_pins_agents_of_the_own_projects(world: World, control: CallControl) -> None:
    side = world.a
    await control.change(side.tenant_id, agents=live(side, "agent"))
    boss = side.clients["supervisor"]
    until = datetime.now(UTC) + timedelta(hours=2)
    body = {"agent_ids": [side.ids["agent"]], "work": "outbound", "until_at": until.isoformat()}
    answer = await boss.post("/agents/work", body)
    assert (answer.status, answer.json) == (200, {"agents": 1, "not_signed_in": []})
    command = control.commands[-1]
    assert (command["kind"], command["work"], command["agent_ids"]) == ("work.give", "outbound", [side.ids["agent"]])
    before = len(control.commands)
    walled = {"agent_ids": [side.walled["agent"]], "work": "inbound"}
    assert (await boss.post("/agents/work", walled)).json["error"]["field"] == "agent_ids"
    past = {**body, "until_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    assert (await boss.post("/agents/work", past)).json["error"]["field"] == "until_at"
    assert (await boss.post("/agents/work", {"work": "inbound"})).status == 422
    assert (await boss.post("/agents/work", {**body, "work": "sideways"})).json["error"]["field"] == "work"
    await control.change(side.tenant_id, agents=live(side, "agent", state="logged_out"))
    assert (await boss.post("/agents/work", body)).code == "nobody_signed_in"
    assert len(control.commands) == before


async def test_suggestions_of_the_own_projects_are_seen_and_answered(world: World, control: CallControl) -> None:
    side = world.a
    boss = side.clients["supervisor"]
    seen = (await boss.get("/blending")).json
    assert [one["id"] for one in seen] == [side.ids["blend_rule"]]
    assert len((await side.admin.get("/blending")).json) == 2
    answer = await boss.post(f"/blend-rules/{side.ids['blend_rule']}/suggestion", {"accept": False})
    assert answer.status == 204
    command = control.commands[-1]
    assert (command["kind"], command["rule_id"], command["accept"]) == ("work.answer", side.ids["blend_rule"], False)
    walled = await boss.post(f"/blend-rules/{side.walled['blend_rule']}/suggestion", {"accept": True})
    assert walled.status == 404
    control.refuse = {"ok": False, "error": {"code": "no_suggestion", "field": None, "message": "error.no_suggestion"}}
    try:
        refused = await boss.post(f"/blend-rules/{side.ids['blend_rule']}/suggestion", {"accept": True})
    finally:
        control.refuse = None
    assert (refused.status, refused.code) == (409, "no_suggestion")
