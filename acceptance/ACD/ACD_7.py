"""ACD-7: re-route a connected call."""

from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene, hears, talk

ABOUT = About(
    procedure=Text(
        "While an agent talks with a caller a supervisor sends the call to another queue.",
        "坐席与来电者通话时，班长将呼叫改送另一技能组。",
    ),
    expected=Text(
        "The caller is routed anew and talks with an agent of that queue; the first agent is free; both "
        "parts are on record.",
        "来电者被重新选路，与该技能组坐席通话；前一坐席空闲；两段均有记录。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    first = tenant.agents[0]
    skill = await tenant.makes("skills", name="Other")
    queue = await tenant.queue("Other", skills={skill: 1}, wrap_up_seconds=0)
    second = await tenant.agent(skills={skill: 5})
    supervisor = await tenant.person("supervisor", "boss")
    call = await scene.calls_and_speaks(number)
    shown = await first.talks_with(call)
    await talk(2)
    await supervisor.post(f"/interactions/{shown['id']}/transfer", {"to": "queue", "target": queue})
    await second.talks_with(call)
    await first.becomes("available")
    await talk(2)
    await call.hang_up()
    heard = await call.heard()
    for agent in (first, second):
        hears(heard, agent.tone, "the caller", f"agent {agent.number}", seconds=1)
    contact = await tenant.ended(call.caller)
    kinds = [part["kind"] for part in contact["segments"]]
    equal(kinds.count("agent"), 2, "the agents' parts on record")
    equal(contact["queue_id"], queue, "the queue that the contact has now")
    scene.saw(f"Routed again in the conversation: {', '.join(kinds)}", f"通话中重新选路：{'、'.join(kinds)}")
