"""CRM-1: customers."""

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Scene, Tenant

ABOUT = About(
    procedure=Text(
        "A customer with a name, a grade, two numbers and fields of the company's own, one of them private, "
        "calls from each number, once national and once with +86. A file with this customer, a new one and a row with "
        "a fault is checked, imported and taken back.",
        "一名客户登记有姓名、等级、两个号码及公司自定义字段（含一个隐私字段），先后用两个号码来电，一次为国内写法，一次带+86。"
        "将含有该客户、一名新客户及一行错误的文件检查、导入并撤回。",
    ),
    expected=Text(
        "The agent's desktop knows the customer each time; the history has both contacts; the grade counts; the "
        "agent sees the private value masked, the administrator in full; what is changed says who changed it. The "
        "check writes nothing and tells what the import then does; the refused row names its column; the new "
        "customer goes again, the known one stays.",
        "坐席桌面每次均识别该客户；历史含两次联络；等级生效；坐席看到的隐私值已遮盖，管理员可见全部；修改均注明何人所为。"
        "检查不写入任何内容，其结果与导入一致；错误行指明所在列；撤回后新客户消失，已有客户保留。",
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
    await _imports(tenant, known=first, new=scene.new_caller())
    scene.saw(
        "A file of three rows: one new, one known, one refused with its column named, first checked, then imported; "
        "taken back, the new customer alone is gone",
        "三行文件：一新、一已有、一行因错误被拒并指明所在列，先检查后导入；撤回后仅新客户消失",
    )


async def _imports(tenant: Tenant, known: str, new: str) -> None:
    admin = tenant.admin
    rows = (("姓名", "手机", "等级"), ("Li Wei", known, "9"), ("Zhao Min", new, "2"), ("Nobody", "unknown?", "1"))
    content = "\n".join(map(",".join, rows)).encode("gb18030")
    sent = await admin.send("/customer-imports", content, name="客户.csv")
    path = f"/customer-imports/{sent['id']}"
    targets = [column["target"] for column in sent["proposed"]["columns"]]
    equal(targets, ["name", "phone", "grade"], "what the headings are taken for")

    async def found(contact: str) -> int:
        return int((await admin.get("/customers", contact=contact))["total"])

    async def reaches(state: str) -> dict[str, int]:
        seen = await until(lambda: admin.get(path), lambda one: one["state"] == state, f"the import is {state}")
        return {name: seen[name] for name in ("created", "skipped", "refused")}

    await admin.put(f"{path}/plan", sent["proposed"])
    counts = {"created": 1, "skipped": 1, "refused": 1}
    equal(await reaches("checked"), counts, "what the check tells")
    equal(await found(new), 0, "customers that the check has made")
    await admin.post(f"{path}/run")
    equal(await reaches("done"), counts, "what the import has done")
    equal(await found(new), 1, "the new customer")
    refused = (await admin.download(f"{path}/refused.csv")).decode("utf-8-sig").splitlines()
    expect(len(refused) == 2 and "手机: " in refused[1], "the refused row names its column", refused)
    back = await admin.get(f"{path}/taking-back")
    equal(back, {"count": 1, "changed": 0}, "who can be taken back")
    await admin.post(f"{path}/taking-back", {"expected": back["count"]})
    await reaches("taken_back")
    equal((await found(new), await found(known)), (0, 1), "the new customer and the known one, afterwards")
