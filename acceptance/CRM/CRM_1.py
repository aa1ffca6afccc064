"""CRM-1: customers."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A customer with a name, a grade, two numbers and fields of the company's own, one of them private, "
        "calls from each number, once national and once with +86.",
        "一名客户登记有姓名、等级、两个号码及公司自定义字段（含一个隐私字段），先后用两个号码来电，一次为国内写法，一次带+86。",
    ),
    expected=Text(
        "The agent's desktop knows the customer each time; the history has both contacts; the grade counts; the "
        "agent sees the private value masked, the administrator in full; what is changed says who changed it.",
        "坐席桌面每次均识别该客户；历史含两次联络；等级生效；坐席看到的隐私值已遮盖，管理员可见全部；修改均注明何人所为。",
    ),
    lacks=(Text("Behaviour analysis and potential value", "行为分析与潜在价值"),),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    first, second = scene.new_caller(), scene.new_caller()
    await tenant.makes("customer-fields", key="city", label={"en": "City", "zh-CN": "城市"})
    await tenant.makes("customer-fields", key="card", label={"en": "ID card", "zh-CN": "身份证号"}, private=True)
    card = "110101199001011234"
    known = {"name": "Li Wei", "grade": 4, "fields": {"city": "Beijing", "card": card}}
    known["contact_points"] = [{"value": first, "label": "Mobile"}, {"value": second, "label": "Work"}]
    customer = await tenant.configures("POST", "/customers", known)
    await tenant.configures("PUT", "/routing", {"head_starts": [{"grade": 4, "seconds": 60}]})
    contacts = []
    for written in (first, f"+86{second}"):
        call = await scene.calls_and_speaks(number, caller=written)
        shown = await agent.desk.sees(
            lambda desk: next(
                (s for s in desk.interactions.values() if s["state"] == "connected" and s["customer_id"]), None
            ),
            "the call, and who it is",
        )
        equal((shown["customer_id"], shown["caller_name"]), (customer["id"], "Li Wei"), "who calls, on the desktop")
        contacts.append(shown["id"])
        record = await agent.api.get(f"/customers/{shown['customer_id']}")
        equal(record["fields"], {"city": "Beijing", "card": "••••34"}, "the company's own fields, for the agent")
        await call.hang_up()
        await agent.becomes("available")
        recognised = await tenant.event(written, "caller.recognised")
        equal(recognised["data"]["grade"], 4, "the grade of the customer who calls")
        await tenant.contact(
            written, lambda seen, own=shown["id"]: seen["id"] == own and seen["ended_at"], "it is recorded"
        )
    history = await tenant.admin.get("/interactions", customer_id=customer["id"], sort="started_at")
    equal([row["id"] for row in history["items"]], contacts, "the customer's history, from either number")
    equal((await tenant.admin.get(f"/customers/{customer['id']}"))["fields"]["card"], card, "the private value")
    found = await agent.api.get("/customers", field="card", value=card)
    equal([one["id"] for one in found["items"]], [customer["id"]], "who has this private value")
    await agent.api.request("PATCH", f"/customers/{customer['id']}", body={"fields": {"city": "Shanghai"}})
    (change, *_) = await tenant.admin.get(f"/customers/{customer['id']}/changes")
    equal(change["data"], {"fields.city": ["Beijing", "Shanghai"]}, "what was changed")
    expect(bool(change["by"]), "who changed it")
    scene.saw(
        "One customer by two numbers: one history, the grade in both; own fields, the private one masked for the agent",
        "同一客户两个号码：历史合一、等级均生效；自定义字段可见，隐私字段对坐席遮盖",
    )
