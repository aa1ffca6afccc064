"""IVR-21: satisfaction rating."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, happens
from acceptance.scene import PROMPTS, Scene, hears, talk

ABOUT = About(
    procedure=Text(
        "Two callers are served; the agent hangs up each time, and the flow asks for a rating by key.",
        "服务两名来电者；每次由坐席挂机，流程请客户按键评价。",
    ),
    expected=Text(
        "The question comes without the agent's doing; both ratings are on record with the agent.",
        "无需坐席操作即询问；两次评分均记录并对应坐席。",
    ),
    lacks=(
        Text("Ratings by SMS and on the web", "短信与网页评价"),
        Text("Figures of invited, taken and satisfied", "已邀请、已参与、满意的统计"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=0)
    rate = {
        "type": "collect",
        "prompts": ["menu"],
        "variable": "rating",
        "max_digits": 1,
        "tries": 1,
        "timeout_seconds": 20,
        "next": "thanks",
    }
    number = await tenant.number(await tenant.flow(flows.document(
        first={"type": "queue", "queue": queue, "after": "rate"}, rate=rate, thanks=flows.play("thanks")
    )))  # fmt: skip
    agent = await tenant.agent()
    given = {}
    for key, ends in (("5", "hang-up"), ("2", "hang-up")):
        call = await scene.calls_and_speaks(number)
        shown = await agent.talks_with(call)
        await talk(1)
        await agent.api.post(f"/me/interactions/{shown['id']}/{ends}")
        await tenant.event(call.caller, "flow.node", node="rate")
        await agent.becomes("available")
        await talk(1)
        await call.press(key)
        await happens(call.ended, "the flow ends")
        hears(await call.heard(), PROMPTS["menu"], "the caller", "the question")
        contact = await tenant.ended(call.caller)
        given[call.caller] = (key, str(contact["rating"]))
        equal(contact["agent_id"], agent.id, "whose service is rated")
    for key, rating in given.values():
        equal(rating, key, "the rating on record")
    scene.saw(
        "Whenever the agent hangs up the caller is asked; ratings 5 and 2 on record with the agent",
        "坐席一挂机即询问客户；评分5与2连同坐席记录在案",
    )
