"""hujiao's processes with one of their loops broken: they end and say which one and why; told to stop, they stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec
import pytest
from aiohttp import web

from hujiao.app.cli import work
from hujiao.app.health import Trouble
from hujiao.embedded import ports
from hujiao.kit.db import Database
from hujiao.kit.ids import new_id
from hujiao.kit.settings import CHECKOUT, Settings, save
from hujiao.tenancy.models import Tenant
from tests.conftest import START_SECONDS, until
from tests.integration.client import Client
from tests.integration.test_ledger import forget

# Loaded by every interpreter before anything else: from when the file `broken` exists, that method raises, or waits.
BROKEN = """
import asyncio, pathlib
from {module} import {owner}
async def raises():
    raise KeyError("no such caller")
async def waits():
    await asyncio.Event().wait()
whole = {owner}.{method}
def broken(self, *arguments, **named):
    mark = pathlib.Path(__file__).with_name("broken")
    if mark.exists():
        {does}
    return whole(self, *arguments, **named)
{owner}.{method} = broken
"""
RAISES, FAILS, HANGS = 'raise KeyError("no such caller")', "return raises()", "return waits()"
COMMIT = ("runtime", "commit", "hujiao.app.runtime.runtime", "Runtime", "_commit_loop")


@dataclass(frozen=True)
class Loop:
    process: str
    name: str
    module: str
    owner: str
    method: str  # that the loop calls again and again, which catches what it expects


LOOPS = [
    Loop("runtime", "ownership", "hujiao.app.runtime.ownership", "Ownership", "_renew"),
    Loop("runtime", "connection", "hujiao.asterisk.client", "AriSocket", "run"),
    Loop("jobs", "projector", "hujiao.app.jobs.projector", "Projector", "_behind"),
    Loop("jobs", "recordings", "hujiao.recordings.pipeline", "Pipeline", "_pause"),
    Loop("node", "watch", "hujiao.asterisk.node.watch", "Watch", "_beat"),
]


@dataclass
class Broken:
    """A process of which a method can be broken, and what it wrote."""

    process: asyncio.subprocess.Process
    folder: Path
    log: Path

    def breaks(self) -> None:
        (self.folder / "broken").touch()

    def mend(self) -> None:
        (self.folder / "broken").unlink()

    def told(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


@asynccontextmanager
async def started(settings: Settings, folder: Path, loop: Loop, does: str = RAISES) -> AsyncIterator[Broken]:
    (folder / "sitecustomize.py").write_text(
        BROKEN.format(module=loop.module, owner=loop.owner, method=loop.method, does=does), "utf-8"
    )
    path = folder / "log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hujiao", "process", loop.process),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                "HUJIAO_HOME": str(settings.home),
                "PYTHONPATH": os.pathsep.join((str(folder), str(CHECKOUT / "src"))),
            },
        )
    try:
        yield Broken(process, folder, path)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def serves(process: Broken, *events: str) -> None:
    """Until it has written one of these: it answers for its health by then."""

    async def told() -> bool:
        assert process.process.returncode is None, process.log.read_text("utf-8")
        return any(process.told(event) for event in events or ("shard_acquired", "started", "node_started"))

    await until(told, "the process")


async def trouble(settings: Settings, part: str, says: str) -> Trouble:
    """Wait until `doctor` and `status` would say it."""
    found: list[Trouble] = []

    async def is_told() -> bool:
        said = (await work.asked(settings))["troubles"]
        found[:] = [trouble for trouble in said if trouble.part == part and says in trouble.says]
        return bool(found)

    await until(is_told, says)
    return found[0]


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: f"{loop.process} {loop.name}")
async def test_a_loop_that_raises_ends_its_process_and_says_why(settings: Settings, tmp_path: Path, loop: Loop) -> None:
    async with started(settings, tmp_path, loop) as broken:
        await serves(broken)
        broken.breaks()
        assert await asyncio.wait_for(broken.process.wait(), START_SECONDS) == 1
        (line,) = broken.told("loop_ended")
    assert line["level"] == "error"
    assert line["loop"].startswith(loop.name)
    assert "KeyError: 'no such caller'" in line["exception"]


async def test_a_commit_loop_that_raises_ends_the_runtime(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    async with started(settings, tmp_path, Loop(*COMMIT), FAILS) as broken:
        assert await asyncio.wait_for(broken.process.wait(), START_SECONDS) == 1
        (line,) = broken.told("loop_ended")
    assert (line["level"], line["loop"]) == ("error", "commit")
    assert "KeyError: 'no such caller'" in line["exception"]


async def test_a_commit_that_stands_still_is_told_and_the_runtime_ends_when_it_is_told_to(
    settings: Settings, tmp_path: Path
) -> None:
    """The supervisor starts anew whom a new start helps; an end in order would wait for the commit for ever."""
    (tmp_path / "broken").touch()
    async with started(settings, tmp_path, Loop(*COMMIT), HANGS) as broken:
        await serves(broken)
        told = await trouble(settings, "runtime", "no event has been committed for")
        assert told.restart
        broken.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(broken.process.wait(), START_SECONDS) == 1
        (line,) = broken.told("not_ended")
    assert any("commit in" in place for place in line["waiting"])


@pytest.mark.parametrize(
    "loop",
    [
        Loop("runtime", "standby", "hujiao.app.runtime.standby", "Standby", "_read"),
        Loop("jobs", "projector", "hujiao.app.jobs.projector", "Projector", "_behind"),
        Loop("node", "watch", "hujiao.asterisk.node.watch", "Watch", "_beat"),
    ],
    ids=lambda loop: loop.process,
)
async def test_a_process_that_is_well_stops_in_order(settings: Settings, tmp_path: Path, loop: Loop) -> None:
    async with started(settings, tmp_path, loop) as process:
        await serves(process)
        process.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.process.wait(), START_SECONDS) == 0
        assert process.told("loop_ended") == []


@dataclass
class Switch:
    """Stands where Asterisk should be: takes every connection, and says to have the channels that it is told."""

    status: int = 503
    channels: str = ""

    def answer(self, resource: str) -> tuple[int, str]:
        if resource == "channels":
            return self.status, self.channels
        return 200, '{"status": {"startup_time": "2026-03-01T09:00:00+00:00"}}'


@asynccontextmanager
async def switched_on(settings: Settings, switch: Switch) -> AsyncIterator[None]:
    async def connection(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            asked = json.loads(message.data)
            status, body = switch.answer(asked["uri"])
            known = {"type": "RESTResponse", "request_id": asked["request_id"]}
            answer = msgspec.json.encode({**known, "status_code": status, "message_body": body})
            await socket.send_str(answer.decode())
        return socket

    application = web.Application()
    application.router.add_get("/ari/events", connection)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.asterisk_http_port).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def test_a_shard_that_cannot_be_taken_over_is_named_with_the_reason(settings: Settings, tmp_path: Path) -> None:
    """There is no Asterisk, then one that cannot say what it has, then one that says what nobody expects."""
    loop = Loop("runtime", "standby", "hujiao.app.runtime.standby", "Standby", "_read")
    async with started(settings, tmp_path, loop) as process:
        await serves(process)
        told = await trouble(settings, "runtime", "shard 0 has been connecting for")
        assert told.impairs and not told.restart
        assert await trouble(settings, "runtime", "Asterisk has not answered its commands")
        switch = Switch()
        async with switched_on(settings, switch):
            told = await trouble(settings, "runtime", "shard 0 has been reconciling for")
            assert "Asterisk answered 503 to the question for its channels" in told.says
            lines = [line for line in process.told("switch_unreadable") if line["level"] == "error"]
            assert {line["shard"] for line in lines} == set(range(settings.shards))
            switch.status, switch.channels = 200, '[{"name": "PJSIP/trunk-1"}]'
            assert await trouble(settings, "runtime", "shard 0: KeyError: 'id'")
            (line, *_) = process.told("reconcile_failed")
            assert (line["level"], line["why"]) == ("error", "connected")
            switch.channels = "[]"

            async def served() -> bool:
                return {line["shard"] for line in process.told("reconciled")} == set(range(settings.shards))

            await until(served, "every shard, as soon as Asterisk can say what it has")
            said = await work.asked(settings)
            assert [trouble for trouble in said["troubles"] if trouble.part == "runtime" and trouble.impairs] == []


async def test_a_worker_of_the_api_whose_loop_ends_is_replaced(settings: Settings, tmp_path: Path) -> None:
    own = replace(settings, home=tmp_path / "home", web_port=ports.internal(1)[0])
    save(own)
    (tmp_path / "broken").touch()
    async with started(own, tmp_path, Loop("api", "ping", "hujiao.app.realtime.hub", "Hub", "_ping"), FAILS) as broken:
        await serves(broken, "loop_ended")
        broken.mend()

        async def healthy() -> bool:
            with suppress(aiohttp.ClientError):
                async with Client(f"http://127.0.0.1:{own.web_port}") as client:
                    return (await client.get("/health")).status == 200
            return False

        await until(healthy, "another worker")
        (line, *_) = broken.told("loop_ended")
    assert (line["level"], line["loop"]) == ("error", "ping")


async def test_jobs_names_the_tenant_and_the_event_and_counts_everybody_elses(
    settings: Settings, database: Database, ledger: asyncpg.Pool[asyncpg.Record], tmp_path: Path, api: str
) -> None:
    torn, well = new_id(), new_id()
    interactions = {torn: new_id(), well: new_id()}
    for tenant, interaction in interactions.items():
        async with database.tenant(tenant) as session:
            session.add(Tenant(id=tenant, slug=f"told-{tenant.hex[-12:]}", name="Told"))
        for seq, kind in enumerate(("interaction.started", *(["flow.collected"] * (tenant == torn))), 1):
            await ledger.execute(_EVENT, tenant, seq, kind, interaction, '{"caller": "138", "called": "95001"}')
    loop = Loop("jobs", "projector", "hujiao.app.jobs.projector", "Projector", "_behind")
    async with started(settings, tmp_path, loop) as process, Client(api) as client:
        told = await trouble(settings, "jobs", f"tenant told-{torn.hex[-12:]}: event 2 (flow.collected)")
        assert str(interactions[torn]) in told.mend
        assert not told.impairs

        async def folded() -> bool:
            return [row["id"] for row in await ledger.fetch(_FACTS, [torn, well])] == [interactions[well]]

        await until(folded, "the facts of the other tenant, which may come after the one that fails")
        known = (await client.get("/health")).json
        assert (known["parts"]["api"], known["parts"]["jobs"]) == ("well", "well"), "one tenant's fault is not its own"
        assert known["parts"]["node"] == "silent"
        assert not known["ok"]
        process.process.kill()
    await forget(settings, torn)


_EVENT = """
    INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, data) VALUES ($1, $2, now(), $3, $4, $5::jsonb)
"""
_FACTS = "SELECT id FROM interaction WHERE tenant_id = ANY($1)"
