"""AGT-11: contact history."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A customer calls one project twice and another project once; the agent of each looks at the "
        "customer's history.",
        "一名客户呼叫一个项目两次、另一项目一次；各项目坐席查看该客户历史。",
    ),
    expected=Text(
        "Each agent sees the contacts of the own project and none of the other's.",
        "坐席仅见本项目的联络，看不到另一项目的。",
    ),
    lacks=(
        Text("Contacts that colleagues had with the customer", "同事与该客户的联络"),
        Text("Keys to be configured besides the caller's number", "主叫号码之外的可配置关键字"),
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    own = tenant.agents[0]
    project = await tenant.makes("projects", name="Other")
    business = await tenant.makes("businesses", name="Other business", project_id=project)
    skill = await tenant.makes("skills", name="Other skill")
    place = {"project_id": project, "business_id": business}
    queue = await tenant.queue("Other", skills={skill: 1}, wrap_up_seconds=0, **place)
    elsewhere = await tenant.number(await tenant.flow(flows.to_queue(queue), project=project), **place)
    other = await tenant.agent(skills={skill: 5}, projects=[project])
    caller = scene.new_caller()
    contacts: dict[str, list[str]] = {}
    for called, agent in ((number, own), (number, own), (elsewhere, other)):
        call = await scene.calls_and_speaks(called, caller=caller)
        contact = (await agent.talks_with(call))["id"]
        contacts.setdefault(agent.id, []).append(contact)
        await call.hang_up()
        await agent.becomes("available")
        await tenant.contact(caller, lambda seen, own=contact: seen["id"] == own and seen["agent_id"], "it is recorded")
    for agent in (own, other):
        rows = (await agent.api.get("/interactions", customer=caller, sort="started_at"))["items"]
        equal([row["id"] for row in rows], contacts[agent.id], "the customer's earlier contacts on the agent's desktop")
    scene.saw(
        "The customer's two contacts in one project and one in the other, each seen in its own project only",
        "同一客户在一个项目的两次与另一项目的一次联络，各自只在本项目可见",
    )
