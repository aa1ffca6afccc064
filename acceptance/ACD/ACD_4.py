"""ACD-4: routing by data."""

import asyncio
from collections import Counter

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears
from acceptance.source import Source

ABOUT = About(
    procedure=Text(
        "A flow asks an HTTP interface about the caller; expressions choose queue, priority and way. "
        "Another flow splits 40 callers 70 to 30.",
        "流程向HTTP接口查询来电者；表达式选择技能组、优先级与去向。另一流程将40名来电者按七三分流。",
    ),
    expected=Text(
        "Each caller goes where the data say, the unknown one the default way; of 40 callers 15 to 38 go "
        "the way of 70 per cent.",
        "来电者按数据去向，未知者走缺省；40人中15至38人走七成的一路。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    gold, premium = scene.new_caller(), scene.new_caller()
    source = await Source.serves(
        scene, tenant, {gold: {"queue": "Gold", "debt": 12}, premium: {"queue": "Usual", "debt": 900}}
    )
    usual = await tenant.queue("Usual", wrap_up_seconds=0)
    best = await tenant.queue("Gold", wrap_up_seconds=0)
    ask = {"type": "look_up", "source": source.id, "parameters": {"number": "caller"}, "next": "judge"}
    owes = {"when": "double(vars.debt) * 2.0 > 1000.0", "next": "debtor"}
    judge = {"type": "branch", "cases": [owes], "otherwise": "wait"}
    wait = {
        "type": "queue",
        "queue": usual,
        "queue_from": "vars.queue",
        "priority_from": "vars.queue == 'Gold' ? 5 : 0",
    }
    number = await tenant.number(
        await tenant.flow(flows.document(first=ask, judge=judge, wait=wait, debtor=flows.play("other")))
    )

    for caller, queue in ((gold, best), (scene.new_caller(), usual)):
        call = await scene.call(number, caller=caller)
        entered = await tenant.event(caller, "queue.entered")
        equal(entered["data"]["queue_id"], queue, "the queue that the data lead to")
        await call.hang_up()
    call = await scene.call(number, caller=premium)
    await happens(call.ended, "the flow ends")
    hears(await call.heard(), PROMPTS["other"], "the caller with debts", "the way that arithmetic and logic choose")
    equal(source.asked[:3], [gold, source.asked[1], premium], "the numbers that the interface was asked for")
    scene.saw(
        "An HTTP interface and expressions decided queue, priority and way of three callers",
        "HTTP接口与表达式决定了三名来电者的技能组、优先级与去向",
    )

    shares = [{"percent": 70, "next": "most"}, {"percent": 30, "next": "few"}]
    document = flows.document(first={"type": "split", "branches": shares}, most=flows.BYE, few=flows.BYE)
    number = await tenant.number(await tenant.flow(document))
    ways: Counter[str] = Counter()
    for _ in range(4):
        calls = await asyncio.gather(*(scene.call(number) for _ in range(10)))
        for call in calls:
            await happens(call.ended, "the flow ends")
        for call in calls:
            seen = await tenant.event(call.caller, "flow.split")
            ways[f"{seen['data']['percent']:g}"] += 1
    expect(15 <= ways["70"] <= 38, "about 70 of 100 callers go the first way", dict(ways))
    scene.saw(
        f"A split of 70 to 30: {ways['70']} and {ways['30']} of 40 callers",
        f"七三分流：40名来电者中 {ways['70']} 与 {ways['30']}",
    )
