"""ACD-1: who is served first and by whom."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.desk import Desk, Record
from acceptance.scene import Agent, Scene, Tenant
from hujiao.asterisk.testphone.phone import Call

ABOUT = About(
    procedure=Text(
        "Four callers wait while the agent rests: two ordinary ones, a graded customer, one in a queue "
        "with a higher priority; then the agent is ready. With two agents the order of criteria is set to "
        "longest idle, then to proficiency, last agent, own agent, and callers call again.",
        "坐席休息时四名来电者排队：两名普通、一名分级客户、一名在高优先级技能组；随后坐席示闲。再有两名坐席，依次把次序设"
        "为空闲最久、技能熟练度、上次坐席、专属坐席，来电者再次呼入。",
    ),
    expected=Text(
        "Served in the order: higher queue, graded customer, first come, later come. The agent is the one "
        "who has been idle longest, the better one, the last one, the own one, as it is set; the record "
        "gives the reason.",
        "服务次序：高优先级技能组、分级客户、先到者、后到者。坐席依设置为空闲最久者、熟练度高者、上次坐席、专属坐席；记录"
        "中有原因。",
    ),
)


async def waits(scene: Scene, tenant: Tenant, number: str, caller: str | None = None) -> Call:
    call = await scene.call(number, caller=caller)
    await tenant.event(call.caller, "queue.entered")
    return call


async def order_of(agent: Agent, calls: dict[str, Call]) -> list[str]:
    """In which order the agent, who was not ready, serves these callers; by their names."""
    served: list[str] = []

    def next_one(desk: Desk) -> str | None:
        talks = {shown["caller"] for shown in desk.interactions.values() if shown["state"] == "connected"}
        return next((name for name, call in calls.items() if call.caller in talks and name not in served), None)

    await agent.is_ready()
    for _ in calls:
        served.append(await agent.desk.sees(next_one, "one of the callers is served"))
        await calls[served[-1]].hang_up()
    await agent.becomes("available")
    return served


async def served_by(scene: Scene, tenant: Tenant, number: str, caller: str | None = None) -> tuple[str, str]:
    """Who answers a caller who does not have to wait, and the reason that is recorded."""
    call = await scene.call(number, caller=caller)

    def connected(desk: Desk) -> Record | None:
        shown = desk.interaction(call.caller)
        return shown if shown and shown["state"] == "connected" else None

    shown = await tenant.desk.sees(connected, "an agent serves the caller")
    await call.hang_up()
    await next(agent for agent in tenant.agents if agent.id == shown["agent_id"]).becomes("available")
    contact = await tenant.contact(
        call.caller, lambda seen: seen["id"] == shown["id"] and seen["ended_at"] and seen["agent_id"], "it is recorded"
    )
    offer = next(event for event in contact["events"] if event["kind"] == "offer.made")
    return offer["agent_id"], offer["data"]["reason"]


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    first = tenant.agents[0]
    before_others = await tenant.queue("Urgent", priority=5, wrap_up_seconds=0)
    urgent = await tenant.number(await tenant.flow(flows.to_queue(before_others)))
    graded = scene.new_caller()
    await tenant.configures("POST", "/customers", {"contact_points": [{"value": graded}], "grade": 5})
    await tenant.configures("PUT", "/routing", {"head_starts": [{"grade": 5, "seconds": 300}]})

    await first.rests()
    comes = {"early": (number, None), "late": (number, None), "graded": (number, graded), "urgent": (urgent, None)}
    calls = {name: await waits(scene, tenant, to, caller) for name, (to, caller) in comes.items()}
    equal(await order_of(first, calls), ["urgent", "graded", "early", "late"], "the order in which callers are served")

    second = await tenant.agent(skills={tenant.skill: 9})
    equal((await served_by(scene, tenant, number))[0], first.id, "the agent who has been idle longest")
    equal((await served_by(scene, tenant, number))[0], second.id, "the agent who has been idle longest, the next time")
    await tenant.configures("PUT", "/routing", {"agent_order": [{"kind": "proficiency"}, {"kind": "longest_idle"}]})
    better = await served_by(scene, tenant, number)
    again = await served_by(scene, tenant, number)
    equal([better, again], [(second.id, "proficiency")] * 2, "who serves when proficiency is set first")

    caller, own = scene.new_caller(), scene.new_caller()
    await tenant.admin.post("/customers", {"contact_points": [{"value": own}], "agent_id": first.id})
    equal(await served_by(scene, tenant, number, caller), (second.id, "proficiency"), "who serves a new caller")
    await second.rests()
    equal((await served_by(scene, tenant, number, caller))[0], first.id, "who serves while the better one rests")
    await second.is_ready()
    rules = {"last_agent_days": 7, "last_agent_seconds": 20, "own_agent_seconds": 20}
    await tenant.configures("PUT", f"/queues/{queue}/routing", rules)
    equal(await served_by(scene, tenant, number, caller), (first.id, "last_agent"), "who serves a caller again")
    equal((await served_by(scene, tenant, number, own))[0], first.id, "who serves a customer with an agent of the own")
