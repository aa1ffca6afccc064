"""Nobody signs out of a call by accident, and every tab says the same of it."""

from __future__ import annotations

from playwright.async_api import expect

from hujiao.asterisk.testphone.phone import Call
from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Api, Desk
from tests.browser.test_central import BILLS, CALLER_HERTZ, seated, tenant
from tests.sip.ledger import Ledger, kinds
from tests.sip.running import Running
from tests.sip.world import Phones

WORDS = {"reserved": "来电振铃", "engaged": "正在通话", "wrap_up": "话后小结还没有完成"}
WAYS = (("state-menu", "sign-out"), ("account-menu", "sign-out"), ("account-menu", "sign-out-everywhere"))


async def rung(phones: Phones, ledger: Ledger, agent: Desk) -> Call:
    call = await phones.phone.call(BILLS, caller=phones.new_caller())
    await ledger.has("flow.node", call.caller, node="menu")
    await call.press("1")
    await agent.ringing()
    return call


async def refused(at: Desk, state: str) -> None:
    """Each way out says in words that it is closed, and leads nowhere."""
    dialog = at.page.get_by_role("dialog")
    for menu, how in WAYS:
        await at.leaves(menu, how)
        await expect(dialog).to_contain_text(WORDS[state])
        await dialog.get_by_role("button").click()
        await expect(dialog).to_have_count(0)
    await expect(at.by("desktop")).to_have_attribute("data-state", state)


async def test_leaving_is_refused_in_a_call_and_asks_in_the_wrap_up(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    agent = await seated(desk, "1002")
    call = await rung(phones, ledger, agent)
    await refused(agent, "reserved")
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await refused(agent, "engaged")
    said = await Api(agent).delete("/session")
    assert (said.status, (await said.json())["error"]["code"]) == (409, "in_a_call"), "whatever a page believes"
    other = Desk(await agent.page.context.new_page(), agent.address)
    await other.go("/desktop")
    await one_truth(agent, other)
    await refused(other, "engaged")
    rows = await ledger.rows(call.caller)
    assert [kind for kind in kinds(rows) if kind in MUTES] == list(MUTES)
    assert "agent.disconnected" not in kinds(rows)

    await agent.by("hang-up").click()
    await agent.becomes("wrap_up")
    dialog = agent.page.get_by_role("dialog")
    for menu, how in WAYS:
        await agent.leaves(menu, how)
        await expect(dialog).to_contain_text(WORDS["wrap_up"])
        await dialog.get_by_role("button", name="继续填写").click()
        await expect(dialog).to_have_count(0)
    asked: list[str] = []
    other.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/session") else None)
    await agent.leaves("account-menu")
    await dialog.get_by_role("button", name="退出登录").click()
    await expect(agent.by("sign-in-submit")).to_be_visible(timeout=PATIENCE)
    await expect(other.by("sign-in-again")).to_be_visible(timeout=PATIENCE)
    assert len(asked) <= 3, "what is refused asks for the session, not for ever"
    assert agent.errors == other.errors == []


MUTES = ("agent.muted", "agent.unmuted", "agent.held", "agent.resumed")


async def one_truth(agent: Desk, other: Desk) -> None:
    """What one tab does to the call shows in both, and the microphone, which is in the first tab's, follows."""
    microphone = agent.by("phone-state")
    for act, first, second in (("mute", other, agent), ("hold", other, agent)):
        await first.by(act).click()
        for at in (agent, other):
            await expect(at.by(act)).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        await expect(microphone).to_have_attribute("data-muted", "true" if act == "mute" else "false")
        await second.by(act).click()
        for at in (agent, other):
            await expect(at.by(act)).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
        await expect(microphone).to_have_attribute("data-muted", "false")


async def test_a_session_that_ends_elsewhere_takes_no_call_away(
    running: Running, phones: Phones, desk: OpenDesk, passwords: dict[tuple[str, str], str]
) -> None:
    tenant_id = await tenant(running, "a")
    ledger = Ledger(running.database, running.bus, tenant_id)
    agent, admin = await seated(desk, "1002"), await desk("a", "admin")
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    api = Api(admin)
    account = next(one["id"] for one in await api.items("/people") if one["login"] == "1002")
    said = await api.post(f"/people/{account}/password", {"password": passwords["a", "1002"]})
    assert said.ok, await said.text()
    await expect(agent.by("session-ended")).to_be_visible(timeout=PATIENCE)
    await call.say(f"sound:{phones.caller_voice}", loop=True)
    heard = await agent.hears()
    assert abs(heard["hertz"] - CALLER_HERTZ) < 15, heard
    assert "agent.disconnected" not in kinds(await ledger.rows(call.caller))
    await agent.by("hang-up").click()
    await expect(agent.by("sign-in-again")).to_be_visible(timeout=PATIENCE)
    await ledger.has("agent.disconnected", call.caller)
    await call.hang_up()
    assert agent.errors == []
