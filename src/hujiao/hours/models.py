"""Tables: schedules, holiday calendars, and who switched what by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed, refers


class HolidayCalendar(Base, TenantRow):
    """Days that several schedules share; `days` is a list of `SpecialDayView`."""

    __tablename__ = "holiday_calendar"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    days: Mapped[list[Any]]


class BusinessHours(Base, TenantRow):
    """A schedule; `time_zone` null is the tenant's. Its own special days go before the calendar's."""

    __tablename__ = "business_hours"
    __table_args__ = keyed(refers("calendar_id", "holiday_calendar"), UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    time_zone: Mapped[str | None]
    weekly: Mapped[list[Any]]
    special_days: Mapped[list[Any]]
    calendar_id: Mapped[UUID | None]
    night_bell: Mapped[bool] = mapped_column(server_default="false")


class HoursSwitch(Base, TenantRow):
    """A schedule switched to closed or open by hand. One at a time holds: the one that has no `ended_at`."""

    __tablename__ = "hours_switch"
    __table_args__ = keyed(
        refers("hours_id", "business_hours", on_delete="CASCADE"),
        Index("ix_hours_switch_hours", "tenant_id", "hours_id", "at"),
        Index("uq_hours_switch_now", "tenant_id", "hours_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    hours_id: Mapped[UUID]
    open: Mapped[bool]
    note: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]
    by: Mapped[UUID]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
