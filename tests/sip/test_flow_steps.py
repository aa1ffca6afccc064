"""Steps of flows on real calls, configured by the public API."""

from __future__ import annotations

from typing import Any

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.test_data import run
from tests.sip.world import World

BYE = {"type": "hang_up"}


async def published(world: World, admin: Client, name: str, nodes: dict[str, Any]) -> str:
    """Another flow of the world's project; its id."""
    (project,) = (await admin.get("/projects")).json["items"]
    flow = (await admin.send("POST", "/flows", {"name": name, "project_id": project["id"]})).json["id"]
    await rewrite(world, admin, flow, nodes)
    return str(flow)


async def rewrite(world: World, admin: Client, flow: str, nodes: dict[str, Any]) -> None:
    saved = await admin.send("PUT", f"/flows/{flow}/draft", {"document": {"start": "start", "nodes": nodes}})
    assert saved.status == 200, saved.text
    await world.configure(admin, "POST", f"/flows/{flow}/publish", {})


def asks(word: str) -> dict[str, Any]:
    return {
        "start": {"type": "parameters", "values": {"greeting": ""}, "next": "ask"},
        "ask": {"type": "collect", "prompts": ["menu"], "variable": "code", "max_digits": 3, "timeout_seconds": 30,
                "next": "back"},
        "back": {"type": "results", "values": {"code": f"vars.greeting + ' {word} ' + vars.code"}},
    }  # fmt: skip


async def test_a_flow_is_a_step_of_another(build: Build) -> None:
    world = await build(agents=1)
    async with world.administrator() as admin:
        flow = await run(world, admin, {"start": BYE}, "start")
        inner = await published(world, admin, "Ask for the code", asks("old"))
        call = {"type": "sub_flow", "flow": inner, "parameters": {"greeting": "'hello'"}, "next": "bye"}
        nodes = {"start": {"type": "answer", "next": "ask"}, "ask": {**call, "results": {"code": "heard"}}, "bye": BYE}
        await rewrite(world, admin, flow, nodes)

        refused = await admin.send("DELETE", f"/flows/{inner}")
        assert (refused.status, refused.json["error"]["code"]) == (409, "in_use")
        (main,) = [one for one in (await admin.get("/flows")).json["items"] if one["id"] == flow]
        assert main["name"] in refused.json["error"]["message"]
        misspelt = {**nodes, "ask": {**call, "parameters": {"greting": "1"}, "results": {"cod": "heard"}}}
        found = await admin.send("POST", f"/flows/{flow}/validate", {"document": {"start": "start", "nodes": misspelt}})
        assert {(one["node"], one["field"]) for one in found.json["problems"]} == {
            ("ask", "parameters.greeting"), ("ask", "parameters.greting"), ("ask", "results.cod"),
        }  # fmt: skip

        made = await world.call()
        await world.ledger.has("flow.node", made.caller, node="ask", type="collect")
        await rewrite(world, admin, inner, asks("new"))
        await made.press("471")
        rows = await world.ledger.ended(made.caller)
        assert the(rows, "flow.called").data["version"] == 1
        assert the(rows, "flow.returned").data["values"] == {"heard": "hello old 471"}, "as it was when the call began"

        later = await world.call()
        await world.ledger.has("flow.node", later.caller, node="ask", type="collect")
        await later.press("472")
        rows = await world.ledger.ended(later.caller)
        assert the(rows, "flow.returned").data["values"] == {"heard": "hello new 472"}


async def test_language_digits_and_what_is_said_on_one_call(build: Build) -> None:
    world = await build(agents=1, straight=True)
    nodes = {
        "start": {"type": "answer", "next": "tongue"},
        "tongue": {"type": "language", "prompts": ["menu"], "keys": {"1": "zh-CN", "2": "en"}, "next": "id"},
        "id": {"type": "collect", "prompts": ["menu"], "variable": "person", "check": "chinese_id", "min_digits": 18,
               "invalid_prompts": ["menu"], "first_timeout_seconds": 30, "timeout_seconds": 20, "barge_in": False,
               "next": "code"},
        "code": {"type": "collect", "prompts": ["menu"], "variable": "code", "max_digits": 2, "timeout_seconds": 30,
                 "confirm_prompts": ["menu"], "next": "bill"},
        "bill": {"type": "say", "text": "You owe {{code}}", "read_as": "money", "language": "yue", "next": "wait"},
        "wait": {"type": "queue", "queue": str(world.queue_id)},
    }  # fmt: skip
    async with world.administrator() as admin:
        (flow,) = (await admin.get("/flows")).json["items"]
        await rewrite(world, admin, flow["id"], nodes)
        call = await world.call()
        await world.ledger.has("flow.node", call.caller, node="tongue")
        await call.press("1")
        await world.ledger.has("flow.node", call.caller, node="id")
        await call.press("11010519491231002*")
        await world.ledger.has("flow.node", call.caller, node="code")
        await call.press("12")
        await call.press("1")
        rows = await world.ledger.has("agent.connected", call.caller)
        assert the(rows, "flow.language").data["language"] == "zh-CN"
        collected = {row.data["variable"]: row.data["value"] for row in rows if row.kind == "flow.collected"}
        assert collected == {"person": "11010519491231002X", "code": "12"}
        assert not [row for row in rows if row.kind == "flow.failed"], "it was spoken"
        (live,) = await world.interactions()
        assert live["language"] == "zh-CN"
        async with world.working(world.agents[0]) as agent:
            assert (await agent.get("/me/desktop")).json["interaction"]["language"] == "zh-CN"
        await call.hang_up()
