"""ACC-10: one queue for all media."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "An agent takes a call from a queue without wrap-up and one from a queue with it.",
        "坐席从不设话后处理与设有话后处理的技能组各接一个来电。",
    ),
    expected=Text(
        "The desktop shows medium and state; afterwards the agent is idle or in wrap-up as the queue says.",
        "工作台显示媒体与状态；之后按技能组设置进入空闲或话后处理。",
    ),
    lacks=(
        Text(
            "E-mail, fax, SMS and video (the queue, capacity and priorities know them)",
            "邮件、传真、短信与视频（队列、容量与优先级已支持）",
        ),
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    agent = await tenant.agent()
    for seconds, then in ((0, "available"), (60, "wrap_up")):
        queue = await tenant.queue(f"Wrap-up {seconds}", wrap_up_seconds=seconds)
        call = await scene.calls_and_speaks(await tenant.number(await tenant.flow(flows.to_queue(queue))))
        shown = await agent.talks_with(call)
        equal(
            (shown["medium"], agent.desk.agents[agent.id]["state"]),
            ("voice", "engaged"),
            "medium and state in the call",
        )
        await call.hang_up()
        if then == "available":
            await agent.becomes("available")
        else:
            await agent.wraps_up(shown["id"])
    media = [medium["name"] for medium in await tenant.admin.get("/media")]
    scene.saw(
        f"A call shows as such; then idle or wrap-up as set. Media that capacity is set for: {', '.join(media)}",
        f"通话状态正确显示；之后按设置进入空闲或话后。可设容量的媒体：{'、'.join(media)}",
    )
