"""The process `runtime`."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from hujiao.app.runtime.runtime import Runtime
from hujiao.kit import bus, log
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.expressions import use_sandbox
from hujiao.kit.sandbox import Sandbox
from hujiao.kit.settings import Settings


def main(settings: Settings, name: str = "runtime") -> int:
    log.configure(name)
    uvloop.run(serve(settings, name))
    return 0


async def serve(settings: Settings, name: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
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
