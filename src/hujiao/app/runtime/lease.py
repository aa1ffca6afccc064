"""Who owns a shard: a lease in PostgreSQL with a fencing number that grows at each change of hands."""

from __future__ import annotations

import asyncpg

TTL_SECONDS = 10
RENEW_SECONDS = 3


async def acquire(pool: asyncpg.Pool[asyncpg.Record], shard: int, holder: str) -> int | None:
    """The new fencing number, or None while another holds the lease.

    The same holder starting again (after a crash) does not wait for its own old lease: the number fences that one off.
    """
    fence: int | None = await pool.fetchval(
        "INSERT INTO shard_lease (shard, holder, fence, expires_at)"
        " VALUES ($1, $2, 1, now() + make_interval(secs => $3))"
        " ON CONFLICT (shard) DO UPDATE"
        " SET holder = $2, fence = shard_lease.fence + 1, expires_at = excluded.expires_at"
        " WHERE shard_lease.holder = $2 OR shard_lease.expires_at < now() RETURNING fence",
        shard,
        holder,
        TTL_SECONDS,
    )
    return fence


async def renew(pool: asyncpg.Pool[asyncpg.Record], shard: int, holder: str, fence: int) -> bool:
    """False when the lease is another's."""
    status = await pool.execute(
        "UPDATE shard_lease SET expires_at = now() + make_interval(secs => $4)"
        " WHERE shard = $1 AND holder = $2 AND fence = $3",
        shard,
        holder,
        fence,
        TTL_SECONDS,
    )
    return status == "UPDATE 1"


async def release(pool: asyncpg.Pool[asyncpg.Record], shard: int, holder: str, fence: int) -> None:
    await pool.execute(
        "UPDATE shard_lease SET expires_at = now() WHERE shard = $1 AND holder = $2 AND fence = $3",
        shard,
        holder,
        fence,
    )
