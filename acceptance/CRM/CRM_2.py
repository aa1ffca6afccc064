"""CRM-2: customers stay with the company."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "An agent who is the own agent of five customers leaves: the customers are counted, then handed over evenly "
        "to two colleagues. One of the customers calls.",
        "一名坐席名下有五位客户，离职时先核对数量，再平均移交给两名同事；其中一位客户随后来电。",
    ),
    expected=Text(
        "The count is right; each colleague has as many, within one; every customer's changes say from whom, to whom "
        "and by whom; the caller is served by the new own agent.",
        "数量正确；两名同事所得至多相差一位；每位客户的变更记录注明由谁移交给谁、何人操作；来电由新的专属坐席接听。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    leaving = tenant.agents[0]
    others = [await tenant.agent(), await tenant.agent()]
    callers = [scene.new_caller() for _ in range(5)]
    customers = []
    for at, caller in enumerate(callers):
        body = {"name": f"Customer {at}", "agent_id": leaving.id, "contact_points": [{"value": caller}]}
        customers.append((await tenant.admin.post("/customers", body))["id"])
    await tenant.configures("PUT", f"/queues/{queue}/routing", {"own_agent_seconds": 60})
    count = (await tenant.admin.get("/customers", agent_id=leaving.id))["total"]
    equal(count, 5, "how many customers the agent has")
    moved = await tenant.admin.post(
        "/customers/hand-over",
        {"from_agent_id": leaving.id, "to_agent_ids": [one.id for one in others], "expected": count},
    )
    equal((moved["count"], sorted(moved["given"].values())), (5, [2, 3]), "how many were handed over, to each")
    equal((await tenant.admin.get("/customers", agent_id=leaving.id))["total"], 0, "how many are left behind")
    for customer in customers:
        now = (await tenant.admin.get(f"/customers/{customer}"))["agent_id"]
        (change, *_) = await tenant.admin.get(f"/customers/{customer}/changes")
        equal((change["kind"], change["data"]), ("handed_over", {"agent_id": [leaving.id, now]}), "the trace")
        expect(bool(change["by"]), "who handed over")
    own = (await tenant.admin.get(f"/customers/{customers[-1]}"))["agent_id"]
    call = await scene.call(number, caller=callers[-1])
    await next(agent for agent in others if agent.id == own).talks_with(call)
    await call.hang_up()
    scene.saw(
        "Five customers of one agent, two and three of them now with colleagues; one who calls reaches the new agent",
        "一名坐席的五位客户，分别移交同事两位与三位；来电客户由新的专属坐席接听",
    )
