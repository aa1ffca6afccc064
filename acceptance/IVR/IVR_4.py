"""IVR-4: arithmetic and strings."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import happens
from acceptance.scene import PROMPTS, Scene, hears, hears_not

ABOUT = About(
    procedure=Text(
        "A caller types 17 and 5; the flow adds, subtracts, multiplies and divides them, joins texts, "
        "measures, searches and matches them.",
        "来电者输入17和5；流程做加、减、乘、除、取余，连接、求长度、查找、匹配字符串。",
    ),
    expected=Text(
        "The caller hears the prompt of the way that is taken only when each of the ten results is right.",
        "仅当十个结果全部正确时，来电者听到相应的提示音。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    number_typed = {"type": "collect", "prompts": ["menu"], "max_digits": 4, "timeout_seconds": 20}
    results = {
        "sum": ("int(vars.a) + int(vars.b)", "22"),
        "difference": ("int(vars.a) - int(vars.b)", "12"),
        "product": ("int(vars.a) * int(vars.b)", "85"),
        "quotient": ("int(vars.a) / int(vars.b)", "3"),
        "rest": ("int(vars.a) % int(vars.b)", "2"),
        "joined": ("'No. ' + vars.a + '-' + vars.b", "'No. 17-5'"),
        "length": ("size(vars.a)", "2"),
        "begins": ("vars.a.startsWith('1')", "true"),
        "holds": ("vars.a.contains('7')", "true"),
        "matches": ("vars.a.matches('^[0-9]+$')", "true"),
    }
    sums = {name: expression for name, (expression, _) in results.items()}
    right = " && ".join(f"vars.{name} == {wanted}" for name, (_, wanted) in results.items())
    document = flows.document(
        first={**number_typed, "variable": "a", "next": "other"},
        other={**number_typed, "variable": "b", "next": "sums"},
        sums={"type": "set", "values": sums, "next": "way"},
        way={"type": "branch", "cases": [{"when": right, "next": "right"}], "otherwise": "wrong"},
        right=flows.play("thanks"),
        wrong=flows.play("other"),
    )
    call = await scene.call(await tenant.number(await tenant.flow(document)))
    for node, keys in (("first", "17#"), ("other", "5#")):
        await tenant.event(call.caller, "flow.node", node=node)
        await call.press(keys)
    await happens(call.ended, "the flow ends")
    heard = await call.heard()
    hears(heard, PROMPTS["thanks"], "the caller", f"the way of {right}")
    hears_not(heard, PROMPTS["other"], "the caller", "the wrong way")
