"""Who calls is recognised and changed where it stands; who is not known is added, and known at the next call. The page:
found, merged, handed over, deleted."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build
from tests.sip.world import World


async def working(world: World, desk: OpenDesk) -> Desk:
    """An agent who is available, in a company with a known customer and fields of its own."""
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        skills = [{"skill_id": skill["id"], "proficiency": 5}]
        agent = await person(world, admin, desk, "agent", {"number": "6903", "phone_kind": "browser", "skills": skills})
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await agent.go_available()
    return agent


async def test_who_calls_is_recognised_changed_added_and_known_again(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    known, unknown = world.phones.new_caller(), world.phones.new_caller()
    async with world.administrator() as admin:
        for body in (
            {"key": "city", "label": {"en": "City"}},
            {"key": "card", "label": {"en": "Card"}, "private": True},
        ):
            await admin.made("/customer-fields", body)
        customer = {"name": "王芳", "grade": 5, "tags": ["VIP"], "contact_points": [{"value": known}]}
        customer |= {"fields": {"card": "110101199001011234"}}
        made = await world.configure(admin, "POST", "/customers", customer)
    agent = await working(world, desk)
    call = await world.call(known)
    await agent.ringing()
    await expect(agent.by("customer-name")).to_have_text("王芳", timeout=PATIENCE)
    await expect(agent.by("customer-card")).to_have_text("••••34")
    await agent.by("answer").click()
    await agent.becomes("engaged")

    # By the keyboard: begin, write, save; and leave as it was.
    await agent.by("customer-city").press("Enter")
    await agent.page.keyboard.type("上海")
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("customer-city")).to_have_text("上海", timeout=PATIENCE)
    await agent.by("customer-name").press("Enter")
    await agent.page.keyboard.type("X")
    await agent.page.keyboard.press("Escape")
    await expect(agent.by("customer-name")).to_have_text("王芳")
    await call.hang_up()
    await written_up(agent)
    async with world.administrator() as admin:
        kept = (await admin.get(f"/customers/{made['id']}")).json
    assert (kept["name"], kept["fields"]) == ("王芳", {"city": "上海", "card": "110101199001011234"})

    call = await world.call(unknown)
    await agent.ringing()
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await agent.by("add-customer").click()
    await expect(agent.by("contact-value-0")).to_have_value(unknown)
    await agent.by("customer-name-input").fill("李雷")
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("customer-name")).to_have_text("李雷", timeout=PATIENCE)
    await call.hang_up()
    await written_up(agent)

    call = await world.call(unknown)
    await agent.ringing()
    await expect(agent.by("caller-name")).to_have_text("李雷", timeout=PATIENCE)
    await expect(agent.by("customer-name")).to_have_text("李雷", timeout=PATIENCE)
    await agent.by("answer").click()
    await expect(agent.by("earlier-contact")).to_have_count(1, timeout=PATIENCE)
    await call.hang_up()
    assert agent.errors == []


async def written_up(agent: Desk) -> None:
    await agent.becomes("wrap_up")
    await agent.page.keyboard.press("Control+Enter")
    await agent.becomes("available")


async def test_customers_are_found_merged_handed_over_and_deleted(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=2)
    first, second = world.agents
    async with world.administrator() as admin:
        await admin.made("/customer-fields", {"key": "city", "label": {"en": "City"}})
        for grade in (2, 6):
            known = {"name": "赵敏", "grade": grade, "fields": {"city": "北京"}, "agent_id": str(first.id)}
            await admin.made("/customers", known)
        await admin.made("/customers", {"name": "王芳", "agent_id": str(first.id)})
        boss = await person(world, admin, desk, "tenant_administrator")
        await boss.go("/customers")
        await boss.by("duplicates").click()
        # Two, said by mistake and taken back, at once and later.
        await boss.by("keep-apart").click()
        await expect(boss.by("pair")).to_have_count(0, timeout=PATIENCE)
        await boss.by("undo-done").click()
        await expect(boss.by("pair")).to_have_count(1, timeout=PATIENCE)
        await boss.by("keep-apart").click()
        await expect(boss.by("pair")).to_have_count(0, timeout=PATIENCE)
        await boss.go("/customers/duplicates?view=apart")
        await expect(boss.by("apart")).to_contain_text("赵敏", timeout=PATIENCE)
        await boss.by("may-be-one").click()
        await expect(boss.by("apart")).to_have_count(0, timeout=PATIENCE)
        await boss.go("/customers/duplicates")
        await boss.by("pair").get_by_role("radio").nth(1).check()
        await boss.by("merge").click()
        await boss.page.locator(".ant-modal-confirm-btns .ant-btn-primary").click()
        await expect(boss.by("pair")).to_have_count(0, timeout=PATIENCE)
        await boss.go("/customers?q=赵敏")
        await expect(boss.by("customer-row")).to_have_count(1, timeout=PATIENCE)
        await expect(boss.by("customer-row")).to_contain_text("6")

        await boss.go(f"/customers?hand_over={first.id}")
        await expect(boss.by("hand-over-count")).to_contain_text("2", timeout=PATIENCE)
        await boss.page.locator("#hand-over-to").press("Enter")
        await boss.page.locator(".ant-select-item-option:visible").first.click()
        await boss.by("hand-over").click()
        await expect(boss.by("hand-over")).to_have_count(0, timeout=PATIENCE)
        assert (await admin.get("/customers", agent_id=str(first.id))).json["total"] == 0
        assert (await admin.get("/customers", agent_id=str(second.id))).json["total"] == 2

        await boss.by("search-customers").get_by_role("searchbox").fill("王")
        await boss.page.keyboard.press("Enter")
        await expect(boss.by("customer-row")).to_have_count(1, timeout=PATIENCE)
        await boss.by("customer-row").press("Enter")
        await boss.by("delete-customer").click()
        await boss.by("delete-name").fill("王芳")
        await boss.page.keyboard.press("Enter")
        await expect(boss.by("customer-row")).to_have_count(0, timeout=PATIENCE)
        assert (await admin.get("/customers", q="王芳")).json["total"] == 0
    assert boss.errors == []


async def shown(boss: Desk, customer: Any) -> None:
    await boss.go(f"/customers?customer={customer['id']}")
    await expect(boss.by("customer-tags")).to_be_visible(timeout=PATIENCE)


async def test_a_tag_is_kept_however_its_typing_ends(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        customer = await admin.made("/customers", {"name": "韩梅", "tags": ["VIP"]})
        boss = await person(world, admin, desk, "tenant_administrator")
        await shown(boss, customer)
        kept = ["VIP"]
        for tag, key in (("甲", "Enter"), ("乙", "Tab"), ("丙", None)):
            await boss.by("customer-tags").click()
            await boss.page.keyboard.type(tag)
            if key:
                await boss.page.keyboard.press(key)
            else:
                await boss.page.locator(".ant-drawer-title").click()
            kept.append(tag)
            await expect(boss.by("customer-tags")).to_contain_text(tag, timeout=PATIENCE)
            assert (await admin.get(f"/customers/{customer['id']}")).json["tags"] == kept
    assert boss.errors == []


async def test_what_somebody_else_changed_meanwhile_is_shown_and_what_was_typed_stays(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        customer = await admin.made("/customers", {"name": "韩梅", "note": "旧"})
        boss = await person(world, admin, desk, "tenant_administrator")
        await shown(boss, customer)
        await boss.by("customer-name").click()
        await boss.page.keyboard.press("End")
        await boss.page.keyboard.type("梅")
        assert (await admin.send("PATCH", f"/customers/{customer['id']}", {"note": "新"})).status == 200
        await boss.page.keyboard.press("Enter")
        editing = boss.by("customer-name-editing")
        await expect(editing.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE)
        await expect(editing.locator("input")).to_have_value("韩梅梅")
        await expect(boss.by("customer-note")).to_have_text("新", timeout=PATIENCE)
        assert (await admin.get(f"/customers/{customer['id']}")).json["name"] == "韩梅"
        await editing.locator("input").press("Enter")
        await expect(boss.by("customer-name")).to_have_text("韩梅梅", timeout=PATIENCE)
    assert boss.errors == []


async def test_a_new_customer_needs_a_name_alone_and_is_not_thrown_away_unasked(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        boss = await person(world, admin, desk, "tenant_administrator")
        form, asked = boss.by("customer-form"), boss.page.locator(".ant-modal-confirm")
        await boss.go("/customers")
        await boss.by("new-customer").click()
        await expect(boss.by("customer-name-input")).to_be_focused(timeout=PATIENCE)
        await boss.page.keyboard.press("Escape")
        await expect(form).to_have_count(0, timeout=PATIENCE)

        await boss.by("new-customer").click()
        await boss.by("customer-name-input").fill("林涛")
        await boss.page.keyboard.press("Escape")
        await expect(asked).to_have_count(1, timeout=PATIENCE)
        await asked.get_by_role("button").first.click()
        await expect(asked).to_have_count(0, timeout=PATIENCE)
        await boss.page.mouse.click(20, 400)
        await expect(asked).to_have_count(1, timeout=PATIENCE)
        await asked.get_by_role("button").first.click()
        await expect(asked).to_have_count(0, timeout=PATIENCE)
        await expect(boss.by("customer-name-input")).to_have_value("林涛")

        await boss.by("save-customer").click()
        await expect(boss.by("customer-name")).to_have_text("林涛", timeout=PATIENCE)
        (made,) = (await admin.get("/customers", q="林涛")).json["items"]
        assert made["contact_points"] == []
    assert boss.errors == []


async def test_numbers_are_changed_by_the_keyboard_and_esc_ends_that_alone(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        body = {"name": "韩梅", "contact_points": [{"value": "13800138000"}]}
        customer = await admin.made("/customers", body)
        boss = await person(world, admin, desk, "tenant_administrator")
        await shown(boss, customer)
        await boss.by("edit-contacts").press("Enter")
        first = boss.page.locator(".hj-contact-row input").first
        await expect(first).to_be_focused(timeout=PATIENCE)
        await boss.page.keyboard.press("Escape")
        await expect(boss.by("edit-contacts")).to_be_focused(timeout=PATIENCE)
        await expect(boss.by("customer")).to_be_visible()

        await boss.page.keyboard.press("Enter")
        await expect(first).to_be_focused(timeout=PATIENCE)
        await boss.page.keyboard.press("Tab")
        await boss.page.keyboard.type("13900139000")
        await boss.page.keyboard.press("Enter")
        await expect(boss.by("contact-point")).to_contain_text("139", timeout=PATIENCE)
    assert boss.errors == []


async def test_an_own_field_is_asked_for_as_its_kind_wants_and_a_wrong_value_is_told_there(
    build: Build, desk: OpenDesk
) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin:
        for body in (
            {"key": "level", "label": {"en": "Level"}, "kind": "choice", "options": ["gold", "tin"]},
            {"key": "member", "label": {"en": "Member"}, "kind": "yes_no"},
            {"key": "born", "label": {"en": "Born"}, "kind": "date"},
            {"key": "debts", "label": {"en": "Debts"}, "kind": "number"},
        ):
            await admin.made("/customer-fields", body)
        await admin.made("/customers", {"name": "甲", "fields": {"level": "gold", "member": True}})
        await admin.made("/customers", {"name": "乙", "fields": {"born": "1990-05-01", "debts": 3}})
        boss = await person(world, admin, desk, "tenant_administrator")
        row, value = boss.by("customer-row"), boss.by("field-value")
        for key, at in (("level", 0), ("member", 0)):
            await boss.go(f"/customers?field={key}")
            await value.click()
            await boss.page.locator(".ant-select-item-option:visible").nth(at).click()
            await expect(row).to_have_count(1, timeout=PATIENCE)
            await expect(row).to_contain_text("甲")
        await boss.go("/customers?field=born")
        await value.click()
        await boss.page.keyboard.type("1990-05-01")
        await boss.page.keyboard.press("Enter")
        await expect(row).to_have_count(1, timeout=PATIENCE)
        await expect(row).to_contain_text("乙")

        await boss.go("/customers?field=debts")
        await value.get_by_role("searchbox").fill("much")
        await boss.page.keyboard.press("Enter")
        await expect(boss.by("field-problem")).not_to_be_empty(timeout=PATIENCE)
        await expect(row).to_have_count(0)

        # Beyond the last page there is the last one.
        await boss.go("/customers?page=99")
        await expect(row).to_have_count(2, timeout=PATIENCE)
    assert boss.errors == []
