"""AGT-5: no answer."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "An agent's phone rings and is not answered. A second agent is ready; then, once more, nobody else is.",
        "坐席话机振铃而无人应答。第一次有另一名坐席空闲；第二次没有其他坐席。",
    ),
    expected=Text(
        "When the queue's time is over the caller is offered to the other agent, or goes back to the queue "
        "and is served from there. The agent is set not ready, with the reason on the own and on the "
        "supervisor's screen; the record has the missed offer with its time.",
        "超过规定时限后，来电转给另一名坐席，或回到队列再被服务。该坐席被置忙，自己和班长的屏幕显示原因；记录中有未接及振"
        "铃时长。",
    ),
)


LIMIT = 5


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(agents=2, no_answer_seconds=LIMIT, wrap_up_seconds=0)
    silent, ready = tenant.agents
    await silent.answers("no")
    call = await scene.calls_and_speaks(number)
    await ready.talks_with(call)
    shown = await silent.becomes("not_ready")
    expect(shown["reason_code_id"], "the agent's own desktop says why the state is not ready")
    seen = await tenant.desk.sees(
        lambda desk: desk.agents[silent.id] if desk.agents[silent.id]["state"] == "not_ready" else None,
        "the supervisor sees the agent not ready",
    )
    equal(seen["reason_code_id"], shown["reason_code_id"], "the reason on the supervisor's screen")
    missed = await tenant.event(call.caller, "offer.missed")
    equal((missed["agent_id"], missed["data"]["reason"]), (silent.id, "no_answer"), "who missed the call, and why")
    rang = missed["data"]["ring_seconds"]
    expect(LIMIT - 0.5 <= rang <= LIMIT + 3, f"the phone rang for about {LIMIT} s", f"{rang:.1f} s")
    await call.hang_up()

    await ready.becomes("available")
    await ready.rests()
    await silent.is_ready()
    call = await scene.calls_and_speaks(number)
    await tenant.event(call.caller, "offer.missed")
    await silent.becomes("not_ready")
    await tenant.desk.sees(
        lambda desk: (
            (shown := desk.interaction(call.caller)) and (shown["state"], shown["queue_id"]) == ("queued", queue)
        ),
        "the caller is back in the queue",
    )
    await ready.is_ready()
    await ready.talks_with(call)
    await call.hang_up()
