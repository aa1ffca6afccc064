"""Tables: tenants, and the projects and businesses inside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed, refers
from hujiao.kit.ids import new_id
from hujiao.tenancy.contracts import RecordingFormat, ScreenViewRule, WholeScreenRule


class Tenant(Base):
    """A company that rents a call center here; `kind` operator is the platform's own staff."""

    __tablename__ = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="customer")
    language: Mapped[str] = mapped_column(server_default="zh-CN")
    time_zone: Mapped[str] = mapped_column(server_default="Asia/Shanghai")
    shard: Mapped[int] = mapped_column(server_default="0")
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    @property
    def limits(self) -> dict[str, Any]:
        found: dict[str, Any] = self.settings.get("limits") or {}
        return found

    @property
    def dialling(self) -> dict[str, Any]:
        """The operator's bounds of the numbers that may be called."""
        found: dict[str, Any] = self.settings.get("dialling") or {}
        return found

    @property
    def own_dialling(self) -> dict[str, Any]:
        """What the tenant makes of them."""
        found: dict[str, Any] = self.settings.get("own_dialling") or {}
        return found

    @property
    def parking(self) -> dict[str, int]:
        """What the tenant has chosen of `places` and `seconds`."""
        found: dict[str, int] = self.settings.get("parking") or {}
        return found

    @property
    def breaks(self) -> dict[str, Any]:
        """What the tenant has chosen of `most` and `waits`."""
        found: dict[str, Any] = self.settings.get("breaks") or {}
        return found

    @property
    def by_telephone(self) -> dict[str, bool]:
        """What the tenant has chosen of `outside_numbers`."""
        found: dict[str, bool] = self.settings.get("by_telephone") or {}
        return found

    @property
    def recording_format(self) -> RecordingFormat:
        return "opus" if self.settings.get("recording_format") == "opus" else "mp3"

    @property
    def screen_view(self) -> ScreenViewRule:
        found: ScreenViewRule = self.settings.get("screen_view", "off")
        return found

    @property
    def whole_screen(self) -> WholeScreenRule:
        found: WholeScreenRule = self.settings.get("whole_screen", "off")
        return found


class Project(Base, TenantRow):
    """A client's or task's work inside a tenant, walled off from other projects."""

    __tablename__ = "project"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]


class Business(Base, TenantRow):
    """A dimension of every interaction: what it is about."""

    __tablename__ = "business"
    __table_args__ = keyed(refers("project_id", "project"), UniqueConstraint("tenant_id", "project_id", "name"))

    project_id: Mapped[UUID]
    name: Mapped[str]
