"""IVR-8: between flow and agent, both ways, with data."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.desk import Desk, Record
from acceptance.scene import OUTSIDE_TONE, Agent, Scene, Tenant, hears, talk

ABOUT = About(
    procedure=Text(
        "A flow asks for an account and sends the caller to an agent; the agent sends the call into another flow with "
        "a value of their own, and that flow back to an agent. The agent calls an outside number, and does the same.",
        "流程询问账号后转坐席；坐席带着自己给出的数据把通话转入另一流程，该流程再转回坐席。坐席外呼后同样操作。",
    ),
    expected=Text(
        "The agent sees what the flow knows; the second flow knows that and what the agent gave; the agent after it "
        "sees all of it.",
        "坐席看到流程中的数据；第二个流程得到该数据和坐席给出的数据；之后的坐席看到全部数据。",
    ),
    lacks=(Text("Calls of campaigns", "外呼活动中的互转"),),
)

OUTSIDE_NUMBER = "13800138000"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=0)
    wait = {"type": "queue", "queue": queue}
    asks = {"type": "collect", "prompts": ["menu"], "variable": "account", "max_digits": 4, "next": "wait"}
    number = await tenant.number(await tenant.flow(flows.document(first=asks, wait=wait)))
    joins = {"type": "set", "values": {"both": "vars.account + ' ' + vars.topic"}, "next": "wait"}
    second = await tenant.flow({"version": 1, "start": "join", "nodes": {"join": joins, "wait": wait}}, "Second")
    agent = await tenant.agent()
    call = await scene.call(number)
    await tenant.event(call.caller, "flow.node", node="first")
    await call.press("4711")
    shown = await agent.talks_with(call)
    equal(shown["variables"].get("account"), "4711", "the flow's data on the desktop")
    await talk(1)
    sent = {"to": "flow", "target": second, "values": {"topic": "moving"}}
    await agent.api.post(f"/interactions/{shown['id']}/transfer", sent)
    await back(agent, shown["id"], "4711 moving")
    await call.hang_up()
    contact = await tenant.ended(call.caller)
    equal(contact["variables"].get("both"), "4711 moving", "the data on record")
    scene.saw("4711 came from the flow, moving from the agent, both came back", "数据双向传递：4711 与 moving")
    await called_out(scene, tenant, agent, second)


def talking(desk: Desk, interaction: str, agent: Agent) -> Record | None:
    shown = desk.interactions.get(interaction)
    return shown if shown and shown["state"] == "connected" and shown["agent_id"] == agent.id else None


async def back(agent: Agent, interaction: str, both: str) -> None:
    """Wait until the agent has the customer again, with what the second flow has made of the data."""

    def look(desk: Desk) -> Record | None:
        shown = talking(desk, interaction, agent)
        return shown if shown and shown["variables"].get("both") == both else None

    await agent.desk.sees(look, f"the customer is back at the agent, with {both!r} of the second flow")


async def called_out(scene: Scene, tenant: Tenant, agent: Agent, flow: str) -> None:
    await scene.outside(OUTSIDE_NUMBER)
    await agent.becomes("available")
    made = await agent.api.post("/me/calls", {"number": OUTSIDE_NUMBER})
    await agent.desk.sees(lambda desk: talking(desk, made["id"], agent), "the number that was called has answered")
    await talk(1)
    sent = {"to": "flow", "target": flow, "values": {"account": "0815", "topic": "offer"}}
    await agent.api.post(f"/interactions/{made['id']}/transfer", sent)
    await back(agent, made["id"], "0815 offer")
    ear = await agent.listens()
    await talk(2)
    await agent.api.post(f"/me/interactions/{made['id']}/hang-up")
    hears(await ear.heard(), OUTSIDE_TONE, "the agent", "the number that was called, after the flow", seconds=1)
    contact = await tenant.ended(OUTSIDE_NUMBER)
    equal(contact["variables"].get("both"), "0815 offer", "the data on record of the call out")
    scene.saw("A number called out went through the flow and came back with its data", "外呼客户经流程后带数据转回坐席")
