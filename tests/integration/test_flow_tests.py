"""Flows tried without a telephone, their tests, and what these have to say when a flow is published."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hujiao.kit.db import Database
from tests.integration.world import World

END = {"type": "hang_up"}


def by_caller(otherwise: str = "other") -> dict[str, Any]:
    branch = {"type": "branch", "cases": [{"when": "caller == '1'", "next": "one"}], "otherwise": otherwise}
    return {"version": 1, "start": "branch", "nodes": {"branch": branch, "one": END, "other": END}}


async def new_flow(world: World, name: str, document: dict[str, Any]) -> str:
    project = (await world.a.admin.get("/projects")).json["items"][0]["id"]
    flow = (await world.a.admin.made("/flows", {"name": name, "project_id": project}))["id"]
    assert (await world.a.admin.send("PUT", f"/flows/{flow}/draft", {"document": document})).status == 200
    return f"/flows/{flow}"


async def test_an_unsaved_document_is_tried_and_nothing_is_kept(world: World) -> None:
    flow = await new_flow(world, "tried", by_caller())
    walked = await world.a.admin.post(f"{flow}/try", {"document": by_caller("one"), "script": {"caller": "2"}})
    assert walked.status == 200
    assert (walked.json["path"], walked.json["ways"]) == (["branch", "one"], [["branch", "otherwise"]])
    assert (await world.a.admin.get(flow)).json["draft"]["document"]["nodes"]["branch"]["otherwise"] == "other"

    broken = by_caller("")
    refused = await world.a.admin.post(f"{flow}/try", {"document": broken, "script": {}})
    assert refused.status == 409 and refused.json["error"]["field"] == "branch.otherwise"
    odd = {"document": by_caller(), "script": {"acts": [{"do": "press", "keys": "x"}]}}
    assert (await world.a.admin.post(f"{flow}/try", odd)).status == 422
    nothing = await world.a.admin.post(f"{flow}/try/look-up", {"document": by_caller(), "script": {}})
    assert nothing.status == 409 and nothing.json["error"]["code"] == "flow_asks_nothing"


async def test_a_failing_test_stops_publishing_until_somebody_says_why(world: World) -> None:
    admin = world.a.admin
    flow = await new_flow(world, "tested", by_caller())
    test = {"name": "one", "script": {"caller": "1"}, "expected": {"path": ["branch", "one"], "ended": "flow_ended"}}
    kept = await admin.made(f"{flow}/tests", test)
    assert (await admin.post(f"{flow}/tests", test)).json["error"]["code"] == "already_used"
    found = (await admin.post(f"{flow}/tests/run", {})).json
    assert found["tests"] == [{"name": "one", "difference": None, "path": ["branch", "one"]}]
    assert (found["coverage"]["all_nodes"], found["coverage"]["all_ways"]) == (3, 2)
    assert (found["coverage"]["nodes"], found["coverage"]["ways"]) == (["branch", "one"], [["branch", "cases.0"]])
    assert (await admin.post(f"{flow}/publish", {})).json["published_version"] == 1

    expected = {"path": ["branch", "other"]}
    changed = await admin.send("PUT", f"{flow}/tests/{kept['id']}", {**test, "expected": expected})
    assert changed.status == 200
    different = (await admin.post(f"{flow}/tests/run", {})).json["tests"][0]["difference"]
    assert (different["what"], different["node"], different["expected"], different["found"]) == (
        "path",
        "branch",
        "other",
        "one",
    )
    refused = await admin.post(f"{flow}/publish", {})
    assert refused.status == 409 and refused.json["error"]["code"] == "flow_tests_fail"
    assert (await admin.get(flow)).json["published_version"] == 1
    published = await admin.post(f"{flow}/publish", {"despite_tests": "the test is wrong"})
    assert published.json["published_version"] == 2
    reasons = {one["version"]: one["despite_tests"] for one in published.json["versions"]}
    assert reasons == {1: "", 2: "the test is wrong"}

    assert (await admin.send("DELETE", f"{flow}/tests/{kept['id']}")).status == 204
    assert (await admin.post(f"{flow}/publish", {})).status == 200
    assert (await admin.send("DELETE", flow)).status == 204


@pytest.mark.parametrize("at", ["2026-06-01T12:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_time_that_cannot_be_is_refused_with_its_field(world: World, at: str) -> None:
    flow = await new_flow(world, f"timed {at}", by_caller())
    refused = await world.a.admin.post(f"{flow}/try", {"document": by_caller(), "script": {"at": at}})
    assert (refused.status, refused.json["error"]["field"]) == (422, "script.at"), refused.text


async def test_what_was_typed_in_secret_is_sealed_and_read_by_who_may_change_flows(
    world: World, database: Database
) -> None:
    flow = await new_flow(world, "sealed", by_caller())
    script = {"caller": "1", "acts": [{"do": "press", "keys": "987654#"}]}
    kept = await world.a.admin.made(f"{flow}/tests", {"name": "pin", "script": script, "expected": {}})
    assert kept["script"]["acts"] == script["acts"]
    listed = (await world.a.admin.get(f"{flow}/tests")).json["items"]
    assert [one["script"]["acts"] for one in listed] == [script["acts"]]
    async with database.tenant(UUID(world.a.tenant_id)) as session:
        rows = (await session.scalars(text("SELECT flow_test::text FROM flow_test"))).all()
    assert rows and not [row for row in rows if "987654" in row or "press" in row]
    assert (await world.a.clients["supervisor"].get(f"{flow}/tests")).status == 403
