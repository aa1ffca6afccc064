"""The process `runtime`."""

from __future__ import annotations

import asyncio
from functools import partial

from hujiao.app.runtime.runtime import Runtime
from hujiao.kit import bus, log, tasks
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.expressions import use_sandbox
from hujiao.kit.sandbox import Sandbox
from hujiao.kit.settings import Settings


def main(settings: Settings, name: str = "runtime") -> int:
    log.configure(name)
    return tasks.run(partial(serve, settings, name))


async def serve(settings: Settings, name: str, stop: asyncio.Event) -> None:
    sandbox = Sandbox()
    await asyncio.to_thread(sandbox.start)
    use_sandbox(sandbox)
    database = Database(make_engine(settings.database_url, pool_size=4))
    pool = await ledger_pool(settings.database_ledger_url, size=4)
    connection = await bus.connect(settings.nats_url, settings.instance, name=name)
    try:
        await Runtime(settings, database, pool, connection, name).run(stop)
    finally:
        await connection.close()
        await pool.close()
        await database.close()
        sandbox.close()
