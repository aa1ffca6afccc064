"""The configurations of tenants that another runtime serves: read ahead, dropped when they change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import pytest
from sqlalchemy import text

from hujiao.app.runtime import config, standby
from hujiao.app.runtime.standby import Standby
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from tests.conftest import until
from tests.integration.world import World


@asynccontextmanager
async def reading(found: Standby) -> AsyncIterator[None]:
    task = asyncio.create_task(found.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def kept(found: Standby) -> None:
    async def one() -> bool:
        return len(found) == 1

    await until(one, "nothing was read ahead")


@pytest.fixture
def tenant(world: World) -> UUID:
    return UUID(world.a.ids["tenant"])


async def test_what_is_at_hand_is_what_would_be_read(world: World, tenant: UUID, database: Database) -> None:
    found = Standby(database, lambda _: False)
    async with reading(found):
        found.want([tenant])
        await kept(found)
    assert found.take(tenant) == await config.load(database, tenant)
    assert found.take(tenant) is None, "whoever took it has it"


async def test_a_change_drops_it_until_it_is_read_anew(world: World, tenant: UUID, database: Database) -> None:
    found = Standby(database, lambda _: False)
    found.keep(await config.load(database, tenant))
    async with database.tenant(tenant) as session:
        await session.execute(text("UPDATE queue SET priority = priority + 1"))
    found.want([tenant])
    assert found.take(tenant) is None
    found.want([tenant])
    async with reading(found):
        await kept(found)
    assert found.take(tenant) == await config.load(database, tenant)


async def test_a_change_while_it_is_read(
    world: World, tenant: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the change is not kept."""
    read = config.load
    reads = 0

    async def and_meanwhile(*arguments: object) -> object:
        nonlocal reads
        result = await read(*arguments)  # type: ignore[arg-type]
        reads += 1
        if reads == 1:
            found.want([tenant])
            assert len(found) == 0
        return result

    monkeypatch.setattr(standby.config, "load", and_meanwhile)
    found = Standby(database, lambda _: False)
    async with reading(found):
        found.want([tenant])
        await kept(found)
    assert reads == 2


async def test_our_own_and_unknown_tenants_are_not_kept(world: World, tenant: UUID, database: Database) -> None:
    nobody = new_id()
    ours = {tenant}
    found = Standby(database, lambda tenant_id: tenant_id in ours)
    async with reading(found):
        found.want([tenant, nobody])
        await asyncio.sleep(0)
        ours.clear()
        found.want([tenant])
        await kept(found)
    assert found.take(nobody) is None
