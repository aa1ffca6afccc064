"""Facts: what is known of interactions when their events are folded from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class LedgerEntry(msgspec.Struct, frozen=True):
    """One event as stored; `data` as decoded from JSON (ids are text there)."""

    seq: int
    at: datetime
    kind: str
    interaction_id: UUID | None
    agent_id: UUID | None
    data: dict[str, Any]


class SegmentFacts(msgspec.Struct, kw_only=True):
    """A stretch with a flow, a queue, an agent or a number. `callback`: a place kept for somebody who had hung up.

    `counted`: the contact counts in the queue from here on. It does so once, however often it comes back.
    """

    ordinal: int
    kind: str
    started_at: datetime
    flow_id: UUID | None = None
    queue_id: UUID | None = None
    agent_id: UUID | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    hold_seconds: float | None = None
    wrap_up_seconds: float | None = None
    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    callback: bool = False
    counted: bool = False


class InteractionFacts(msgspec.Struct, kw_only=True):
    """What is known of an interaction after its events so far.

    `summary_due`: agent → the fields that the agent has still to write. `disposition_name` is as it was then.
    """

    id: UUID
    started_at: datetime
    medium: str = "voice"
    direction: str = "inbound"
    caller: str = ""
    caller_key: str = ""
    called: str = ""
    project_id: UUID | None = None
    business_id: UUID | None = None
    flow_id: UUID | None = None
    flow_version: int | None = None
    queue_id: UUID | None = None
    agent_id: UUID | None = None
    language: str | None = None
    answered_at: datetime | None = None
    queued_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    wait_seconds: float | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    hold_seconds: float | None = None
    wrap_up_seconds: float | None = None
    end_reason: str | None = None
    hangup_cause: int | None = None
    ended_by: str | None = None
    disposition_id: UUID | None = None
    disposition_name: str | None = None
    summary_due: dict[str, list[str]] | None = None
    note: str | None = None
    keys: str = ""
    rating: int | None = None
    message_left: bool = False
    malicious_at: datetime | None = None
    malicious_by_name: str | None = None
    malicious_reason: str | None = None
    line_mos: float | None = None
    line_loss_percent: float | None = None
    line_jitter_ms: float | None = None
    line_round_trip_ms: float | None = None
    variables: dict[str, Any] = {}
    segments: list[SegmentFacts] = []


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A finished wait in a queue (`kind` queue) or talk with an agent (`kind` agent), as history tells it.

    `passed_on`: the wait follows another queue's overflow. `grade` is the caller's, as far as it was known, `caller`
    the form by which callers are compared.
    """

    kind: str
    queue_id: UUID
    agent_id: UUID | None
    started_at: datetime
    seconds: float
    outcome: str | None
    ring_seconds: float
    handle_seconds: float
    passed_on: bool
    grade: int
    caller: str
    medium: str
