"""AGT-6: The greeting and the agent's number are spoken in the caller's language before the agent.

Two numbers, in Mandarin and in English, lead to one queue with a greeting in both languages. Each caller hears the
greeting of the own language, then the agent's number spoken, then the agent, in this order.
"""

import aiohttp

from acceptance import flows
from acceptance.check import expect
from acceptance.scene import Scene, hears, hears_not, talk
from tests.sip import tones

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
