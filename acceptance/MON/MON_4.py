"""MON-4: the floor by seat and by organisation."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "An administrator makes a room and places two seats on its plan; an agent signs in at one and takes a call; "
        "the live page is looked at by seat and by team.",
        "管理员新建房间并在平面图上放置两个座席位；一名坐席在其中一个座席位签入并接听；按座席图与班组查看现场页面。",
    ),
    expected=Text(
        "The seat shows who sits there, the state, its time, the caller and the queue; the other is empty; the team "
        "shows its agents and counts.",
        "座席位显示在座的坐席、状态、时长、来电与技能组；另一座席位为空；班组显示成员与各状态人数。",
    ),
    lacks=(Text("The work order at hand: there are no work orders yet", "正在处理的工单：目前还没有工单"),),
)

PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    agent, other = tenant.agents
    room = await tenant.makes("rooms", name="North")
    seats = [await tenant.makes("seats", name=name, room="North") for name in ("N-1", "N-2")]
    places = [{"seat_id": seat, "x": 0.2 + at * 0.4, "y": 0.4} for at, seat in enumerate(seats)]
    await tenant.configures("PUT", f"/rooms/{room}/places", {"places": places})
    team = {"name": "Early", "agent_ids": [agent.id]}
    await tenant.configures("POST", "/agent-groups", team)
    for one in (agent, other):
        await one.api.post("/me/sign-out")
        await one.becomes("logged_out")
    await agent.api.post("/me/sign-in", {"phone_kind": "phone", "seat_id": seats[0]})
    await agent.is_ready()
    call = await scene.calls_and_speaks(number)
    await agent.talks_with(call)
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/live?view=seats")
    taken = window.page.locator('[data-testid=seat][data-seat="N-1"]')
    await shows(taken).to_have_attribute("data-agent", agent.id, timeout=PATIENCE_MS)
    await shows(taken).to_have_attribute("data-activity", "talking", timeout=PATIENCE_MS)
    await shows(taken).to_contain_text("Queue", timeout=PATIENCE_MS)
    empty = window.page.locator('[data-testid=seat][data-seat="N-2"]')
    await shows(empty).to_have_attribute("data-empty", "true", timeout=PATIENCE_MS)
    await scene.picture(window, "seats", "The seat map during a call", "通话时的座席图")
    await window.go("/live?view=teams")
    early = window.page.locator("[data-testid=team]").filter(has_text="Early")
    row = early.locator(f'[data-testid=agent-row][data-id="{agent.id}"]')
    await shows(row).to_have_attribute("data-activity", "talking", timeout=PATIENCE_MS)
    await scene.picture(window, "teams", "The floor by team", "按班组查看")
    await call.hang_up()
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw(
        "The seat shows the agent, talking, with the queue; the other seat is empty; the team shows its agent",
        "座席位显示该坐席、通话中及技能组；另一座席位为空；班组显示其坐席",
    )
