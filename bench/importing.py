"""`./hujiao bench import`: a company's customers come from a file, as `jobs` imports them.

Each row is a name, a mobile number, a grade and a tag: checked, looked for among those who are
known, written with its contacts and the note of who created it. The peer writes the same rows by asyncpg's
`executemany`, without rules, rights and indexes, into one bare table. The time of the import is end to end, from
pressing import to the last row; the check before it is told beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from bench import instance, machine
from bench.sign_in import cpu_seconds
from hujiao.app.cli import output
from hujiao.app.jobs.imports import Imports
from hujiao.customers.imports import files, tables
from hujiao.customers.imports.service import Imports as Service
from hujiao.customers.imports.views import PlanIn
from hujiao.identity.contracts import Principal, Role
from hujiao.identity.rights import RIGHTS
from hujiao.kit import bus as messages
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Tenant

GOAL_ROWS_PER_SECOND = 1_000_000 / 60
HEADINGS = ("姓名", "手机", "等级", "标签")
TARGETS = ("name", "phone", "grade", "tags")
BATCH = 1000
_FAMILY, _GIVEN = "王李张刘陈杨黄赵吴周", "芳伟强敏静丽军洋勇艳"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hujiao bench import", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many (1 000 000)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    with instance.fresh() as settings:
        result = asyncio.run(measure(settings, options.rows))
        result["machine"] = machine.describe(settings)
    machine.keep("import", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def customers(count: int) -> Iterator[tuple[str, str, str, str]]:
    chance = random.Random(7)
    for at in range(count):
        name = chance.choice(_FAMILY) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
        yield name, f"13{at:09}", str(at % 10), "VIP" if at % 3 else "新"


async def measure(settings: Settings, rows: int) -> dict[str, Any]:
    peer = await plain(settings, rows)
    output.say(f"  plain inserts: {rows} rows in {peer:.1f} s")
    database = Database(make_engine(settings.database_url, pool_size=4))
    pool = await ledger_pool(settings.database_ledger_url)
    bus = await messages.connect(settings.nats_url, settings.instance, name="bench")
    try:
        who = await company(database)
        jobs = Imports(database, pool, bus, settings)
        import_id = await sent(settings, database, who, rows)
        secrets = TenantSecrets(settings.secret_key, who.tenant_id)
        columns = [{"target": target} for target in TARGETS]
        async with database.tenant(who.tenant_id) as session:
            plan = PlanIn.model_validate({"columns": columns})
            await Service(session, who, secrets, settings.home).check(import_id, plan)
        check = (await done(settings, jobs)).seconds
        output.say(f"  checked in {check:.1f} s")
        async with database.tenant(who.tenant_id) as session:
            await Service(session, who, secrets, settings.home).run(import_id)
        used = await done(settings, jobs)
        async with database.tenant(who.tenant_id) as session:
            found = await Service(session, who, secrets, settings.home).get(import_id, "en")
    finally:
        await bus.close()
        await pool.close()
        await database.close()
    seconds, rate = used.seconds, rows / used.seconds
    output.say(f"  imported in {seconds:.1f} s, {rate:.0f} rows/s; others waited at most {used.held * 1000:.0f} ms")
    whole = (found.state, found.created, found.refused) == ("done", rows, 0)
    return {
        "ok": whole and rate >= GOAL_ROWS_PER_SECOND,
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rate),
        "check_seconds": round(check, 2),
        "peer_seconds": round(peer, 2),
        "ratio_vs_plain": round(seconds / peer, 2),
        "cpu_us_per_row": {name: round(spent / rows * 1e6, 1) for name, spent in used.cpu.items()},
        "loop_held_ms": round(used.held * 1000),
        "whole": whole,
    }


@dataclass(frozen=True, slots=True)
class Used:
    """How long a work took, the processors' seconds by process, and for how long at most nothing else of the process
    that did it had its turn."""

    seconds: float
    cpu: dict[str, float]
    held: float


async def done(settings: Settings, jobs: Imports) -> Used:
    held = 0.0

    async def watch() -> None:
        nonlocal held
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            held = max(held, time.perf_counter() - before - 0.005)

    watching = asyncio.create_task(watch())
    before, began = spent(settings), time.perf_counter()
    while await jobs.next():
        pass
    seconds = time.perf_counter() - began
    watching.cancel()
    return Used(seconds, {name: after - before[name] for name, after in spent(settings).items()}, held)


def spent(settings: Settings) -> dict[str, float]:
    """The processors' seconds so far: here, where the file is read, and in the database."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "jobs": time.process_time(),
        "reader": children.ru_utime + children.ru_stime,
        "postgres": cpu_seconds(instance.pids(settings)["postgres"]),
    }


async def company(database: Database) -> Principal:
    tenant_id = new_id()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug="import", name="Import"))
    return Principal(
        tenant_id=tenant_id,
        tenant_slug="import",
        tenant_name="Import",
        tenant_kind="customer",
        tenant_language="en",
        tenant_time_zone="Asia/Shanghai",
        shard=0,
        account_id=new_id(),
        login="bench",
        name="Bench",
        role=Role.TENANT_ADMINISTRATOR,
        language=None,
        rights=RIGHTS[Role.TENANT_ADMINISTRATOR],
        projects=None,
        session_id=None,
        csrf_token=None,
        expires_at=None,
    )


async def sent(settings: Settings, database: Database, who: Principal, rows: int) -> UUID:
    """The file, in its place."""
    import_id = new_id()
    path = files.place(settings.home, who.tenant_id, import_id)
    write(path, rows)
    async with database.tenant(who.tenant_id) as session:
        service = Service(session, who, TenantSecrets(settings.secret_key, who.tenant_id), settings.home)
        await service.add(import_id, "customers.csv", path.stat().st_size, tables.head(path), "en", utc_now())
    return import_id


def write(path: Path, rows: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(customers(rows))


async def plain(settings: Settings, rows: int) -> float:
    """The same rows, by batches of INSERT, into a bare table."""
    connection = await asyncpg.connect(settings.database_owner_url)
    try:
        await connection.execute("CREATE TABLE bare (name text, phone text, grade text, tags text)")
        began = time.perf_counter()
        batch: list[tuple[str, str, str, str]] = []
        for row in customers(rows):
            batch.append(row)
            if len(batch) == BATCH:
                await connection.executemany("INSERT INTO bare VALUES ($1, $2, $3, $4)", batch)
                batch.clear()
        await connection.executemany("INSERT INTO bare VALUES ($1, $2, $3, $4)", batch)
        return time.perf_counter() - began
    finally:
        await connection.close()
