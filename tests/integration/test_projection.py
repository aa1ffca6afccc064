"""The projector against real PostgreSQL: it writes what has changed, and what it wrote can be computed again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest
from sqlalchemy import insert

from hujiao.app.events import KINDS
from hujiao.app.jobs import projector as projecting
from hujiao.app.jobs.projector import Projector
from hujiao.interactions import service as interactions
from hujiao.kit.db import Database
from hujiao.kit.events import flaws
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Tenant

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Said: TypeAlias = tuple[str, UUID, UUID | None, dict[str, Any]]
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TABLES = {"interaction": "id", "segment": "id", "queue_interval": "queue_id, starts_at"}


class Calls:
    """A tenant's ledger; `say` adds what happened a second after what was said before."""

    def __init__(self, pool: Pool, tenant_id: UUID) -> None:
        self.pool = pool
        self.tenant_id = tenant_id
        self.seq = 0

    async def say(self, *events: Said) -> None:
        for kind, _, _, data in events:
            assert list(flaws(KINDS, kind, data)) == []
        rows = []
        for kind, call, agent, data in events:
            self.seq += 1
            at = START + timedelta(seconds=self.seq)
            rows.append((self.tenant_id, self.seq, at, kind, call, agent, msgspec.json.encode(data).decode()))
        await self.pool.executemany(
            "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            rows,
        )

    async def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {
            table: [
                dict(row)
                for row in await self.pool.fetch(
                    f"SELECT * FROM {table} WHERE tenant_id = $1 ORDER BY {key}", self.tenant_id
                )
            ]
            for table, key in TABLES.items()
        }

    async def versions(self) -> dict[str, str]:
        """Which transaction wrote each row, by what the row is."""
        rows = await self.pool.fetch(
            "SELECT 'interaction' AS name, xmin::text AS by FROM interaction WHERE tenant_id = $1 UNION ALL"
            " SELECT ordinal || ' ' || kind, xmin::text FROM segment WHERE tenant_id = $1",
            self.tenant_id,
        )
        return {row["name"]: row["by"] for row in rows}


@pytest.fixture
async def calls(database: Database, ledger: Pool) -> Calls:
    tenant = new_id()
    async with database.tenant(tenant) as session:
        await session.execute(insert(Tenant).values(id=tenant, slug=f"facts-{tenant.hex[-12:]}", name="Facts"))
    return Calls(ledger, tenant)


def parts(call: UUID, queue: UUID, agent: UUID) -> dict[str, list[Said]]:
    of = {"queue_id": queue}
    return {
        "arrives": [
            ("interaction.started", call, None, {"caller": "138", "called": "95001"}),
            ("flow.entered", call, None, {"flow_id": new_id(), "version": 1}),
        ],
        "waits": [("queue.entered", call, None, {**of, "service_level_seconds": 20, "short_abandon_seconds": 5})],
        "is offered": [("offer.ringing", call, agent, {})],
        "talks": [
            ("queue.left", call, None, {**of, "outcome": "answered", "wait_seconds": 4.0}),
            ("agent.connected", call, agent, {**of, "ring_seconds": 2.0}),
        ],
        "is held": [("agent.held", call, agent, {"by": "desktop"})],
        "gives up": [("queue.left", call, None, {**of, "outcome": "abandoned", "wait_seconds": 9.5})],
        "leaves": [
            ("agent.disconnected", call, agent, {**of, "by": "agent", "talk_seconds": 33.3, "hold_seconds": 0.1})
        ],
        "ends": [
            ("interaction.ended", call, None, {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"})
        ],
        "is written up": [
            ("wrap_up.completed", call, agent, {"wrap_up_seconds": 5.0, "automatic": False, "note": "“好” \\u0000 {}"})
        ],
    }


async def test_only_rows_that_differ_are_written(calls: Calls, ledger: Pool) -> None:
    projector, call, queue, agent = Projector(ledger), new_id(), new_id(), new_id()
    said = parts(call, queue, agent)
    written: dict[str, str] = {}

    async def after(name: str) -> set[str]:
        """Which rows what happened has changed."""
        nonlocal written
        await calls.say(*said[name])
        await projector.catch_up()
        now = await calls.versions()
        changed = {row for row, by in now.items() if written.get(row) != by}
        written = now
        return changed

    assert await after("arrives") == {"interaction", "0 flow"}
    assert await after("waits") == {"interaction", "0 flow", "1 queue"}
    assert await after("is offered") == set()
    assert await after("talks") == {"interaction", "1 queue", "2 agent"}
    assert await after("is held") == set()
    assert await after("leaves") == {"interaction", "2 agent"}
    assert await after("ends") == {"interaction"}
    assert await after("is written up") == {"interaction", "2 agent"}


WAYS = (
    ("arrives", "waits", "is offered", "talks", "is held", "leaves", "ends", "is written up"),
    ("arrives", "waits", "gives up", "ends"),
    ("arrives", "ends"),
    ("arrives", "waits", "talks", "leaves", "waits", "talks", "leaves", "ends", "is written up"),
    ("arrives", "waits"),
)


@pytest.mark.parametrize("seed", range(8))
async def test_however_it_was_projected_it_comes_out_the_same_again(
    calls: Calls, ledger: Pool, settings: Settings, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Calls mixed at random, in stretches of random length; then all of it in one."""
    chance = random.Random(seed)
    queues, agents = [new_id() for _ in range(2)], [new_id() for _ in range(3)]
    left = []
    for _ in range(6):
        said = parts(new_id(), chance.choice(queues), chance.choice(agents))
        left.append([said[name] for name in chance.choice(WAYS)])
    projector = Projector(ledger)
    while left:
        monkeypatch.setattr(projecting, "EVENTS_AT_ONCE", chance.randint(1, 5))
        one = chance.choice(left)
        await calls.say(*one.pop(0))
        left = [of for of in left if of]
        if chance.random() < 0.5:
            await projector.catch_up()
    await projector.catch_up()
    before = await calls.tables()
    assert before["segment"] and before["queue_interval"]
    await forget(settings, calls.tenant_id)
    assert not any((await calls.tables()).values())
    monkeypatch.setattr(projecting, "EVENTS_AT_ONCE", 2000)
    await projector.catch_up()
    again = await calls.tables()
    sums, summed = again.pop("queue_interval"), before.pop("queue_interval")
    assert again == before
    assert [list(row.values()) for row in sums] == [
        [pytest.approx(value) if isinstance(value, float) else value for value in row.values()] for row in summed
    ], "in another order of summands"


async def forget(settings: Settings, tenant: UUID) -> None:
    """As the owner: everything that was folded, and how far."""
    connection = await asyncpg.connect(settings.database_owner_url)
    try:
        await connection.execute("SELECT set_config('hujiao.tenant', $1, false)", str(tenant))
        for table in ("segment", "interaction", "queue_interval", "projection"):
            await connection.execute(f"DELETE FROM {table} WHERE tenant_id = $1", tenant)
    finally:
        await connection.close()


async def test_whom_supervisors_heard(calls: Calls, database: Database, ledger: Pool) -> None:
    """Those who talked while a supervisor was there: not who came before or after, nor the supervisor as an agent."""
    call, first, second, boss = (new_id() for _ in range(4))
    of_first, of_second = (parts(call, new_id(), agent) for agent in (first, second))

    def comes(leg: str, supervisor: UUID = boss) -> Said:
        return "supervision.answered", call, None, {"leg_id": leg, "with_agent": supervisor, "number": ""}

    def goes(leg: str, supervisor: UUID = boss) -> Said:
        of = {"leg_id": leg, "with_agent": supervisor, "number": "", "talk_seconds": 1.0}
        return "supervision.ended", call, None, of

    await calls.say(*of_first["arrives"], *of_first["waits"], comes("before"), goes("before"), *of_first["talks"])
    await calls.say(comes("both"), comes("own", first), *of_first["leaves"], goes("own", first))
    await calls.say(*of_first["waits"], comes("between"), goes("between"), *of_second["talks"])
    later = START + timedelta(seconds=calls.seq + 1)
    await calls.say(comes("still"), goes("both"), *of_second["leaves"])
    await Projector(ledger).catch_up()

    async def heard(since: datetime, tenant_id: UUID = calls.tenant_id) -> dict[UUID, int]:
        async with database.tenant(tenant_id) as session:
            found = await interactions.heard(session, since, START + timedelta(hours=1))
        return {agent: times for agent, (times, _) in found.items()}

    assert await heard(START) == {first: 1, second: 2}
    assert await heard(later) == {second: 1}
    assert await heard(START, new_id()) == {}
