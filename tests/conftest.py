"""PostgreSQL and NATS of the session's own, the API as a real process before them, and two tenants on it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from hujiao.embedded import instance, nats, ports, postgres
from hujiao.embedded.migrations import migrate
from hujiao.embedded.processes import die_with_parent
from hujiao.embedded.progress import step
from hujiao.kit import bus as messages
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.settings import CHECKOUT, Settings, default_home
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.world import World, build

START_SECONDS = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/integration" in item.path.as_posix():
            item.add_marker(pytest.mark.integration)


async def until(ready: Callable[[], Awaitable[bool]], what: str) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await ready():
            await asyncio.sleep(0.1)
    assert await ready(), what


class Started:
    """A child process that ends with the tests, whatever happens to them."""

    def __init__(
        self, command: tuple[str, ...], log: Path, *, user: int | None = None, group: int | None = None
    ) -> None:
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                cwd="/",
                env={**os.environ, "HUJIAO_HOME": str(log.parent.parent), "PYTHONPATH": str(CHECKOUT / "src")},
                preexec_fn=lambda: die_with_parent(9),  # noqa: PLW1509  (one prctl, prepared before the fork)
            )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """An installation of its own, with a migrated database and NATS, and nothing else."""
    parent = default_home() / "test"
    parent.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="api-", dir=parent))
    home.chmod(0o755)  # as root PostgreSQL runs under another account, which must get in
    home.chmod(0o755)
    # Away from installations that people use; tenants' data sources may reach one address of this machine.
    wishes = instance.Wishes(web_port=ports.internal(1)[0], source_networks=("127.0.0.3/32",))
    made = instance.with_free_internal_ports(instance.prepare(home, wishes))
    for folder in (made.run, made.logs, made.recordings, made.prompts):
        folder.mkdir(parents=True, exist_ok=True)
    started: list[Started] = []
    try:
        server = postgres.locate(made)
        postgres.initialise(made, server)
        port = int(made.database_url.rpartition(":")[2].partition("/")[0])
        started.append(Started(server.command(port), made.logs / "postgres.log", user=server.user, group=server.group))
        nats.configure(made)
        started.append(Started(nats.command(made), made.logs / "nats.log"))
        asyncio.run(until(lambda: postgres.answers(made), "PostgreSQL"))
        asyncio.run(until(lambda: nats.answers(made), "NATS"))
        postgres.prepare_database(made)
        with step("Tables") as progress:
            migrate(made, progress, backup_wanted=False)
        yield made
    finally:
        for one in reversed(started):
            one.stop()
        if made.postgres.is_symlink():
            shutil.rmtree(made.postgres.readlink().parent, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
async def database(settings: Settings) -> AsyncIterator[Database]:
    """As the application's role."""
    opened = Database(make_engine(settings.database_url, pool_size=4))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def ledger(settings: Settings) -> AsyncIterator[asyncpg.Pool[asyncpg.Record]]:
    """As the ledger's role."""
    pool = await ledger_pool(settings.database_ledger_url)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def bus(settings: Settings) -> AsyncIterator[Bus]:
    connected = await messages.connect(settings.nats_url, settings.instance, name="tests")
    yield connected
    with suppress(Exception):
        await connected.close()


@pytest.fixture(scope="session")
async def control(settings: Settings, bus: Bus) -> CallControl:
    """The runtime's, node's and jobs' side of the bus."""
    made = CallControl(bus, settings)
    await made.serve()
    return made


@pytest.fixture(scope="session")
async def api(settings: Settings, bus: Bus, control: CallControl) -> AsyncIterator[str]:
    """The API as its own process; its address."""
    process = Started((sys.executable, "-m", "hujiao", "process", "api"), settings.logs / "api.log")
    try:

        async def healthy() -> bool:
            assert process.process.poll() is None, (settings.logs / "api.log").read_text("utf-8")[-4000:]
            with suppress(Exception):
                async with Client(settings.web_url) as client:
                    return (await client.get("/health")).status == 200
            return False

        await until(healthy, "the API")
        yield settings.web_url
    finally:
        process.stop()


@pytest.fixture(scope="session")
async def world(
    settings: Settings, database: Database, ledger: asyncpg.Pool[asyncpg.Record], api: str, control: CallControl
) -> AsyncIterator[World]:
    """The platform's operator and two tenants with people, queues, flows, calls and recordings."""
    async with build(settings, database, ledger, api, control) as made:
        yield made
