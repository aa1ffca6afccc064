"""One running installation and one test phone for the whole session; a small tenant for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from hujiao.asterisk.testphone import phone as testphone
from tests.sip import world
from tests.sip.running import Running, started
from tests.sip.world import Phones, World

Build = Callable[..., Awaitable[World]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/sip" in item.path.as_posix():
            item.add_marker(pytest.mark.sip)


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[Running]:
    if shutil.which("sipp") is None:
        pytest.skip("SIPp is not on this machine: as root, apt-get install sip-tester")
    # Tenants may look data up on this machine, where the tests' own sources are.
    async with started("--source-network", "127.0.0.0/8", tls=True) as installation:
        yield installation


@pytest.fixture(scope="session")
async def phones(running: Running) -> AsyncIterator[Phones]:
    async with testphone.running(running.settings, running.program()) as phone:
        yield Phones(phone, phone.settings.home / "voice")


@pytest.fixture
def build(running: Running, phones: Phones) -> Build:
    """`await build(agents=2, …)`: a tenant of the test's own, its agents available."""

    async def make(**wanted: object) -> World:
        return await world.build(running, phones, **wanted)  # type: ignore[arg-type]

    return make
