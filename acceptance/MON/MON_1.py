"""MON-1: live states."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "A supervisor's live page is open while one agent takes a call and writes up and another rests.",
        "打开班长的现场页面；一名坐席接听并话后处理，另一名休息。",
    ),
    expected=Text(
        "Each agent's card shows the state as it changes.",
        "每名坐席的卡片随状态变化而更新。",
    ),
    lacks=(
        Text(
            "Alarms on time in state with levels that can be configured (two levels are shown, with fixed times)",
            "可配置的状态时长两级告警（现有两级，时长固定）",
        ),
    ),
)


PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=60)
    agent, other = tenant.agents
    await other.rests()
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/live")
    card = window.page.locator(f'[data-testid=agent-row][data-id="{agent.id}"]')
    resting = window.page.locator(f'[data-testid=agent-row][data-id="{other.id}"]')
    await shows(card).to_have_attribute("data-state", "available", timeout=PATIENCE_MS)
    await shows(resting).to_have_attribute("data-state", "not_ready", timeout=PATIENCE_MS)
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await shows(card).to_have_attribute("data-state", "engaged", timeout=PATIENCE_MS)
    await scene.picture(window, "live", "The live page during a call", "通话时的现场页面")
    await call.hang_up()
    await shows(card).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE_MS)
    await agent.wraps_up(shown["id"])
    await shows(card).to_have_attribute("data-state", "available", timeout=PATIENCE_MS)
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw(
        "Available, talking, wrap-up, available; the other not ready: each shown on the live page as it became so",
        "空闲、通话中、话后处理、空闲；另一人示忙：均实时显示",
    )
