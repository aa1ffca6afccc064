"""IVR-5: A short cut straight into any depth of the menu.

The menu has three levels, each with a prompt of its own. Who types the keys of all three at once, while the first is
played, is at the end of the third without the prompts between. A short code leads there as well.
"""

from acceptance import flows
from acceptance.check import expect, happens
from acceptance.scene import PROMPTS, Scene, hears
from tests.sip import tones

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
