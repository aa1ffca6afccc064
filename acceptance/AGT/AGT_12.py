"""AGT-12: linked applications."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

PAGES = {"1": "order", "2": "parcel", "3": "complaint"}

ABOUT = About(
    procedure=Text(
        "Three pages of the tenant's software, order, parcel query and complaint, are linked by the key pressed; a "
        "fourth belongs to the queue and is opened by hand. Three callers press 1, 2 and 3.",
        "将租户的下单、查件、投诉三个页面按客户按键关联，另有一个技能组页面由坐席手动打开；三名来电者分别按 1、2、3。",
    ),
    expected=Text(
        "With each call its page opens at the desktop, with the ticked parameters in its address and the customer, and "
        "only its origin may be framed.",
        "每通来话自动打开对应页面，地址带所选参数和客户；仅允许该页面来源被内嵌。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    queue = await tenant.queue(wrap_up_seconds=0)
    menu = {"type": "menu", "prompts": ["menu"], "keys": dict.fromkeys(PAGES, "queue"), "timeout_seconds": 30}
    chosen = flows.document(first={**menu, "tries": 3, "on_invalid": "bye"}, queue={"type": "queue", "queue": queue})
    number = await tenant.number(await tenant.flow(chosen))
    told = ["agent_number", "queue", "caller", "called", "customer.name"]
    for key, name in PAGES.items():
        address = f"https://{name}.example.com/new?from={{{{caller}}}}&by={{{{agent_number}}}}"
        page = await tenant.makes("linked-pages", name=name, address=address, opens="by_hand", parameters=told)
        await tenant.makes("pop-rules", name=name, condition=f'keys == "{key}"', page_ids=[page])
    await tenant.makes("linked-pages", name="price list", address="https://erp.example.com/", opens="by_hand")
    caller = scene.new_caller()
    await tenant.configures("POST", "/customers", {"name": "Wang", "contact_points": [{"value": caller}]})
    agent = await tenant.agent()
    for key, name in PAGES.items():
        call = await scene.call(number, caller=caller)
        await tenant.event(caller, "flow.node", node="first")
        await call.press(key)
        shown = (await agent.talks_with(call))["id"]
        pages = (await agent.api.get(f"/me/interactions/{shown}/pop"))["pages"]
        opened = [page for page in pages if page["opens"] == "offered"]
        equal([page["name"] for page in opened], [name], f"the page that opens after key {key}")
        expect("price list" in {page["name"] for page in pages}, "the pages to be opened by hand", pages)
        (page,) = opened
        equal(page["parameters"]["customer.name"], "Wang", "the customer that the page is told")
        expect(page["address"].endswith(f"by={agent.number}"), "the parameters in the address", page["address"])
        equal(page["origins"], [f"https://{name}.example.com"], "who may be framed and heard")
        await call.hang_up()
        await agent.becomes("available")
    scene.saw(
        "Keys 1, 2, 3 open order, parcel and complaint with caller, agent and customer; a fourth is at hand",
        "按 1、2、3 分别打开下单、查件、投诉，带主叫、工号和客户；另一页面可手动打开",
    )
