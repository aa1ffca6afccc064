"""Tables: wallboards, and the links that open one without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed, refers


class Wallboard(Base, TenantRow):
    """A wallboard (大屏). `tiles` is a list of `Tile`; `project_ids`: it shows the work of these (None: of all)."""

    __tablename__ = "wallboard"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    theme: Mapped[str]
    language: Mapped[str | None]
    tiles: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    project_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    revision: Mapped[int]


class WallboardLink(Base, TenantRow):
    """A secret that opens one wallboard; only its hash is kept. `networks`: from where it may be opened (none: any)."""

    __tablename__ = "wallboard_link"
    __table_args__ = keyed(refers("wallboard_id", "wallboard", on_delete="CASCADE"), UniqueConstraint("secret_hash"))

    wallboard_id: Mapped[UUID]
    name: Mapped[str]
    secret_hash: Mapped[bytes]
    networks: Mapped[list[str]] = mapped_column(JSONB)
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_by_name: Mapped[str]
