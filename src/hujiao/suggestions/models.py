"""Table: what was suggested for queues in trouble, and what became of what was applied."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed

OPEN = text("applied_at IS NULL")


class QueueSuggestion(Base, TenantRow):
    """One for each queue in trouble, renewed until somebody applies it. Queues, agents and accounts may be gone.

    `figures`, `before` and `after` are `QueueFigures`; `helpers` and `plans` are as `routing.suggestions` has them, and
    `agent_ids` chose among these; `given` are the temporary skills that followed.
    """

    __tablename__ = "queue_suggestion"
    __table_args__ = keyed(
        Index("uq_queue_suggestion_open", "tenant_id", "queue_id", unique=True, postgresql_where=OPEN),
        Index("ix_queue_suggestion_raised", "tenant_id", "raised_at"),
        Index("ix_queue_suggestion_unmeasured", "tenant_id", "applied_at", postgresql_where=text("after_at IS NULL")),
    )

    queue_id: Mapped[UUID]
    kind: Mapped[str]  # a `Kind`
    since: Mapped[datetime]
    raised_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    helpers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    plans: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[UUID | None]
    until_at: Mapped[datetime | None]
    agent_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    given: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
