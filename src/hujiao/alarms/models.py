"""Tables: thresholds of time in state, and the alarms that were raised."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from hujiao.kit.db import Base, TenantRow, keyed, refers


class StateThreshold(Base, TenantRow):
    """After how long a state alarms, of everybody, of a group or of a queue's callers; no seconds: never."""

    __tablename__ = "state_threshold"
    __table_args__ = keyed(
        refers("group_id", "agent_group", on_delete="CASCADE"),
        refers("queue_id", "queue", on_delete="CASCADE"),
        refers("reason_code_id", "reason_code", on_delete="CASCADE"),
        UniqueConstraint(
            "tenant_id",
            "group_id",
            "queue_id",
            "reason_code_id",
            "state",
            name="uq_state_threshold_whose",
            postgresql_nulls_not_distinct=True,
        ),
    )

    state: Mapped[str]  # a `Watched`
    group_id: Mapped[UUID | None]
    queue_id: Mapped[UUID | None]
    reason_code_id: Mapped[UUID | None]
    amber_seconds: Mapped[int | None]
    red_seconds: Mapped[int | None]


class StateAlarm(Base, TenantRow):
    """One level of one episode: raised once, whoever raises it. Agents, queues and accounts may be gone."""

    __tablename__ = "state_alarm"
    __table_args__ = keyed(
        UniqueConstraint("tenant_id", "subject_id", "state", "since", "level"),
        Index("ix_state_alarm_raised", "tenant_id", "raised_at"),
        Index("ix_state_alarm_open", "tenant_id", postgresql_where=text("ended_at IS NULL")),
    )

    subject_id: Mapped[UUID]
    state: Mapped[str]
    since: Mapped[datetime]
    level: Mapped[str]
    after_seconds: Mapped[int]
    agent_id: Mapped[UUID | None]
    interaction_id: Mapped[UUID | None]
    queue_id: Mapped[UUID | None]
    reason_code_id: Mapped[str | None]  # the tenant's own, or one that the platform set
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
