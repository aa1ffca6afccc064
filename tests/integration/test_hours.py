"""Business hours by the API: what is refused with its place, what holds now, and the switch by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.client import Client
from tests.integration.world import World

ALWAYS = [[{"start": "00:00", "end": "24:00"}]] * 7
NEVER: list[Any] = [[]] * 7


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weekly": [[]] * 6}, "weekly"),
        ({"weekly": [[{"start": "9:00", "end": "18:00"}], *[[]] * 6]}, "weekly.0.0.start"),
        ({"weekly": [[], [{"start": "09:00", "end": "09:00"}], *[[]] * 5]}, "weekly.1.0"),
        ({"weekly": [[{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "18:00"}], *[[]] * 6]}, "weekly"),
        ({"time_zone": "Asia/Nowhere"}, "time_zone"),
        ({"special_days": [{"date": "2026-02-30"}]}, "special_days.0.date"),
        ({"special_days": [{"date": "2026-10-01"}, {"date": "2026-10-01"}]}, "special_days"),
        (
            {"special_days": [{"date": "2026-10-01", "as_weekday": 1, "spans": [{"start": "09:00", "end": "10:00"}]}]},
            "special_days.0",
        ),
        ({"calendar_id": "00000000-0000-0000-0000-000000000001"}, "calendar_id"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(world: World, change: dict[str, Any], field: str) -> None:
    answer = await world.a.admin.post("/hours", {"name": "wrong", "weekly": NEVER, **change})
    assert answer.status == 422, answer.text
    assert answer.json["error"]["field"] == field
    assert answer.json["error"]["message"]


async def test_what_holds_now(world: World) -> None:
    admin = world.a.admin
    today = datetime.now(UTC).date()
    days = [{"date": str(today + timedelta(days=back)), "name": "festival"} for back in (-1, 0, 1)]
    calendar = (await admin.made("/holiday-calendars", {"name": "festivals", "days": days}))["id"]
    made = await admin.made("/hours", {"name": "always", "weekly": ALWAYS})
    assert (made["phase"], made["changes_at"], made["zone"]) == ("open", None, "Asia/Shanghai")
    body = {"name": "always", "weekly": ALWAYS, "calendar_id": calendar, "time_zone": "UTC"}
    holiday = (await admin.send("PUT", f"/hours/{made['id']}", body)).json
    assert (holiday["phase"], holiday["day_name"], holiday["zone"]) == ("holiday", "festival", "UTC")
    assert holiday["changes_at"] == f"{today + timedelta(days=2)}T00:00:00Z"
    refused = await admin.send("DELETE", f"/holiday-calendars/{calendar}")
    assert (refused.status, refused.code) == (409, "in_use")
    own = {**body, "special_days": [{"date": day["date"], "as_weekday": 0} for day in days]}
    assert (await admin.send("PUT", f"/hours/{made['id']}", own)).json["phase"] == "open"


async def test_night_mode_says_who_and_until_when(world: World) -> None:
    admin, boss = world.a.admin, world.a.clients["supervisor"]
    hours = (await admin.made("/hours", {"name": "switched", "weekly": ALWAYS}))["id"]
    closed = (await boss.send("PUT", f"/hours/{hours}/switch", {"open": False, "note": "typhoon"})).json
    assert (closed["phase"], closed["changes_at"]) == ("emergency", None)
    assert (closed["switch"]["by_name"], closed["switch"]["note"]) == ("Supervisor a", "typhoon")
    past = {"open": True, "until": "2020-01-01T00:00:00Z"}
    assert (await boss.send("PUT", f"/hours/{hours}/switch", past)).json["error"]["field"] == "until"
    until = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    reopened = (await admin.send("PUT", f"/hours/{hours}/switch", {"open": True, "until": until.isoformat()})).json
    assert (reopened["phase"], reopened["switch"]["by_name"]) == ("open", "Admin a")
    back = (await boss.send("DELETE", f"/hours/{hours}/switch")).json
    assert (back["phase"], back["switch"]) == ("open", None)
    history = (await admin.get(f"/hours/{hours}/switches")).json
    assert [(one["open"], one["by_name"], one["ended_by_name"]) for one in history] == [
        (True, "Admin a", "Supervisor a"),
        (False, "Supervisor a", "Admin a"),
    ]


async def test_what_is_used_stays(world: World) -> None:
    admin = world.a.admin
    hours = (await admin.made("/hours", {"name": "used", "weekly": ALWAYS}))["id"]
    await routed(admin, world.a.ids["queue"], hours)
    refused = await admin.send("DELETE", f"/hours/{hours}")
    assert (refused.status, refused.code) == (409, "in_use")
    await routed(admin, world.a.ids["queue"], world.a.ids["hours"])
    flow = (await admin.made("/flows", {"name": "asks for hours", "project_id": world.a.ids["project"]}))["id"]
    ways = {"type": "hours", "hours": hours, "open": "out", "closed": "out"}
    document = {"version": 1, "start": "ask", "nodes": {"ask": ways, "out": {"type": "hang_up"}}}
    assert (await admin.send("PUT", f"/flows/{flow}/draft", {"document": document})).status == 200
    refused = await admin.send("DELETE", f"/hours/{hours}")
    assert (refused.status, refused.json["error"]["detail"]["flow"]) == (409, "asks for hours")
    document["nodes"]["ask"] = {**ways, "hours": world.b.ids["hours"], "holiday": "gone"}
    problems = (await admin.post(f"/flows/{flow}/validate", {"document": document})).json["problems"]
    assert {(one["node"], one["field"]) for one in problems} == {("ask", "hours"), ("ask", "holiday")}


async def routed(admin: Client, queue: str, hours: str) -> None:
    answer = await admin.send("PUT", f"/queues/{queue}/routing", {"hours_id": hours})
    assert answer.status == 200, answer.text
    assert (await admin.get(f"/queues/{queue}/routing")).json["hours_id"] == hours


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"when": "expression", "to": "voicemail"}, "overflow.0"),
        ({"when": "waited", "expression": "true", "to": "voicemail"}, "overflow.0"),
        ({"when": "expression", "expression": "interaction.waited >", "to": "voicemail"}, "overflow.0.expression"),
        ({"when": "expression", "expression": "agent.name == ''", "to": "voicemail"}, "overflow.0.expression"),
        ({"when": "expression", "expression": "'yes'", "to": "voicemail"}, "overflow.0.expression"),
        ({"when": "nobody_signed_in", "to": "queue"}, "overflow.0"),
        ({"when": "nobody_signed_in", "to": "voicemail", "target": "1"}, "overflow.0"),
        ({"when": "nobody_signed_in", "to": "voicemail", "prompts": ["nothing"]}, "overflow.0.prompts"),
        ({"when": "nobody_signed_in", "to": "number", "target": "1", "prompts": ["greeting_1001"]}, "overflow.0"),
        ({"when": "outside_hours", "to": "voicemail"}, "overflow.0.when"),
        ({"when": "nobody_signed_in", "to": "callback", "target": "100"}, "overflow.0"),
        ({"when": "nobody_signed_in", "to": "voicemail", "callback": {}}, "overflow.0"),
        ({"when": "nobody_signed_in", "to": "callback", "prompts": ["nothing"]}, "overflow.0.prompts"),
        ({"when": "waited", "to": "callback", "callback": {"most_tries": 0}}, "overflow.0.callback.most_tries"),
    ],
)
async def test_an_overflow_that_cannot_work_is_refused_with_its_place(
    world: World, rule: dict[str, Any], field: str
) -> None:
    answer = await world.a.admin.send("PUT", f"/queues/{world.a.ids['queue']}/routing", {"overflow": [rule]})
    assert answer.status == 422, answer.text
    assert answer.json["error"]["field"] == field
    assert answer.json["error"]["message"]


async def test_a_voicemails_greeting_stays(world: World) -> None:
    admin = world.a.admin
    rules = [
        {"when": "outside_hours", "to": "voicemail", "prompts": ["greeting_1001"]},
        {"when": "expression", "expression": "interaction.waited > 30.0", "to": "voicemail"},
    ]
    body = {"overflow": rules, "hours_id": world.a.ids["hours"]}
    saved = await admin.send("PUT", f"/queues/{world.a.ids['queue']}/routing", body)
    assert saved.status == 200, saved.text
    assert [rule["to"] for rule in saved.json["overflow"]] == ["voicemail", "voicemail"]
    flow = (await admin.get(f"/flows/{world.a.ids['flow']}")).json["draft"]["document"]
    without = {**flow, "start": "wait", "nodes": {"wait": flow["nodes"]["wait"]}}
    for document in (without, flow):
        await admin.send("PUT", f"/flows/{world.a.ids['flow']}/draft", {"document": document})
        refused = await admin.send("DELETE", f"/prompts/{world.a.ids['prompt']}")
        assert refused.status == 409, refused.text
    await routed(admin, world.a.ids["queue"], world.a.ids["hours"])
