"""Known callers of an older version are customers afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from hujiao.embedded import postgres
from hujiao.kit.settings import Settings
from tests.integration.test_numbers_migration import before, insert, upgraded

NAME = "before"
A, ACCOUNT, AGENT = (UUID(int=number) for number in range(1, 4))
KNOWN = [
    ("13700137000", "+8613700137000"),
    ("+8613700137000", f"+8613700137000 {UUID(int=101)}"),
    ("95001", "+8695001"),
]


async def test_known_callers_become_customers(settings: Settings) -> None:
    server = await asyncpg.connect(postgres.superuser_url(settings))
    await server.execute(f"CREATE DATABASE {NAME} OWNER hujiao_owner")
    superuser = await asyncpg.connect(f"{postgres.superuser_url(settings).rpartition('/')[0]}/{NAME}")
    try:
        await upgraded(settings, before("0027"))
        await old_rows(superuser)
        await upgraded(settings, "0027")
        rows = await superuser.fetch(
            "SELECT c.id, c.name, c.grade, c.agent_id, p.kind, p.value, p.key FROM customer c"
            " JOIN contact_point p ON p.customer_id = c.id AND p.tenant_id = c.tenant_id ORDER BY c.id"
        )
        assert [tuple(row) for row in rows] == [
            (UUID(int=100), "N0", 0, AGENT, "phone", "13700137000", "+8613700137000"),
            (UUID(int=101), "N1", 1, AGENT, "phone", "+8613700137000", "+8613700137000"),
            (UUID(int=102), "N2", 2, AGENT, "phone", "95001", "+8695001"),
        ]
        forced = "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname = ANY($1)"
        assert await superuser.fetchval(forced, ["customer", "contact_point"])
        assert await superuser.fetchval("SELECT to_regclass('known_caller')") is None
    finally:
        await superuser.close()
        await server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        await server.close()


async def old_rows(connection: Any) -> None:
    own = {"tenant_id": A}
    await insert(connection, "tenant", id=A, slug="t", name="T")
    await insert(connection, "account", id=ACCOUNT, login="l", name="N", role="agent", password_hash="x", **own)
    await insert(connection, "agent", id=AGENT, account_id=ACCOUNT, number="1", sip_user="u", **own)
    for at, (number, key) in enumerate(KNOWN):
        known = {"id": UUID(int=100 + at), "number": number, "key": key, "name": f"N{at}", "grade": at}
        await insert(connection, "known_caller", agent_id=AGENT, **known, **own)
