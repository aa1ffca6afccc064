"""AGT-7: transfer among all seats."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Agent, Scene, hears, talk

ABOUT = About(
    procedure=Text(
        "A general agent finds the seats by their kind. One call is sent on from there to a specialists' queue, to a "
        "regional queue, to a supervisor and to a named agent.",
        "普通坐席按类别查找各类座席，再将一次来电转至专家技能组、区域技能组、班长，最后转给指定坐席。",
    ),
    expected=Text(
        "Each has the call in turn and is heard; the record names them in order.",
        "依次接通并可闻；记录按顺序列出各坐席。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    general = tenant.agents[0]
    queues, seats = {}, {}
    for name in ("Specialist", "North"):
        skill = await tenant.makes("skills", name=name)
        queues[name] = await tenant.queue(name, skills={skill: 1}, wrap_up_seconds=0)
        seats[name] = await tenant.agent(skills={skill: 5})
    boss = await tenant.agent(login="5900", role="supervisor")
    targets = {one["id"]: one for one in (await general.api.get("/me/targets"))["agents"]}
    for name, seat in seats.items():
        expect(name in targets[seat.id]["kinds"], f"the {name} seat is found by its kind", targets[seat.id])
    expect(targets[boss.id]["supervises"], "the supervisor's seat is told as one", targets[boss.id])
    call = await scene.calls_and_speaks(number)
    shown = await general.talks_with(call)
    here: Agent = general
    way = [
        ("queue", queues["Specialist"], seats["Specialist"]),
        ("queue", queues["North"], seats["North"]),
        ("supervisor", "", boss),
        ("agent", general.id, general),
    ]
    for to, target, next_one in way:
        await talk(1.5)
        await here.api.post(f"/interactions/{shown['id']}/transfer", {"to": to, "target": target})
        await next_one.talks_with(call)
        await here.becomes("available")
        here = next_one
    await talk(1.5)
    await call.hang_up()
    heard = await call.heard()
    for agent in (general, seats["Specialist"], seats["North"]):
        hears(heard, agent.tone, "the caller", f"agent {agent.number}", seconds=1)
    contact = await tenant.ended(call.caller)
    served = [part["agent_id"] for part in contact["segments"] if part["kind"] == "agent"]
    equal(
        served,
        [a.id for a in (general, seats["Specialist"], seats["North"], boss, general)],
        "who is recorded to have had the call",
    )
    scene.saw(
        "One call: general, specialist, regional, supervisor, general again",
        "一次呼叫：普通、专业、区域、班长、再回普通座席",
    )
