"""IVR-3: digits."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, happens
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A caller presses each of the twelve keys in a menu. Another types four digits that end by "
        "themselves, then digits that begin again with * and end with #, then digits that a limit of two "
        "seconds ends.",
        "来电者在菜单中依次按十二个键。另一来电者输入四位定长号码；再输入号码，按*重输、按#结束；再输入号码，由两秒超时"
        "结束。",
    ),
    expected=Text(
        "All twelve keys are recorded; the variables have 1234, 765 and 42.",
        "十二个按键均有记录；变量为1234、765和42。",
    ),
)


KEYS = "1234567890*#"


def collect(variable: str, then: str, **how: object) -> flows.Document:
    return {"type": "collect", "prompts": ["menu"], "variable": variable, "tries": 1, "next": then, **how}


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    menu = {"type": "menu", "prompts": ["menu"], "keys": dict.fromkeys(KEYS, "first"), "timeout_seconds": 60}
    number = await tenant.number(await tenant.flow(flows.document(first=menu)))
    call = await scene.call(number)
    for count, key in enumerate(KEYS):
        await tenant.contact(
            call.caller, lambda seen, n=count: sum(e["kind"] == "flow.key" for e in seen["events"]) == n, "keys so far"
        )
        await tenant.event(call.caller, "flow.node", node="first")
        await call.press(key)
    contact = await tenant.contact(
        call.caller, lambda seen: len(seen["keys"]) >= len(KEYS), "all twelve keys are heard"
    )
    equal(contact["keys"], KEYS, "the keys pressed one by one")
    await call.hang_up()

    typed = flows.document(
        first=collect(
            "fixed", "free", min_digits=4, max_digits=4, terminator=None, restart_key=None, timeout_seconds=20
        ),
        free=collect("free", "timed", max_digits=20, terminator="#", restart_key="*", timeout_seconds=20),
        timed=collect("timed", "thanks", max_digits=20, timeout_seconds=2, on_timeout="thanks"),
        thanks=flows.play("thanks"),
    )
    number = await tenant.number(await tenant.flow(typed))
    call = await scene.call(number)
    for node, keys in (("first", "1234"), ("free", "98*765#"), ("timed", "42")):
        await tenant.event(call.caller, "flow.node", node=node)
        await call.press(keys)
    await happens(call.ended, "the flow goes on after the time limit, and ends")
    seen = (await tenant.ended(call.caller))["variables"]
    equal({name: str(seen.get(name)) for name in ("fixed", "free", "timed")},
          {"fixed": "1234", "free": "765", "timed": "42"}, "what was typed")  # fmt: skip
