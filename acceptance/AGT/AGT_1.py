"""AGT-1: soft phone and external phone."""

import asyncio
import time

from playwright.async_api import expect as sees

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.conversation import is_a_good_call
from acceptance.scene import CALLER, Scene
from tests.browser.desk import AGENT_HERTZ, PATIENCE, Desk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "An agent at a SIP desk phone takes a call; then one in Chromium checks the sound, signs in to work"
        ", sees a call, answers, talks, loads the page again, is without a network for 20 s, and hangs up on the page.",
        "坐席以SIP话机接听来电；随后另一坐席在Chromium中检查声音、签入、看到来电、应答、通话、刷新页面、断网20秒，并在页面上挂机。",
    ),
    expected=Text(
        "With both phones caller and agent hear each other, and the desktop shows the call. After the reload the voice "
        "is back within 3 s, after the network's return the desktop is right within 5 s; the call stays.",
        "两种话机均双向可闻，工作台显示来电。刷新后3秒内恢复通话，网络恢复后5秒内工作台状态正确，通话不断。",
    ),
    seconds=300,
)


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant()
    await is_a_good_call(scene, tenant, number, scene.phone, hangs_up="agent")
    await tenant.agents[0].rests()

    password = await tenant.agent_account("5500", phone="browser")
    window = await scene.window(tenant.slug, "5500", password)
    await window.check_phone()
    await window.sign_in_to_work()
    await window.go_available()
    call = await scene.call(number)
    await window.ringing()
    shown = (await window.by("offered-card").inner_text()).replace(" ", "")
    expect(call.caller in shown, "the offered call shows who calls", shown)
    await scene.picture(window, "offered", "A call is offered in the browser", "浏览器中的来电")
    await window.by("answer").click()
    await window.becomes("engaged")
    await scene.speaks(call)
    heard = await window.hears(4)
    expect(abs(heard["hertz"] - CALLER) < 15, "the browser plays the caller", heard)
    await scene.picture(window, "talking", "A call in the browser", "浏览器中的通话")
    reloaded, returned = await disturbed(window)
    await window.by("hang-up").click()
    await window.becomes("wrap_up")
    by_caller = tones.seconds_of(await call.heard(), AGENT_HERTZ)
    expect(by_caller > 1, "the caller hears the browser's microphone", f"{by_caller:.1f} s")
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw(
        f"Browser: the caller's tone of {CALLER} Hz is played as {heard['hertz']:.0f} Hz, "
        f"the caller hears the microphone for {by_caller:.1f} s",
        f"浏览器：来电者 {CALLER} Hz 音调播放为 {heard['hertz']:.0f} Hz，来电者听到麦克风 {by_caller:.1f} 秒",
    )
    scene.saw(
        f"In the call: {reloaded:.1f} s from the reload until the voice is back, "
        f"{returned:.1f} s from the network's return until the desktop is live",
        f"通话中：刷新后 {reloaded:.1f} 秒恢复通话，网络恢复后 {returned:.1f} 秒工作台恢复实时",
    )


async def disturbed(window: Desk) -> tuple[float, float]:
    """The seconds until all is as it was: after a reload, and after 20 s without a network."""
    page, phone, live = window.page, window.by("phone-state"), window.by("live-status")
    page.on("dialog", lambda dialog: dialog.accept())
    began = time.monotonic()
    await page.reload()
    await sees(phone).to_have_attribute("data-call", "talking", timeout=PATIENCE)
    reloaded = time.monotonic() - began
    expect(reloaded <= 3, "the voice to be back 3 s after a reload", f"{reloaded:.1f} s")
    heard = await window.hears(3)
    expect(abs(heard["hertz"] - CALLER) < 15, "the page plays the caller after the reload", heard)
    await page.context.set_offline(True)
    await sees(live).not_to_have_attribute("data-state", "live", timeout=PATIENCE)
    await asyncio.sleep(20)
    began = time.monotonic()
    await page.context.set_offline(False)
    await sees(live).to_have_attribute("data-state", "live", timeout=PATIENCE)
    await sees(window.by("call-panel")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
    returned = time.monotonic() - began
    expect(returned <= 5, "the desktop to be right 5 s after the network's return", f"{returned:.1f} s")
    heard = await window.hears(3)
    expect(abs(heard["hertz"] - CALLER) < 15, "the page plays the caller after the return", heard)
    return reloaded, returned
