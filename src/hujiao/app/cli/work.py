"""What the processes say about their work, asked all at once; with tenants by their names."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

import asyncpg
import nats
import nats.errors

from hujiao.app import health
from hujiao.app.cli.holders import holders
from hujiao.kit.bus import Subjects
from hujiao.kit.settings import Settings

OWN = ("api", "jobs", "node")
_SECONDS = 3.0


def read(settings: Settings) -> dict[str, Any]:
    """`processes` has each one's own facts (nothing of one that is silent), `shards` their holders, `troubles`, and
    `problems`: what tenants' own set-ups failed with, (tenant, sentence).
    """
    return asyncio.run(asked(settings))


async def asked(settings: Settings) -> dict[str, Any]:
    processes, slugs, shards = await asyncio.gather(_processes(settings), _slugs(settings), holders(settings))
    found = [trouble for name, kept in processes.items() for trouble in health.troubles(name, kept, slugs)]
    found += health.unheld(settings.shards, shards)
    problems = [problem for kept in processes.values() for problem in health.problems(kept, slugs)]
    return {"processes": processes, "shards": shards, "troubles": found, "problems": problems}


async def _processes(settings: Settings) -> dict[str, dict[str, Any]]:
    subjects, names = Subjects(settings.instance), [*settings.runtime_names, *OWN]
    found: dict[str, dict[str, Any]] = {}
    with suppress(OSError, TimeoutError, nats.errors.Error):
        client = await nats.connect(settings.nats_url, name="status", connect_timeout=2, allow_reconnect=False)

        async def ask(name: str) -> None:
            with suppress(TimeoutError, nats.errors.Error):
                answer = await client.request(subjects.health(name), b"{}", timeout=_SECONDS)
                found[name] = json.loads(answer.data).get("detail") or {}

        try:
            await asyncio.gather(*(ask(name) for name in names))
        finally:
            await client.close()
    return {name: found[name] for name in names if name in found}


async def _slugs(settings: Settings) -> dict[str, str]:
    """Empty while the database does not answer."""
    with suppress(OSError, TimeoutError, asyncpg.PostgresError):
        connection = await asyncpg.connect(settings.database_ledger_url, timeout=3, command_timeout=3)
        try:
            rows = await connection.fetch("SELECT id, slug FROM lookup_tenants()")
            return {str(row["id"]): row["slug"] for row in rows}
        finally:
            await connection.close(timeout=1)
    return {}
