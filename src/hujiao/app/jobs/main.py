"""The process `jobs`: what need not be done while a caller waits: projecting, recordings, speech, trials,
imports, alarms, purging."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from hujiao.app.jobs.alarms import Alarms
from hujiao.app.jobs.imports import Imports
from hujiao.app.jobs.projector import Projector
from hujiao.app.jobs.purge import Purge
from hujiao.app.jobs.speech import Speech
from hujiao.app.jobs.trials import Trials
from hujiao.app.realtime.hub import Hub
from hujiao.kit import bus as messages
from hujiao.kit import log as logging
from hujiao.kit import tasks
from hujiao.kit.db import Database, ledger_pool, make_engine
from hujiao.kit.faults import Faults
from hujiao.kit.settings import Settings
from hujiao.recordings.audio import Format
from hujiao.recordings.pipeline import Pipeline
from hujiao.tenancy import service as tenancy

log = structlog.get_logger()


def main(settings: Settings) -> int:
    logging.configure("jobs")
    return tasks.run(partial(serve, settings))


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as resources:
        database = Database(make_engine(settings.database_url, pool_size=4))
        resources.push_async_callback(database.close)
        pool = await resources.enter_async_context(await ledger_pool(settings.database_ledger_url, size=9))
        bus = await messages.connect(settings.nats_url, settings.instance, name="jobs")
        resources.push_async_callback(bus.close)

        async def form_of(tenant_id: UUID) -> Format:
            async with database.tenant(tenant_id) as session:
                return (await tenancy.settings(session, tenant_id)).recording_format

        async def reminded(tenant_id: UUID, agent_ids: set[UUID]) -> None:
            await bus.publish(bus.subjects.next_calls(tenant_id), {"agents": sorted(agent_ids)})

        faults = Faults()
        projector = Projector(pool, faults, reminded=reminded)
        pipeline = Pipeline(pool, settings, form_of)
        trials = Trials(database, pool, faults)
        imports = Imports(database, pool, bus, settings, faults)
        speech = Speech(settings)
        resources.push_async_callback(speech.close)

        async def woken(_: Any) -> None:
            projector.wake()
            pipeline.wake()

        async def trial_begun(_: Any) -> None:
            trials.wake()

        async def import_begun(_: Any) -> None:
            imports.wake()

        async def detail() -> dict[str, Any]:
            return {
                "recordings_done": pipeline.done,
                "recordings_failed": pipeline.failed,
                "speech": speech.state(),
                "projection": await projector.lag(),
                "faults": [*faults.report(), *await pipeline.failing()],
            }

        await bus.subscribe(bus.subjects.jobs("wake"), woken)
        await bus.subscribe(bus.subjects.jobs("trial"), trial_begun)
        await bus.subscribe(bus.subjects.jobs("import"), import_begun)
        await bus.serve(bus.subjects.jobs("speech"), speech.answer, queue="jobs")
        await bus.serve_health("jobs", detail)
        log.info("started")
        loops = tasks.Tasks()
        loops.keep("projector", projector.run())
        loops.keep("recordings", pipeline.run())
        loops.keep("trials", trials.run())
        loops.keep("imports", imports.run())
        loops.keep("alarms", Alarms(Hub(bus, database, counts=False), database, faults).run())
        loops.keep("purge", Purge(database, settings.home, faults).run())
        await stop.wait()
        await loops.stop()  # what is half done is rolled back and done again by the next process
        log.info("stopped")
