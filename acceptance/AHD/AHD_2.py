"""AHD-2: why."""

from playwright.async_api import expect as shows

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A caller waits for a skill that nobody has; another while the only agent rests; the reason is "
        "asked for. Then the agent is ready and is offered the call.",
        "一名来电者等待无人具备的技能；另一名在唯一坐席休息时等待；查询原因。随后坐席示闲并得到分配。",
    ),
    expected=Text(
        "The answer tells how many agents are free, busy and away for this caller; the record of the offer "
        "has the reason for the choice.",
        "答复说明对该来电者有多少坐席空闲、忙、离开；分配记录中有选择原因。",
    ),
    lacks=(Text("Reasons of leads that are not dialled (there is no outbound yet)", "未拨名单的原因（尚无外呼）"),),
)

PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    rare = await tenant.makes("skills", name="Rare")
    nobody = await tenant.number(await tenant.flow(flows.to_queue(await tenant.queue("Rare", skills={rare: 1}))))
    call = await scene.call(nobody)
    entered = await tenant.event(call.caller, "queue.entered")
    contact = await tenant.contact(call.caller)
    why = await tenant.admin.get(f"/interactions/{contact['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 0), "who could serve a caller for whom nobody has the skill")
    expect(entered, "the caller waits")
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/live")
    await window.by("tab-waiting").click()
    await window.page.locator(f'[data-testid=waiting-row][data-id="{contact["id"]}"]').click()
    await shows(window.by("why")).to_be_visible(timeout=PATIENCE_MS)
    await scene.picture(window, "why", "Why this caller waits", "该来电者为何等待")
    await call.hang_up()

    await agent.rests()
    call = await scene.call(number)
    await tenant.event(call.caller, "queue.entered")
    contact = await tenant.contact(call.caller)
    why = await tenant.admin.get(f"/interactions/{contact['id']}/why")
    equal((why["free"], why["busy"], why["away"]), ([], 0, 1), "who could serve a caller while the agent rests")
    await agent.is_ready()
    await agent.talks_with(call)
    await call.hang_up()
    offer = await tenant.event(call.caller, "offer.made")
    expect(offer["data"]["reason"], "the offer says why this agent", offer["data"])
    scene.saw(
        f"Waiting: nobody has the skill; then: one agent away. Offered because of: {offer['data']['reason']}",
        f"等待原因：无人具备技能；随后：一名坐席离开。分配原因：{offer['data']['reason']}",
    )
