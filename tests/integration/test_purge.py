"""What has expired goes, in every tenant; what is still of use stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.app.jobs.purge import Purge
from hujiao.identity import service as identity
from hujiao.identity.models import Account, IdempotencyKey, Session
from hujiao.kit.db import Database
from hujiao.kit.faults import Faults
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Tenant

# Long ago, so that nothing of other tests has expired by then.
NOW = datetime(2020, 1, 2, 12, 0, tzinfo=UTC)


async def tenant_with_rows(database: Database) -> UUID:
    """Each of its sessions and keys is named by whether it should stay."""
    tenant_id, account_id = new_id(), new_id()
    own = {"tenant_id": tenant_id}
    async with database.tenant(tenant_id) as session:
        await session.execute(insert(Tenant).values(id=tenant_id, slug=f"purge-{tenant_id.hex[-12:]}", name="Purge"))
        row = {"id": account_id, "login": "a", "name": "A", "role": "agent", "password_hash": "!"}
        await session.execute(insert(Account).values(**row, **own))
        for name, expires_at in (("gone", NOW - timedelta(seconds=1)), ("stays", NOW + timedelta(seconds=1))):
            row = {"id": new_id(), "account_id": account_id, "secret_hash": new_id().bytes, "csrf_token": name}
            await session.execute(insert(Session).values(expires_at=expires_at, **row, **own))
        for name, age in (("gone", timedelta(hours=25)), ("stays", timedelta(hours=23))):
            row = {"account_id": account_id, "key": name, "request_hash": b"x", "created_at": NOW - age}
            await session.execute(insert(IdempotencyKey).values(**row, **own))
    return tenant_id


async def test_expired_sessions_and_old_idempotency_keys_go(database: Database, settings: Settings) -> None:
    tenants = [await tenant_with_rows(database) for _ in range(2)]
    assert await Purge(database, settings.home).purge(NOW) == (2, 2)
    for tenant_id in tenants:
        async with database.tenant(tenant_id) as session:
            assert list(await session.scalars(select(Session.csrf_token))) == ["stays"]
            assert list(await session.scalars(select(IdempotencyKey.key))) == ["stays"]
    assert await Purge(database, settings.home).purge(NOW) == (0, 0)


async def test_a_tenant_whose_rows_cannot_be_deleted_keeps_nobody_elses(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants = [await tenant_with_rows(database) for _ in range(3)]
    whole, faults = identity.purge, Faults()

    async def torn(session: AsyncSession, now: datetime) -> tuple[int, int]:
        if await session.scalar(select(Tenant.id)) == tenants[1]:
            await session.execute(text("SELECT 1 / 0"))
        return await whole(session, now)

    monkeypatch.setattr(identity, "purge", torn)
    assert await Purge(database, settings.home, faults).purge(NOW) == (2, 2)
    (fault,) = faults.report()
    assert (fault["work"], fault["tenant_id"]) == ("purge", str(tenants[1]))
    assert "division by zero" in fault["reason"]
    monkeypatch.undo()
    assert await Purge(database, settings.home, faults).purge(NOW) == (1, 1)
    assert faults.report() == []
