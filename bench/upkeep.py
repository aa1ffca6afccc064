"""`./hujiao bench upkeep`: what follows a call and a change of the configuration, off the call's path.

Two figures, each against doing everything anew in the same run:
  projecting   calls in several bursts, as `jobs` meets them; peer: every row of a touched interaction is written
  change       one of many tenants changes; peers: the numbers of all tenants, every version of its flows
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import select

from bench import instance, machine, processes
from hujiao.app.cli import output
from hujiao.app.jobs import projector as projecting
from hujiao.app.jobs.fact_rows import Rows
from hujiao.app.jobs.projector import Projector
from hujiao.app.runtime import config
from hujiao.app.runtime.routes import Routes
from hujiao.calls.numbers import forms
from hujiao.flows.models import AccessNumber, Flow, FlowVersion
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Business, Project, Tenant

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AT_ONCE = 50  # calls that begin with each burst
BURSTS_OF_A_CALL = (0, 1, 2, 12, 15)  # when its events come: arrival, queue, talk, its end, written up


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hujiao bench upkeep", description=__doc__)
    parser.add_argument("--calls", type=int, default=2000, help="calls that are projected (2000)")
    parser.add_argument("--tenants", type=int, default=200, help="tenants besides the one that changes (200)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    with instance.fresh() as settings:
        result = asyncio.run(measure(settings, options.calls, options.tenants))
        result["machine"] = machine.describe(settings)
    machine.keep("upkeep", result)
    output.result(result, as_json=options.json)
    return 0


async def measure(settings: Settings, calls: int, tenants: int) -> dict[str, Any]:
    arms = {"what_changed": _as_it_is, "every_row": _every_row}
    found: dict[str, Any] = {}
    for name, prepare in arms.items():
        found[name] = await project(settings, name, calls, prepare)
        output.say(f"  projecting, {name.replace('_', ' ')}: {found[name]}")
    changed = await change(settings, tenants)
    output.say(f"  a change among {tenants} tenants: {changed}")
    return {"ok": True, "projecting": found, "change": changed}


# ── projecting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_it_is() -> Callable[[], None]:
    return lambda: None


def _every_row() -> Callable[[], None]:
    """Whatever was there before, it is not what is there now."""
    rows, calls = projecting.rows, [0]

    def every(facts: Any) -> Any:
        calls[0] += 1
        return Rows() if calls[0] % 2 else rows(facts)  # before, after, before, …

    projecting.rows = every

    def undo() -> None:
        projecting.rows = rows

    return undo


async def project(
    settings: Settings, slug: str, calls: int, prepare: Callable[[], Callable[[], None]]
) -> dict[str, Any]:
    """Per call: CPU of the two processes, bytes of WAL, rows written; and events a second."""
    tenant_id = await tenant(settings, slug)
    pool = await ledger_pool(settings.database_ledger_url, size=1)
    postgres = {"postgres": instance.pids(settings)["postgres"]}
    bursts = _bursts(calls)
    undo = prepare()
    projector, spent, used, wal, rows, events, seq = Projector(pool), 0.0, [0.0, 0.0], 0, 0, 0, 0
    try:
        for burst in bursts:
            await _write(pool, tenant_id, burst, seq + 1)
            seq, events = seq + len(burst), events + len(burst)
            before = await _state(pool), processes.cpu_ms(postgres)["postgres"], time.process_time(), time.monotonic()
            await projector.catch_up()
            spent += time.monotonic() - before[3]
            used[0] += (time.process_time() - before[2]) * 1000
            used[1] += processes.cpu_ms(postgres)["postgres"] - before[1]
            after = await _state(pool)
            wal, rows = wal + after[0] - before[0][0], rows + after[1] - before[0][1]
    finally:
        undo()
        await pool.close()
    return {
        "calls": calls,
        "events": events,
        "events_per_second": round(events / spent),
        "rows_per_call": round(rows / calls, 2),
        "wal_bytes_per_call": round(wal / calls),
        "cpu_ms_per_call": {"jobs": round(used[0] / calls, 3), "postgres": round(used[1] / calls, 3)},
    }


async def _state(pool: asyncpg.Pool[asyncpg.Record]) -> tuple[int, int]:
    """Bytes of WAL so far, and rows written to the two tables."""
    await pool.execute("SELECT pg_stat_force_next_flush()")
    row = await pool.fetchrow(
        "SELECT pg_current_wal_insert_lsn() - '0/0' AS wal, (SELECT sum(n_tup_ins + n_tup_upd) FROM"
        " pg_stat_user_tables WHERE relname IN ('interaction', 'segment')) AS rows"
    )
    assert row is not None
    return int(row["wal"]), int(row["rows"])


Event = tuple[datetime, str, UUID, UUID | None, dict[str, Any]]


def _bursts(calls: int) -> list[list[Event]]:
    bursts: list[list[Event]] = [[] for _ in range(-(-calls // AT_ONCE) + BURSTS_OF_A_CALL[-1] + 1)]
    queue, agents = new_id(), [new_id() for _ in range(AT_ONCE)]
    for number in range(calls):
        call, first = new_id(), number // AT_ONCE
        for part, after in zip(_call(queue), BURSTS_OF_A_CALL, strict=True):
            at = START + timedelta(seconds=first + after)
            agent = agents[number % AT_ONCE]
            bursts[first + after] += [
                (at, kind, call, agent if kind.startswith(("offer", "agent", "wrap_up")) else None, data)
                for kind, data in part
            ]
    return bursts


def _call(queue: UUID) -> list[list[tuple[str, dict[str, Any]]]]:
    """What a short recorded call through a flow and a queue says, in the parts in which it comes."""
    of, recording = {"queue_id": queue}, {"recording_id": new_id()}
    caller = {"caller": "13800138000", "caller_key": "+8613800138000", "called": "95001", "language": "zh-CN"}
    node = {"node": "menu", "type": "menu", "label": "Menu"}
    why = {"chosen": "agent", "reason": "longest_idle", "among": 5, "ring": 0, "values": {"idle": 30.0}, "over": None}
    return [
        [
            ("interaction.started", {**caller, "medium": "voice", "direction": "inbound", "flow_version": 1}),
            ("flow.entered", {"flow_id": new_id(), "version": 1}),
            ("flow.node", node),
            ("interaction.answered", {}),
            ("flow.node", node),
        ],
        [
            ("flow.key", {"node": "menu", "keys": "1"}),
            ("flow.node", node),
            ("queue.entered", {**of, "service_level_seconds": 20, "short_abandon_seconds": 5}),
            ("offer.made", {**of, "leg_id": "agent", **why}),
            ("offer.ringing", {}),
        ],
        [
            ("offer.accepted", {**of, "ring_seconds": 1.0}),
            ("queue.left", {**of, "outcome": "answered", "wait_seconds": 1.0}),
            ("agent.connected", {**of, "ring_seconds": 1.0}),
            ("recording.started", recording),
        ],
        [
            ("agent.disconnected", {**of, "by": "customer", "talk_seconds": 10.0, "hold_seconds": 0.0}),
            ("recording.stopped", recording),
            ("wrap_up.started", {"until": START}),
            ("interaction.ended", {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"}),
        ],
        [("wrap_up.completed", {"wrap_up_seconds": 3.0, "automatic": False, "note": "done"})],
    ]


async def _write(pool: asyncpg.Pool[asyncpg.Record], tenant_id: UUID, burst: list[Event], first: int) -> None:
    await pool.executemany(
        "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (tenant_id, seq, at, kind, call, agent, msgspec.json.encode(data).decode())
            for seq, (at, kind, call, agent, data) in enumerate(burst, first)
        ],
    )


# ── a change ─────────────────────────────────────────────────────────────────────────────────────────────────────────

NUMBERS, FLOWS, VERSIONS, STEPS, TIMES = 20, 20, 30, 20, 20


async def change(settings: Settings, tenants: int) -> dict[str, Any]:
    """Milliseconds to take one up, and how long everything anew takes."""
    database = Database(make_engine(settings.database_url, pool_size=2))
    try:
        for number in range(tenants):
            await tenant(settings, f"many-{number}", numbers=range(number * NUMBERS, (number + 1) * NUMBERS))
        one = await tenant(settings, "one", numbers=range(10**6, 10**6 + NUMBERS), versions=VERSIONS)
        routes = Routes(database)
        await routes.load()

        async def versions() -> None:
            async with database.tenant(one) as session:
                for row in await session.scalars(select(FlowVersion)):
                    config._readable(row)

        return {
            "tenants": tenants,
            "numbers": tenants * NUMBERS,
            "flow_versions": FLOWS * VERSIONS,
            "numbers_of_the_tenant_ms": await _took(lambda: routes.changed(one)),
            "numbers_of_all_ms": await _took(routes.load),
            "configuration_ms": await _took(lambda: config.load(database, one)),
            "every_version_of_its_flows_ms": await _took(versions),
        }
    finally:
        await database.close()


async def _took(work: Callable[[], Awaitable[Any]]) -> float:
    """The median of some times, in ms."""
    times = []
    for _ in range(TIMES):
        began = time.monotonic()
        await work()
        times.append((time.monotonic() - began) * 1000)
    return round(sorted(times)[TIMES // 2], 2)


async def tenant(settings: Settings, slug: str, numbers: Sequence[int] = (), versions: int = 1) -> UUID:
    """A tenant with these numbers, spread over its flows."""
    database = Database(make_engine(settings.database_url, pool_size=1))
    tenant_id, project_id, business_id = new_id(), new_id(), new_id()
    common = {"tenant_id": tenant_id}
    steps: dict[str, Any] = {
        f"n{at}": {"type": "set", "values": {"at": str(at)}, "next": f"n{at + 1}"} for at in range(STEPS)
    }
    document = {"version": 1, "start": "n0", "nodes": {**steps, f"n{STEPS}": {"type": "hang_up"}}}
    try:
        async with database.tenant(tenant_id) as session:
            session.add(Tenant(id=tenant_id, slug=slug.replace("_", "-"), name=slug, language="en", time_zone="UTC"))
            await session.flush()
            session.add(Project(id=project_id, name="Bench", **common))
            await session.flush()
            session.add(Business(id=business_id, project_id=project_id, name="Bench", **common))
            flows = [new_id() for _ in range(FLOWS if versions > 1 else 1)]
            for flow_id in flows:
                session.add(
                    Flow(id=flow_id, name=str(flow_id), project_id=project_id, draft=document,
                         published_version=versions, **common)
                )  # fmt: skip
            await session.flush()
            session.add_all(
                FlowVersion(flow_id=flow_id, version=version + 1, document=document, **common)
                for flow_id in flows
                for version in range(versions)
            )
            session.add_all(
                AccessNumber(
                    number=f"4{number:09}",
                    flow_id=flows[number % len(flows)],
                    project_id=project_id,
                    business_id=business_id,
                    **forms(f"4{number:09}", "CN"),
                    **common,
                )
                for number in numbers
            )
    finally:
        await database.close()
    return tenant_id
