"""Tables: the ledger of events, the live machines, and the facts folded from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class ShardLease(Base):
    """Which runtime owns a shard; `fence` grows at each change of hands and every commit checks it."""

    __tablename__ = "shard_lease"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[datetime]


class LedgerEvent(Base, TenantKey):
    """What happened, in the tenant's gapless order. Never changed, never removed."""

    __tablename__ = "ledger_event"
    __table_args__ = keyed(
        Index("ix_ledger_event_interaction", "tenant_id", "interaction_id", "seq"),
        Index("ix_ledger_event_agent", "tenant_id", "agent_id", "at", postgresql_where=text("agent_id IS NOT NULL")),
        Index("ix_ledger_event_heard", "tenant_id", "at", postgresql_where=text("kind = 'supervision.answered'")),
        key=("seq",),
    )

    # No reference: a look at the tenant for each row would lock its row about twenty times a call. Only a runtime that
    # serves the tenant writes here.
    tenant_id: Mapped[UUID] = mapped_column()
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    kind: Mapped[str]
    interaction_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]


class InteractionLive(Base, TenantRow):
    """A running interaction's machine with its timers and the effects still to be performed."""

    __tablename__ = "interaction_live"
    __table_args__ = keyed()

    state: Mapped[dict[str, Any]] = mapped_column(JSON)


class Projection(Base, TenantKey):
    """How far the projector has folded a tenant's ledger."""

    __tablename__ = "projection"
    __table_args__ = keyed(key=("name",))

    name: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)


class Interaction(Base, TenantRow):
    """One engagement with a customer, as folded from its events.

    `caller` is the number as it came ("": withheld), `caller_key` the form by which callers are compared. With
    `malicious_at` somebody has marked it as malicious. `line_` is of the worst of the agents' lines that were measured.
    `summary_due` is by agent, `disposition_name` as it was then.
    """

    __tablename__ = "interaction"
    __table_args__ = keyed(
        Index("ix_interaction_started", "tenant_id", "started_at"),
        Index("ix_interaction_caller", "tenant_id", "caller"),
        Index("ix_interaction_customer", "tenant_id", "caller_key", "started_at"),
        Index("ix_interaction_called", "tenant_id", "called"),
        Index("ix_interaction_agent", "tenant_id", "agent_id", "started_at"),
        Index("ix_interaction_queue", "tenant_id", "queue_id", "queued_at"),
        Index(
            "ix_interaction_malicious",
            "tenant_id",
            "caller_key",
            "malicious_at",
            postgresql_where=text("malicious_at IS NOT NULL"),
        ),
        Index("ix_interaction_line", "tenant_id", "line_mos", postgresql_where=text("line_mos IS NOT NULL")),
        Index(
            "ix_interaction_summary_due", "tenant_id", "started_at", postgresql_where=text("summary_due IS NOT NULL")
        ),
    )

    project_id: Mapped[UUID | None]
    business_id: Mapped[UUID | None]
    medium: Mapped[str]
    direction: Mapped[str]
    caller: Mapped[str]
    caller_key: Mapped[str] = mapped_column(server_default="")
    called: Mapped[str]
    flow_id: Mapped[UUID | None]
    flow_version: Mapped[int | None]
    queue_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    language: Mapped[str | None]
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    connected_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wait_seconds: Mapped[float | None]
    ring_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    hold_seconds: Mapped[float | None]
    wrap_up_seconds: Mapped[float | None]
    end_reason: Mapped[str | None]
    hangup_cause: Mapped[int | None]
    ended_by: Mapped[str | None]
    disposition_id: Mapped[UUID | None]
    disposition_name: Mapped[str | None]
    summary_due: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    keys: Mapped[str] = mapped_column(server_default="")
    rating: Mapped[int | None]
    message_left: Mapped[bool] = mapped_column(server_default=text("false"))
    malicious_at: Mapped[datetime | None]
    malicious_by_name: Mapped[str | None]
    malicious_reason: Mapped[str | None]
    line_mos: Mapped[float | None]
    line_loss_percent: Mapped[float | None]
    line_jitter_ms: Mapped[float | None]
    line_round_trip_ms: Mapped[float | None]
    variables: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Segment(Base, TenantRow):
    """An interaction's stretch with one flow, queue or agent. `kind` is one of `SegmentView`'s.

    `counted`: the queue report counts it.
    """

    __tablename__ = "segment"
    __table_args__ = keyed(
        refers("interaction_id", "interaction", on_delete="CASCADE"),
        Index("ix_segment_interaction", "tenant_id", "interaction_id", "ordinal"),
        Index("ix_segment_queue", "tenant_id", "queue_id", "started_at"),
        Index("ix_segment_agent", "tenant_id", "agent_id", "started_at"),
    )

    interaction_id: Mapped[UUID]
    ordinal: Mapped[int]
    kind: Mapped[str]
    flow_id: Mapped[UUID | None]
    queue_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counted: Mapped[bool] = mapped_column(server_default=text("false"))
    outcome: Mapped[str | None]
    ring_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    hold_seconds: Mapped[float | None]
    wrap_up_seconds: Mapped[float | None]


class Disposition(Base, TenantRow):
    """A result that agents choose from (话后小结), in a tree. With `retired_at` nobody chooses it any more."""

    __tablename__ = "disposition"
    __table_args__ = keyed(refers("parent_id", "disposition"))

    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(server_default="0")
    retired_at: Mapped[datetime | None]
