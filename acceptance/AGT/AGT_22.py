"""AGT-22: a new caller."""

import re

from playwright.async_api import expect

from acceptance.about import About, Text
from acceptance.check import PATIENCE, equal
from acceptance.scene import Scene

NAME = "李雷"
WAIT = PATIENCE * 1000

ABOUT = About(
    procedure=Text(
        "Somebody unknown calls an agent, who adds them in the form on the desktop, and calls again.",
        "未登记的客户来电，坐席在工作台的表单中添加该客户；客户再次来电。",
    ),
    expected=Text(
        "The desktop shows number, place and carrier; the form is filled with the number. At the second call the "
        "customer is recognised by name.",
        "工作台显示号码、归属地与运营商；表单已填好号码。第二次来电时按姓名识别该客户。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(agents=0, wrap_up_seconds=0)
    password = await tenant.agent_account("5001", phone="browser")
    window = await scene.window(tenant.slug, "5001", password)
    await window.go("/desktop")
    await window.sign_in_to_work()
    await window.go_available()
    caller = "13800138000"
    call = await scene.call(number, caller=caller)
    await window.ringing()
    await window.by("answer").click()
    await window.becomes("engaged")
    await expect(window.by("number-place")).to_have_text(
        re.compile("北京市 · 中国移动|Beijing · China Mobile"), timeout=WAIT
    )
    await window.by("add-customer").click()
    await expect(window.by("contact-value-0")).to_have_value(caller)
    await scene.picture(window, "new-caller", "A new caller, and the form", "新来电者与添加表单")
    await window.by("customer-name-input").fill(NAME)
    await window.by("save-customer").click()
    await expect(window.by("customer-name")).to_have_text(NAME, timeout=WAIT)
    await call.hang_up()
    await window.becomes("available")
    (customer,) = (await tenant.admin.get("/customers", contact=f"+86{caller}"))["items"]
    call = await scene.call(number, caller=caller)
    await window.ringing()
    await expect(window.by("caller-name")).to_have_text(NAME, timeout=WAIT)
    recognised = await tenant.event(caller, "caller.recognised")
    equal(recognised["data"]["customer_id"], customer["id"], "who the caller is")
    await call.hang_up()
    scene.saw(
        "Number, place and carrier of the new caller; added during the call, and known by name at the next one",
        "新来电者的号码、归属地与运营商；通话中添加后，下次来电即按姓名识别",
    )
