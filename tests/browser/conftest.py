"""Chromium in front of one running installation; its microphone plays an 880 Hz tone."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import Browser, async_playwright
from sqlalchemy import text

from hujiao.app.holder import ask
from tests.browser.desk import AGENT_HERTZ, Desk
from tests.sip.conftest import build, phones
from tests.sip.running import Running, started

__all__ = ["build", "phones"]

OpenDesk = Callable[..., Awaitable[Desk]]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[Running]:
    """In clear: Chromium would not trust the tests' own authority."""
    async with started("--source-network", "127.0.0.0/8") as installation:
        yield installation


def voice_file(path: Path) -> Path:
    """What the agents' microphones hear: the tone in bursts, since noise suppression takes a steady one for noise."""
    at = np.arange(48_000 * 20) / 48_000
    tone = 0.4 * np.sin(2 * np.pi * AGENT_HERTZ * at) * (at % 1 < 0.7)
    soundfile.write(path, tone, 48_000, subtype="PCM_16", format="WAV")
    return path


@pytest.fixture(scope="session")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    program = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("Chromium is not on this machine: as root, apt-get install chromium")
    voice = voice_file(tmp_path_factory.mktemp("voice") / "agent.wav")
    async with async_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def passwords(running: Running) -> dict[tuple[str, str], str]:
    """(tenant, sign-in) → password of the demonstration accounts."""
    demo = json.loads(Path(running.home / "demo.json").read_text("utf-8"))
    return {(account["tenant"], account["login"]): account["password"] for account in demo["accounts"]}


async def all_signed_out(running: Running) -> None:
    """No agent of an earlier test, whose window is gone, is offered this test's calls."""
    bus = running.bus
    async with running.database.lookup() as session:
        tenants = (await session.execute(text("SELECT id, shard FROM lookup_tenants()"))).all()
    for tenant in tenants:
        snapshot = await ask(bus, bus.subjects.snapshot(tenant.shard), {"tenant_id": tenant.id})
        for agent in snapshot["agents"]:
            leave = {"tenant_id": tenant.id, "actor": {"agent_id": agent["id"]}, "kind": "agent.sign_out"}
            await ask(bus, bus.subjects.command(tenant.shard), leave)


@pytest.fixture
async def desk(running: Running, chromium: Browser, passwords: dict[tuple[str, str], str]) -> AsyncIterator[OpenDesk]:
    """`await desk("a", "1001")`: a window in which this account is signed in; the demo's need no `password`."""
    await all_signed_out(running)
    async with AsyncExitStack() as stack:

        async def open_desk(tenant: str, login: str, *, password: str | None = None, language: str = "zh-CN") -> Desk:
            context = await chromium.new_context(viewport={"width": 1366, "height": 768}, locale=language)
            stack.push_async_callback(context.close)
            opened = Desk(await context.new_page(), running.settings.web_url)
            await opened.sign_in(tenant, login, password or passwords[(tenant, login)])
            return opened

        yield open_desk
