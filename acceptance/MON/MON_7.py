"""MON-7: adjustments on the floor."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import PATIENCE, equal, expect, until
from acceptance.scene import Record, Scene, Tenant
from hujiao.app.cli.http_client import Api, Refused
from hujiao.asterisk.testphone.phone import Call

LASTS_SECONDS = 60.0  # so long is a queue in trouble before anything is suggested

ABOUT = About(
    procedure=Text(
        "A caller waits for a skill nobody has; a supervisor gives it to a team for now, then ends it; the "
        "history is read. The supervisor ranks one of two agents first in a queue, takes the queue from the team for "
        "good, and outgoing calls from one; ends each. The next caller waits until the queue is red for a minute; the "
        "supervisor reads who could help, applies it by one act, and takes it back.",
        "来电者等待无人具备的技能；班长临时授予一个团队，随后收回；查看历史。班长将两人中的一人在技能组内设为优先，"
        "长期收回团队受理该技能组的权限，并暂停一人的外呼；随后逐一撤销。下一位来电者等到该技能组超时一分钟；班长查看由谁支援的建议，"
        "一键采纳，随后撤销。",
    ),
    expected=Text(
        "The caller is served at once; the history names agent, time and author; after the end nobody has the skill. "
        "Who ranks first is asked though the other was free longer; nobody of the team is asked for the queue, also "
        "after signing in again; the call out is refused. The history has from, to and why. "
        "The suggestion tells what it would do to both queues and leaves one agent where both are needed; the helper "
        "answers the caller; who applied it is kept. Who is signed out is named as one to call in.",
        "来电者立即得到服务；历史记录坐席、时间与操作人；收回后无人具备该技能。"
        "优先者先接，即使另一人空闲更久；收回后团队无人受理，重新签入后亦然；外呼被拒绝；历史记录调整前后与原因。建议给出对两个技能组的影响，并保留原技能组所需的坐席；"
        "支援坐席接听来电；采纳人有记录。已签出的坐席列为可召集加班。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, calm, calm_number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    rare = await tenant.makes("skills", name="Rare")
    queue = await tenant.queue("Rare", skills={rare: 1}, wrap_up_seconds=0)
    bounds = {"state": "waiting", "queue_id": queue, "amber_seconds": 2, "red_seconds": 5}
    await tenant.configures("POST", "/state-thresholds", bounds)
    number = await tenant.number(await tenant.flow(flows.to_queue(queue)))
    supervisor = await tenant.person("supervisor", "boss")
    group = await tenant.makes("agent-groups", name="Team", agent_ids=[agent.id for agent in tenant.agents])
    call = await scene.call(number)
    await tenant.event(call.caller, "queue.entered")
    changes = [{"kind": "skill", "subject": rare, "level": 4}]
    given = await supervisor.post("/adjustments", {"group_ids": [group], "changes": changes})
    equal(given["agents"], 2, "how many of the team got the skill")
    connected = await tenant.event(call.caller, "agent.connected")
    await call.hang_up()
    history = (await supervisor.get("/adjustments"))["items"]
    expect(
        {row["agent_id"] for row in history} == {agent.id for agent in tenant.agents}, "the history has both", history
    )
    told = all(row["given_at"] and row["given_by_name"] == "Boss" for row in history)
    expect(told, "the history has time and author", history[0])
    expect(connected["agent_id"] in {agent.id for agent in tenant.agents}, "one of the team serves")
    ids = [row["id"] for row in history]
    await supervisor.post("/adjustments/end", {"ids": ids})
    waiting = await scene.call(number)
    contact = await tenant.contact(waiting.caller, lambda seen: seen["queued_at"], "the caller waits")
    why = await tenant.admin.get(f"/interactions/{contact['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 0), "who has the skill when it has ended")
    scene.saw(
        "A team of two got a skill at once, with time and author on record, and lost it again",
        "两人团队即时获得技能，记录时间与操作人，随后收回",
    )
    await _is_helped(scene, tenant, supervisor, waiting, queue, calm)
    await _is_ranked_and_barred(scene, tenant, supervisor, calm, calm_number, group)


async def _is_ranked_and_barred(
    scene: Scene, tenant: Tenant, supervisor: Api, queue: str, number: str, group: str
) -> None:
    """Who is asked first, which queue a team serves, and what one may do."""
    first, last = tenant.agents
    await first.works()
    for agent in (first, last):
        await agent.becomes("available")
    rank = {"changes": [{"kind": "rank", "subject": queue, "level": 2}], "agent_ids": [first.id], "for_good": True}
    await supervisor.post("/adjustments", {**rank, "reason": "knows the case"})
    call = await scene.call(number)
    connected = await tenant.event(call.caller, "agent.connected")
    equal(connected["agent_id"], first.id, "who ranks first answers, though free for less long")
    await call.hang_up()
    await first.becomes("available")
    taken = [{"kind": "queue", "subject": queue, "level": 0}]
    await supervisor.post("/adjustments", {"changes": taken, "group_ids": [group], "for_good": True})
    await first.api.post("/me/sign-out", {})
    await first.becomes("logged_out")
    await first.works()
    waits = await scene.call(number)
    contact = await tenant.contact(waits.caller, lambda seen: seen["queued_at"], "the caller waits")
    why = await tenant.admin.get(f"/interactions/{contact['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 0), "who serves the queue now")
    history = (await supervisor.get("/adjustments", running="true"))["items"]
    ids = [row["id"] for row in history if row["kind"] == "queue"]
    equal(len(ids), 2, "both of the team are in the history")
    (ranked,) = (row for row in history if row["kind"] == "rank")
    equal((ranked["before"], ranked["level"], ranked["reason"]), (0, 2, "knows the case"), "from, to and why")
    await supervisor.post("/adjustments/end", {"ids": ids})
    served = await tenant.event(waits.caller, "agent.connected")
    equal(served["agent_id"], first.id, "who answers when the queue is given back")
    await waits.hang_up()
    await first.becomes("available")
    act = {"changes": [{"kind": "act", "subject": "dial_out", "level": 0}], "agent_ids": [first.id]}
    await supervisor.post("/adjustments", act)
    code = ""
    try:
        await first.api.post("/me/calls", {"number": "13800138000"})
    except Refused as refused:
        code = refused.code
    equal(code, "dial_out_taken", "why the call out is refused")
    scene.saw(
        "A rank, a team's queue for good and one agent's outgoing calls were changed, acted at once, and are on record",
        "优先级、团队的技能组权限（长期）与一人的外呼权限即时调整生效，并有记录",
    )


async def _is_helped(scene: Scene, tenant: Tenant, supervisor: Api, waiting: Call, queue: str, calm: str) -> None:
    """The queue is in trouble: one of the two is suggested, asked, answers, and is sent back."""

    async def suggested() -> list[Record]:
        found: list[Record] = (await supervisor.get("/queue-suggestions", applied="false"))["items"]
        return [one for one in found if one["queue_id"] == queue]

    (one,) = await until(suggested, bool, "somebody is suggested", seconds=LASTS_SECONDS + PATIENCE)
    (helper,) = one["helpers"]
    (plan,) = one["plans"]
    helped, own = plan["outcomes"]
    equal((helped["queue_id"], helped["wait_before"]), (queue, None), "the queue in trouble before")
    expect(helped["wait_after"] is not None, "the queue in trouble has an expected wait with the helper", helped)
    equal((own["queue_id"], own["free_before"], own["free_after"]), (calm, 2, 1), "the helper's own queue")

    async def foreseen() -> list[Record | None]:
        return [outcome["ahead"] for found in await suggested() for outcome in found["plans"][0]["outcomes"]]

    ahead, _ = await until(foreseen, lambda seen: bool(seen) and all(seen), "the next minutes of both queues")
    assert ahead is not None
    equal(ahead["before"]["service_level"], 0.0, "how many of the next would be answered in time without help")
    expect(ahead["after"]["service_level"] > 0, "more of them with it", ahead)
    applied = await supervisor.post(f"/queue-suggestions/{one['id']}/apply", {"agent_ids": [helper["agent_id"]]})
    connected = await tenant.event(waiting.caller, "agent.connected")
    equal(connected["agent_id"], helper["agent_id"], "who answers")
    await waiting.hang_up()
    expect(applied["applied"]["by_name"] == "Boss", "it is kept who applied it", applied["applied"])
    undone = await supervisor.post(f"/queue-suggestions/{one['id']}/undo", {})
    expect(undone["applied"]["undone_at"], "it is kept that it was undone", undone["applied"])
    ended = (await supervisor.get("/adjustments"))["items"][0]
    equal((ended["agent_id"], ended["ended_why"]), (helper["agent_id"], "undone"), "the helper's skill")
    away = tenant.agents[0]
    await away.becomes("available")
    await away.api.post("/me/sign-out", {})
    await away.becomes("logged_out")

    async def absent() -> list[str]:
        return [one["number"] for one in await supervisor.get(f"/queues/{calm}/absent-agents")]

    await until(absent, lambda seen: seen == [away.number], "who is signed out is named to be called in")
    scene.saw(
        "A queue was red for a minute; one of two was suggested with the waits of both queues, answered, and went back",
        "技能组超时一分钟后，建议由两人中的一人支援并给出两个技能组的等待；其接听后撤回",
    )
