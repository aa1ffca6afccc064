"""AGT-10: screen pop."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene
from acceptance.source import Source

ABOUT = About(
    procedure=Text(
        "Rules, a layout with a data source, and an own field are set by the administrator. A caller types an account "
        "number, another one types none and is known by number.",
        "管理员配置弹屏规则、含数据源的布局和自定义字段；一名来电者按键输入账号，另一名不输入，按主叫号码识别。",
    ),
    expected=Text(
        "With each call the agent is shown the customer found by account or by number, the fields chosen, and what the "
        "data source says; nothing was programmed.",
        "坐席看到按账号或按主叫号码找到的客户、所选字段和数据源结果，全程无需编程。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=0)
    collect = {"type": "collect", "prompts": ["menu"], "variable": "account", "max_digits": 4, "timeout_seconds": 5}
    asks = flows.document(
        first={**collect, "tries": 1, "next": "queue", "on_timeout": "queue"}, queue={"type": "queue", "queue": queue}
    )
    number = await tenant.number(await tenant.flow(asks))
    known = scene.new_caller()
    source = await Source.serves(scene, tenant, {"4711": {"queue": "Gold", "debt": 12}})
    listed = await tenant.admin.get(f"/data-sources/{source.id}")
    url = listed["request"]["url"].replace("{{number}}", "{{account}}")
    changed = {**listed, "request": {**listed["request"], "url": url}, "parameters": ["account"]}
    changed["secrets"] = {"token": None}
    del changed["id"]
    await tenant.configures("PUT", f"/data-sources/{source.id}", changed)
    await tenant.admin.post("/customer-fields", {"key": "account", "label": {"en": "Account", "zh-CN": "账号"}})
    await tenant.configures("POST", "/customers", {"name": "Wang", "fields": {"account": "4711"}})
    await tenant.admin.post("/customers", {"name": "Zhao", "contact_points": [{"value": known}]})
    fields = [{"key": key} for key in ("customer.name", "customer.account", "vars.account", "call.caller")]
    sections = [
        {"kind": "fields", "title": "Who", "items": fields},
        {"kind": "source", "source_id": source.id, "items": [{"key": "queue"}, {"key": "debt"}]},
    ]
    layout = await tenant.makes("screen-layouts", name="Account", sections=sections)
    found = {"find_by": "account", "find_in": "account", "layout_id": layout}
    await tenant.makes("pop-rules", name="typed", position=1, condition="has(vars.account)", **found)
    await tenant.makes("pop-rules", name="others", position=2, layout_id=layout)
    agent = await tenant.agent()
    for caller, typed, rule, name in ((scene.new_caller(), "4711", "typed", "Wang"), (known, "", "others", "Zhao")):
        call = await scene.call(number, caller=caller)
        await tenant.event(caller, "flow.node", node="first")
        if typed:
            await call.press(typed)
        shown = (await agent.talks_with(call))["id"]
        pop = await agent.api.get(f"/me/interactions/{shown}/pop")
        values = [item["value"] for item in pop["sections"][0]["items"]]
        account = typed or None
        equal((pop["rule"], values), (rule, [name, account, account, caller]), "what the agent is shown")
        asked = await agent.api.get(f"/me/interactions/{shown}/pop/sources/{source.id}")
        if typed:
            equal(asked["values"], {"queue": "Gold", "debt": 12}, "what the data source says")
        await call.hang_up()
        await agent.becomes("available")
    scene.saw(
        "4711 typed: Wang by account, with the data source's values; nothing typed: Zhao by number",
        "输入 4711：按账号弹出 Wang 及数据源结果；未输入：按主叫号码弹出 Zhao",
    )
