"""MON-7: adjustments on the floor."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A caller waits for a skill nobody has; a supervisor gives it to a team for now, then ends it; the "
        "history is read.",
        "来电者等待无人具备的技能；班长临时授予一个团队，随后收回；查看历史。",
    ),
    expected=Text(
        "The caller is served at once; the history names agent, time and author; after the end nobody has the skill.",
        "来电者立即得到服务；历史记录坐席、时间与操作人；收回后无人具备该技能。",
    ),
    lacks=(
        Text("Priorities and rights of persons and teams", "个人与团队的优先级、权限"),
        Text("Suggestions in emergencies, and calling people in", "紧急建议与召集加班"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    rare = await tenant.makes("skills", name="Rare")
    queue = await tenant.queue("Rare", skills={rare: 1}, wrap_up_seconds=0)
    number = await tenant.number(await tenant.flow(flows.to_queue(queue)))
    supervisor = await tenant.person("supervisor", "boss")
    group = await tenant.makes("agent-groups", name="Team", agent_ids=[agent.id for agent in tenant.agents])
    call = await scene.call(number)
    await tenant.event(call.caller, "queue.entered")
    levels = [{"skill_id": rare, "level": 4}]
    given = await supervisor.post("/temporary-skills", {"group_ids": [group], "skills": levels})
    equal(given["agents"], 2, "how many of the team got the skill")
    connected = await tenant.event(call.caller, "agent.connected")
    await call.hang_up()
    history = (await supervisor.get("/temporary-skills"))["items"]
    expect(
        {row["agent_id"] for row in history} == {agent.id for agent in tenant.agents}, "the history has both", history
    )
    told = all(row["given_at"] and row["given_by_name"] == "Boss" for row in history)
    expect(told, "the history has time and author", history[0])
    expect(connected["agent_id"] in {agent.id for agent in tenant.agents}, "one of the team serves")
    ids = [row["id"] for row in history]
    await supervisor.post("/temporary-skills/end", {"ids": ids})
    waiting = await scene.call(number)
    contact = await tenant.contact(waiting.caller, lambda seen: seen["queued_at"], "the caller waits")
    why = await tenant.admin.get(f"/interactions/{contact['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 0), "who has the skill when it has ended")
    scene.saw(
        "A team of two got a skill at once, with time and author on record, and lost it again",
        "两人团队即时获得技能，记录时间与操作人，随后收回",
    )
