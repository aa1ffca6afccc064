"""Which runtime holds which shard: as the leases in the database say, and as they answer themselves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from hujiao.kit.bus import Bus
from hujiao.kit.errors import Unavailable
from hujiao.kit.settings import Settings

_QUERY = "SELECT shard, holder, fence, expires_at >= now() AND holder <> '' AS held FROM shard_lease ORDER BY shard"


async def serving(settings: Settings, bus: Bus) -> dict[int, str]:
    """Shard → the runtime that holds it and has compared it with the switch; of those shards that have one."""
    found: dict[int, str] = {}
    for shard in range(settings.shards):
        with suppress(Unavailable):
            answer = await bus.request(bus.subjects.holder(shard), {}, timeout=1)
            if answer["ready"]:
                found[shard] = answer["runtime"]
    return found


def read(settings: Settings) -> list[dict[str, Any]]:
    """Empty while the database does not answer."""
    return asyncio.run(holders(settings))


async def holders(settings: Settings) -> list[dict[str, Any]]:
    """`runtime` is the part's name."""
    try:
        connection = await asyncpg.connect(settings.database_ledger_url, timeout=3, command_timeout=3)
        try:
            rows = await connection.fetch(_QUERY)
        finally:
            await connection.close(timeout=1)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return []
    return [
        {
            "shard": row["shard"],
            "runtime": row["holder"].rpartition(":")[2] or None,
            "fence": row["fence"],
            "held": row["held"],
        }
        for row in rows
    ]
