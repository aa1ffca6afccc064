"""TEN-2: limits for each tenant."""

from acceptance.about import About, Text
from acceptance.check import equal, expect, happens, until
from acceptance.scene import Scene, Tenant
from hujiao.app.cli.http_client import Api, Refused
from hujiao.asterisk.testphone.phone import Call

ABOUT = About(
    procedure=Text(
        "The operator limits a tenant to one agent and one call; a second agent signs in, a second caller "
        "calls. The limits are lifted. The tenant is suspended and resumed.",
        "运营方将租户限为1坐席、1呼叫；第二名坐席签入，第二名来电者呼入。解除限额。暂停并恢复租户。",
    ),
    expected=Text(
        "The second agent is refused with a sentence, the second call ends as busy before it is answered, "
        "the operator sees what is in use; without limits both work. A suspended tenant has no calls and "
        "no sign-in; resumed, all is as before.",
        "第二名坐席被拒并有说明，第二个呼叫在应答前以忙结束，运营方可见用量；解除后均可用。暂停的租户不能呼叫和登录；恢复"
        "后一切如前。",
    ),
    lacks=(
        Text("A limit of the flows that are loaded", "流程数限额"),
        Text("Calls over the web, and their limit", "网页呼叫及其限额"),
    ),
)


BUSY = 17


async def code_of(api: Api, path: str, body: object) -> str:
    try:
        await api.post(path, body)
    except Refused as refused:
        return refused.code
    return "done"


async def rings_no_more(call: Call) -> bool:
    return call.answered.is_set() or call.ended.is_set()


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    first, second = tenant.agents

    async def limits(tenant: Tenant, **most: int) -> None:
        before = tenant.desk.configurations
        await scene.operator.request("PATCH", f"/platform/tenants/{tenant.id}", body={"limits": most})
        await tenant.desk.takes_up(before, "the limits")

    await second.api.post("/me/sign-out")
    await second.becomes("logged_out")
    await limits(tenant, agents=1, calls=1)
    refused = await code_of(second.api, "/me/sign-in", {"phone_kind": "phone"})
    expect(refused != "done", "one agent more than the limit cannot sign in", refused)
    call = await scene.calls_and_speaks(number)
    await first.talks_with(call)
    use = await scene.operator.get(f"/platform/tenants/{tenant.id}/use")
    equal((use["agents"], use["calls"]), (1, 1), "what the operator sees in use")
    one_more = await scene.call(number)
    await happens(one_more.ended, "one call more than the limit ends")
    expect(not one_more.answered.is_set(), "it is not answered")
    equal(one_more.cause, BUSY, "the cause that it ends with")
    await call.hang_up()
    scene.saw(
        f"With a limit of 1 agent and 1 call: sign-in refused ({refused}), the second call ends with cause {BUSY}",
        f"限额1坐席、1呼叫：签入被拒（{refused}），第二个呼叫以原因{BUSY}结束",
    )

    await limits(tenant)
    await second.works()
    call = await scene.calls_and_speaks(number)
    await tenant.event(call.caller, "agent.connected")
    await call.hang_up()

    await scene.operator.request("PATCH", f"/platform/tenants/{tenant.id}", body={"suspended": True})

    async def served() -> bool:
        """Whether somebody answers a call; the suspension is taken up within a moment."""
        suspended = await scene.call(number)
        await until(lambda: rings_no_more(suspended), bool, "a call to a suspended tenant is answered or refused")
        answered = suspended.answered.is_set()
        await suspended.hang_up()
        return answered

    await until(served, lambda seen: not seen, "nobody answers for a suspended tenant")
    async with scene.anonymous() as person:
        refused = await code_of(
            person, "/session", {"tenant": tenant.slug, "login": "admin", "password": tenant.password}
        )
        expect(refused != "done", "nobody signs in to a suspended tenant", refused)
        await scene.operator.request("PATCH", f"/platform/tenants/{tenant.id}", body={"suspended": False})
        await person.sign_in(tenant.slug, "admin", tenant.password)
        equal(len((await person.get("/queues"))["items"]), 1, "the queues of the tenant when it is taken back")
    scene.saw(
        "Suspended: no call, no sign-in; resumed: everything is there", "暂停：不接呼叫、不能登录；恢复：数据齐全"
    )
