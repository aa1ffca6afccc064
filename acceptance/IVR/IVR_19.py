"""IVR-19: flows deployed on line."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import expect, happens
from acceptance.scene import PROMPTS, Scene, hears, hears_not

ABOUT = About(
    procedure=Text(
        "A caller is in the menu of a flow when a new version is published. Then another calls.",
        "来电者处于流程菜单中时发布新版本；随后另一人呼入。",
    ),
    expected=Text(
        "The first goes on in the old version to its end, the second hears the new one; nobody is disturbed.",
        "前者在旧版本中走完，后者听到新版本；无人受影响。",
    ),
)


def version(prompt: str) -> flows.Document:
    menu = {"type": "menu", "prompts": ["menu"], "keys": {"1": "said"}, "timeout_seconds": 60}
    return flows.document(first=menu, said=flows.play(prompt))


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    flow = await tenant.flow(version("greeting"))
    number = await tenant.number(flow)
    before = await scene.call(number)
    await tenant.event(before.caller, "flow.node", node="first")
    await tenant.publish(flow, version("other"))

    after = await scene.call(number)
    await tenant.event(after.caller, "flow.node", node="first")
    expect(not before.ended.is_set(), "the call in progress goes on")
    for call in (before, after):
        await call.press("1")
        await happens(call.ended, "the flow ends")
    for call, own, foreign in ((before, "greeting", "other"), (after, "other", "greeting")):
        heard = await call.heard()
        hears(heard, PROMPTS[own], "the caller", f"the version with the prompt “{own}”")
        hears_not(heard, PROMPTS[foreign], "the caller", "the other version")
