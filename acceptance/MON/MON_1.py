"""MON-1: live states and alarms on time in state."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "Two-level thresholds are set; a supervisor's live page is open while one agent takes a call, puts it on "
        "hold and writes up, and another rests for too long; the alarm is acknowledged.",
        "设置两级阈值；打开班长的现场页面；一名坐席接听、保持并话后处理，另一名休息超时；确认告警。",
    ),
    expected=Text(
        "Each agent's card shows the state as it changes; the time of who rests turns amber, then red; both alarms are "
        "in the list, and the acknowledged one names who saw to it.",
        "每名坐席的卡片随状态变化而更新；休息者的时长变黄、再变红；两级告警均列出，确认后显示确认人。",
    ),
)


PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=2, wrap_up_seconds=60)
    agent, other = tenant.agents
    limit = {"state": "not_ready", "amber_seconds": 4, "red_seconds": 12}
    await tenant.configures("POST", "/state-thresholds", limit)
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/live")
    card = window.page.locator(f'[data-testid=agent-row][data-id="{agent.id}"]')
    resting = window.page.locator(f'[data-testid=agent-row][data-id="{other.id}"]')
    await other.rests()
    await shows(card).to_have_attribute("data-activity", "idle", timeout=PATIENCE_MS)
    await shows(resting).to_have_attribute("data-activity", "not_ready", timeout=PATIENCE_MS)
    for level in ("amber", "red"):
        timer = resting.get_by_test_id("state-timer")
        await shows(timer).to_have_attribute("data-level", level, timeout=PATIENCE_MS)
    call = await scene.calls_and_speaks(number)
    shown = await agent.talks_with(call)
    await shows(card).to_have_attribute("data-activity", "talking", timeout=PATIENCE_MS)
    await scene.picture(window, "live", "The live page during a call", "通话时的现场页面")
    await agent.api.post(f"/me/interactions/{shown['id']}/hold")
    await shows(card).to_have_attribute("data-activity", "held", timeout=PATIENCE_MS)
    await call.hang_up()
    await shows(card).to_have_attribute("data-activity", "wrap_up", timeout=PATIENCE_MS)
    await agent.wraps_up(shown["id"])
    await shows(card).to_have_attribute("data-activity", "idle", timeout=PATIENCE_MS)
    await window.go("/live?tab=alarms")
    alarms = window.page.locator("[data-testid=alarm]").filter(has_text=other.number)
    red = window.page.locator('[data-testid=alarm][data-level="red"]').filter(has_text=other.number)
    await shows(alarms).to_have_count(2, timeout=PATIENCE_MS)
    await scene.picture(window, "alarms", "Both levels in the list of alarms", "告警列表中的两级告警")
    await red.get_by_test_id("alarm-acknowledge").click()
    await shows(red).to_have_count(0, timeout=PATIENCE_MS)
    kept = (await tenant.admin.get("/alarms"))["items"]
    seen = [one for one in kept if one["agent_id"] == other.id and one["level"] == "red"]
    expect(len(seen) == 1 and seen[0]["acknowledged_by_name"], "the alarm is raised once and says who saw to it", seen)
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw(
        "Available, talking, on hold, wrap-up, available; the other not ready, amber, then red; two alarms, one "
        "acknowledged by name",
        "空闲、通话中、保持、话后处理、空闲；另一人示忙，先黄后红；两条告警，一条已确认并显示确认人",
    )
