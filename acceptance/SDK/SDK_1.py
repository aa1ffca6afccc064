"""SDK-1: graphical tool and interfaces."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears

ABOUT = About(
    procedure=Text(
        "A flow is drawn, joined and published in the browser's editor, and called. A program with a token "
        "uses the HTTP interface and reads its description.",
        "在浏览器编辑器中绘制、连线并发布流程，再呼叫它。程序以令牌使用HTTP接口并读取接口说明。",
    ),
    expected=Text(
        "The caller hears what was drawn; the program gets the same objects; the interface describes itself.",
        "来电者听到所绘内容；程序得到相同对象；接口自描述。",
    ),
    lacks=(
        Text("SDKs for Python, TypeScript, Java and .NET", "Python、TypeScript、Java、.NET开发包"),
        Text("A graphical report tool", "图形化报表工具"),
        Text("Modules embedded in the agent desktop", "嵌入坐席桌面的模块"),
    ),
)


PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant(language="zh-CN")
    flow = await tenant.makes("flows", name="Drawn", project_id=tenant.project)
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go(f"/admin/flows/{flow}")
    await shows(window.by("flow-editor")).to_be_visible(timeout=PATIENCE_MS)
    await window.by("add-play").click()
    await window.by("inspector").locator(".ant-form-item").filter(has_text="语音").locator("input").fill("greeting")
    await window.page.keyboard.press("Enter")
    await window.page.keyboard.press("Escape")
    await choose(window, "下一步", "hang_up")
    await window.page.locator('[data-testid=flow-node][data-id="answer"]').click()
    await choose(window, "下一步", "play")
    await window.by("save-draft").click()
    await shows(window.by("save-draft")).to_be_disabled(timeout=PATIENCE_MS)
    await window.by("publish").click()
    await shows(window.page.locator(".hj-flow-head")).to_contain_text("第 1 版", timeout=PATIENCE_MS)
    await scene.picture(window, "flow", "The flow as it was drawn", "绘制的流程")
    call = await scene.call(await tenant.number(flow))
    await happens(call.ended, "the drawn flow ends")
    hears(await call.heard(), PROMPTS["greeting"], "the caller", "what was drawn")
    scene.saw(
        "A flow drawn and published in the browser is heard by a caller", "在浏览器中绘制并发布的流程被来电者听到"
    )

    token = (await tenant.admin.post("/tokens", {"name": "program"}))["token"]
    described = await scene.as_program(token, "/openapi.json")
    listed = await scene.as_program(token, "/flows")
    equal([row["id"] for row in listed["items"]], [flow], "the flows that a program with a token gets")
    expect(len(described["paths"]) > 80, "the interface describes itself", len(described["paths"]))
    scene.saw(
        f"A program with a token reads the flows; the interface describes {len(described['paths'])} addresses",
        f"程序以令牌读取流程；接口自描述 {len(described['paths'])} 个地址",
    )


async def choose(window: object, label: str, option: str) -> None:
    """In the inspector's list of this label."""
    item = window.by("inspector").locator(".ant-form-item").filter(has_text=label)  # type: ignore[attr-defined]
    await item.locator(".ant-select").first.click()
    await window.page.locator(".ant-select-item-option:visible").filter(has_text=option).first.click()  # type: ignore[attr-defined]
