"""REP-1: every step recorded."""

from datetime import datetime

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "A caller chooses in a menu; types an order number; waits, talks with an agent "
        "who holds, resumes, mutes and unmutes, and hangs up; the agent writes up. Then all that is "
        "recorded of the contact is read.",
        "来电者在菜单中选择；输入订单号；排队、与坐席通话，坐席保持、恢复、静音、取消静音；来电者挂机，坐席话后处理"
        "。随后读取该联络的全部记录。",
    ),
    expected=Text(
        "Each step of flow, queue, agent and operation is there once it happened, in order, with its time "
        "and who did it; key and business value are with it; the parts' times make up the call's.",
        "流程、队列、坐席、操作的每一步均按顺序记录，带时间与操作人；按键与业务数据在同一记录中；各阶段时间之和等于全程。",
    ),
    lacks=(
        Text("Values that a flow computes or looks up, with the contact", "流程计算或查询所得数据随联络保存"),
        Text("Joined reports over several business tables", "跨多个业务表的关联报表"),
    ),
)

STEPS = [
    "interaction.started", "flow.node", "interaction.answered", "flow.key", "queue.entered", "offer.made",
    "offer.accepted",
    "agent.connected", "agent.held", "agent.resumed", "agent.muted", "agent.unmuted", "agent.disconnected",
    "interaction.ended", "wrap_up.completed",
]  # fmt: skip


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=60)
    menu = {"type": "menu", "prompts": ["menu"], "keys": {"3": "known"}, "timeout_seconds": 60}
    known = {"type": "collect", "prompts": ["menu"], "variable": "order_number", "timeout_seconds": 20, "next": "wait"}
    number = await tenant.number(
        await tenant.flow(flows.document(first=menu, known=known, wait={"type": "queue", "queue": queue}))
    )
    agent = await tenant.agent()
    call = await scene.call(number)
    await tenant.event(call.caller, "flow.node", node="first")
    await call.press("3")
    await tenant.event(call.caller, "flow.node", node="known")
    await call.press("4711#")
    shown = await agent.talks_with(call)
    for act in ("hold", "resume", "mute", "unmute"):
        await talk(1)
        await agent.api.post(f"/me/interactions/{shown['id']}/{act}")
    await talk(1)
    await call.hang_up()
    await agent.wraps_up(shown["id"])
    contact = await tenant.contact(
        call.caller,
        lambda seen: (
            any(e["kind"] == "wrap_up.completed" for e in seen["events"])
            and all(part["ended_at"] for part in seen["segments"])
        ),
        "the wrap-up is recorded, and every part has ended",
    )
    events = contact["events"]
    kinds = [event["kind"] for event in events]
    missing = [kind for kind in STEPS if kind not in kinds]
    equal(missing, [], "steps that are not recorded")
    order = [kinds.index(kind) for kind in STEPS]
    equal(order, sorted(order), "the order in which the steps are recorded")
    times = [datetime.fromisoformat(event["at"]) for event in events]
    equal(times, sorted(times), "the times of the steps")
    entered = {event["data"]["node"] for event in events if event["kind"] == "flow.node"}
    expect({"answer", "first", "known", "wait"} <= entered, "every step of the flow is recorded", sorted(entered))
    expect(all(event["agent_id"] == agent.id for event in events if event["kind"].startswith("agent.")), "who did it")
    equal((contact["keys"], contact["variables"].get("order_number")), ("34711", "4711"), "key and business data")
    parts = sum(
        (datetime.fromisoformat(part["ended_at"]) - datetime.fromisoformat(part["started_at"])).total_seconds()
        for part in contact["segments"]
        if part["kind"] in ("flow", "queue", "agent")
    )
    length = contact["duration_seconds"]
    expect(abs(parts - length) < 1.5, "the parts make up the whole call", f"{parts:.1f} s of {length:.1f} s")
    scene.saw(
        f"{len(events)} steps in their order; flow, queue and agent make up {parts:.1f} of {length:.1f} s",
        f"按序记录 {len(events)} 步；流程、排队、坐席合计 {parts:.1f} 秒，全程 {length:.1f} 秒",
    )
