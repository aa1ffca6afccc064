"""Who looked at whose screen: kept for whoever watches the watchers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from hujiao.kit.db import Base, TenantRow, keyed, refers


class ScreenView(Base, TenantRow):
    """A supervisor's look at an agent's desktop. One whose process was lost ended soon after `seen_at`."""

    __tablename__ = "screen_view"
    __table_args__ = keyed(
        refers("agent_id", "agent"),
        Index("ix_screen_view_started", "tenant_id", "started_at"),
        Index("ix_screen_view_agent", "tenant_id", "agent_id", "started_at"),
        Index("ix_screen_view_open", "tenant_id", postgresql_where=text("ended_at IS NULL")),
    )

    agent_id: Mapped[UUID]
    account_id: Mapped[UUID]  # the supervisor's, which may be gone
    announced: Mapped[bool]
    started_at: Mapped[datetime]
    until_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # noted while it goes on
    whole_screen_at: Mapped[datetime | None]  # when all of the screen was first asked for
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]  # an `EndReason`
