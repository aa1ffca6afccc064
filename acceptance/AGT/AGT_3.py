"""AGT-3: live figures."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "An agent talks with one caller while another waits and leaves; writes up, rests, and misses a call.",
        "坐席与一名来电者通话，另一名排队后放弃；坐席话后处理、休息，并漏接一个来电。",
    ),
    expected=Text(
        "The desktop shows who waits while they wait; today's offers, taken and missed calls and the times "
        "in states are those that happened.",
        "工作台实时显示排队人数；今日分配、接听、漏接次数与各状态时长与实际一致。",
    ),
    lacks=(
        Text("Number of breaks and of times busy", "休息与示忙次数"),
        Text("Total of outbound time", "外呼累计时长"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=60)
    agent = tenant.agents[0]
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await talk(3)
    waiting = await scene.call(number)
    await agent.desk.sees(lambda desk: desk.queues[queue]["waiting"] == 1, "the agent sees that one caller waits")
    await waiting.hang_up()
    await agent.desk.sees(lambda desk: desk.queues[queue]["waiting"] == 0, "the agent sees that nobody waits")
    await call.hang_up()
    await agent.wraps_up(shown["id"])
    await agent.rests()
    await talk(2)
    silent = await agent.api.get("/me/today")
    await agent.answers("no")
    await agent.is_ready()
    missed = await scene.call(number)
    await tenant.event(missed.caller, "offer.missed")
    await missed.hang_up()
    today = await agent.api.get("/me/today")
    equal((today["offered"], today["answered"], today["missed"]), (2, 1, 1), "offers, calls taken and missed today")
    for name, least in (
        ("talk_seconds", 3),
        ("not_ready_seconds", 2),
        ("signed_in_seconds", 8),
        ("available_seconds", 0.1),
    ):
        expect(today[name] >= least, f"{name} of today is {least} at least", today[name])
    expect(
        today["signed_in_seconds"] > silent["signed_in_seconds"], "the time signed in grows", today["signed_in_seconds"]
    )
    state = await agent.becomes("not_ready")
    expect(state["since"], "the desktop shows since when the state lasts")
    scene.saw(
        f"Taken {today['answered']}, missed {today['missed']}, talk {today['talk_seconds']:.1f} "
        f"s, not ready {today['not_ready_seconds']:.1f} s",
        f"接听 {today['answered']}，未接 {today['missed']}，通话 {today['talk_seconds']:.1f} 秒，示忙 "
        f"{today['not_ready_seconds']:.1f} 秒",
    )
