"""AGT-19: call summary."""

from acceptance.about import About, Text
from acceptance.check import equal, until
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Api, Refused

ABOUT = About(
    procedure=Text(
        "A tree of results in three levels is made, and a rule: for this queue one part of it is offered, and a result "
        "is required. An agent finishes one call without a result, then with one; lets the time run out after the "
        "next, and completes it later. A result is retired. Contacts are searched, counted and exported by result.",
        "建立三级小结分类树，并为该技能组设规则：只提供其中一支，且小结必填。坐席第一通先不选小结、再选；第二通超时未填，"
        "之后补写；停用一个小结；按小结检索、统计并导出联络。",
    ),
    expected=Text(
        "The agent is offered the queue's part alone; finishing by hand without it is refused; what was "
        "missed waits as a summary to complete, also for the supervisor, and the contact keeps when it was completed; "
        "the list, the recordings behind it, the report at every level and the sheet follow the result; a retired one "
        "is offered no more and stays with its contacts.",
        "坐席只能选该技能组的一支；缺小结时不能手动完成；超时的转入待补小结（班长可见），补写时间随联络保存；"
        "列表、录音、各级统计与导出表均按小结；停用的小结不再提供，原联络保留。",
    ),
    lacks=(
        Text(
            "Quality and forecast, which the product does not have yet, follow the result",
            "质检与预测（尚未提供）按小结使用",
        ),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=60)
    agent, boss = tenant.agents[0], await tenant.person("supervisor", "boss")
    top = await tenant.makes("dispositions", name="Complaint")
    middle = await tenant.makes("dispositions", name="Delivery", parent_id=top)
    leaf = await tenant.makes("dispositions", name="Late", parent_id=middle)
    other = await tenant.makes("dispositions", name="Praise")
    rule = {"queue_id": queue, "disposition_ids": [middle], "disposition_required": True}
    await tenant.configures("POST", "/summary-rules", rule)

    call = await scene.calls_and_speaks(number)
    first = (await agent.talks_with(call))["id"]
    form = await agent.api.get(f"/me/interactions/{first}/summary")
    equal({one["id"] for one in form["dispositions"]}, {middle, leaf}, "the part of the tree that is offered")
    equal(form["disposition_required"], True, "that a result is required")
    await call.hang_up()
    await agent.becomes("wrap_up")
    path = f"/me/interactions/{first}/wrap-up"
    equal(await refusal(agent.api, path, {"note": "n"}), "summary_needed", "the refusal without a result")
    equal(await refusal(agent.api, path, {"disposition_id": other}), "bad_field", "the refusal of another part's")
    await agent.becomes("wrap_up")
    await agent.api.post(path, {"disposition_id": leaf, "note": "refund"})
    await agent.becomes("available")
    named = "Complaint / Delivery / Late"
    kept = await tenant.contact(call.caller, lambda seen: seen["disposition_id"], "the result is kept")
    equal((kept["disposition_name"], kept["note"]), (named, "refund"), "the result and the note")
    scene.saw("Not finished without a result; offered by queue", "缺小结不能完成；按技能组提供分类")

    settings = await tenant.admin.get(f"/queues/{queue}")
    brief = {name: value for name, value in settings.items() if name != "id"} | {"wrap_up_seconds": 2}
    await tenant.configures("PUT", f"/queues/{queue}", brief)
    call = await scene.calls_and_speaks(number)
    second = (await agent.talks_with(call))["id"]
    await call.hang_up()
    await agent.becomes("available")  # by itself

    async def to_complete() -> list[str]:
        return [one["id"] for one in (await agent.api.get("/me/summaries"))["items"]]

    await until(to_complete, lambda seen: seen == [second], "the contact waits as a summary to complete")
    counts = [(one["agent_id"], one["count"]) for one in await boss.get("/reports/open-summaries")]
    equal(counts, [(agent.id, 1)], "who has still to write, for the supervisor")
    await agent.api.put(f"/me/interactions/{second}/summary", {"disposition_id": leaf, "note": "later"})
    await until(to_complete, lambda seen: not seen, "nothing is to be completed")
    done = await tenant.event(call.caller, "summary.completed", disposition_name=named)
    equal(done["agent_id"], agent.id, "whose completion the contact keeps")
    scene.saw("Time run out: completed later, seen by the supervisor", "超时转入待补小结，补写后班长可见")

    found = (await tenant.admin.get("/interactions", disposition_id=top))["items"]
    equal({row["id"] for row in found}, {first, second}, "the contacts found by the result two levels above")
    await tenant.recorded(call.caller)
    recorded = (await tenant.admin.get("/interactions", disposition_id=leaf, has_recording="true"))["items"]
    equal({row["id"] for row in recorded}, {first, second}, "the recordings found by the result")
    report = await boss.get("/reports/dispositions")
    totals = {row["name"]: row["total"] for row in report["rows"]}
    equal(totals, {"Complaint": 2, "Delivery": 2, "Late": 2, "Praise": 0}, "the report at every level")
    await tenant.admin.put(f"/dispositions/{leaf}", {"name": "Too late", "parent_id": middle, "retired": True})
    form = await agent.api.get(f"/me/interactions/{first}/summary")
    equal({one["id"] for one in form["dispositions"]}, {middle}, "what is offered after one is retired")
    kept = await tenant.admin.get(f"/interactions/{first}")
    equal(kept["disposition_name"], named, "the name of then")
    sheet = (await tenant.admin.download("/interactions.csv")).decode()
    equal(sheet.count(named), 2, "the results in the exported list")
    scene.keeps_file("interactions.csv", sheet.encode(), "The exported list with results", "导出的联络清单（含小结）")
    scene.saw("Results found, counted at every level, exported", "小结可检索、逐级统计、导出")


async def refusal(api: Api, path: str, body: dict[str, str]) -> str:
    """The code of the refusal; "" if it was not refused."""
    try:
        await api.post(path, body)
    except Refused as refused:
        return refused.code
    return ""
