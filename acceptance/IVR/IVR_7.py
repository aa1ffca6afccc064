"""IVR-7: an agent guides the customer through a flow."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.desk import Desk
from acceptance.scene import Scene, hears, talk

ABOUT = About(
    procedure=Text(
        "An agent who talks with a caller leads them through a flow that asks for an account; the caller presses the "
        "keys. Then the two talk on.",
        "坐席与来电者通话时，引导其进入询问账号的流程，由来电者按键；之后双方继续通话。",
    ),
    expected=Text(
        "Both hear the flow, the agent sees what the caller entered, and the agent has the call back when the flow is "
        "over.",
        "双方都听到流程语音，坐席看到来电者输入的内容，流程结束后通话回到坐席。",
    ),
)
ASKED, TONE = "account", 620.0


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant(prompts={ASKED: TONE})
    queue = await tenant.queue(wrap_up_seconds=0)
    number = await tenant.number(await tenant.flow(flows.to_queue(queue)))
    asks = {"type": "collect", "prompts": [ASKED], "variable": "account", "max_digits": 4, "next": "bye"}
    guide = await tenant.flow({"version": 1, "start": "ask", "nodes": {"ask": asks, "bye": flows.BYE}}, "Account")
    agent = await tenant.agent()
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    ear = await agent.listens()
    await talk(1)
    await agent.api.post(f"/me/interactions/{shown['id']}/guidance", {"flow_id": guide, "values": {"topic": "bill"}})
    await tenant.event(call.caller, "flow.node", node="ask")
    await talk(1)
    await call.press("4711")
    await tenant.event(call.caller, "guidance.ended", by="flow")

    def entered(desk: Desk) -> bool:
        shown = desk.interaction(call.caller)
        return shown is not None and shown["variables"].get("account") == "4711"

    await agent.desk.sees(entered, "what the caller entered stands on the desktop")
    await agent.talks_with(call)
    await scene.speaks(call)
    await talk(2)
    await call.hang_up()
    customer, beside = await call.heard(), await ear.heard()
    hears(customer, TONE, "the caller", "the flow")
    hears(beside, TONE, "the agent", "the flow")
    hears(customer, agent.tone, "the caller", "the agent after it", seconds=2)
    contact = await tenant.ended(call.caller)
    expect(contact["variables"] | {"account": "4711", "topic": "bill"} == contact["variables"], "the data on record")
    scene.saw("Both heard the flow, its data came back, and the two talked on", "双方听到流程，数据带回，通话继续")
