"""What is named elsewhere stays, and what no database keeps is refused with its field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.world import World

RULE: dict[str, Any] = {"when": "waited", "over": 60}


async def test_what_a_queues_routing_names_stays(world: World) -> None:
    admin, ids = world.a.admin, world.a.ids
    skill = (await admin.made("/skills", {"name": "of a ring"}))["id"]
    group = (await admin.made("/agent-groups", {"name": "of a ring", "agent_ids": []}))["id"]
    queue = await admin.made(
        "/queues", {"name": "of a ring", "project_id": ids["project"], "business_id": ids["business"]}
    )
    flow = (await admin.made("/flows", {"name": "of an overflow", "project_id": ids["project"]}))["id"]
    assert (await admin.post(f"/flows/{flow}/publish")).status == 200
    routing = f"/queues/{ids['queue']}/routing"
    before = (await admin.get(routing)).json
    ring = {"skills": [{"skill_id": skill, "level": 2}], "group_ids": [group], "after_seconds": 5}
    changes = [
        ({"rings": [ring]}, f"/skills/{skill}"),
        ({"rings": [ring]}, f"/agent-groups/{group}"),
        ({"group_ids": [group]}, f"/agent-groups/{group}"),
        ({"rings": [{"queue_ids": [queue["id"]], "after_seconds": 5}]}, f"/queues/{queue['id']}"),
        ({"overflow": [{**RULE, "to": "queue", "target": queue["id"]}]}, f"/queues/{queue['id']}"),
        ({"overflow": [{**RULE, "to": "flow", "target": flow}]}, f"/flows/{flow}"),
    ]
    for change, path in changes:
        assert (await admin.send("PUT", routing, change)).status == 200
        refused = await admin.send("DELETE", path)
        name = (await admin.get(f"/queues/{ids['queue']}")).json["name"]
        assert (refused.status, refused.code) == (409, "in_use"), path
        assert refused.json["error"]["detail"] == {"name": name}
    assert (await admin.send("PUT", routing, before)).status == 200
    rule = {"name": "of a rule", "queue_ids": [queue["id"]], "group_ids": [group]}
    blend = (await admin.made("/blend-rules", rule))["id"]
    for path in (f"/queues/{queue['id']}", f"/agent-groups/{group}"):
        assert (await admin.send("DELETE", path)).json["error"]["detail"] == {"name": "of a rule"}
    assert (await admin.send("DELETE", f"/blend-rules/{blend}")).status == 204
    for path in (f"/skills/{skill}", f"/agent-groups/{group}", f"/queues/{queue['id']}", f"/flows/{flow}"):
        assert (await admin.send("DELETE", path)).status == 204, path


async def test_what_a_flow_names_stays(world: World) -> None:
    admin, ids = world.a.admin, world.a.ids
    skill = (await admin.made("/skills", {"name": "of a flow"}))["id"]
    queue = (
        await admin.made("/queues", {"name": "of a flow", "project_id": ids["project"], "business_id": ids["business"]})
    )["id"]
    flow = (await admin.made("/flows", {"name": "names them", "project_id": ids["project"]}))["id"]
    node = {"type": "queue", "queue": queue, "needs": {skill: "3"}}
    document = {"version": 1, "start": "wait", "nodes": {"wait": node}}
    assert (await admin.send("PUT", f"/flows/{flow}/draft", {"document": document})).status == 200
    assert (await admin.post(f"/flows/{flow}/publish")).status == 200
    empty = {"version": 1, "start": "out", "nodes": {"out": {"type": "hang_up"}}}
    assert (await admin.send("PUT", f"/flows/{flow}/draft", {"document": empty})).status == 200
    for path in (f"/skills/{skill}", f"/queues/{queue}"):
        refused = await admin.send("DELETE", path)  # the published version still names it
        assert (refused.code, refused.json["error"]["detail"]) == ("in_use", {"name": "names them"})
    assert (await admin.post(f"/flows/{flow}/publish")).status == 200
    for path in (f"/skills/{skill}", f"/queues/{queue}"):
        assert (await admin.send("DELETE", path)).status == 204


async def test_a_nul_is_refused_with_its_field(world: World) -> None:
    admin, ids = world.a.admin, world.a.ids
    expression = {"kind": "expression", "expression": "interaction.caller == '\0' ? 1 : 0"}
    nodes = {"s": {"type": "set", "values": {"x": "'\0'"}, "next": "s"}}
    draft = {"document": {"version": 1, "start": "s", "nodes": nodes}}
    sent: list[tuple[str, str, dict[str, Any], str]] = [
        ("POST", "/skills", {"name": "a\0b"}, "name"),
        ("POST", "/customers", {"name": "\0"}, "name"),
        ("POST", "/callbacks", {"queue_id": ids["queue"], "number": "13800138000", "name": "a\0"}, "name"),
        ("PUT", f"/queues/{ids['queue']}/routing", {"sites": ["a\0b"]}, "sites.0"),
        ("PUT", "/routing", {"item_order": [expression]}, "item_order.0.expression"),
        ("PUT", f"/flows/{ids['flow']}/draft", draft, "document.nodes.s.values.x"),
    ]
    for method, path, body, field in sent:
        refused = await admin.send(method, path, body)
        assert (refused.status, refused.json["error"]["field"]) == (422, field), refused.text
        assert "NUL" in refused.json["error"]["message"]
    assert (await admin.get("/skills?q=%00")).status == 422


async def test_a_queue_names_what_is_there(world: World) -> None:
    admin = world.a.admin
    queue = (await admin.get(f"/queues/{world.a.ids['queue']}")).json
    path, body = f"/queues/{queue.pop('id')}", queue
    for greeting, status in (("nothing", 422), ("nothing_{number}", 422), ("greeting_{number}", 200), ("", 200)):
        answer = await admin.send("PUT", path, {**body, "greeting": greeting})
        assert answer.status == status, answer.text
    flow = (await admin.made("/flows", {"name": "never published", "project_id": world.a.ids["project"]}))["id"]
    for field, value in (
        ("greeting", "nothing"),
        ("waiting_flow_id", flow),
        ("skills", [{"skill_id": world.b.ids["skill"], "level": 1}]),
    ):
        refused = await admin.send("PUT", path, {**body, field: value})
        assert (refused.status, refused.json["error"]["field"]) == (422, field)


async def test_a_prompt_that_greets_stays(world: World) -> None:
    admin = world.a.admin
    found = (await admin.get("/prompts?q=queue_position_20")).json["items"]
    *others, last = [prompt["id"] for prompt in found]
    queue = (await admin.get(f"/queues/{world.a.ids['queue']}")).json
    path, body = f"/queues/{queue.pop('id')}", queue
    assert (await admin.send("PUT", path, {**body, "greeting": "queue_position_20"})).status == 200
    for prompt in others:
        assert (await admin.send("DELETE", f"/prompts/{prompt}")).status == 204
    refused = await admin.send("DELETE", f"/prompts/{last}")
    assert (refused.code, refused.json["error"]["detail"]) == ("in_use", {"queue": queue["name"]})
    assert (await admin.send("PUT", path, {**body, "greeting": ""})).status == 200
    assert (await admin.send("DELETE", f"/prompts/{last}")).status == 204


async def test_rings_end_somewhere(world: World) -> None:
    path = f"/queues/{world.a.ids['queue']}/routing"
    before = (await world.a.admin.get(path)).json
    rings = [{"after_seconds": number, "sites": [f"site {number}"]} for number in range(1001)]
    assert (await world.a.admin.send("PUT", path, {**before, "rings": rings[:1000]})).status == 200
    refused = await world.a.admin.send("PUT", path, {**before, "rings": rings})
    assert (refused.status, refused.json["error"]["field"]) == (422, "rings")
    assert (await world.a.admin.send("PUT", path, before)).status == 200


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"item_order": [{"kind": "expression", "expression": "'text'"}]}, "item_order.0.expression"),
        ({"agent_order": [{"kind": "expression", "expression": "[1]"}]}, "agent_order.0.expression"),
        (
            {"site_costs": [{"one": "a", "other": "b", "cost": 1}, {"one": "b", "other": "a", "cost": 2}]},
            "site_costs",
        ),
    ],
)
async def test_a_policy_that_cannot_work_is_refused(world: World, policy: dict[str, Any], field: str) -> None:
    refused = await world.a.admin.send("PUT", "/routing", policy)
    assert (refused.status, refused.json["error"]["field"]) == (422, field)
