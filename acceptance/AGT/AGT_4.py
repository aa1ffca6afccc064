"""AGT-4: break requests."""

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.desk import Desk, Record
from acceptance.scene import Agent, Scene, Tenant, talk
from hujiao.app.cli.http_client import Api

ABOUT = About(
    procedure=Text(
        "One agent may rest at once. Three agents ask, one of them during a call; one withdraws; the supervisor sees "
        "who rests since when and who waits, refuses with a word, grants over the limit, and ends a break. Then the "
        "tenant has requests refused when nobody more may rest.",
        "允许休息最大人数设为 1。三名坐席申请小休，其中一名正在通话；一名撤回；班长查看谁从何时起小休、谁在排队，"
        "附言拒绝、超限批准、结束小休。随后改为人数已满时不批准。",
    ),
    expected=Text(
        "The first is granted and not ready at once, the others wait in their order and move up; asked for in a call "
        "the break begins after call and wrap-up; each step is on both screens and on record.",
        "第一名自动批准并自动示忙，其他人按先后排队并依次递补；通话中申请的在通话与话后处理结束后开始；各步骤在两端屏幕及记录中"
        "一致。",
    ),
    seconds=240,
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=3, wrap_up_seconds=60)
    supervisor = await tenant.person("supervisor", "leader")
    body = {"code": "rest", "name": "Rest", "is_break": True}
    reason = (await tenant.configures("POST", "/reason-codes", body))["id"]
    await limit(tenant, waits=True)
    await granted_and_moved_up(scene, tenant, reason)
    await after_the_call(scene, tenant, reason, number)
    await directed(scene, tenant, supervisor, reason)
    await limit(tenant, waits=False)
    await refused(scene, tenant, reason)


async def limit(tenant: Tenant, *, waits: bool) -> None:
    settings = {"recording_format": "mp3", "breaks": {"most": 1, "waits": waits}}
    await tenant.configures("PUT", "/settings", settings)


async def asks(agent: Agent, reason: str) -> tuple[str, int | None]:
    answer = await agent.api.post("/me/break", {"reason_code_id": reason})
    return answer["state"], answer["place"]


async def stands(agent: Agent, state: str | None, place: int | None = None) -> Record:
    """Wait until the agent's desktop shows the request so."""

    def look(desk: Desk) -> Record | None:
        shown = desk.agents[agent.id]
        asked = shown.get("break_request")
        found = (asked["state"], asked["place"]) if asked else (None, None)
        return shown if found == (state, place) else None

    seen: Record = await agent.desk.sees(look, f"the break of {agent.number} is {state} {place or ''}".strip())
    return seen


async def granted_and_moved_up(scene: Scene, tenant: Tenant, reason: str) -> None:
    first, second, third = tenant.agents
    equal(await asks(first, reason), ("began", None), "the first request")
    equal((await first.becomes("not_ready"))["reason_code_id"], reason, "the reason on the desktop")
    equal(await asks(second, reason), ("waiting", 1), "the second request")
    equal(await asks(third, reason), ("waiting", 2), "the third request")
    await second.api.request("DELETE", "/me/break")
    await stands(second, None)
    await stands(third, "waiting", 1)
    await first.is_ready()
    await stands(third, "began")
    await third.is_ready()
    scene.saw(
        "Granted at once; two wait in order; one withdraws, the other moves up and rests when the first is back",
        "立即批准；两人按序排队；一人撤回，另一人递补，第一人返回后自动小休",
    )


async def after_the_call(scene: Scene, tenant: Tenant, reason: str, number: str) -> None:
    first, second, third = tenant.agents
    for other in (second, third):
        await other.rests()
    call = await scene.calls_and_speaks(number)
    shown = await first.talks_with(call)
    equal(await asks(first, reason), ("granted", None), "the request in a call")
    await talk(2)
    await call.hang_up()
    await first.becomes("wrap_up")
    await stands(first, "granted")
    await first.api.post(f"/me/interactions/{shown['id']}/wrap-up", {"note": "done"})
    await stands(first, "began")
    await first.becomes("not_ready")
    scene.saw(
        "Asked for in a call: it begins after the call and its wrap-up", "通话中申请：通话与话后处理结束后自动开始"
    )


async def directed(scene: Scene, tenant: Tenant, supervisor: Api, reason: str) -> None:
    """The first rests still."""
    first, second, third = tenant.agents
    for agent in (second, third):
        await agent.is_ready()
        await asks(agent, reason)
    expected = [(first.number, "began", None), (second.number, "waiting", 1), (third.number, "waiting", 2)]

    def as_expected(listed: list[Record]) -> bool:
        return [(one["number"], one["state"], one["place"]) for one in listed] == expected

    listed = await until(lambda: supervisor.get("/breaks"), as_expected, f"the supervisor's list is {expected}")
    expect(listed[0]["since"], "the list says since when")
    await supervisor.post(f"/breaks/{second.id}/refuse", {"word": "After five"})
    seen = await stands(second, None)
    equal(seen["break_refused"]["word"], "After five", "the word on the agent's desktop")
    await supervisor.post(f"/breaks/{third.id}/grant")
    await stands(third, "began")
    await supervisor.post(f"/breaks/{first.id}/end")
    await first.becomes("available")
    await third.is_ready()
    scene.saw(
        "The supervisor sees who rests and who waits, refuses with a word, grants over the limit, ends a break",
        "班长查看小休与排队情况，附言拒绝、超限批准、结束小休",
    )


async def refused(scene: Scene, tenant: Tenant, reason: str) -> None:
    first, second, _ = tenant.agents
    equal((await asks(first, reason))[0], "began", "the first request")
    equal((await asks(second, reason))[0], "refused", "a request when nobody more may rest")
    await stands(second, None)
    await second.becomes("available")
    scene.saw("With the setting: refused when as many rest as may", "按设置：人数已满时申请未获批准")
