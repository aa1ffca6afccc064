"""Alembic: runs as the owner's role, from HUJIAO_MIGRATE_URL or the installation's settings."""

from __future__ import annotations

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from hujiao.app.schema import metadata
from hujiao.kit.db import sqlalchemy_url


def owner_url() -> str:
    url = os.environ.get("HUJIAO_MIGRATE_URL")
    if not url:
        from hujiao.kit.settings import load

        url = load().database_owner_url
    return sqlalchemy_url(url)


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = create_async_engine(owner_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
