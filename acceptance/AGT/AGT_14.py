"""AGT-14: transfer carries the path."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "A caller chooses in a menu and talks with an agent, who notes something and sends the caller on "
        "to a second one with a note.",
        "来电者在菜单中选择并与坐席通话，坐席附言后转给第二名坐席。",
    ),
    expected=Text(
        "The second agent's desktop shows the keys, the way through the flow, who had the call before and their note, "
        "and the first agent's result as soon as it is written.",
        "第二名坐席的工作台显示按键、流程路径、前一坐席及其附言；前一坐席写好小结后随即可见。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=60)
    menu = {"type": "menu", "prompts": ["menu"], "keys": {"2": "wait"}, "timeout_seconds": 60}
    number = await tenant.number(await tenant.flow(flows.document(first=menu, wait={"type": "queue", "queue": queue})))
    first = await tenant.agent()
    call = await scene.call(number)
    await tenant.event(call.caller, "flow.node", node="first")
    await call.press("2")
    shown = await first.talks_with(call)
    second = await tenant.agent()
    await talk(1)
    sent = {"to": "agent", "target": second.id, "note": "Wants a refund"}
    await first.api.post(f"/interactions/{shown['id']}/transfer", sent)
    seen = await second.talks_with(call)
    equal(seen["keys"], "2", "the keys on the second agent's desktop")
    expect(
        {"first", "wait"} <= {step["node"] for step in seen["flow_path"]},
        "the way on the second agent's desktop",
        seen["flow_path"],
    )
    passed = seen["transfers"][-1]
    equal((passed["from_agent"], passed["to"]), (first.id, "agent"), "from whom the call comes")
    equal(passed["note"], sent["note"], "what the first agent has written for the second one")
    result = await tenant.makes("dispositions", name="Refund")
    await first.api.post(
        f"/me/interactions/{shown['id']}/wrap-up", {"disposition_id": result, "note": "Box was broken"}
    )
    (written,) = await second.desk.sees(
        lambda desk: (desk.interaction(call.caller) or {}).get("written"), "the first agent's result"
    )
    equal(
        (written["agent_id"], written["result"], written["note"]),
        (first.id, "Refund", "Box was broken"),
        "what the first agent has written, while the second one talks",
    )
    await call.hang_up()
    await second.wraps_up(seen["id"])
    scene.saw(
        "The second agent sees keys, way, whose call it was, the note and the first agent's result",
        "第二名坐席可见按键、路径、前一坐席、附言及其小结",
    )
