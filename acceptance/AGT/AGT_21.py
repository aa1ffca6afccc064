"""AGT-21: call forwarding."""

from acceptance.about import About, Text
from acceptance.check import equal, until
from acceptance.desk import Desk, Record
from acceptance.scene import OUTSIDE_TONE, Agent, Scene, Tenant, hears, talk
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "Three agents with phones. The second one's calls are forwarded always to an outside number, set by the "
        "administrator; then, set by the agent, when busy to the third one, and when nobody answers to the third one. "
        "The first one calls the second each time; at last a customer is transferred to the second.",
        "三名坐席各有话机。由管理员为第二名坐席设置无条件前转到外线；再由坐席本人设置遇忙前转、无应答前转到第三名坐席。"
        "第一名坐席每次呼叫第二名；最后把客户转给第二名。",
    ),
    expected=Text(
        "Each call reaches whom the rule names. The desktops of who calls and of whose rule it is say so, as does the "
        "record. An agent may not forward outside. What the queue offers is not forwarded.",
        "每次呼叫均到达规则指定的对象；主叫与设置者的工作台均有提示，记录可查。坐席无权自行前转到外线。技能组分配的来电不前转。",
    ),
    seconds=180,
)

OUTSIDE_NUMBER = "13800138000"
RING_SECONDS = 5


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(agents=3, wrap_up_seconds=0)
    await scene.outside(OUTSIDE_NUMBER)
    await always(scene, tenant)
    await busy(scene, tenant)
    await no_answer(scene, tenant)
    await a_customer(scene, tenant, number)


async def always(scene: Scene, tenant: Tenant) -> None:
    first, second, _ = tenant.agents
    rule = {"always": {"to": "number", "target": OUTSIDE_NUMBER}}
    equal(await refused(second, rule), "forward_outside", "why an agent may not forward outside")
    await tenant.configures("PUT", f"/agents/{second.id}/forwarding", rule)
    call = await calls(first, second)
    await told(first, second, call, "always", OUTSIDE_NUMBER)
    ear = await first.listens()
    await talk()
    await ends(first, call)
    hears(await ear.heard(), OUTSIDE_TONE, "who calls", "the outside number", seconds=1)
    scene.saw("Always: to an outside number, which speaks", "无条件：前转到外线，可闻")


async def busy(scene: Scene, tenant: Tenant) -> None:
    first, second, third = tenant.agents
    await forwards(tenant, second, busy={"to": "agent", "target": third.id})
    await second.rests()
    call = await calls(first, second)
    await told(first, second, call, "busy", f"Agent {third.number}")
    ear = await first.listens()
    await talk()
    await ends(first, call)
    hears(await ear.heard(), third.tone, "who calls", "the third agent", seconds=1)
    await second.is_ready()
    scene.saw("Busy: to a colleague, both heard", "遇忙：前转到同事，可闻")


async def no_answer(scene: Scene, tenant: Tenant) -> None:
    first, second, third = tenant.agents
    await second.answers("no")
    rule = {"to": "agent", "target": third.id}
    await forwards(tenant, second, no_answer=rule, no_answer_seconds=RING_SECONDS)
    call = await calls(first, second)
    await told(first, second, call, "no_answer", f"Agent {third.number}")
    await talk()
    await ends(first, call)
    record = await tenant.admin.get(f"/interactions/{call}")
    (event,) = [event for event in record["events"] if event["kind"] == "call.forwarded"]
    equal((event["agent_id"], event["data"]["why"]), (second.id, "no_answer"), "whose rule and why, on record")
    scene.saw(f"No answer after {RING_SECONDS} s: to a colleague", f"{RING_SECONDS} 秒无应答：前转到同事")


async def a_customer(scene: Scene, tenant: Tenant, number: str) -> None:
    first, second, third = tenant.agents
    for agent in (second, third):
        await agent.rests()
    caller = await scene.calls_and_speaks(number)
    shown = await first.talks_with(caller)
    for agent in (second, third):
        await agent.is_ready()
    await first.api.post(f"/interactions/{shown['id']}/transfer", {"to": "agent", "target": second.id})
    await third.talks_with(caller)
    await talk()
    await caller.hang_up()
    hears(await caller.heard(), third.tone, "the customer", "the third agent", seconds=1)
    await tenant.ended(caller.caller)
    await second.becomes("available")
    for agent in (first, third):
        await agent.rests()
    await second.answers("yes")
    caller = await scene.calls_and_speaks(number)
    await second.talks_with(caller)
    await caller.hang_up()
    contact = await tenant.ended(caller.caller)
    kinds = {event["kind"] for event in contact["events"]}
    equal("call.forwarded" in kinds, False, "whether the queue's call was forwarded")
    scene.saw(
        "A transferred customer follows the rule; a call that the queue offers does not",
        "转接的客户按规则前转；技能组分配的来电不前转",
    )


async def refused(agent: Agent, rules: Record) -> str:
    try:
        await agent.api.put("/me/forwarding", rules)
    except Refused as answer:
        return answer.code
    return ""


async def forwards(tenant: Tenant, agent: Agent, **rules: Record | int) -> None:
    """The agent sets these rules, and calls go by them."""
    before = tenant.desk.configurations
    await agent.api.request("PUT", "/me/forwarding", body=rules)
    await tenant.desk.takes_up(before, "the agent's rules")


async def calls(first: Agent, second: Agent) -> str:
    """Returns the internal call, once somebody has answered."""
    call = str((await first.api.post("/me/calls", {"agent_id": second.id}))["id"])

    def talks(desk: Desk) -> bool:
        return desk.interactions.get(call, {}).get("state") == "connected"

    await first.desk.sees(talks, "somebody has answered the call to the colleague")
    return call


async def told(first: Agent, second: Agent, call: str, why: str, name: str) -> None:
    """Both desktops say where the call has gone."""
    (hop,) = first.desk.interactions[call]["forwarded"]
    equal((hop["agent_id"], hop["why"], hop["name"]), (second.id, why, name), "what who calls is told")

    def says(desk: Desk) -> bool:
        notice = desk.agents[second.id].get("forwarded") or {}
        return (notice.get("why"), notice.get("name")) == (why, name)

    await second.desk.sees(says, "whose calls they are is told")


async def ends(first: Agent, call: str) -> None:
    await first.api.post(f"/me/interactions/{call}/hang-up")
    await first.becomes("available")

    async def over() -> Record:
        record: Record = await first.api.get(f"/interactions/{call}")
        return record

    await until(over, lambda seen: seen["ended_at"], "the call is on record")
