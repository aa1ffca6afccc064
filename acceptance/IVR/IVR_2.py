"""IVR-2: prompts in many languages."""

import aiohttp

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import happens
from acceptance.scene import Scene, Tenant, hears, hears_not

ABOUT = About(
    procedure=Text(
        "One flow with three numbers, in Mandarin, Cantonese and English, each with a greeting of its own; "
        "and a flow that plays thirty files in a row.",
        "一个流程、三个接入号：普通话、粤语、英语，各有问候语；另一流程连续播放三十个语音文件。",
    ),
    expected=Text(
        "Each caller hears the greeting in the number's language and no other; all thirty files are heard.",
        "来电者只听到该号码语种的问候语；三十个文件全部听到。",
    ),
)


LANGUAGES = {"zh-CN": 500, "yue": 620, "en": 760}
FILES = 30


async def upload(scene: Scene, tenant: Tenant, name: str, language: str, frequency: float, seconds: float) -> None:
    form = aiohttp.FormData({"name": name, "language": language})
    form.add_field("file", scene.tone(frequency, seconds).read_bytes(), filename=f"{name}.wav")
    await tenant.admin.upload("/prompts/upload", form)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    for language, frequency in LANGUAGES.items():
        await upload(scene, tenant, "welcome", language, frequency, 1)
    flow = await tenant.flow(flows.document(first=flows.play("welcome")))
    for language, frequency in LANGUAGES.items():
        call = await scene.call(await tenant.number(flow, language=language))
        await happens(call.ended, "the flow ends")
        heard = await call.heard()
        hears(heard, frequency, "the caller", f"the greeting in {language}")
        for other in LANGUAGES.values():
            if other != frequency:
                hears_not(heard, other, "the caller", "the greeting in another language")

    names = [f"file{number}" for number in range(FILES)]
    for place, name in enumerate(names):
        await upload(scene, tenant, name, "en", 480 if place % 2 else 720, 0.4 + place / 1000)
    row = flows.document(first={"type": "play", "prompts": names, "next": "bye"})
    call = await scene.call(await tenant.number(await tenant.flow(row)))
    await happens(call.ended, "the flow ends")
    heard = await call.heard()
    for frequency in (480, 720):
        hears(heard, frequency, "the caller", "every file", seconds=0.3 * FILES / 2)
