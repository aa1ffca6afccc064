"""AGT-19: call summary."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A tree of results in three levels is made; an agent chooses one after each of two calls; contacts "
        "are searched by result and exported.",
        "建立三级小结分类树；坐席在两次通话后各选一个；按小结检索并导出联络。",
    ),
    expected=Text(
        "The desktop offers the tree; each contact has its result, is found by it, and the sheet shows it.",
        "工作台提供该分类树；联络带有小结，可据此检索，导出表中可见。",
    ),
    lacks=(
        Text("Trees by business", "按业务的分类树"),
        Text("Results in quality, reports and forecast", "小结用于质检、报表与预测"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=60)
    agent = tenant.agents[0]
    top = await tenant.makes("dispositions", name="Complaint")
    middle = await tenant.makes("dispositions", name="Delivery", parent_id=top)
    leaf = await tenant.makes("dispositions", name="Late", parent_id=middle)
    other = await tenant.makes("dispositions", name="Praise")
    offered = {row["id"]: row["parent_id"] for row in (await agent.api.get("/me/desktop"))["dispositions"]}
    equal(offered, {top: None, middle: top, leaf: middle, other: None}, "the tree on the agent's desktop")
    contacts = {}
    for chosen in (leaf, other):
        call = await scene.calls_and_speaks(number)
        shown = await agent.talks_with(call)
        await call.hang_up()
        await agent.becomes("wrap_up")
        await agent.api.post(f"/me/interactions/{shown['id']}/wrap-up", {"disposition_id": chosen, "note": "n"})
        await agent.becomes("available")
        await tenant.contact(
            call.caller, lambda seen, wanted=chosen: seen["disposition_id"] == wanted, "the result is kept"
        )
        contacts[chosen] = shown["id"]
    for chosen, contact in contacts.items():
        rows = (await tenant.admin.get("/interactions", disposition_id=chosen))["items"]
        equal([row["id"] for row in rows], [contact], "the contacts found by that result")
    sheet = (await tenant.admin.download("/interactions.csv")).decode()
    equal(["Late" in sheet, "Praise" in sheet], [True, True], "the results in the exported list")
    scene.keeps_file("interactions.csv", sheet.encode(), "The exported list with results", "导出的联络清单（含小结）")
    scene.saw("A tree of three levels; results kept, found and exported", "三级分类树；小结可保存、检索、导出")
