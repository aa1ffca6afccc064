"""Temporary skills of an older version that run while it is updated: they go on as adjustments."""

from __future__ import annotations

import json
from uuid import UUID

import asyncpg
import msgspec

from hujiao.agents.contracts import AgentState
from hujiao.embedded import postgres
from hujiao.kit.settings import Settings
from tests.integration.test_numbers_migration import NAME, START, A, before, insert, upgraded

ACCOUNT, AGENT, IDLE, SKILL, GIVEN = (UUID(int=number) for number in range(11, 16))


async def test_what_runs_goes_on(settings: Settings) -> None:
    server = await asyncpg.connect(postgres.superuser_url(settings))
    await server.execute(f"CREATE DATABASE {NAME} OWNER hujiao_owner")
    superuser = await asyncpg.connect(f"{postgres.superuser_url(settings).rpartition('/')[0]}/{NAME}")
    try:
        await upgraded(settings, before("0045"))
        await _old_rows(superuser)
        await upgraded(settings, "0045")
        row = await superuser.fetchrow("SELECT kind, subject, level, for_good FROM adjustment")
        assert tuple(row) == ("skill", str(SKILL), 4, False)
        states = dict(await superuser.fetch("SELECT agent_id, state FROM agent_live"))
        (kept,) = msgspec.json.decode(states[AGENT], type=AgentState).adjustments
        assert (kept.id, kept.kind, kept.subject, kept.level) == (GIVEN, "skill", str(SKILL), 4)
        assert msgspec.json.decode(states[IDLE], type=AgentState).adjustments == ()
    finally:
        await superuser.close()
        await server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        await server.close()


async def _old_rows(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await insert(connection, "tenant", id=A, slug="a", name="T")
    for agent, account in ((AGENT, ACCOUNT), (IDLE, UUID(int=20))):
        person = {"login": str(account.int), "name": "P", "role": "agent", "password_hash": "x"}
        await insert(connection, "account", id=account, tenant_id=A, **person)
        sip = {"number": str(agent.int), "sip_user": f"a{agent.int}"}
        await insert(connection, "agent", id=agent, tenant_id=A, account_id=account, **sip)
        given = {"id": str(GIVEN), "skill_id": str(SKILL), "level": 4, "given_by": str(ACCOUNT)}
        skills = [given | {"given_at": START.isoformat()}] if agent == AGENT else None
        state = {"agent_id": str(agent), "since": START.isoformat(), "state": "available"}
        state |= {"temporary": skills} if skills else {}
        await insert(connection, "agent_live", tenant_id=A, agent_id=agent, state=json.dumps(state))
    row = {"id": GIVEN, "agent_id": AGENT, "skill_id": SKILL, "level": 4, "given_by": ACCOUNT, "given_at": START}
    await insert(connection, "temporary_skill", tenant_id=A, **row)
