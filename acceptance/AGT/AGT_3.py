"""AGT-3: live figures."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.desk import Desk, Record
from acceptance.scene import Agent, Scene, Tenant, talk

OUTSIDE_NUMBER = "13800138000"

ABOUT = About(
    procedure=Text(
        "An agent talks with one caller while another waits and leaves; writes up, becomes not ready, and misses a "
        "call; then takes a break and calls a number outside.",
        "坐席与一名来电者通话，另一名排队后放弃；坐席话后处理、示忙，并漏接一个来电；随后小休，再外呼一个号码。",
    ),
    expected=Text(
        "The desktop shows who waits while they wait; today's offers, taken and missed calls, the times not ready, "
        "the breaks, the calls out and the time of each are those that happened.",
        "工作台实时显示排队人数；今日分配、接听、漏接、示忙、小休、外呼次数与各项时长与实际一致。",
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
    told = today["last_missed"]
    equal((told["caller"], told["reason"]), (missed.caller, "no_answer"), "whose call was missed, and why")
    equal((today["busy"], today["breaks"], today["outbound"]), (2, 0, 0), "times not ready: by the agent, by the miss")
    today = await breaks_and_calls_out(scene, tenant, agent)
    scene.saw(
        f"Taken {today['answered']}, missed {today['missed']}, talk {today['talk_seconds']:.1f} "
        f"s, not ready {today['busy']} times, {today['not_ready_seconds']:.1f} s, break "
        f"{today['break_seconds']:.1f} s, call out {today['outbound_seconds']:.1f} s",
        f"接听 {today['answered']}，未接 {today['missed']}，通话 {today['talk_seconds']:.1f} 秒，示忙 "
        f"{today['busy']} 次、{today['not_ready_seconds']:.1f} 秒，小休 {today['break_seconds']:.1f} 秒，外呼 "
        f"{today['outbound_seconds']:.1f} 秒",
    )


async def breaks_and_calls_out(scene: Scene, tenant: Tenant, agent: Agent) -> Record:
    """One of each; returns the figures of the day."""
    body = {"code": "rest", "name": "Rest", "is_break": True}
    reason = (await tenant.configures("POST", "/reason-codes", body))["id"]
    await agent.is_ready()
    await agent.api.post("/me/break", {"reason_code_id": reason})
    await agent.becomes("not_ready")
    await talk(2)
    await agent.answers("yes")
    await agent.is_ready()
    await scene.outside(OUTSIDE_NUMBER)
    made = await agent.api.post("/me/calls", {"number": OUTSIDE_NUMBER})

    def talks(desk: Desk) -> bool:
        return desk.interactions.get(made["id"], {}).get("state") == "connected"

    await agent.desk.sees(talks, "the number that was called has answered")
    await talk(2)
    await agent.api.post(f"/me/interactions/{made['id']}/hang-up")
    await tenant.ended(OUTSIDE_NUMBER)
    today: Record = await agent.api.get("/me/today")
    equal(
        (today["busy"], today["breaks"], today["outbound"]), (2, 1, 1), "a break is no time busy, and one call went out"
    )
    for name in ("break_seconds", "outbound_seconds"):
        expect(2 <= today[name] < 20, f"{name} of today is what happened", today[name])
    return today
