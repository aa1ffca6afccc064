"""AGT-9: data packet visible."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears

ABOUT = About(
    procedure=Text(
        "A caller types an order number; the agent looks at the desktop, then sends the caller on to "
        "another flow, which decides by that number.",
        "来电者输入订单号；坐席查看工作台，再将来电转到另一流程，由该号码决定去向。",
    ),
    expected=Text(
        "The desktop shows serial number, keys, the number and the way; the second flow has the number.",
        "工作台显示流水号、按键、订单号与路径；第二个流程得到该号码。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=0)
    collect = {"type": "collect", "prompts": ["menu"], "variable": "order", "max_digits": 8, "timeout_seconds": 20}
    number = await tenant.number(
        await tenant.flow(flows.document(first={**collect, "next": "wait"}, wait={"type": "queue", "queue": queue}))
    )
    right = {"type": "branch", "cases": [{"when": "vars.order == '2468'", "next": "knows"}], "otherwise": "bye"}
    back = await tenant.flow(flows.document(first=right, knows=flows.play("thanks")))
    agent = await tenant.agent()
    call = await scene.call(number)
    await tenant.event(call.caller, "flow.node", node="first")
    await call.press("2468#")
    shown = await agent.talks_with(call)
    equal(shown["variables"].get("order"), "2468", "the data on the agent's desktop")
    expect("2468" in shown["keys"], "the keys on the agent's desktop", shown["keys"])
    nodes = [step["node"] for step in shown["flow_path"]]
    expect({"first", "wait"} <= {*nodes}, "the way through the flow on the agent's desktop", nodes)
    expect(shown["id"], "the serial number on the agent's desktop")
    await agent.api.post(f"/interactions/{shown['id']}/transfer", {"to": "flow", "target": back})
    await happens(call.ended, "the flow ends")
    hears(await call.heard(), PROMPTS["thanks"], "the caller", "that the second flow has the data")
    scene.saw(
        "Keys, data and way on the desktop; the data goes along to the second flow",
        "工作台可见按键、数据与路径；转回流程时数据随行",
    )
