"""Interactions and reports: search, detail, exports, and that both count the same calls."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from tests.integration.world import World


def period(world: World, **more: Any) -> dict[str, Any]:
    start = world.began.replace(minute=0, second=0)
    return {"from": start.isoformat(), "to": (start + timedelta(hours=3)).isoformat(), **more}


async def test_a_call_with_all_that_happened(world: World) -> None:
    side = world.a
    detail = (await side.admin.get(f"/interactions/{side.ids['interaction']}")).json
    assert (detail["end_reason"], detail["hangup_cause"], detail["ended_by"]) == ("completed", 16, "customer")
    assert (detail["wait_seconds"], detail["talk_seconds"], detail["hold_seconds"]) == (4, 50, 10)
    assert detail["duration_seconds"] == 76
    assert detail["agent_number"] == "1001"
    assert detail["queue_name"].startswith("secret-of-a first")
    assert detail["disposition_name"]
    assert [segment["kind"] for segment in detail["segments"]] == ["queue", "agent"]
    assert detail["segments"][1]["agent_name"].startswith("Agent")
    assert [event["kind"] for event in detail["events"]][:3] == [
        "interaction.started",
        "interaction.answered",
        "queue.entered",
    ]
    assert [event["seq"] for event in detail["events"]] == sorted(event["seq"] for event in detail["events"])
    (recording,) = detail["recordings"]
    assert (recording["id"], recording["state"], recording["channels"]) == (side.ids["recording"], "ready", 2)
    assert recording["duration_seconds"] == pytest.approx(2, abs=0.1)


async def test_search(world: World) -> None:
    side, admin = world.a, world.a.admin

    async def found(**query: Any) -> set[str]:
        answer = await admin.get("/interactions", **query)
        assert answer.status == 200, answer.text
        assert answer.json["total"] == len(answer.json["items"])
        return {item["id"] for item in answer.json["items"]}

    first, abandoned = side.ids["interaction"], side.ids["abandoned"]
    walled = {side.walled["interaction"], side.walled["abandoned"]}
    assert await found() == {first, abandoned} | walled
    assert await found(project_id=side.ids["project"]) == {first, abandoned}
    assert await found(queue_id=side.ids["queue"], end_reason="completed") == {first}
    assert await found(agent_id=side.ids["agent"]) == {first}
    assert await found(number="1380013") == {first, abandoned} | walled
    assert await found(called="1380013") == set()
    assert await found(has_recording="true") == {first, side.walled["interaction"]}
    assert await found(has_recording="false", project_id=side.ids["project"]) == {abandoned}
    assert await found(running="true") == set()
    assert await found(disposition_id=side.ids["disposition"]) == {first}
    later = (world.began + timedelta(minutes=10)).isoformat()
    assert await found(**{"from": later, "project_id": side.ids["project"]}) == {abandoned}
    assert (await admin.get("/interactions", **{"from": later, "to": later})).json["error"]["field"] == "to"
    assert (await admin.get("/interactions", sort="nothing")).json["error"]["field"] == "sort"


async def test_lists_are_paged_and_sorted_by_the_server(world: World) -> None:
    admin = world.a.admin
    everything = (await admin.get("/interactions", sort="started_at")).json["items"]
    pages = [
        (await admin.get("/interactions", sort="started_at", page_size=1, page=page)).json["items"][0]
        for page in range(1, len(everything) + 1)
    ]
    assert [item["id"] for item in pages] == [item["id"] for item in everything]
    waits = [item["wait_seconds"] for item in (await admin.get("/interactions", sort="-wait_seconds")).json["items"]]
    assert waits == sorted(waits, reverse=True)


@pytest.mark.parametrize("step", ["15m", "30m", "1h", "day"])
async def test_every_row_counts_exactly_the_calls_it_leads_to(world: World, step: str) -> None:
    admin = world.a.admin
    report = (await admin.get("/reports/queue-intervals", **period(world, step=step))).json
    assert report["rows"]
    for row in report["rows"]:
        link = {"queue_id": row["queue_id"], "queued_from": row["starts_at"], "queued_to": row["ends_at"]}
        calls = (await admin.get("/interactions", **link)).json
        assert calls["total"] == row["offered"]
        answered = [call for call in calls["items"] if call["connected_at"]]
        assert len(answered) == row["answered"]
        assert sum(call["talk_seconds"] for call in answered) == row["talk_seconds"]
    totals = report["totals"]
    for name in ("offered", "answered", "abandoned", "talk_seconds", "hold_seconds", "wrap_up_seconds"):
        assert totals[name] == sum(row[name] for row in report["rows"])
    assert (totals["offered"], totals["answered"], totals["abandoned"]) == (4, 2, 2)
    assert totals["service_level"] == totals["service_level_numerator"] / totals["service_level_denominator"]
    assert totals["asa_seconds"] == 4
    assert totals["aht_seconds"] == 70
    assert totals["average_abandon_wait_seconds"] == totals["longest_wait_seconds"] == 30
    assert report["service_level_formula"]


async def test_days_begin_at_the_tenants_midnight(world: World) -> None:
    report = (await world.a.admin.get("/reports/queue-intervals", **period(world, step="day"))).json
    assert report["time_zone"] == "Asia/Shanghai"
    for row in report["rows"]:
        assert row["starts_at"].endswith(("T16:00:00Z", "T00:00:00+08:00"))


async def test_a_supervisor_reports_on_its_projects_alone(world: World) -> None:
    side = world.a
    boss = side.clients["supervisor"]
    report = (await boss.get("/reports/queue-intervals", **period(world))).json
    assert {row["queue_id"] for row in report["rows"]} == {side.ids["queue"]}
    assert report["totals"]["offered"] == 2
    asked = await boss.get("/reports/queue-intervals", **period(world, queue_id=side.walled["queue"]))
    assert asked.status == 404


async def test_wrong_periods_are_named(world: World) -> None:
    admin = world.a.admin
    backwards = {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert (await admin.get("/reports/queue-intervals", **backwards)).json["error"]["field"] == "to"
    long = {"from": "2020-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert (await admin.get("/reports/queue-intervals", **long)).json["error"]["field"] == "to"
    assert (await admin.get("/reports/queue-intervals", to="2026-01-01T00:00:00Z")).json["error"]["field"] == "from"
    unzoned = {"from": "2026-01-01T00:00:00", "to": "2026-01-02T00:00:00"}
    assert (await admin.get("/reports/queue-intervals", **unzoned)).json["error"]["field"] == "from"


async def test_the_reports_files_say_what_the_screen_says(world: World) -> None:
    admin = world.a.admin
    report = (await admin.get("/reports/queue-intervals", **period(world))).json
    book = await admin.get("/reports/queue-intervals.xlsx", **period(world))
    sheet = openpyxl.load_workbook(io.BytesIO(book.body)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    header = list(rows[0])
    body = rows[1 : 1 + len(report["rows"])]
    offered = header.index("Offered")
    assert [row[offered] for row in body] == [row["offered"] for row in report["rows"]]
    assert rows[1 + len(report["rows"])][offered] == report["totals"]["offered"]
    assert report["service_level_formula"] in {cell for row in rows for cell in row}
    text = (await admin.get("/reports/queue-intervals.csv", **period(world))).body.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [int(line["Offered"]) for line in lines] == [row["offered"] for row in report["rows"]] + [4]


async def test_exports_hold_what_is_filtered(world: World) -> None:
    side, admin = world.a, world.a.admin
    query = {"queue_id": side.ids["queue"], "end_reason": "completed"}
    answer = await admin.get("/interactions.csv", **query)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="interactions.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert line["Interaction"] == side.ids["interaction"]
    assert line["Caller"] == "13800138000"
    assert line["Talk (s)"] == "50"
    local = (world.began + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    assert line["Started"] == local, "in the tenant's zone"
    book = await admin.get("/interactions.xlsx", **query)
    sheet = openpyxl.load_workbook(io.BytesIO(book.body)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == side.ids["interaction"]


async def test_an_agents_day(world: World) -> None:
    today = (await world.a.clients["agent"].get("/me/today")).json
    # The calls were an hour ago: before the tenant's midnight at the first hour of its day.
    if today["offered"]:
        assert (today["offered"], today["answered"], today["missed"]) == (1, 1, 0)
        assert (today["talk_seconds"], today["hold_seconds"], today["wrap_up_seconds"]) == (50, 10, 10)
        assert today["aht_seconds"] == 70
    assert today["available_seconds"] > 0
    assert today["signed_in_seconds"] >= today["available_seconds"]
