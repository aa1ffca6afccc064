"""One commit for all that happened in the last few milliseconds, over all tenants of this runtime.

It is a single statement, and so a transaction of one round trip. The fencing number is checked in it: a runtime that
lost a shard writes nothing. A tenant whose part fails is tried alone; if it fails again that tenant is reloaded from
what is committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from hujiao.recordings.contracts import RecordingChange

encode = msgspec.json.Encoder().encode

# Every part writes only while all the shards are ours; FOR SHARE makes a take-over wait for a commit under way.
_WRITE = """
WITH held AS MATERIALIZED (
  SELECT 1 FROM shard_lease l JOIN unnest($1::int[], $2::int[]) AS w (shard, fence)
  ON l.shard = w.shard AND l.fence = w.fence WHERE l.holder = $3 FOR SHARE OF l
), own AS MATERIALIZED (
  SELECT count(*) = cardinality($1::int[]) AS all_held FROM held
), events AS (
  INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)
  SELECT new.* FROM own, unnest($4::uuid[], $5::bigint[], $6::timestamptz[], $7::text[], $8::uuid[], $9::uuid[],
  $10::text[]::jsonb[]) AS new WHERE own.all_held
), live AS (
  INSERT INTO interaction_live (tenant_id, id, state)
  SELECT new.* FROM own, unnest($11::uuid[], $12::uuid[], $13::text[]::jsonb[]) AS new WHERE own.all_held
  ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state
), ended AS (
  DELETE FROM interaction_live l USING own, unnest($14::uuid[], $15::uuid[]) AS gone (tenant_id, id)
  WHERE own.all_held AND l.tenant_id = gone.tenant_id AND l.id = gone.id
), agents AS (
  INSERT INTO agent_live (tenant_id, agent_id, state)
  SELECT new.* FROM own, unnest($16::uuid[], $17::uuid[], $18::text[]::jsonb[]) AS new WHERE own.all_held
  ON CONFLICT (tenant_id, agent_id) DO UPDATE SET state = excluded.state
), recorded AS (
  INSERT INTO recording (tenant_id, id, interaction_id, node, started_at, ended_at, state, channels, attempts)
  SELECT new.tenant_id, new.id, new.interaction_id, new.node, new.started_at, new.ended_at,
  CASE WHEN new.ended_at IS NULL THEN 'recording' ELSE 'processing' END, new.channels, 0
  FROM own, unnest($19::uuid[], $20::uuid[], $21::uuid[], $22::text[], $23::timestamptz[], $24::timestamptz[],
  $25::int[]) AS new (tenant_id, id, interaction_id, node, started_at, ended_at, channels) WHERE own.all_held
  ON CONFLICT (tenant_id, id) DO NOTHING
), stopped AS (
  UPDATE recording r SET state = 'processing', ended_at = done.ended_at
  FROM own, unnest($26::uuid[], $27::uuid[], $28::timestamptz[]) AS done (tenant_id, id, ended_at)
  WHERE own.all_held AND r.tenant_id = done.tenant_id AND r.id = done.id AND r.state = 'recording'
)
SELECT all_held FROM own
"""


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
    """Write all batches or nothing; `LeaseLost` when one of their shards is another's."""
    shards = sorted({(batch.shard, batch.fence) for batch in batches})
    started, stopped = _recordings(batches)
    held = await pool.fetchval(
        _WRITE,
        [shard for shard, _ in shards],
        [fence for _, fence in shards],
        holder,
        *_columns(7, ((b.tenant_id, *event[:5], _text(event[5])) for b in batches for event in b.events)),
        *_columns(3, ((b.tenant_id, key, _text(state)) for b in batches for key, state in b.interactions.items())),
        *_columns(2, ((b.tenant_id, key) for b in batches for key in b.ended)),
        *_columns(3, ((b.tenant_id, key, _text(state)) for b in batches for key, state in b.agents.items())),
        *_columns(7, started),
        *_columns(3, stopped),
    )
    if not held:
        raise LeaseLost


def _columns(count: int, rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(count)]


def _text(value: Any) -> str:
    return encode(value).decode()


def _recordings(batches: list[Batch]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Those that began and those that stopped; one that did both here is written once, as it is in the end."""
    began: dict[tuple[UUID, UUID], RecordingChange] = {}
    stopped: list[tuple[Any, ...]] = []
    for batch in batches:
        for change in batch.recordings:
            key = (batch.tenant_id, change.recording_id)
            if change.ended_at is None:
                began[key] = change
            elif key in began:
                began[key] = replace(began[key], ended_at=change.ended_at)
            else:
                stopped.append((*key, change.ended_at))
    rows = [
        (*key, new.interaction_id, new.node, new.started_at, new.ended_at, new.channels) for key, new in began.items()
    ]
    return rows, stopped
