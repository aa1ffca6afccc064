"""Tables: flows, their versions, and the numbers that lead to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class Flow(Base, TenantRow):
    """A flow; calls run the published version, the draft is what the editor shows."""

    __tablename__ = "flow"
    __table_args__ = keyed(refers("project_id", "project"), UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    project_id: Mapped[UUID]
    draft: Mapped[dict[str, Any]]
    draft_revision: Mapped[int] = mapped_column(server_default="0")
    drafted_at: Mapped[datetime | None]
    drafted_by: Mapped[UUID | None]
    published_version: Mapped[int | None]


class FlowVersion(Base, TenantKey):
    """A published document; calls in progress keep theirs."""

    __tablename__ = "flow_version"
    __table_args__ = keyed(refers("flow_id", "flow", on_delete="CASCADE"), key=("flow_id", "version"))

    flow_id: Mapped[UUID]
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    published_by: Mapped[UUID | None]
    despite_tests: Mapped[str] = mapped_column(server_default="")  # why it was published although tests fail


class FlowTest(Base, TenantRow):
    """A walk that is kept with a flow, and what must come of it."""

    __tablename__ = "flow_test"
    __table_args__ = keyed(
        refers("flow_id", "flow", on_delete="CASCADE"), UniqueConstraint("tenant_id", "flow_id", "name")
    )

    flow_id: Mapped[UUID]
    name: Mapped[str]
    script: Mapped[dict[str, Any]]
    expected: Mapped[dict[str, Any]]


class FlowEditor(Base, TenantKey):
    """A page that has the flow open, as long as it says so."""

    __tablename__ = "flow_editor"
    __table_args__ = keyed(refers("flow_id", "flow", on_delete="CASCADE"), key=("flow_id", "page_id"))

    flow_id: Mapped[UUID]
    page_id: Mapped[UUID]
    account_id: Mapped[UUID]
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    unsaved: Mapped[bool]


class AccessNumber(Base, TenantRow):
    """A number that customers dial; unique over the platform, however it is written."""

    __tablename__ = "access_number"
    __table_args__ = keyed(
        refers("flow_id", "flow"),
        refers("project_id", "project"),
        refers("business_id", "business"),
        UniqueConstraint("bare", info={"field": "number"}),
        UniqueConstraint("canonical", info={"field": "number"}),
    )

    number: Mapped[str]
    bare: Mapped[str]
    canonical: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="")
    flow_id: Mapped[UUID]
    project_id: Mapped[UUID]
    business_id: Mapped[UUID]
    language: Mapped[str | None]
