"""REP-2: by chosen interval."""

import io
from datetime import datetime, timedelta

from openpyxl import load_workbook

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "Two callers are served, one gives up; the queue report is read by quarter, half hour, hour and day"
        ", and as an Excel file.",
        "服务两名来电者，一名放弃；按刻、半小时、小时、日读取技能组报表，并导出Excel。",
    ),
    expected=Text(
        "Each shows three offered, two answered, one lost; the sheet has the same; the contacts behind the "
        "row are those three.",
        "均显示进入3、接起2、放弃1；Excel相同；行后的联络即这三个。",
    ),
    lacks=(
        Text("By week and month", "按周、按月"),
        Text("Forms to be edited and locked", "可编辑与锁定的表格"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    for _ in range(2):
        call = await scene.calls_and_speaks(number)
        await agent.talks_with(call)
        await talk(2)
        await call.hang_up()
        await agent.becomes("available")
    await agent.rests()
    lost = await scene.call(number)
    await tenant.event(lost.caller, "queue.entered")
    await talk(7)
    await lost.hang_up()
    await tenant.ended(lost.caller)
    begin = datetime.now().astimezone().replace(minute=0, second=0, microsecond=0) - timedelta(hours=24)
    asked = {"from": begin.isoformat(), "to": (begin + timedelta(hours=48)).isoformat(), "queue_id": queue}

    async def totals() -> tuple[int, int, int]:
        found = (await tenant.admin.get("/reports/queue-intervals", **asked))["totals"]
        return found["offered"], found["answered"], found["abandoned"]

    await until(totals, lambda seen: seen == (3, 2, 1), "three offered, two answered, one lost in the report")
    for step in ("15m", "30m", "1h", "day"):
        report = await tenant.admin.get("/reports/queue-intervals", **asked, step=step)
        sums = [sum(row[name] for row in report["rows"]) for name in ("offered", "answered", "abandoned")]
        equal(sums, [3, 2, 1], f"the sums of the rows by {step}")
    sheet = await tenant.admin.download("/reports/queue-intervals.xlsx", **asked)
    scene.keeps_file("queue-intervals.xlsx", sheet, "The report in Excel", "Excel报表")
    cells = [cell for row in load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True) for cell in row]
    expect(3 in cells and "Queue" in cells, "the sheet has the queue and the sum")
    row = report["rows"][0]
    contacts = await tenant.admin.get("/interactions", queue_id=queue)
    equal(contacts["total"], row["offered"], "the contacts behind the row")
    scene.saw(
        "Offered 3, answered 2, lost 1, by quarter, half hour, hour and day, on the page and in Excel",
        "进入3、接起2、放弃1；按刻、半小时、小时、日，网页与Excel一致",
    )
