"""AGT-11: contact history."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, until
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A customer with two numbers talks with two agents of one project, from another number each time, and with an "
        "agent of another project; then calls the first agent again.",
        "一名客户有两个号码，先后以不同号码与一个项目的两名坐席通话，并与另一项目的坐席通话；之后再次呼叫第一名坐席。",
    ),
    expected=Text(
        "While they talk, the agent sees the customer's contacts with colleagues of the project, from any number, and "
        "none of the other project's. Afterwards each agent sees the own ones alone.",
        "通话中，坐席可见该客户以任一号码与本项目同事的联络，看不到另一项目的；通话后各坐席仅见自己的联络。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    own = tenant.agents[0]
    project = await tenant.makes("projects", name="Other")
    business = await tenant.makes("businesses", name="Other business", project_id=project)
    skills = [await tenant.makes("skills", name=name) for name in ("Colleague's", "Other")]
    colleagues = await tenant.queue("Colleague", skills={skills[0]: 1}, wrap_up_seconds=0)
    place = {"project_id": project, "business_id": business}
    others = await tenant.queue("Other", skills={skills[1]: 1}, wrap_up_seconds=0, **place)
    to_colleague = await tenant.number(await tenant.flow(flows.to_queue(colleagues)))
    elsewhere = await tenant.number(await tenant.flow(flows.to_queue(others), project=project), **place)
    colleague = await tenant.agent(skills={skills[0]: 5})
    other = await tenant.agent(skills={skills[1]: 5}, projects=[project])
    first, second = scene.new_caller(), scene.new_caller()
    body = {"name": "Li Wei", "contact_points": [{"value": first}, {"value": second}]}
    customer = (await tenant.configures("POST", "/customers", body))["id"]
    contacts = {}
    for called, agent, caller in ((number, own, first), (to_colleague, colleague, second), (elsewhere, other, first)):
        call = await scene.calls_and_speaks(called, caller=caller)
        contacts[agent.id] = (await agent.talks_with(call))["id"]
        await call.hang_up()
        await agent.becomes("available")
        await tenant.contact(
            caller, lambda seen, one=contacts[agent.id]: seen["id"] == one and seen["agent_id"], "it is recorded"
        )
    call = await scene.calls_and_speaks(number, caller=first)
    now = (await own.talks_with(call))["id"]
    wanted = [contacts[own.id], contacts[colleague.id]]

    async def seen() -> list[str]:
        rows = (await own.api.get("/interactions", customer_id=customer, sort="started_at"))["items"]
        return [row["id"] for row in rows if row["id"] != now]

    await until(seen, lambda rows: rows == wanted, "the agent sees the customer's contacts, with colleagues too")
    await call.hang_up()
    await own.becomes("available")
    await until(seen, lambda rows: rows == [contacts[own.id]], "after the call the agent sees the own contacts alone")
    rows = (await other.api.get("/interactions", customer_id=customer))["items"]
    equal([row["id"] for row in rows], [contacts[other.id]], "what the agent of the other project sees")
    scene.saw(
        "During the call the contacts with both agents of the project, from both numbers; the other project's never",
        "通话中可见两个号码与本项目两名坐席的联络，另一项目的始终不可见",
    )
