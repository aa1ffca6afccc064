"""Tables: recordings and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed


class Recording(Base, TenantRow):
    """One recording of an interaction. `state`: recording, processing, ready, failed; `pauses`: from when, how long."""

    __tablename__ = "recording"
    __table_args__ = keyed(
        Index("ix_recording_interaction", "tenant_id", "interaction_id"), Index("ix_recording_state", "state")
    )

    interaction_id: Mapped[UUID]
    node: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="recording")
    duration_seconds: Mapped[float | None]
    bytes: Mapped[int | None]
    sha256: Mapped[str | None]
    format: Mapped[str | None]
    channels: Mapped[int | None]
    path: Mapped[str | None]
    failure: Mapped[str | None]
    pauses: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
