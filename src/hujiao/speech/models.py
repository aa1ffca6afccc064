"""Tables: prompts, by name and language; the audio is content-addressed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed


class Prompt(Base, TenantRow):
    __tablename__ = "prompt"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name", "language"))

    name: Mapped[str]
    language: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    voice: Mapped[str | None]
    sha256: Mapped[str]
    duration_seconds: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
