"""The desktop while its network, its server or its computer is away for a while, in a call; and with a wrong clock."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

from playwright.async_api import Browser, Route, expect

from hujiao.embedded import control
from tests.browser.conftest import OpenDesk
from tests.browser.desk import AGENT_HERTZ, PATIENCE, Desk
from tests.browser.test_central import seated, tenant
from tests.browser.test_leaving import rung
from tests.browser.test_lost_browser import new_agent, own_browser
from tests.browser.test_lost_browser import seated as seated_in
from tests.browser.test_reload import comes_back, talks_again
from tests.sip.conftest import Build
from tests.sip.ledger import Ledger, kinds
from tests.sip.running import Running
from tests.sip.test_consulting import seconds_of
from tests.sip.world import Phones

SLOW_CLOCK = """
(() => {
  const right = Date;
  const off = -10 * 60_000;
  window.Date = class extends right {
    constructor(...given) {
      if (given.length) super(...given);
      else super(right.now() + off);
    }
    static now() {
      return right.now() + off;
    }
  };
})();
"""


async def test_a_call_goes_on_while_the_api_starts_anew(running: Running, phones: Phones, desk: OpenDesk) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent = await seated(desk, "1002")
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await call.say(f"sound:{phones.caller_voice}", loop=True)
    await talks_again(agent)
    await asyncio.to_thread(control.ask, running.settings.run, {"op": "restart", "name": "api"}, seconds=60)
    await expect(agent.by("live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    await talks_again(agent)
    await agent.by("hold").click()
    await expect(agent.by("call-panel")).to_have_attribute("data-state", "held", timeout=PATIENCE)
    await agent.by("hold").click()
    await talks_again(agent)
    await agent.by("hang-up").click()
    rows = await ledger.has("agent.disconnected", call.caller, by="agent")
    assert kinds(rows).count("queue.entered") == 1 and "agent.line_lost" not in kinds(rows)
    await call.hang_up()
    await agent.becomes("wrap_up")
    assert agent.errors == []


async def whole(at: Desk) -> None:
    """All that the page may need has been fetched in the background."""
    await expect(at.by("pieces")).to_have_attribute("data-loaded", "true", timeout=2 * PATIENCE)


async def failing(route: Route, lost: asyncio.Event) -> None:
    """What is fetched, maybe in the background, does not come before the network is lost, and then not at all."""
    await lost.wait()
    await route.abort("internetdisconnected")


async def test_what_was_never_shown_is_there_while_the_network_is_away(desk: OpenDesk) -> None:
    agent = await seated(desk, "1002")
    await whole(agent)
    await agent.page.context.set_offline(True)
    await agent.page.keyboard.press("?")
    await expect(agent.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    await expect(agent.by("piece-missing")).to_have_count(0)
    assert agent.errors == []


async def test_a_call_stays_when_a_piece_of_the_page_cannot_be_fetched(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    """Off line in a call something is opened that was never shown: all else stays; after the call the page is whole."""
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent = await desk("a", "1002")
    lost = asyncio.Event()
    await agent.page.route("**/KeyMapDialog-*.js", lambda route: failing(route, lost), times=1)
    await agent.sign_in_to_work()
    await agent.go_available()
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    await call.say(f"sound:{phones.caller_voice}", loop=True)
    await talks_again(agent)
    await agent.page.evaluate("window.before = true")
    await agent.page.context.set_offline(True)
    lost.set()
    await agent.page.keyboard.press("?")
    missing = agent.by("piece-missing")
    await expect(missing).to_be_visible(timeout=PATIENCE)
    await expect(agent.by("call-panel")).to_have_attribute("data-state", "connected")
    await expect(agent.by("wrap-up")).to_be_visible()
    await agent.page.context.set_offline(False)
    await expect(agent.by("live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    await talks_again(agent)
    await expect(missing).to_be_visible()
    assert await agent.page.evaluate("window.before"), "a call is not disturbed"
    await agent.by("hang-up").click()
    await call.hang_up()
    await agent.becomes("wrap_up")
    await agent.page.keyboard.press("Control+Enter")
    await expect(missing).to_have_count(0, timeout=PATIENCE)
    assert not await agent.page.evaluate("window.before === true")
    await agent.becomes("available")
    await agent.page.keyboard.press("?")
    await expect(agent.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    assert agent.errors == []


async def test_a_call_outlives_a_closed_lid(build: Build, chromium: Browser, tmp_path: Path) -> None:
    """A computer that sleeps for 20 s: its programs stand still, nothing comes from it, nothing is closed."""
    world = await build(agents=1, straight=True)
    async with world.administrator() as admin, own_browser(tmp_path) as (browser, where):
        login, agent = await new_agent(world, admin, "6003")
        address, slug = world.running.settings.web_url, f"test-{world.number}"
        at = await seated_in(chromium.browser_type, address, where, slug, login)
        await agent.reached(True)
        call = await world.call()
        await at.ringing()
        await at.by("answer").click()
        await at.becomes("engaged")
        await call.say(f"sound:{world.phones.caller_voice}", loop=True)
        await talks_again(at)
        browser.send(signal.SIGSTOP)
        await asyncio.sleep(20)
        browser.send(signal.SIGCONT)
        await comes_back(at, world.ledger, call.caller)
        assert await agent.state() == "engaged"
        await at.by("hang-up").click()
        await world.ledger.has("agent.disconnected", call.caller, by="agent")
        await at.becomes("wrap_up")
        await call.hang_up()
        assert at.errors == []


async def test_a_workstations_wrong_clock_shows_right_durations(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent = await seated(desk, "1002")
    await agent.page.add_init_script(SLOW_CLOCK)
    await agent.page.reload()
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    timer = agent.by("call-panel").locator(".hj-timer").first
    await expect(timer).to_have_text(re.compile(r"^\s*0:0[1-9]\s*$|^\s*0:[1-5]\d\s*$"), timeout=PATIENCE)
    await agent.by("hang-up").click()
    await agent.becomes("wrap_up")
    await call.hang_up()
    assert agent.errors == []


MICROPHONES = """
(() => {
  const devices = navigator.mediaDevices;
  const get = devices.getUserMedia.bind(devices);
  const opened = [];
  let there = true;
  devices.getUserMedia = async (wanted) => {
    if (!there) throw new DOMException('Requested device not found', 'NotFoundError');
    opened.push(await get(wanted));
    return opened.at(-1);
  };
  window.unplug = (another) => {
    there = another;
    for (const track of opened.splice(0).flatMap((stream) => stream.getAudioTracks())) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  };
  window.plugIn = () => {
    there = true;
    devices.dispatchEvent(new Event('devicechange'));
  };
})();
"""


async def test_a_microphone_that_is_lost_in_a_call_is_replaced(
    running: Running, phones: Phones, desk: OpenDesk
) -> None:
    """The browser says that the device has ended, as it does when one is unplugged; the sound is real."""
    ledger = Ledger(running.database, running.bus, await tenant(running, "a"))
    agent = await seated(desk, "1002")
    await agent.page.evaluate(MICROPHONES)
    call = await rung(phones, ledger, agent)
    await agent.by("answer").click()
    await agent.becomes("engaged")
    lost = agent.by("microphone-lost")
    await agent.page.evaluate("unplug(true)")
    await asyncio.sleep(3)
    await expect(lost).to_have_count(0)  # the one that is taken has the same name
    await agent.page.evaluate("unplug(false)")
    await expect(lost).to_have_attribute("data-is", "none", timeout=PATIENCE)
    await agent.page.evaluate("plugIn()")
    await expect(lost).to_have_count(0, timeout=PATIENCE)
    await asyncio.sleep(3)
    await agent.by("hang-up").click()
    await call.hang_up()
    await agent.becomes("wrap_up")
    assert (await seconds_of(await call.heard(), AGENT_HERTZ))[0] > 3.5
    assert agent.errors == []
