"""IVR-16: monitoring of flows."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A call comes over a trunk into a flow with two steps; lines, the call's way and variables are "
        "watched live; then its log is read.",
        "一个来电经中继进入两步流程；实时查看线路、路径与变量；随后读取日志。",
    ),
    expected=Text(
        "The trunk shows one line in use during the call; each step, key and variable appears as it happens"
        "; the log has all steps.",
        "通话期间中继显示占用一条线路；步骤、按键、变量实时出现；日志含全部步骤。",
    ),
)


ADDRESS = "127.0.0.6"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    carrier = await scene.carrier(ADDRESS)
    collect = {"type": "collect", "prompts": ["menu"], "variable": "order", "max_digits": 4, "timeout_seconds": 60}
    menu = {"type": "menu", "prompts": ["other"], "keys": {"1": "bye"}, "timeout_seconds": 60}
    number = await tenant.number(await tenant.flow(flows.document(first={**collect, "next": "second"}, second=menu)))
    equal(await channels(scene), 0, "the trunk's lines in use before")
    call = await scene.call(number, phone=carrier)
    await tenant.desk.sees(
        lambda desk: (
            (seen := desk.interaction(call.caller)) and [s["node"] for s in seen["flow_path"]][-1:] == ["first"]
        ),
        "the live view shows the step that the caller is at",
    )
    equal(await channels(scene), 1, "the trunk's lines in use")
    await call.press("4711#")
    shown = await tenant.desk.sees(
        lambda desk: (
            (seen := desk.interaction(call.caller))
            and [s["node"] for s in seen["flow_path"]][-1:] == ["second"]
            and seen
        ),
        "the live view shows the next step",
    )
    equal(shown["variables"].get("order"), "4711", "the variable in the live view")
    expect("4711" in shown["keys"], "the keys in the live view", shown["keys"])
    await call.press("1")
    await happens(call.ended, "the flow ends")
    contact = await tenant.ended(call.caller)
    steps = [event["data"]["node"] for event in contact["events"] if event["kind"] == "flow.node"]
    equal(steps, ["answer", "first", "second", "bye"], "the steps in the log")
    equal(await channels(scene), 0, "the trunk's lines in use when the call is over")
    scene.saw(
        "Lines in use 0, 1, 0; way, variable and keys live; the log has every step",
        "线路占用 0、1、0；路径、变量、按键实时可见；日志含每一步",
    )


async def channels(scene: Scene) -> int:
    states = await scene.operator.get("/trunks/state")
    return sum(int(state["channels"] or 0) for state in states if state["id"] in scene.trunks)
