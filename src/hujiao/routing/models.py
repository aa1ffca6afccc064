"""Tables: a tenant's routing policy, each queue's routing, blending rules, trials and what failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class RoutingPolicyRow(Base, TenantKey):
    """The order of criteria and what belongs to all queues; `document` is a `RoutingPolicyView`."""

    __tablename__ = "routing_policy"
    __table_args__ = keyed(key=())

    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class QueueRoutingRow(Base, TenantKey):
    """`document` is a `QueueRoutingView` without what refers to other tables."""

    __tablename__ = "queue_routing"
    __table_args__ = keyed(
        refers("queue_id", "queue", on_delete="CASCADE"), refers("hours_id", "business_hours"), key=("queue_id",)
    )

    queue_id: Mapped[UUID]
    hours_id: Mapped[UUID | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RoutingTrial(Base, TenantRow):
    """A change simulated on history. `state`: queued, running, done, failed, cancelled; `request` is a `TrialIn`.

    `done` of `total` days are simulated.
    """

    __tablename__ = "routing_trial"
    __table_args__ = keyed(
        refers("account_id", "account", on_delete="CASCADE"),
        Index("ix_routing_trial_state", "tenant_id", "state", "created_at"),
    )

    account_id: Mapped[UUID]
    state: Mapped[str]
    created_at: Mapped[datetime]
    done: Mapped[int]
    total: Mapped[int]
    request: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]


class BlendRuleRow(Base, TenantRow):
    """Who moves between inbound and outbound work, and when; `document` is a `BlendRuleIn` without its name."""

    __tablename__ = "blend_rule"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class BlendLive(Base, TenantKey):
    """What a rule remembers, as last committed by the runtime; one whose rule is gone means nothing."""

    __tablename__ = "blend_live"
    __table_args__ = keyed(key=("rule_id",))

    rule_id: Mapped[UUID]
    state: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoutingProblem(Base, TenantRow):
    """Something that failed while calls were routed, until what it is about is saved anew or the problem is removed."""

    __tablename__ = "routing_problem"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "kind", "place"))

    kind: Mapped[str]
    place: Mapped[str]
    about: Mapped[UUID | None]
    problem: Mapped[str]
    code: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
