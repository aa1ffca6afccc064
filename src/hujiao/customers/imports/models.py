"""Tables: imports of customers from files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed

ACTIVE = ("checking", "importing", "taking_back")


class CustomerImport(Base, TenantRow):
    """An import of a file: `state` is an `ImportState`, and the counts say how far the work of that state is.

    `projects` are those of who had that work done; None: all. `head` are the file's first lines, sealed. `turn` is
    higher each time that work begins, so that who still does the work of an earlier time finds out.
    `refused_bytes` of the file of refused rows belong to rows that are `done`.
    """

    __tablename__ = "customer_import"
    __table_args__ = keyed(
        Index("ix_customer_import_created", "tenant_id", "created_at"),
        Index(
            "uq_customer_import_active",
            "tenant_id",
            unique=True,
            postgresql_where=text("state IN ('checking', 'importing', 'taking_back')"),
        ),
    )

    account_id: Mapped[UUID]
    projects: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    language: Mapped[str]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[dict[str, Any]]
    headings: Mapped[list[Any]]
    head: Mapped[bytes]
    plan: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    turn: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[dict[str, Any] | None]
    total: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    skipped: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    taken_back: Mapped[int] = mapped_column(server_default="0")
    refused_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rate: Mapped[float] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
