"""MON-5: indicators of the last minutes, and what happens now."""

from playwright.async_api import Locator
from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "One caller is answered, one gives up after seven seconds; the live page's indicators are looked at; then "
        "their bounds are changed.",
        "一个来电被接通，一个等待 7 秒后放弃；查看现场页面的指标；随后更改指标阈值。",
    ),
    expected=Text(
        "Of two that entered in the last five minutes: answer rate 50 %, service level 100 %, loss 50 %, red by its "
        "bound; amber when the bound is another.",
        "最近 5 分钟进队 2 个：接通率 50%，服务水平 100%，来电遗失率 50%，按阈值显示为红色；更改阈值后显示为黄色。",
    ),
)

PATIENCE_MS = 40_000
GIVES_UP_SECONDS = 7


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=1, wrap_up_seconds=0)
    (agent,) = tenant.agents
    call = await scene.calls_and_speaks(number)
    await agent.talks_with(call)
    lost = await scene.call(number)
    entered = await tenant.event(lost.caller, "queue.entered")
    await talk(GIVES_UP_SECONDS)
    await lost.hang_up()
    expect(entered, "the second caller waited")
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go("/live?tab=indicators")

    def bar(name: str) -> Locator:
        return window.page.get_by_test_id(f"bar-{name}")

    await shows(window.page.get_by_test_id("entered")).to_have_attribute("data-entered", "2", timeout=PATIENCE_MS)
    for name, value in (("answer-rate", "50.0%"), ("service-level", "100.0%"), ("loss", "50.0%"), ("talking", "1")):
        await shows(bar(name)).to_have_attribute("data-value", value, timeout=PATIENCE_MS)
    await shows(bar("loss")).to_have_attribute("data-level", "red", timeout=PATIENCE_MS)
    await scene.picture(window, "indicators", "The indicators of the last minutes", "最近几分钟的指标")
    await tenant.configures("PUT", "/settings/indicators", {"bounds": {"loss": {"amber": 0.3, "red": 0.9}}})
    await window.go("/live?tab=indicators")
    await shows(bar("loss")).to_have_attribute("data-level", "amber", timeout=PATIENCE_MS)
    await call.hang_up()
    expect(not window.errors, "the page has no errors", window.errors)
    scene.saw(
        "Two entered: answer rate 50 %, service level 100 %, loss 50 %, red; amber after its bounds were changed",
        "进队 2 个：接通率 50%，服务水平 100%，遗失率 50%（红）；更改阈值后为黄色",
    )
