"""REC-2: search of recordings."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "Two agents take two calls each, all recorded; one caller hangs up early. Recordings are searched "
        "for by several conditions at once, and sorted.",
        "两名坐席各接两次电话并录音；另一来电者提前挂机。按多个条件组合检索录音并排序。",
    ),
    expected=Text(
        "Exactly the recordings that fit all conditions are found, in order of time.",
        "恰好找到符合全部条件的录音，按时间排序。",
    ),
    lacks=(
        Text(
            "Search by ID card, card number, serial number, reviewed mark, malicious mark and reviewer",
            "按身份证、卡号、流水号、已评标记、恶意标记、评分员检索",
        ),
        Text("Sorting by work order", "按工单号排序"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0, agents=2)
    callers = []
    for agent in tenant.agents * 2:
        other = next(one for one in tenant.agents if one is not agent)
        await other.rests()
        await agent.is_ready()
        call = await scene.calls_and_speaks(number)
        shown = await agent.talks_with(call)
        await talk(1.5)
        await call.hang_up()
        await tenant.recorded(call.caller)
        callers.append((call.caller, agent.id, shown["id"]))
    silent = await scene.call(number)
    await silent.hang_up()
    started = (await tenant.contact(callers[2][0]))["started_at"]

    async def found(**wanted: str) -> list[str]:
        rows = (await tenant.admin.get("/interactions", has_recording="true", sort="started_at", **wanted))["items"]
        return [row["id"] for row in rows]

    every = [contact for _, _, contact in callers]
    equal(await found(), every, "all recorded contacts, in the order of their time")
    first = tenant.agents[0].id
    equal(await found(agent_id=first), [every[0], every[2]], "those of one agent")
    equal(await found(agent_id=first, **{"from": started}), [every[2]], "those of the agent since a moment")
    equal(await found(agent_id=first, caller=callers[0][0], queue_id=queue), [every[0]], "by agent, caller and queue")
    equal(await found(agent_id=first, caller=callers[1][0]), [], "by an agent and another's caller")
    equal(await found(direction="callback"), [], "by another kind of call")
    scene.saw(
        "Four recordings: found by agent, time, caller, queue, kind, several at once, and sorted",
        "四条录音：按坐席、时间、主叫、技能组、类型及其组合检索，并可排序",
    )
