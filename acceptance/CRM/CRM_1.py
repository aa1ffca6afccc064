"""CRM-1: customers."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A known customer with name and grade calls twice, the number once national and once with +86.",
        "已登记姓名与等级的客户来电两次，号码一次为国内写法，一次带+86。",
    ),
    expected=Text(
        "Whoever it is, however written, the history has both contacts, and the grade counts.",
        "无论号码如何书写，均识别为同一客户，历史含两次联络，等级生效。",
    ),
    lacks=(
        Text("The name of a known customer on the agent's desktop", "坐席桌面显示已知客户姓名"),
        Text("Several numbers of one customer", "一个客户多个号码"),
        Text("Fields of a tenant's own", "自定义字段"),
        Text("Behaviour analysis and potential value", "行为分析与潜在价值"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    caller = scene.new_caller()
    await tenant.configures("POST", "/known-callers", {"number": caller, "name": "Li Wei", "grade": 4})
    await tenant.configures("PUT", "/routing", {"head_starts": [{"grade": 4, "seconds": 60}]})
    contacts = []
    for written in (caller, f"+86{caller}"):
        call = await scene.calls_and_speaks(number, caller=written)
        shown = await agent.desk.sees(
            lambda desk: next((s for s in desk.interactions.values() if s["state"] == "connected"), None), "the call"
        )
        contacts.append(shown["id"])
        await call.hang_up()
        await agent.becomes("available")
        known = await tenant.event(written, "caller.recognised")
        equal(known["data"]["grade"], 4, "the grade of the customer who calls")
        await tenant.contact(
            written, lambda seen, own=shown["id"]: seen["id"] == own and seen["ended_at"], "it is recorded"
        )
    history = [
        row["id"] for row in (await tenant.admin.get("/interactions", customer=caller, sort="started_at"))["items"]
    ]
    equal(history, contacts, "the customer's history, however the number is written")
    expect(len({*contacts}) == 2, "two contacts")
    scene.saw(
        "One customer by two ways of writing the number: one history, the grade in both",
        "号码两种写法识别为同一客户：历史合一，两次均有等级",
    )
