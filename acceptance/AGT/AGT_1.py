"""AGT-1: soft phone and external phone."""

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.conversation import is_a_good_call
from acceptance.scene import CALLER, Scene
from tests.browser.desk import AGENT_HERTZ
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "An agent at a SIP desk phone takes a call; then one in Chromium checks the sound, signs in to work"
        ", sees a call, answers, talks and hangs up on the page.",
        "坐席以SIP话机接听来电；随后另一坐席在Chromium中检查声音、签入、看到来电、应答、通话并在页面上挂机。",
    ),
    expected=Text(
        "With both phones caller and agent hear each other, and the desktop shows the call.",
        "两种话机均双向可闻，工作台显示来电。",
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
