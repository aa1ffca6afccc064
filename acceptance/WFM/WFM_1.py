"""WFM-1: history by interval."""

from datetime import datetime, timedelta

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Record, Scene, talk

ABOUT = About(
    procedure=Text(
        "Two callers are served and written up; the history of their queue is read by quarters of an hour.",
        "服务两名来电者并话后处理；按一刻钟读取该技能组历史。",
    ),
    expected=Text(
        "The quarters have offered, answered, answered in time, talk, handle, wait and after-call as they were.",
        "各一刻钟的进入、接起、限时接起、通话、处理、等待与话后时长与实际一致。",
    ),
    lacks=(Text("By skill and by business (by queue it is there)", "按技能、按业务（已有按技能组）"),),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=60)
    agent = tenant.agents[0]
    for _ in range(2):
        call = await scene.calls_and_speaks(number)
        shown = await agent.talks_with(call)
        await talk(3)
        await call.hang_up()
        await agent.wraps_up(shown["id"])
    now = datetime.now().astimezone()
    begin = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    asked = {
        "from": begin.isoformat(),
        "to": (begin + timedelta(hours=3)).isoformat(),
        "queue_id": queue,
        "step": "15m",
    }

    async def rows() -> list[Record]:
        found: list[Record] = (await tenant.admin.get("/reports/queue-intervals", **asked))["rows"]
        return [row for row in found if row["offered"]]

    seen = await until(
        rows, lambda rows: sum(row["handled"] for row in rows) == 2, "two handled contacts in the quarters"
    )
    sums = {name: sum(row[name] for row in seen) for name in ("offered", "answered", "service_level_numerator")}
    equal(sums, {"offered": 2, "answered": 2, "service_level_numerator": 2}, "offered, answered, answered in time")
    for row in seen:
        at = datetime.fromisoformat(row["starts_at"])
        expect(at.minute % 15 == 0 and at.second == 0, "a row begins at a quarter of an hour", row["starts_at"])
    talked = sum(row["talk_seconds"] for row in seen)
    expect(5 < talked < 25, "the talk time in the quarters", f"{talked:.1f} s")
    expect(all(row["aht_seconds"] and row["asa_seconds"] is not None for row in seen), "handle time and wait", seen)
    scene.saw(
        f"{len(seen)} quarter(s) with 2 offered and answered in time, talk {talked:.1f} "
        f"s, handle {seen[-1]['aht_seconds']:.1f} s, wait {seen[-1]['asa_seconds']:.1f} "
        "s",
        f"{len(seen)} 个一刻钟：进入2、限时接起2，通话 {talked:.1f} 秒，平均处理 {seen[-1]['aht_seconds']:.1f} "
        f"秒，平均等待 {seen[-1]['asa_seconds']:.1f} 秒",
    )
