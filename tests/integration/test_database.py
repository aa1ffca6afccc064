"""What the database itself refuses, whatever the application asks."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from hujiao.app.schema import metadata
from hujiao.kit.bus import Subjects
from hujiao.kit.db import Database, sqlalchemy_url
from hujiao.kit.settings import Settings
from tests.integration.world import World

INSTALLATION_WIDE = {"alembic_version", "shard_lease", "throttle_bucket"}
LOOKUPS = {
    "lookup_tenants",
    "lookup_access_number",
    "lookup_access_numbers",
    "lookup_phones",
    "lookup_session",
    "lookup_token",
    "lookup_chat",
    "lookup_chat_entry",
    "lookup_wallboard_link",
    "search_customers",
}
# How each subject keeps tenants apart: by the tenant in it or in the message, or it carries nothing of a tenant.
SUBJECTS = {
    "health": "nothing",
    "command": "message",
    "snapshot": "message",
    "explain": "message",
    "helpers": "message",
    "holder": "nothing",
    "runtime": "nothing",
    "live": "subject",
    "bulletins": "subject",
    "alarms": "subject",
    "next_calls": "subject",
    "chat": "subject",
    "screens": "subject",
    "screen": "subject",
    "config": "subject",
    "settings": "subject",
    "node": "nothing",
    "jobs": "message",
    "session_ended": "nothing",
}


async def test_models_and_migrations_agree(settings: Settings) -> None:
    engine = create_async_engine(sqlalchemy_url(settings.database_owner_url))

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def tables(settings: Settings) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(settings.database_owner_url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()
    return rows


async def test_every_table_is_forced_to_row_level_security(settings: Settings) -> None:
    for row in await tables(settings):
        if row["relname"] not in INSTALLATION_WIDE:
            assert row["relrowsecurity"] and row["relforcerowsecurity"], row["relname"]


async def test_the_applications_roles_own_nothing_and_bypass_nothing(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_owner_url)
    try:
        roles = await connection.fetch(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
            " WHERE rolname IN ('hujiao_app', 'hujiao_ledger', 'hujiao_lookup')"
        )
        owned = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relowner IN"
            " (SELECT oid FROM pg_roles WHERE rolname IN ('hujiao_app', 'hujiao_ledger'))"
        )
        definers = await connection.fetch(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()
    assert len(roles) == 3
    for role in roles:
        assert not (role["rolsuper"] or role["rolbypassrls"] or role["rolcreaterole"]), role["rolname"]
    assert owned == []
    assert {row["proname"] for row in definers} == LOOKUPS


async def test_without_a_tenant_there_is_nothing(world: World, database: Database, settings: Settings) -> None:
    async with database.lookup() as session:
        for row in await tables(settings):
            if row["relname"] in INSTALLATION_WIDE:
                continue
            count = await session.scalar(text(f"SELECT count(*) FROM {row['relname']}"))
            assert count == 0, row["relname"]


async def test_inside_a_tenant_there_is_nothing_of_another(
    world: World, database: Database, settings: Settings
) -> None:
    seen = 0
    async with database.tenant(UUID(world.b.tenant_id)) as session:
        for row in await tables(settings):
            if row["relname"] in INSTALLATION_WIDE:
                continue
            column = "id" if row["relname"] == "tenant" else "tenant_id"
            owners = await session.execute(text(f"SELECT DISTINCT {column} FROM {row['relname']}"))
            found = {owner for (owner,) in owners}
            assert found <= {UUID(world.b.tenant_id)}, row["relname"]
            seen += len(found)
    assert seen > 15, "the tenant does have rows"


async def test_nobody_writes_into_another_tenant(world: World, database: Database) -> None:
    theirs, ours = UUID(world.a.tenant_id), UUID(world.b.tenant_id)
    for statement in (
        "INSERT INTO skill (tenant_id, id, name) VALUES (:theirs, gen_random_uuid(), 'x')",
        "UPDATE skill SET tenant_id = :theirs",
    ):
        with pytest.raises(Exception, match="row-level security"):
            async with database.tenant(ours) as session:
                await session.execute(text(statement), {"theirs": theirs})
    async with database.tenant(ours) as session:
        done = await session.execute(
            text("DELETE FROM session WHERE tenant_id = :theirs RETURNING id"), {"theirs": theirs}
        )
        assert done.all() == []


async def test_no_row_points_at_another_tenants(world: World, database: Database) -> None:
    with pytest.raises(Exception, match="foreign key"):
        async with database.tenant(UUID(world.b.tenant_id)) as session:
            await session.execute(
                text("UPDATE queue SET project_id = :theirs"), {"theirs": UUID(world.a.ids["project"])}
            )


async def test_the_ledgers_role_writes_interactions_and_nothing_else(
    world: World, ledger: asyncpg.Pool[asyncpg.Record], settings: Settings
) -> None:
    for statement in (
        "UPDATE account SET role = 'tenant_administrator'",
        "DELETE FROM queue",
        "UPDATE tenant SET suspended_at = now()",
        "DELETE FROM ledger_event",
        "UPDATE ledger_event SET kind = 'x'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ledger.execute(statement)


async def test_the_application_does_not_write_the_ledger(world: World, database: Database) -> None:
    for table in (
        "ledger_event",
        "interaction",
        "segment",
        "recording",
        "queue_interval",
        "agent_live",
        "projection",
        "adjustment",
        "blend_live",
        "chat_conversation",
        "chat_message",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with database.tenant(UUID(world.a.tenant_id)) as session:
                await session.execute(text(f"DELETE FROM {table}"))


def test_every_subject_says_how_it_keeps_tenants_apart() -> None:
    subjects = Subjects("x")
    assert {name for name in dir(subjects) if not name.startswith("_") and name != "root"} == SUBJECTS.keys()
    for name, how in SUBJECTS.items():
        if how == "subject":
            more = ("agent-id",) if name == "screen" else ()
            assert "tenant-id" in getattr(subjects, name)("tenant-id", *more)
