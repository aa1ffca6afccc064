"""IVR-14: middleware."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, happens
from acceptance.scene import PROMPTS, Scene, hears
from acceptance.source import Source

ABOUT = About(
    procedure=Text(
        "A flow asks an application server by HTTP with a secret: it knows the caller, does not know "
        "another, and fails for a third.",
        "流程携密钥以HTTP查询应用服务器：一名已知，一名未知，第三次服务器出错。",
    ),
    expected=Text(
        "Each caller hears the way of the answer: found, not found, failed; the server is given the secret.",
        "来电者分别走“查到、未查到、失败”；服务器收到密钥。",
    ),
    lacks=(
        Text("Message queues", "消息队列"),
        Text("SOAP", "SOAP"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    known = scene.new_caller()
    source = await Source.serves(scene, tenant, {known: {"queue": "Gold", "debt": 7}})
    ask = {"type": "look_up", "source": source.id, "parameters": {"number": "caller"}, "next": "way"}
    ask |= {"on_not_found": "unknown", "on_failure": "failed"}
    way = {"type": "branch", "cases": [{"when": "vars.debt == 7.0", "next": "right"}], "otherwise": "bye"}
    number = await tenant.number(await tenant.flow(flows.document(
        first=ask, way=way, right=flows.play("thanks"), unknown=flows.play("greeting"), failed=flows.play("other")
    )))  # fmt: skip
    outcomes = []
    for caller, prompt, broken in (
        (known, "thanks", False),
        (scene.new_caller(), "greeting", False),
        (scene.new_caller(), "other", True),
    ):
        source.broken = broken
        call = await scene.call(number, caller=caller)
        await happens(call.ended, "the flow ends")
        hears(await call.heard(), PROMPTS[prompt], "the caller", "the way of this answer")
        outcomes.append((await tenant.event(caller, "flow.looked_up"))["data"]["outcome"])
    equal(source.tokens, ["Bearer t-123"] * 3, "the secret that the application server is given")
    scene.saw(
        f"Three questions to an application server by HTTP: {', '.join(outcomes)}",
        f"三次HTTP查询应用服务器：{'、'.join(outcomes)}",
    )
