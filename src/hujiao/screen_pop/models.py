"""Tables: layouts, linked pages, and the rules that choose among them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed, refers


class ScreenLayout(Base, TenantRow):
    """What the desktop shows of a call. `sections` is a list of `SectionIn`."""

    __tablename__ = "screen_layout"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    revision: Mapped[int]


class LinkedPage(Base, TenantRow):
    """A page of the tenant's own software. `document` is a `LinkedPageFields` without its name and queues."""

    __tablename__ = "linked_page"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    queue_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    document: Mapped[dict[str, Any]]
    revision: Mapped[int]


class PopRule(Base, TenantRow):
    """When which layout is shown and which pages are opened; the first that holds, by `position`."""

    __tablename__ = "pop_rule"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"), refers("layout_id", "screen_layout"))

    name: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]
    queue_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    condition: Mapped[str]
    find_by: Mapped[str]
    find_in: Mapped[str]
    layout_id: Mapped[UUID | None]
    page_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    revision: Mapped[int]
