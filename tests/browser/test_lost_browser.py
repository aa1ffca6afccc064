"""An agent's browser that is killed, and one that answers no more, as when its network is gone."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserType, expect

from tests.browser.chromium import FLAGS
from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import led, person, projects
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.ledger import kinds
from tests.sip.world import PASSWORD, AgentPhone, World


class OwnBrowser:
    """A Chromium whose processes a test may kill or stop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def send(self, number: signal.Signals) -> None:
        os.killpg(self._process.pid, number)


@asynccontextmanager
async def own_browser(folder: Path) -> AsyncIterator[tuple[OwnBrowser, str]]:
    """The browser, and where it is steered."""
    program = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("Chromium is not on this machine: as root, apt-get install chromium")
    process = await asyncio.create_subprocess_exec(
        program,
        *FLAGS,
        *("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr
    reading: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(PATIENCE / 1000):
            while not (said := re.search(r"ws://\S+", (await process.stderr.readline()).decode())):
                pass
        reading = asyncio.create_task(process.stderr.read())
        yield OwnBrowser(process), said.group()
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if reading:
            await reading


async def seated(driver: BrowserType, address: str, where: str, slug: str, login: str) -> Desk:
    """An agent in the browser at `where`, available."""
    browser = await driver.connect_over_cdp(where)
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    agent = Desk(await context.new_page(), address)
    await agent.sign_in(slug, login, PASSWORD)
    await agent.sign_in_to_work()
    await agent.go_available()
    return agent


async def new_agent(world: World, admin: Client, number: str) -> tuple[str, AgentPhone]:
    """Somebody with a browser, in the one robot's place; the login."""
    [robot] = world.agents
    assert (await robot.command("agent.sign_out"))["ok"]
    await led(world, admin)
    skills = [{"skill_id": one["id"], "proficiency": 5} for one in (await admin.get("/skills")).json["items"]]
    login = f"agent-{secrets.token_hex(2)}"
    body = {"login": login, "name": login, "role": "agent", "password": PASSWORD}
    body |= {"project_ids": await projects(admin), "agent": {"number": number, "skills": skills}}
    made = await world.configure(admin, "POST", "/people", body)
    return login, AgentPhone(world, UUID(made["agent"]["id"]), number, robot.robot)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "network gone"])
async def test_nobody_is_offered_at_a_lost_browser_and_it_comes_back_by_itself(
    build: Build, desk: OpenDesk, chromium: Browser, tmp_path: Path, number: signal.Signals
) -> None:
    world = await build(agents=1, straight=True)
    async with world.administrator() as admin, own_browser(tmp_path) as (browser, where):
        login, agent = await new_agent(world, admin, "6001")
        supervisor = await person(world, admin, desk, "supervisor")
        await supervisor.go("/live?q=6001")
        address = world.running.settings.web_url
        await seated(chromium.browser_type, address, where, f"test-{world.number}", login)
        await agent.reached(True)
        await expect(supervisor.by("connection-lost")).to_have_count(0)

        browser.send(number)
        await agent.reached(False)
        assert await agent.state() == "available", "what the agent has chosen stays"
        await expect(supervisor.by("connection-lost")).to_contain_text("Connection lost", timeout=PATIENCE)
        call = await world.call()
        await world.ledger.has("queue.entered", call.caller)
        assert "offer.made" not in kinds(await world.ledger.rows(call.caller))

        if number is signal.SIGSTOP:
            browser.send(signal.SIGCONT)
        else:
            again = await desk(f"test-{world.number}", login, password=PASSWORD)
            await expect(again.by("desktop")).to_be_visible(timeout=PATIENCE)
        await world.ledger.has("offer.made", call.caller)
        await expect(supervisor.by("connection-lost")).to_have_count(0, timeout=PATIENCE)
        rows = await world.ledger.rows(call.caller)
        assert [row.data["reason"] for row in rows if row.kind == "offer.missed"] == []
        await call.hang_up()
        await world.ledger.ended(call.caller)
