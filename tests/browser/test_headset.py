"""A headset's keys and lamps on a real call: the page's part, with a stand-in for what the browser would give."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person
from tests.sip.conftest import Build

# What WebHID gives of a headset: report 2 has hook and mute as keys, off-hook, ring and mute as lamps.
DEVICE = """
() => {
  const items = (isAbsolute, ...usages) => ({ isAbsolute, usages, reportSize: 1, reportCount: usages.length });
  const device = Object.assign(new EventTarget(), {
    productName: 'Stand-in 10',
    opened: false,
    collections: [{
      usagePage: 0x0b,
      inputReports: [{ reportId: 2, items: [items(true, 0x0b0020), items(false, 0x0b002f)] }],
      outputReports: [{ reportId: 2, items: [items(true, 0x080017, 0x080018, 0x080009)] }],
    }],
    open: async () => { device.opened = true; },
    close: async () => { device.opened = false; },
    sendReport: async (id, data) => { window.lamps = data[0]; },
  });
  let given = sessionStorage.getItem('given') === 'yes';
  window.press = (bits) => {
    const data = new DataView(new Uint8Array([bits]).buffer);
    device.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: 2, data }));
  };
  const hid = Object.assign(new EventTarget(), {
    getDevices: async () => given ? [device] : [],
    requestDevice: async () => { given = true; sessionStorage.setItem('given', 'yes'); return [device]; },
  });
  Object.defineProperty(navigator, 'hid', { value: hid });
}
"""
HOOK, MUTE = 1, 2  # keys
OFF_HOOK, RING, MUTED = 1, 2, 4  # lamps


async def lit(at: Desk, lamps: int) -> None:
    await at.page.wait_for_function("lamps => window.lamps === lamps", arg=lamps, timeout=PATIENCE)


async def pressed(at: Desk, keys: int) -> None:
    await at.page.evaluate("keys => window.press(keys)", keys)


async def test_a_headset_answers_mutes_and_hangs_up(build: Build, desk: OpenDesk) -> None:
    world = await build(agents=0, straight=True)
    async with world.administrator() as admin:
        await led(world, admin)
        (skill,) = (await admin.get("/skills")).json["items"]
        works: dict[str, Any] = {"skills": [{"skill_id": skill["id"], "proficiency": 5}]}
        agent = await person(world, admin, desk, "agent", {"number": "6921", "phone_kind": "browser", **works})
    await agent.page.add_init_script(f"({DEVICE})()")
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await expect(agent.by("headset")).to_have_count(0)
    await agent.page.locator(".hj-work-phone button").last.click()
    await agent.by("headset-connect").click()
    await expect(agent.by("headset")).to_have_attribute("data-names", "Stand-in 10", timeout=PATIENCE)
    # It is there again after the page was loaded anew.
    await agent.page.reload()
    await expect(agent.by("headset")).to_have_attribute("data-names", "Stand-in 10", timeout=PATIENCE)
    await expect(agent.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)
    await agent.go_available()

    call = await world.call()
    await agent.ringing()
    await lit(agent, RING)
    await pressed(agent, HOOK)
    await agent.becomes("engaged")
    await lit(agent, OFF_HOOK)
    await pressed(agent, HOOK | MUTE)
    await world.ledger.has("agent.muted", call.caller)
    await lit(agent, OFF_HOOK | MUTED)
    await pressed(agent, HOOK)
    await agent.page.keyboard.press("F8")
    await lit(agent, OFF_HOOK)
    await pressed(agent, 0)
    await agent.becomes("wrap_up")
    await lit(agent, 0)
    await call.ended.wait()
    assert agent.errors == []
