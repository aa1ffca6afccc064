"""ACC-15: DID routing."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears, hears_not

ABOUT = About(
    procedure=Text(
        "A trunk brings three numbers of a tenant and one of nobody; each is called. Then the carrier goes away.",
        "一条中继带来租户的三个号码和一个无主号码，逐一呼叫；随后运营商一侧中断。",
    ),
    expected=Text(
        "Each number leads to its own flow, the fourth is refused. The trunk's state is up, then down.",
        "每个号码进入各自流程，第四个被拒绝。中继状态先正常、后中断。",
    ),
    lacks=(Text("Extensions of an office on the same switch", "同一交换机上的办公分机"),),
    seconds=300,
)


ADDRESS = "127.0.0.6"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    numbers = {}
    for prompt in ("greeting", "thanks", "other"):
        numbers[prompt] = await tenant.number(await tenant.flow(flows.document(first=flows.play(prompt))))
    carrier = await scene.carrier(ADDRESS, max_channels=5)
    for prompt, number in numbers.items():
        call = await scene.call(number, phone=carrier)
        await happens(call.ended, "the flow of the number ends")
        heard = await call.heard()
        hears(heard, PROMPTS[prompt], "the caller", "what this number leads to")
        for other in {*numbers} - {prompt}:
            hears_not(heard, PROMPTS[other], "the caller", "what another number leads to")
    nobody = await scene.call(scene.new_number(), phone=carrier)
    await happens(nobody.ended, "a number that is nobody's is refused")
    expect(not nobody.answered.is_set(), "a number that is nobody's is not answered")
    states = {state["id"]: state["state"] for state in await scene.operator.get("/trunks/state")}
    equal(states[scene.trunks[0]], "up", "the trunk's state")
    await carrier.command("core stop now")
    await scene.trunk_becomes(scene.trunks[0], "down")
    scene.saw(
        "Three numbers of one trunk lead to three flows, a fourth is refused; the trunk is shown up, then down",
        "一条中继的三个号码进入三个流程，第四个被拒绝；中继状态由正常变为中断",
    )
