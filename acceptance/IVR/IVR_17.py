"""IVR-17: text to speech."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import Scene
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Flows speak a short and a long text with a variable in Mandarin, Cantonese and English.",
        "流程以普通话、粤语、英语朗读含变量的短句与长句。",
    ),
    expected=Text(
        "A voice for each language; the caller hears speech, longer for the longer text.",
        "三种语言均有音色；来电者听到语音，长句时间更长。",
    ),
    seconds=480,
)


TEXTS = {
    "zh-CN": ("您的余额为{{amount}}元。", "您的余额为{{amount}}元，请在本月二十五日之前交费，感谢您的来电，再见。"),
    "yue": ("您嘅余额系{{amount}}蚊。", "您嘅余额系{{amount}}蚊，请喺呢个月二十五号之前交费，多谢您嘅来电，再见。"),
    "en": (
        "You owe {{amount}}.",
        "You owe {{amount}}. Please pay before the twenty-fifth of this month. Thank you, goodbye.",
    ),
}


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    offered = {voice["language"] for voice in await tenant.admin.get("/voices")}
    equal({*TEXTS} - offered, set(), "languages without a voice")
    for language, texts in TEXTS.items():
        lengths = []
        for text in texts:
            say = {"type": "say", "text": text, "language": language, "next": "bye"}
            amount = {"type": "set", "values": {"amount": "'128'"}, "next": "say"}
            number = await tenant.number(await tenant.flow(flows.document(first=amount, say=say)), language=language)
            call = await scene.call(number)
            await happens(call.ended, "the text is spoken and the flow ends", seconds=90)
            lengths.append(tones.loud_seconds(await call.heard()))
        short, long = lengths
        expect(short > 0.7, f"a short text is spoken in {language}", f"{short:.1f} s")
        expect(long > short + 1.5, f"a longer text takes longer in {language}", f"{short:.1f} and {long:.1f} s")
        scene.saw(
            f"{language}: {short:.1f} s and {long:.1f} s of speech", f"{language}：语音 {short:.1f} 秒与 {long:.1f} 秒"
        )
