"""MON-3: an agent's screen."""

import base64
import gzip
import json

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene
from tests.browser.desk import PICTURE, Desk

ABOUT = About(
    procedure=Text(
        "Screen view is switched on, announced. An agent's desktop is open while a supervisor views it; a customer "
        "with a private field calls, and the agent opens the record. The agent, asked at sign-in, shares the whole "
        "screen; the supervisor turns to it, and the agent stops it; then screen view is switched off.",
        "开启屏幕查看并提示坐席。坐席桌面打开，班长查看其屏幕；一位带保密字段的客户来电，坐席打开其资料。"
        "坐席签入时同意共享整个屏幕，班长切换到整个屏幕，坐席停止共享；随后关闭屏幕查看。",
    ),
    expected=Text(
        "The supervisor sees the desktop and the customer as they change, the private field as an empty box; the "
        "agent's screen names who views it; the whole screen moves on the supervisor's page, and the page says when "
        "the agent has stopped it; the view ends when it is switched off; who viewed whose screen, and for "
        "how long, is kept.",
        "班长实时看到桌面与客户资料的变化，保密字段显示为空白框；坐席屏幕显示查看人；班长实时看到整个屏幕的变化，坐席停止共享后有说明；关闭后查看结束；谁查看了谁、查看多久均有记录。",
    ),
)

PATIENCE_MS = 30_000
SECRET = "E12345678"


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=60)
    await tenant.agents[0].rests()
    settings = await tenant.admin.get("/settings")
    await tenant.configures("PUT", "/settings", {**settings, "screen_view": "announced", "whole_screen": "asked"})
    await tenant.makes("customer-fields", key="passport", label={"en": "Passport", "zh-CN": "护照"}, private=True)
    # A supervisor at the phone may read private values: they are on this screen in clear.
    password = await tenant.agent_account("5901", phone="browser", role="supervisor")
    agent = await scene.window(tenant.slug, "5901", password)
    await agent.go("/desktop")
    await shows(agent.by("screen-told")).to_be_visible(timeout=PATIENCE_MS)
    await agent.by("sign-in-to-work").click()
    await agent.by("whole-screen-share").click()
    await agent.becomes("not_ready")
    await shows(agent.by("whole-screen-shared")).to_be_visible(timeout=PATIENCE_MS)
    await agent.go_available()

    boss = await scene.window(tenant.slug, "admin", tenant.password)
    carried: list[str] = []
    boss.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: carried.append(unpacked(text))))
    await boss.go("/live?tab=agents")
    await boss.page.get_by_text("5901").first.click()
    await boss.by("view-screen").click()
    await shows(boss.by("screen-view")).to_have_attribute("data-phase", "live", timeout=PATIENCE_MS)
    await shows(agent.by("screen-viewed")).to_be_visible(timeout=PATIENCE_MS)
    screen = boss.page.frame_locator('[data-testid="screen-stage"] iframe')
    call = await scene.call(number)
    made = await tenant.admin.post(
        "/customers", {"name": "王芳", "contact_points": [{"value": call.caller}], "fields": {"passport": SECRET}}
    )
    await agent.ringing()
    await agent.go(f"/customers?customer={made['id']}")
    await shows(agent.by("customer-passport")).to_have_text(SECRET, timeout=PATIENCE_MS)
    await shows(screen.get_by_test_id("customer-name")).to_have_text("王芳", timeout=PATIENCE_MS)
    await scene.picture(boss, "viewed", "The agent's screen as the supervisor sees it", "班长看到的坐席屏幕")
    await scene.picture(agent, "agent", "The agent's own screen, with the mark", "坐席自己的屏幕与提示")
    expect(SECRET not in "".join(carried), "the private value is not in what came to the supervisor's page")
    await call.hang_up()
    await sees_the_whole_screen(scene, agent, boss)

    await tenant.configures("PUT", "/settings", {**settings, "screen_view": "off"})
    await shows(boss.by("screen-over")).to_be_visible(timeout=PATIENCE_MS)
    await shows(agent.by("screen-viewed")).to_have_count(0, timeout=PATIENCE_MS)
    (kept,) = (await tenant.admin.get("/screen-views"))["items"]
    equal((kept["agent_number"], kept["end_reason"]), ("5901", "switched_off"), "whose screen, and why it ended")
    expect(kept["whole_screen_at"], "that the whole screen was looked at is kept", kept)
    expect(kept["by_name"] and kept["ended_at"], "who viewed it, and until when, is kept", kept)


async def sees_the_whole_screen(scene: Scene, agent: Desk, boss: Desk) -> None:
    await agent.go("/desktop")
    await agent.by("whole-screen-share-again").click()  # the page was loaded anew
    await boss.by("screen-shown").locator(".ant-segmented-item").nth(1).click()
    whole = boss.by("whole-screen")
    await shows(whole).to_have_attribute("data-phase", "live", timeout=PATIENCE_MS)
    picture = await boss.page.evaluate(PICTURE)
    expect(picture["width"] >= 640 and picture["changed"] > 50, "a picture of the screen that moves", picture)
    await scene.picture(boss, "whole", "The agent's whole screen", "坐席的整个屏幕")
    await agent.by("whole-screen-stop").click()
    await shows(whole).to_have_attribute("data-phase", "stopped", timeout=PATIENCE_MS)


def unpacked(text: str | bytes) -> str:
    """A frame of the socket, the screen's events in it as text."""
    message = json.loads(text)
    piece = message.get("piece") if message.get("type") == "frame" else None
    return gzip.decompress(base64.b64decode(piece["data"])).decode() if piece else str(message)
