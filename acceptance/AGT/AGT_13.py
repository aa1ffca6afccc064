"""AGT-13: skills changed live."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Agent, Scene, Tenant

ABOUT = About(
    procedure=Text(
        "A caller waits for a skill that the signed-in agent lacks, and the agent is given it. For another "
        "caller a group of agents is given a temporary skill. Then the agent signs in again.",
        "来电者等待坐席所没有的技能，随后在线授予该技能；另一来电者，给坐席组临时授予技能；之后坐席重新签入。",
    ),
    expected=Text(
        "Both callers are offered at once, without a new sign-in. After it the temporary skill is gone and "
        "the own ones are there.",
        "两名来电者均立即分配给该坐席，无需重新签入。重新签入后临时技能失效，自有技能保留。",
    ),
)


async def gives(tenant: Tenant, agent: Agent, skills: dict[str, int]) -> None:
    """Changes the agent's own skills."""
    people = (await tenant.admin.get("/people"))["items"]
    person = next(found for found in people if found["agent"] and found["agent"]["id"] == agent.id)
    body = {name: person[name] for name in ("login", "name", "role", "project_ids")}
    levels = [{"skill_id": skill, "proficiency": level} for skill, level in skills.items()]
    body["agent"] = {"number": agent.number, "phone_kind": "phone", "skills": levels}
    await tenant.configures("PUT", f"/people/{person['id']}", body)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    spare, wanted, rare = [await tenant.makes("skills", name=name) for name in ("Spare", "Wanted", "Rare")]
    numbers = {}
    for name, skill in (("Wanted", wanted), ("Rare", rare)):
        queue = await tenant.queue(name, skills={skill: 1}, wrap_up_seconds=0)
        numbers[skill] = await tenant.number(await tenant.flow(flows.to_queue(queue)))
    agent = await tenant.agent(skills={spare: 5})
    call = await scene.call(numbers[wanted])
    await tenant.event(call.caller, "queue.entered")
    await gives(tenant, agent, {spare: 5, wanted: 3})
    await agent.talks_with(call)
    await call.hang_up()
    await agent.becomes("available")

    call = await scene.call(numbers[rare])
    await tenant.event(call.caller, "queue.entered")
    group = await tenant.makes("agent-groups", name="Group", agent_ids=[agent.id])
    changes = [{"kind": "skill", "subject": rare, "level": 4}]
    given = await tenant.admin.post("/adjustments", {"group_ids": [group], "changes": changes})
    equal(given["agents"], 1, "how many agents of the group got the skill")
    await agent.talks_with(call)
    await call.hang_up()
    await agent.becomes("available")

    await agent.api.post("/me/sign-out")
    await agent.becomes("logged_out")
    await agent.works()
    call = await scene.call(numbers[rare])
    entered = await tenant.contact(call.caller, lambda seen: seen["queued_at"], "the caller waits")
    why = await tenant.admin.get(f"/interactions/{entered['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 0), "who has the temporary skill after a new sign-in")
    await call.hang_up()
    call = await scene.call(numbers[wanted])
    await agent.talks_with(call)
    await call.hang_up()
