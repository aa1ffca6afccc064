"""TEN-9: projects inside a tenant."""

from typing import Any

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "A tenant has two projects, each with number, flow, queue and supervisor; one agent belongs to "
        "both and takes a call of each.",
        "一个租户有两个项目，各有接入号、流程、技能组和班长；一名坐席同属两个项目，各接一个来电。",
    ),
    expected=Text(
        "The agent serves both. Each supervisor sees the contacts and queues of the own project; the "
        "other's contact does not exist for them. The administrator sees both.",
        "坐席服务两个项目。班长仅见本项目的联络与技能组，另一项目的联络对其不存在。管理员可见全部。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    first, other = tenant.project, await tenant.makes("projects", name="Other")
    other_business = await tenant.makes("businesses", name="Other business", project_id=other)
    own_queue = await tenant.queue("Own", wrap_up_seconds=0)
    place: dict[str, Any] = {"project_id": other, "business_id": other_business}
    other_queue = await tenant.queue("Other", wrap_up_seconds=0, **place)
    numbers = {}
    numbers[first] = await tenant.number(await tenant.flow(flows.to_queue(own_queue)))
    flow = await tenant.flow(flows.to_queue(other_queue), project=other)
    numbers[other] = await tenant.number(flow, **place)
    supervisors = {
        project: await tenant.person("supervisor", f"boss{place}", project_ids=[project])
        for place, project in enumerate((first, other))
    }
    agent = await tenant.agent(projects=[first, other])
    contacts = {}
    for project, number in numbers.items():
        call = await scene.calls_and_speaks(number)
        contacts[project] = (await agent.talks_with(call))["id"]
        await call.hang_up()
        await agent.becomes("available")
        await tenant.ended(call.caller)
    for project, supervisor in supervisors.items():
        foreign = next(other for other in contacts if other != project)
        rows = [row["id"] for row in (await supervisor.get("/interactions"))["items"]]
        equal(rows, [contacts[project]], "the contacts that a project's supervisor sees")
        queues = {row["project_id"] for row in (await supervisor.get("/queues"))["items"]}
        equal(queues, {project}, "the projects whose queues a project's supervisor sees")
        try:
            await supervisor.get(f"/interactions/{contacts[foreign]}")
            status = 200
        except Refused as refused:
            status = refused.status
        equal(status, 404, "the answer to another project's contact")
    everything = {row["id"] for row in (await tenant.admin.get("/interactions"))["items"]}
    expect(set(contacts.values()) <= everything, "the administrator sees both")
    scene.saw(
        "One agent served both projects; each project's supervisor sees only its own contacts and queues",
        "一名坐席服务两个项目；各项目班长仅见本项目的联络与技能组",
    )
