"""Who owns a shard: a lease in PostgreSQL with a fencing number that grows at each change of hands.

A runtime says that it lives in two ways. It renews its leases, which a frozen one does not; and it holds a lock that
goes with its connection, so that a killed one is known to be gone at once.
"""

from __future__ import annotations

import asyncio
import time

import asyncpg
import msgspec

TTL_SECONDS = 4.0
RENEW_SECONDS = 1.0
# The locks of those whose connection broke just as ours did (PostgreSQL was started anew) come back in this time.
TRUST_SECONDS = 2.0
NOBODY = ""
_CONNECT_SECONDS = 3.0
_STATEMENT_SECONDS = 3.0
_LOCKS = 0x68756A69  # our own class of advisory locks

_SURVEY = """
SELECT shard, holder, expires_at < now() AS expired, NOT EXISTS (
  SELECT 1 FROM pg_locks k WHERE k.locktype = 'advisory' AND k.granted AND k.classid = $1::bigint::oid
  AND k.objid = (hashtext(l.holder) & 2147483647)::oid
  AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS gone
FROM shard_lease l
"""
_ACQUIRE = """
INSERT INTO shard_lease AS l (shard, holder, fence, expires_at)
VALUES ($1, $2, 1, now() + make_interval(secs => $3))
ON CONFLICT (shard) DO UPDATE SET holder = $2, fence = l.fence + 1, expires_at = excluded.expires_at
WHERE l.holder = $2 OR l.holder = $4 AND ($5 OR l.expires_at < now())
RETURNING fence
"""
_RENEW = """
UPDATE shard_lease l SET expires_at = now() + make_interval(secs => $4)
FROM unnest($1::int[], $2::int[]) AS w (shard, fence)
WHERE l.shard = w.shard AND l.fence = w.fence AND l.holder = $3
RETURNING l.shard
"""
_LOCK = "SELECT pg_try_advisory_lock($1::int, hashtext($2) & 2147483647)"
FAILURES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_GIVE = """
UPDATE shard_lease SET holder = $4, fence = fence + 1, expires_at = now() + make_interval(secs => $5)
WHERE shard = $1 AND holder = $2 AND fence = $3
RETURNING fence
"""


class Lease(msgspec.Struct, frozen=True):
    """`expired`: not renewed in time. `gone`: its holder's lock is."""

    shard: int
    holder: str
    expired: bool
    gone: bool

    @property
    def free(self) -> bool:
        return self.holder == NOBODY or self.gone or self.expired


class Leases:
    """The leases as one runtime deals with them, over a connection of its own.

    Every method may raise `FAILURES`; the next call connects anew.
    """

    def __init__(self, dsn: str, holder: str) -> None:
        self.holder = holder
        self._dsn = dsn
        self._one = asyncio.Lock()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._locked = False
        self._trusted_at = 0.0

    async def survey(self) -> dict[int, Lease]:
        """Every lease there is. Who has just connected does not judge others."""
        async with self._one:
            connection = await self._connected()
            rows = await connection.fetch(_SURVEY, _LOCKS)
        trusted = self._locked and time.monotonic() >= self._trusted_at
        return {
            row["shard"]: Lease(row["shard"], row["holder"], row["expired"] and trusted, row["gone"] and trusted)
            for row in rows
        }

    async def acquire(self, shard: int, seen: Lease | None) -> int | None:
        """The new fencing number; None when it is not as free any more as it was `seen`."""
        async with self._one:
            connection = await self._connected()
            before = seen.holder if seen else NOBODY
            free = seen is None or seen.holder == NOBODY or seen.gone
            fence: int | None = await connection.fetchval(_ACQUIRE, shard, self.holder, TTL_SECONDS, before, free)
        return fence

    async def renew(self, fences: dict[int, int]) -> set[int]:
        """Of these shards, with their fencing numbers, the ones that are still ours."""
        async with self._one:
            connection = await self._connected()
            rows = await connection.fetch(_RENEW, list(fences), list(fences.values()), self.holder, TTL_SECONDS)
        return {row["shard"] for row in rows}

    async def give(self, shard: int, fence: int, to: str) -> bool:
        """Make it another's, or nobody's; false when it was not ours any more."""
        async with self._one:
            connection = await self._connected()
            given = await connection.fetchval(_GIVE, shard, self.holder, fence, to, TTL_SECONDS)
        return given is not None

    async def close(self) -> None:
        if self._connection and not self._connection.is_closed():
            await self._connection.close(timeout=1)

    async def _connected(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            self._locked = False
            self._connection = await asyncpg.connect(
                self._dsn, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS
            )
            self._trusted_at = time.monotonic() + TRUST_SECONDS
        if not self._locked:  # a former life's connection may still be on its way out
            self._locked = await self._connection.fetchval(_LOCK, _LOCKS, self.holder)
        return self._connection
