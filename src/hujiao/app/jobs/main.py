"""The process `jobs`: what need not be done while a caller waits: projecting, recordings, speech, trials,
purging."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import structlog
import uvloop

from hujiao.app.jobs.projector import Projector
from hujiao.app.jobs.purge import Purge
from hujiao.app.jobs.speech import Speech
from hujiao.app.jobs.trials import Trials
from hujiao.kit import bus as messages
from hujiao.kit import log as logging
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.settings import Settings
from hujiao.recordings.audio import Format
from hujiao.recordings.pipeline import Pipeline
from hujiao.tenancy import service as tenancy

log = structlog.get_logger()


def main(settings: Settings) -> int:
    logging.configure("jobs")
    uvloop.run(serve(settings))
    return 0


async def serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with AsyncExitStack() as resources:
        database = Database(make_engine(settings.database_url, pool_size=2))
        resources.push_async_callback(database.close)
        pool = await resources.enter_async_context(await ledger_pool(settings.database_ledger_url, size=6))
        bus = await messages.connect(settings.nats_url, settings.instance, name="jobs")
        resources.push_async_callback(bus.close)

        async def form_of(tenant_id: UUID) -> Format:
            async with database.tenant(tenant_id) as session:
                return (await tenancy.settings(session, tenant_id)).recording_format

        projector = Projector(pool)
        pipeline = Pipeline(pool, settings, form_of)
        trials = Trials(database)
        speech = Speech(settings)
        resources.push_async_callback(speech.close)

        async def woken(_: Any) -> None:
            projector.wake()
            pipeline.wake()

        async def trial_begun(_: Any) -> None:
            trials.wake()

        def detail() -> dict[str, Any]:
            return {"recordings_done": pipeline.done, "recordings_failed": pipeline.failed, "speech": speech.state()}

        await bus.subscribe(bus.subjects.jobs("wake"), woken)
        await bus.subscribe(bus.subjects.jobs("trial"), trial_begun)
        await bus.serve(bus.subjects.jobs("speech"), speech.answer, queue="jobs")
        await bus.serve_health("jobs", detail)
        log.info("started")
        await _until(stop, projector.run(), pipeline.run(), trials.run(), Purge(database).run())
        log.info("stopped")


async def _until(stop: asyncio.Event, *work: Any) -> None:
    """Run until told to stop; what is half done is rolled back and done again by the next process."""
    tasks = [asyncio.ensure_future(item) for item in work]
    stopping = asyncio.create_task(stop.wait())
    try:
        finished, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            task.result()  # a loop that ends by itself has failed: the supervisor starts us anew
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
