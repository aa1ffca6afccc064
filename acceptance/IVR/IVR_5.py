"""IVR-5: short cuts."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import expect, happens
from acceptance.scene import PROMPTS, Scene, hears
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "The menu has three levels with a prompt each. A caller types the keys of all three at once while "
        "the first is played; another types a short code.",
        "菜单有三层，各有提示音。来电者在第一层放音时连续按三层的键；另一来电者输入短码。",
    ),
    expected=Text(
        "Both hear what is three levels down; the prompt of six seconds in between is cut short.",
        "两人都听到第三层的内容；中间六秒的提示音被打断。",
    ),
)


LONG = 6


def menu(prompt: str, **keys: str) -> flows.Document:
    ways = {key.removeprefix("key_"): node for key, node in keys.items()}
    return {"type": "menu", "prompts": [prompt], "keys": ways, "timeout_seconds": 20}


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    document = flows.document(
        first=menu("menu", key_1="second", key_9="code"),
        second=menu("greeting", key_2="third"),
        third={**menu("other", key_3="deep"), "prompts": ["other"] * LONG},
        code={"type": "collect", "prompts": ["greeting"], "variable": "code", "max_digits": 3, "next": "way"},
        way={"type": "branch", "cases": [{"when": "vars.code == '777'", "next": "deep"}], "otherwise": "bye"},
        deep=flows.play("thanks"),
    )
    number = await tenant.number(await tenant.flow(document))
    for keys in ("123", "9777"):
        call = await scene.call(number)
        await tenant.event(call.caller, "flow.node", node="first")
        await call.press(keys)
        await happens(call.ended, f"the keys {keys} lead to the end")
        heard = await call.heard()
        hears(heard, PROMPTS["thanks"], "the caller", "what is three levels down")
        between = tones.seconds_of(heard, PROMPTS["other"])
        expect(between < LONG / 2, f"the third level's prompt of {LONG} s is cut short", f"{between:.1f} s of it")
