"""An agent leads the customer through a flow on real phones: both hear it, and the keys are the flow's alone."""

from __future__ import annotations

import asyncio

from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import the
from tests.sip.test_consulting import FIRST, TALK_SECONDS, act, listening, projected, seconds_of, talking
from tests.sip.test_sent_on import member
from tests.sip.world import PROMPTS, World

HELP = {
    "version": 1,
    "start": "account",
    "nodes": {
        "account": {"type": "collect", "prompts": ["menu"], "variable": "account", "max_digits": 4, "next": "pin"},
        "pin": {
            "type": "collect", "prompts": ["thanks"], "variable": "pin", "max_digits": 6, "secret": True, "next": "set",
        },
        "set": {"type": "set", "values": {"told": "vars.topic + ' of ' + vars.account"}, "next": "bye"},
        "bye": {"type": "hang_up"},
    },
}  # fmt: skip
KEY_TONES = (697, 1209)  # of the key 1


async def helping(world: World, admin: Client) -> str:
    """The flow, published and known to the runtime."""
    project = (await admin.get("/projects")).json["items"][0]["id"]
    flow = await admin.made("/flows", {"name": "Help", "project_id": project})
    answer = await admin.send("PUT", f"/flows/{flow['id']}/draft", {"document": HELP})
    assert answer.status == 200, answer.text
    await world.configure(admin, "POST", f"/flows/{flow['id']}/publish", {})
    return str(flow["id"])


async def test_customer_and_agent_hear_the_flow_and_talk_on(build: Build) -> None:
    world = await build(agents=1)
    (first,) = await listening(world)
    async with world.administrator() as admin, world.working(first) as one:
        await member(world, admin, first)
        help_flow = await helping(world, admin)
        call, interaction = await talking(world)
        flows = (await one.get("/me/targets")).json["flows"]
        assert help_flow in [flow["id"] for flow in flows]
        await act(one, interaction, "guidance", flow_id=help_flow, values={"topic": "bill"})
        await world.ledger.has("flow.node", call.caller, node="account")
        assert (await one.post(f"/me/interactions/{interaction}/hold")).status == 409
        await asyncio.sleep(PROMPTS["menu"][1] + 0.5)
        await call.press("1111")
        await world.ledger.has("flow.node", call.caller, node="pin")
        desktop = (await one.get("/me/desktop")).json["interaction"]
        assert desktop["guidance"]["step"] == "collect" and desktop["variables"]["account"] == "1111"
        await call.press("864213")
        await world.ledger.has("guidance.ended", call.caller)
        await call.say(f"sound:{world.phones.caller_voice}", loop=True)
        await asyncio.sleep(TALK_SECONDS + 1)
        await call.hang_up()
        rows = await world.ledger.ended(call.caller)
        await first.becomes("wrap_up")
        heard_by_agent = world.phones.phone.heard_by(first.robot.user)
        heard, to_agent = await call.heard(), await seconds_of(heard_by_agent, PROMPTS["menu"][0], 440, *KEY_TONES)
        customer = await seconds_of(heard, PROMPTS["menu"][0], FIRST)
        assert customer[0] > 1 and to_agent[0] > 1, "both hear the flow"
        assert customer[1] > 2 * TALK_SECONDS - 1 and to_agent[1] > 2 * TALK_SECONDS - 1, "and each other"
        assert max(to_agent[2:]) < 0.1, "the agent's phone gets no keys"
        assert the(rows, "guidance.ended").data["by"] == "flow"
        contact = await projected(admin, interaction)
        assert contact["variables"]["told"] == "bill of 1111" and "864213" not in str(contact)
        assert [part["kind"] for part in contact["segments"]] == ["flow", "queue", "agent"]


async def test_the_agent_ends_it_and_sends_the_call_into_a_flow_with_data(build: Build) -> None:
    world = await build(agents=1)
    (first,) = await listening(world)
    async with world.administrator() as admin, world.working(first) as one:
        await member(world, admin, first)
        help_flow = await helping(world, admin)
        call, interaction = await talking(world)
        await act(one, interaction, "guidance", flow_id=help_flow)
        await world.ledger.has("flow.node", call.caller, node="account")
        await one.send("DELETE", f"/me/interactions/{interaction}/guidance")
        await world.ledger.has("guidance.ended", call.caller)
        answer = await one.post(
            f"/interactions/{interaction}/transfer", {"to": "flow", "target": help_flow, "values": {"topic": "moving"}}
        )
        assert answer.status == 200, answer.text
        await first.becomes("wrap_up")
        await call.press("2222")
        await world.ledger.has("flow.node", call.caller, node="pin")
        await call.press("331133")
        await world.ledger.ended(call.caller)
        contact = await projected(admin, interaction)
        assert contact["variables"]["told"] == "moving of 2222"
