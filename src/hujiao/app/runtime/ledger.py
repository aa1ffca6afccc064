"""One commit for all that happened in the last few milliseconds, over all tenants of this runtime.

The fencing number is checked in the same transaction, so a runtime that lost a shard cannot write. A tenant whose part
fails is tried alone; if it fails again that tenant is reloaded from what is committed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hujiao.recordings.contracts import RecordingChange

encode = msgspec.json.Encoder().encode


class LeaseLost(Exception):
    """Another runtime owns the shard now."""


class Batch(msgspec.Struct):
    """One tenant's part of a commit: rows as they are to be."""

    tenant_id: UUID
    shard: int
    fence: int
    events: list[tuple[int, datetime, str, UUID | None, UUID | None, dict[str, Any]]] = []
    interactions: dict[UUID, Any] = {}
    ended: set[UUID] = set()
    agents: dict[UUID, Any] = {}
    recordings: list[RecordingChange] = []


async def write(pool: asyncpg.Pool[asyncpg.Record], holder: str, batches: list[Batch]) -> None:
    """Write all batches in one transaction; `LeaseLost` when one of their shards is another's."""
    async with pool.acquire() as connection, connection.transaction():
        shards = sorted({(batch.shard, batch.fence) for batch in batches})
        held = await connection.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM shard_lease l JOIN unnest($1::int[], $2::int[]) AS w (shard, fence)"
            " ON l.shard = w.shard AND l.fence = w.fence WHERE l.holder = $3 FOR SHARE OF l) AS held",
            [shard for shard, _ in shards],
            [fence for _, fence in shards],
            holder,
        )
        if held != len(shards):
            raise LeaseLost
        await _events(connection, batches)
        await _live(connection, batches)
        for batch in batches:
            for change in batch.recordings:
                await _recording(connection, batch.tenant_id, change)


async def _events(connection: Any, batches: list[Batch]) -> None:
    rows = [(batch.tenant_id, *event) for batch in batches for event in batch.events]
    if not rows:
        return
    tenants, seqs, times, kinds, interactions, agents, data = zip(*rows, strict=True)
    await connection.execute(
        "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
        " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::uuid[], $6::uuid[],"
        " $7::text[]::jsonb[])",
        tenants,
        seqs,
        times,
        kinds,
        interactions,
        agents,
        [encode(item).decode() for item in data],
    )


async def _live(connection: Any, batches: list[Batch]) -> None:
    live = [(batch.tenant_id, key, state) for batch in batches for key, state in batch.interactions.items()]
    if live:
        await connection.execute(
            "INSERT INTO interaction_live (tenant_id, id, state)"
            " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]::jsonb[])"
            " ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state",
            [tenant for tenant, _, _ in live],
            [key for _, key, _ in live],
            [encode(state).decode() for _, _, state in live],
        )
    ended = [(batch.tenant_id, key) for batch in batches for key in batch.ended]
    if ended:
        await connection.execute(
            "DELETE FROM interaction_live l USING unnest($1::uuid[], $2::uuid[]) AS e (tenant_id, id)"
            " WHERE l.tenant_id = e.tenant_id AND l.id = e.id",
            [tenant for tenant, _ in ended],
            [key for _, key in ended],
        )
    agents = [(batch.tenant_id, key, state) for batch in batches for key, state in batch.agents.items()]
    if agents:
        await connection.execute(
            "INSERT INTO agent_live (tenant_id, agent_id, state)"
            " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]::jsonb[])"
            " ON CONFLICT (tenant_id, agent_id) DO UPDATE SET state = excluded.state",
            [tenant for tenant, _, _ in agents],
            [key for _, key, _ in agents],
            [encode(state).decode() for _, _, state in agents],
        )


async def _recording(connection: Any, tenant_id: UUID, change: RecordingChange) -> None:
    if change.ended_at is None:
        await connection.execute(
            "INSERT INTO recording (tenant_id, id, interaction_id, node, started_at, state, channels, attempts)"
            " VALUES ($1, $2, $3, $4, $5, 'recording', $6, 0) ON CONFLICT (tenant_id, id) DO NOTHING",
            tenant_id,
            change.recording_id,
            change.interaction_id,
            change.node,
            change.started_at,
            change.channels,
        )
    else:
        await connection.execute(
            "UPDATE recording SET state = 'processing', ended_at = $3 WHERE tenant_id = $1 AND id = $2"
            " AND state = 'recording'",
            tenant_id,
            change.recording_id,
            change.ended_at,
        )
