"""Tables: bulletins, to whom they are addressed, what they said before, and who has read them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class BulletinRow(Base, TenantRow):
    """A bulletin (公告) as it is now. Names are kept as they were: accounts may be gone.

    `audience` is an `Audience`; `project_ids`: those of the author, beyond which nobody is addressed (None: all).
    `revision` counts its texts, and begins with 1.
    """

    __tablename__ = "bulletin"
    __table_args__ = keyed(Index("ix_bulletin_begins", "tenant_id", "begins_at"))

    title: Mapped[str]
    text: Mapped[str]
    urgent: Mapped[bool]
    audience: Mapped[str]
    project_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    author_id: Mapped[UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime]
    revision: Mapped[int]
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
    withdrawn_by_name: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class BulletinAddressee(Base, TenantKey):
    """A group or an account that a bulletin names; it may be gone, then its name is left."""

    __tablename__ = "bulletin_addressee"
    __table_args__ = keyed(
        refers("bulletin_id", "bulletin", on_delete="CASCADE"),
        Index("ix_bulletin_addressee_target", "tenant_id", "target_id"),
        key=("bulletin_id", "target_id"),
    )

    bulletin_id: Mapped[UUID]
    target_id: Mapped[UUID]
    name: Mapped[str]


class BulletinRevision(Base, TenantKey):
    """What a bulletin said before it was changed."""

    __tablename__ = "bulletin_revision"
    __table_args__ = keyed(refers("bulletin_id", "bulletin", on_delete="CASCADE"), key=("bulletin_id", "revision"))

    bulletin_id: Mapped[UUID]
    revision: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    urgent: Mapped[bool]
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]


class BulletinRead(Base, TenantKey):
    """That somebody has read a text of a bulletin."""

    __tablename__ = "bulletin_read"
    __table_args__ = keyed(
        refers("bulletin_id", "bulletin", on_delete="CASCADE"),
        refers("account_id", "account", on_delete="CASCADE"),
        key=("bulletin_id", "revision", "account_id"),
    )

    bulletin_id: Mapped[UUID]
    revision: Mapped[int]
    account_id: Mapped[UUID]
    read_at: Mapped[datetime]
