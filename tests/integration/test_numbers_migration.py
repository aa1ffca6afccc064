"""Rows of an older version, whose numbers have no one form yet: callers, known callers, access numbers, reports."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from hujiao.embedded import postgres
from hujiao.kit.settings import CHECKOUT, Settings

NAME = "before"
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
A, B, PROJECT, BUSINESS, FLOW, QUEUE = (UUID(int=number) for number in range(1, 7))
CALLERS = ["13800138000", "+8613800138000", "008613800138000", "anonymous", "", "alice", "95001"]
ACCESS = ["20020001", "+20020001", "+8620020001", "95001", "sales"]
KNOWN = ["13700137000", "+8613700137000", "anonymous", "95001"]


async def test_rows_of_an_older_version_get_the_one_form(settings: Settings) -> None:
    server = await asyncpg.connect(postgres.superuser_url(settings))
    await server.execute(f"CREATE DATABASE {NAME} OWNER hujiao_owner")
    superuser = await asyncpg.connect(f"{postgres.superuser_url(settings).rpartition('/')[0]}/{NAME}")
    try:
        await upgraded(settings, before("0015"))
        await old_rows(superuser)
        await upgraded(settings, "0015")
        await checked(superuser)
    finally:
        await superuser.close()
        await server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        await server.close()


def before(revision: str) -> str:
    configuration = Config(str(CHECKOUT / "alembic.ini"))
    configuration.set_main_option("script_location", str(CHECKOUT / "migrations"))
    return str(ScriptDirectory.from_config(configuration).get_revision(revision).down_revision)


async def upgraded(settings: Settings, revision: str) -> None:
    url = f"{settings.database_owner_url.rpartition('/')[0]}/{NAME}"
    command = [sys.executable, "-m", "alembic", "-c", str(CHECKOUT / "alembic.ini"), "upgrade", revision]
    environment = {**os.environ, "HUJIAO_MIGRATE_URL": url, "PYTHONPATH": str(CHECKOUT / "src")}
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


async def insert(connection: Any, table: str, **values: Any) -> None:
    places = ", ".join(f"${at}" for at in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())


async def old_rows(connection: Any) -> None:
    for tenant, zone in ((A, "Asia/Shanghai"), (B, "Europe/London")):
        await insert(connection, "tenant", id=tenant, slug=f"t{tenant.int}", name="T", time_zone=zone)
        own = {"tenant_id": tenant}
        await insert(connection, "project", id=PROJECT, name="P", **own)
        await insert(connection, "business", id=BUSINESS, project_id=PROJECT, name="B", **own)
        await insert(connection, "flow", id=FLOW, project_id=PROJECT, name="F", draft="{}", **own)
        for at, number in enumerate(KNOWN):
            await insert(connection, "known_caller", id=UUID(int=100 + at), number=number, **own)
        for at, caller in enumerate([*CALLERS, "02079460000"]):
            contact = UUID(int=200 + at)
            row = {"medium": "voice", "direction": "inbound", "called": "95001", "started_at": START}
            await insert(connection, "interaction", id=contact, caller=caller, **row, **own)
            for ordinal, kind in enumerate(("flow", "queue", "agent", "queue")):
                row = {"interaction_id": contact, "ordinal": ordinal, "kind": kind, "queue_id": QUEUE}
                began = START + timedelta(minutes=ordinal)
                await insert(
                    connection, "segment", id=UUID(int=1000 + 10 * at + ordinal), started_at=began, **row, **own
                )
        row = {"queue_id": QUEUE, "starts_at": START, "offered": 9, "abandoned": 5, "short_abandoned": 2}
        await insert(connection, "queue_interval", **row, **own)
    for at, number in enumerate(ACCESS):
        row = {"flow_id": FLOW, "project_id": PROJECT, "business_id": BUSINESS, "number": number}
        await insert(connection, "access_number", id=UUID(int=300 + at), tenant_id=(A, B)[at % 2], **row)


async def checked(connection: Any) -> None:
    rows = await connection.fetch("SELECT caller, caller_key FROM interaction WHERE tenant_id = $1 ORDER BY id", A)
    mobile = "+8613800138000"
    assert [tuple(row) for row in rows[:7]] == [
        *((caller, mobile) for caller in CALLERS[:3]), ("", ""), ("", ""), ("alice", "alice"), ("95001", "+8695001"),
    ]  # fmt: skip
    british = "SELECT caller_key FROM interaction WHERE tenant_id = $1 AND caller = '02079460000'"
    assert await connection.fetchval(british, B) == "+442079460000"
    known = await connection.fetch("SELECT number, key FROM known_caller WHERE tenant_id = $1 ORDER BY id", A)
    assert [tuple(row) for row in known] == [
        ("13700137000", "+8613700137000"),
        ("+8613700137000", f"+8613700137000 {UUID(int=101)}"),
        ("anonymous", "anonymous"),
        ("95001", "+8695001"),
    ]
    access = await connection.fetch("SELECT number, bare, canonical FROM access_number ORDER BY id")
    assert [row["number"] for row in access] == ACCESS, "calls find them by what is dialled, as before"
    assert access[0]["bare"] == "20020001" and access[1]["bare"] != "20020001"
    assert access[0]["canonical"] == "+8620020001" and access[2]["canonical"] != "+8620020001"
    counted = await connection.fetch(
        "SELECT ordinal, kind, count(*) AS many FROM segment WHERE counted GROUP BY ordinal, kind"
    )
    assert [tuple(row) for row in counted] == [(1, "queue", 2 * (len(CALLERS) + 1))], "each contact once"
    assert await connection.fetchval("SELECT sum(abandoned) FROM queue_interval") == 6
    forced = "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname = ANY($1)"
    tables = ["tenant", "interaction", "segment", "queue_interval", "known_caller", "access_number"]
    assert await connection.fetchval(forced, tables)
