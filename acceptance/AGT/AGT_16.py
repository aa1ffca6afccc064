"""AGT-16: caller's language shown."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "Callers choose their language by the number they call: Mandarin, Cantonese, English.",
        "来电者通过所拨号码选择语种：普通话、粤语、英语。",
    ),
    expected=Text(
        "The agent's desktop and the record show it.",
        "坐席工作台与记录显示该语种。",
    ),
    lacks=(Text("A language chosen by key in the flow", "在流程中按键选择语种"),),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    flow = await tenant.flow(flows.to_queue(await tenant.queue(wrap_up_seconds=0)))
    agent = await tenant.agent()
    for language in ("zh-CN", "yue", "en"):
        call = await scene.call(await tenant.number(flow, language=language))
        shown = await agent.talks_with(call)
        equal(shown["language"], language, "the language on the agent's desktop")
        await call.hang_up()
        await agent.becomes("available")
        equal((await tenant.ended(call.caller))["language"], language, "the language on record")
    scene.saw(
        "Mandarin, Cantonese and English, each on the desktop and on record",
        "普通话、粤语、英语，均显示在工作台并有记录",
    )
