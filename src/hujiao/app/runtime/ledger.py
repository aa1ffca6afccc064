"""One commit for all that happened in the last few milliseconds, over all tenants of this runtime.

It is a single statement, and so a transaction of one round trip. The fencing number is checked in it: a runtime that
lost a shard writes nothing. A tenant whose part fails is tried alone; if it fails again that tenant is reloaded from
what is committed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from msgspec.structs import asdict

from hujiao.agents.adjustments import AdjustmentRecord
from hujiao.app.events import KINDS
from hujiao.chat.contracts import Conversation, Message
from hujiao.kit.events import flaws
from hujiao.recordings.contracts import RecordingChange

log = structlog.get_logger()

_encode = msgspec.json.Encoder().encode

# Every part writes only while all the shards are ours; FOR SHARE makes a take-over wait for a commit under way.
_HELD = """
WITH held AS MATERIALIZED (
  SELECT 1 FROM shard_lease l JOIN unnest($1::int[], $2::int[]) AS w (shard, fence)
  ON l.shard = w.shard AND l.fence = w.fence WHERE l.holder = $3 FOR SHARE OF l
), own AS MATERIALIZED (
  SELECT count(*) = cardinality($1::int[]) AS all_held FROM held
)
"""
_DONE = "SELECT all_held FROM own"
_MESSAGE_COLUMNS = ("number", "part", "at", "sender", "agent_id", "name", "kind", "text", "client_number")
# Rows travel as JSON, which both sides read and write faster than arrays of values: `$n` is a part's parameter. A part
# without rows is left out, for the database would prepare to write each time.
_FIRST_PART = 4
_EVENTS = """, events AS (
  INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, seq bigint, at timestamptz,
  kind text, interaction_id uuid, agent_id uuid, data jsonb) WHERE own.all_held
)
"""
_LIVE = """, live AS (
  INSERT INTO interaction_live (tenant_id, id, state)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, state json)
  WHERE own.all_held ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state
)
"""
_ENDED = """, ended AS (
  DELETE FROM interaction_live l USING own, json_to_recordset($n::text::json) AS gone (tenant_id uuid, id uuid)
  WHERE own.all_held AND l.tenant_id = gone.tenant_id AND l.id = gone.id
)
"""
_AGENTS = """, agents AS (
  INSERT INTO agent_live (tenant_id, agent_id, state)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, state json)
  WHERE own.all_held ON CONFLICT (tenant_id, agent_id) DO UPDATE SET state = excluded.state
)
"""
_BEGAN = """, began AS (
  INSERT INTO recording (tenant_id, id, interaction_id, node, started_at, ended_at, state, channels, pauses, attempts)
  SELECT new.*, 0 FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, interaction_id uuid,
  node text, started_at timestamptz, ended_at timestamptz, state text, channels int, pauses jsonb) WHERE own.all_held
  ON CONFLICT (tenant_id, id) DO NOTHING
)
"""
_STOPPED = """, stopped AS (
  UPDATE recording r SET state = 'processing', ended_at = done.ended_at, pauses = done.pauses
  FROM own, json_to_recordset($n::text::json) AS done (tenant_id uuid, id uuid, ended_at timestamptz, pauses jsonb)
  WHERE own.all_held AND r.tenant_id = done.tenant_id AND r.id = done.id AND r.state = 'recording'
)
"""
_ADJUSTMENTS = """, adjustments AS (
  INSERT INTO adjustment (tenant_id, id, agent_id, kind, subject, level, before, given_by, given_at, until_at,
  for_good, reason, ended_at, ended_why, ended_by)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, agent_id uuid,
  kind text, subject text, level int, before int, given_by uuid, given_at timestamptz, until_at timestamptz,
  for_good bool, reason text, ended_at timestamptz, ended_why text, ended_by uuid) WHERE own.all_held
  ON CONFLICT (tenant_id, id) DO UPDATE SET ended_at = excluded.ended_at, ended_why = excluded.ended_why,
  ended_by = excluded.ended_by
)
"""
_BLENDS = """, blends AS (
  INSERT INTO blend_live (tenant_id, rule_id, state)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, state json)
  WHERE own.all_held ON CONFLICT (tenant_id, rule_id) DO UPDATE SET state = excluded.state
)
"""


_CONVERSATIONS = """, conversations AS (
  INSERT INTO chat_conversation (tenant_id, id, entry_id, secret_hash, language, name, fields, page_url, page_title,
  opened_at)
  SELECT new.tenant_id, new.id, new.entry_id, decode(new.secret_hash, 'hex'), new.language, new.name, new.fields,
  new.page_url, new.page_title, new.opened_at
  FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, id uuid, entry_id uuid, secret_hash text,
  language text, name text, fields jsonb, page_url text, page_title text, opened_at timestamptz) WHERE own.all_held
)
"""
_MESSAGES = """, messages AS (
  INSERT INTO chat_message (tenant_id, interaction_id, number, part, at, sender, agent_id, name, kind, text, data,
  client_number)
  SELECT new.* FROM own, json_to_recordset($n::text::json) AS new (tenant_id uuid, interaction_id uuid, number int,
  part int, at timestamptz, sender text, agent_id uuid, name text, kind text, text text, data jsonb,
  client_number int) WHERE own.all_held
)
"""


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # escaped by itself, not the letters after an escaped backslash


class _Event(msgspec.Struct):
    tenant_id: UUID
    seq: int
    at: datetime
    kind: str
    interaction_id: UUID | None
    agent_id: UUID | None
    data: dict[str, Any]


class _State(msgspec.Struct):
    tenant_id: UUID
    id: UUID
    state: Any = None


class _Recording(msgspec.Struct):
    tenant_id: UUID
    id: UUID
    interaction_id: UUID
    node: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    channels: int
    pauses: list[tuple[float, float]] = []


class _Stopped(msgspec.Struct):
    tenant_id: UUID
    id: UUID
    ended_at: datetime | None
    pauses: list[tuple[float, float]] = []


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
    blends: dict[UUID, Any] = {}
    recordings: list[RecordingChange] = []
    adjustments: list[AdjustmentRecord] = []
    conversations: list[Conversation] = []
    messages: list[tuple[UUID, Message]] = []


async def write(pool: asyncpg.Pool[asyncpg.Record], holder: str, batches: list[Batch]) -> None:
    """Write all batches or nothing; `LeaseLost` when one of their shards is another's."""
    shards = sorted({(batch.shard, batch.fence) for batch in batches})
    statement, rows = encoded(batches)
    held = await pool.fetchval(statement, [shard for shard, _ in shards], [fence for _, fence in shards], holder, *rows)
    if not held:
        raise LeaseLost


_told: set[str] = set()


def _tell(flaw: str) -> None:
    """Into the log, once: the event is written as it is, for a call goes on whatever is said of it."""
    if flaw not in _told:
        _told.add(flaw)
        log.error("event_not_as_published", flaw=flaw)


def encoded(batches: list[Batch], tell: Callable[[str], None] = _tell) -> tuple[str, list[str]]:
    """The statement that writes these batches, and its rows as JSON: its parameters from the fourth on.

    `tell` gets how events differ from what is published of their kinds.
    """
    for batch in batches:
        for _, _, kind, _, _, data in batch.events:
            for flaw in flaws(KINDS, kind, data):
                tell(flaw)
    began, stopped = _recordings(batches)
    each = (
        (_EVENTS, [_Event(batch.tenant_id, *event) for batch in batches for event in batch.events]),
        (_LIVE, [_State(batch.tenant_id, *item) for batch in batches for item in batch.interactions.items()]),
        (_ENDED, [_State(batch.tenant_id, key) for batch in batches for key in batch.ended]),
        (_AGENTS, [_State(batch.tenant_id, *item) for batch in batches for item in batch.agents.items()]),
        (_BEGAN, began),
        (_STOPPED, stopped),
        (_ADJUSTMENTS, _adjustments(batches)),
        (_BLENDS, [_State(batch.tenant_id, *item) for batch in batches for item in batch.blends.items()]),
        (_CONVERSATIONS, [{"tenant_id": b.tenant_id, **asdict(one)} for b in batches for one in b.conversations]),
        (_MESSAGES, [_message(batch.tenant_id, *one) for batch in batches for one in batch.messages]),
    )
    parts = [(part, rows) for part, rows in each if rows]
    written = "".join(part.replace("$n", f"${number}") for number, (part, _) in enumerate(parts, _FIRST_PART))
    return _HELD + written + _DONE, [_json(rows) for _, rows in parts]


def _message(tenant_id: UUID, interaction_id: UUID, message: Message) -> dict[str, Any]:
    data = {name: getattr(message, name) for name in ("choices", "file", "code") if getattr(message, name)}
    return {
        "tenant_id": tenant_id,
        "interaction_id": interaction_id,
        "data": data or None,
        **{name: getattr(message, name) for name in _MESSAGE_COLUMNS},
    }


def _json(rows: Any) -> str:
    """No database keeps a NUL: a text loses it rather than the tenant its commit."""
    text = _encode(rows).decode()
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def _adjustments(batches: list[Batch]) -> list[dict[str, Any]]:
    """Each as it is in the end: one that began and ended here is written once."""
    last = {(batch.tenant_id, one.id): one for batch in batches for one in batch.adjustments}
    return [{"tenant_id": tenant_id, **asdict(one)} for (tenant_id, _), one in last.items()]


def _recordings(batches: list[Batch]) -> tuple[list[_Recording], list[_Stopped]]:
    """Those that began and those that stopped; one that did both here is written once, as it is in the end."""
    began: dict[UUID, _Recording] = {}
    stopped: list[_Stopped] = []
    for batch in batches:
        for new in batch.recordings:
            if new.ended_at is None:
                began[new.recording_id] = _Recording(
                    batch.tenant_id,
                    new.recording_id,
                    new.interaction_id,
                    new.node,
                    new.started_at,
                    None,
                    "recording",
                    new.channels,
                )
            elif new.recording_id in began:
                began[new.recording_id].ended_at = new.ended_at
                began[new.recording_id].state = "processing"
                began[new.recording_id].pauses = new.pauses
            else:
                stopped.append(_Stopped(batch.tenant_id, new.recording_id, new.ended_at, new.pauses))
    return list(began.values()), stopped
