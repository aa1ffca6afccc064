"""AGT-6: greeting and agent number."""

import aiohttp

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene, hears, hears_not, talk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Two numbers, in Mandarin and in English, lead to one queue with a greeting in both languages and "
        "the announcement of the agent's number.",
        "普通话和英语两个接入号进入同一技能组，问候语有两种语言，并播报工号。",
    ),
    expected=Text(
        "Each caller hears the greeting of the own language, then the agent's number, then the agent; "
        "nothing in the other language.",
        "来电者依次听到本语种问候语、工号、坐席；听不到另一语种。",
    ),
)


GREETINGS = {"zh-CN": 520, "en": 680}


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    for language, frequency in GREETINGS.items():
        form = aiohttp.FormData({"name": "welcome", "language": language})
        form.add_field("file", scene.tone(frequency, 1).read_bytes(), filename="welcome.wav")
        await tenant.admin.upload("/prompts/upload", form)
    queue = await tenant.queue(greeting="welcome", say_agent_number=True, wrap_up_seconds=0)
    flow = await tenant.flow(flows.to_queue(queue))
    agent = await tenant.agent()
    for language, frequency in GREETINGS.items():
        call = await scene.call(await tenant.number(flow, language=language))
        await agent.talks_with(call)
        await talk(8)
        await call.hang_up()
        await agent.becomes("available")
        heard = await call.heard()
        hears(heard, frequency, "the caller", f"the greeting in {language}")
        hears(heard, agent.tone, "the caller", "the agent", seconds=1)
        for other in set(GREETINGS.values()) - {frequency}:
            hears_not(heard, other, "the caller", "the greeting in the other language")
        greeted, spoke = tones.first(heard, frequency), tones.first(heard, agent.tone)
        expect(greeted < spoke, "the greeting comes before the agent", f"{greeted:.1f} s and {spoke:.1f} s")
        number = tones.loud_seconds(heard) - tones.seconds_of(heard, frequency) - tones.seconds_of(heard, agent.tone)
        expect(
            number > 0.8, "the agent's number is spoken", f"{number:.1f} s of something else than greeting and agent"
        )
