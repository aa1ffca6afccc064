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
