"""Chromium in front of one running installation; its microphone plays an 880 Hz tone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize
from sqlalchemy import text

from hujiao.app.holder import ask
from tests.browser.chromium import launched, program
from tests.browser.desk import Desk
from tests.sip.conftest import build, phones
from tests.sip.running import Running, started
from tests.sip.world import Phones

__all__ = ["build", "phones"]

OpenDesk = Callable[..., Awaitable[Desk]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[Running]:
    """In clear: Chromium would not trust the tests' own authority."""
    async with started("--source-network", "127.0.0.0/8") as installation:
        yield installation


@pytest.fixture(scope="session")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    path = program()
    if path is None:
        pytest.skip("Chromium is not on this machine: as root, apt-get install chromium")
    async with launched(path, tmp_path_factory.mktemp("voice")) as browser:
        yield browser


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
async def desk(
    running: Running, chromium: Browser, phones: Phones, passwords: dict[tuple[str, str], str]
) -> AsyncIterator[OpenDesk]:
    """`await desk("a", "1001")`: a window in which this account is signed in; the demo's need no `password`.

    No call of an earlier test, which failed, waits for its agents.
    """
    await phones.phone.hang_up_all()
    await all_signed_out(running)
    async with AsyncExitStack() as stack:

        async def open_desk(tenant: str, login: str, *, password: str | None = None, language: str = "zh-CN") -> Desk:
            # What still moves is missed by a click on a machine that is busy.
            window: ViewportSize = {"width": 1366, "height": 768}
            context = await chromium.new_context(viewport=window, locale=language, reduced_motion="reduce")
            stack.push_async_callback(context.close)
            opened = Desk(await context.new_page(), running.settings.web_url)
            await opened.sign_in(tenant, login, password or passwords[(tenant, login)])
            return opened

        yield open_desk
