"""AGT-17: call parameter interface."""

from urllib.parse import parse_qsl, urlsplit

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A program of the tenant with an API token asks for the calls that go on, during a call and after it. "
        "A page of the tenant's is linked with the call's parameters in its address.",
        "租户的程序以接口令牌在通话中和通话后查询进行中的呼叫；并关联一个租户页面，地址中带呼叫参数。",
    ),
    expected=Text(
        "During the call both get agent number, skill group, caller and called number; afterwards nothing.",
        "通话中二者均得到工号、技能组、主叫与被叫；之后为空。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    token = (await tenant.admin.post("/tokens", {"name": "own software"}))["token"]
    address = "https://crm.example.com/call?a={{agent_number}}&q={{queue}}&from={{caller}}&to={{called}}"
    await tenant.makes("linked-pages", name="CRM", address=address)
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await tenant.contact(call.caller, lambda seen: seen["agent_number"], "the contact has its agent")
    running = (await scene.as_program(token, "/interactions?running=true"))["items"]
    told = [(row["id"], row["agent_number"], row["queue_name"], row["caller"], row["called"]) for row in running]
    equal(told, [(shown["id"], agent.number, "Queue", call.caller, number)], "what the program is told of the call")
    (page,) = (await agent.api.get(f"/me/interactions/{shown['id']}/pop"))["pages"]
    four = {"agent_number": agent.number, "queue": "Queue", "caller": call.caller, "called": number}
    equal(page["parameters"], four, "what the linked page is told")
    filled = dict(parse_qsl(urlsplit(page["address"]).query))
    equal(list(filled.values()), list(four.values()), "the parameters in the page's address")
    await call.hang_up()
    await tenant.ended(call.caller)
    equal((await scene.as_program(token, "/interactions?running=true"))["items"], [], "calls when it is over")
    scene.saw(
        f"A program and a linked page: agent {agent.number}, queue, {call.caller}, {number}, while the call goes on",
        f"程序以令牌、页面以地址在通话中得到：工号 {agent.number}、技能组、{call.caller}、{number}",
    )
