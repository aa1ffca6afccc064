"""IVR-1: in and out calls."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import OUTSIDE_TONE, PROMPTS, Scene, hears, seconds_between, talk

ABOUT = About(
    procedure=Text(
        "Flows take calls in and call out over a trunk: one number answers, the other rings only, with a "
        "ring time of 8 s.",
        "流程接入来电并经中继呼出：一个号码应答，另一个只振铃，振铃时长设为8秒。",
    ),
    expected=Text(
        "The caller hears who answers; the number that does not is given up after 8 s and the flow goes on.",
        "来电者听到应答方；无应答者8秒后放弃，流程继续。",
    ),
    lacks=(
        Text("A caller number that the flow sets", "流程设置主叫号码"),
        Text("Flows that begin with a call out", "由呼出开始的流程"),
    ),
)


ANSWERS, SILENT = "13800138001", "13800138002"
RINGS_SECONDS = 8


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    await scene.outside(ANSWERS, SILENT)
    numbers = {}
    for number in (ANSWERS, SILENT):
        out = {"type": "transfer", "to": number, "timeout_seconds": RINGS_SECONDS, "on_failure": "sorry"}
        numbers[number] = await tenant.number(await tenant.flow(flows.document(first=out, sorry=flows.play("other"))))
    call = await scene.calls_and_speaks(numbers[ANSWERS])
    await tenant.event(call.caller, "transfer.answered")
    await talk()
    await call.hang_up()
    hears(await call.heard(), OUTSIDE_TONE, "the caller", "the outside number", seconds=1)
    call = await scene.call(numbers[SILENT])
    failed = await tenant.event(call.caller, "transfer.failed")
    started = await tenant.event(call.caller, "flow.node", node="first")
    await happens(call.ended, "the flow goes on and ends")
    hears(await call.heard(), PROMPTS["other"], "the caller", "the way when nobody answers")
    rang = seconds_between(started["at"], failed["at"])
    expect(RINGS_SECONDS - 1 < rang < RINGS_SECONDS + 3, f"the number rang for {RINGS_SECONDS} s", f"{rang:.1f} s")
    equal((await tenant.ended(call.caller))["direction"], "inbound", "the direction")
    scene.saw(
        f"A flow took a call in and called out: answered and heard; not answered after {rang:.1f} s and gone on",
        f"流程接入来电并呼出：一次应答可闻；一次 {rang:.1f} 秒未应答后继续",
    )
