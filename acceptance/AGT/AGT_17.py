"""AGT-17: call parameter interface."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A program of the tenant with an API token asks for the calls that go on, during a call and after it.",
        "租户的程序以接口令牌在通话中和通话后查询进行中的呼叫。",
    ),
    expected=Text(
        "During the call it gets agent number, skill group, caller and called number; afterwards nothing.",
        "通话中得到工号、技能组、主叫与被叫；之后为空。",
    ),
    lacks=(Text("Events sent to the program by themselves", "主动推送给程序的事件"),),
)


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    token = (await tenant.admin.post("/tokens", {"name": "own software"}))["token"]
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await tenant.contact(call.caller, lambda seen: seen["agent_number"], "the contact has its agent")
    running = (await scene.as_program(token, "/interactions?running=true"))["items"]
    told = [(row["id"], row["agent_number"], row["queue_name"], row["caller"], row["called"]) for row in running]
    equal(told, [(shown["id"], agent.number, "Queue", call.caller, number)], "what the program is told of the call")
    await call.hang_up()
    await tenant.ended(call.caller)
    equal((await scene.as_program(token, "/interactions?running=true"))["items"], [], "calls when it is over")
    scene.saw(
        f"A program with a token: agent {agent.number}, queue, {call.caller}, {number}, while the call goes on",
        f"程序以令牌在通话中得到：工号 {agent.number}、技能组、{call.caller}、{number}",
    )
