"""Tables: facts by quarter of an hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, keyed


class IndicatorSetting(Base, TenantKey):
    """A tenant's own `IndicatorSettings`, as they were sent; none: the usual ones."""

    __tablename__ = "indicator_setting"
    __table_args__ = keyed(key=())

    settings: Mapped[dict[str, Any]]


class QueueInterval(Base, TenantKey):
    """A queue's quarter of an hour with one medium: each queue entry counts in the interval in which it entered.

    Sums of seconds, never averages, so that intervals add up to any longer one.
    """

    __tablename__ = "queue_interval"
    __table_args__ = keyed(key=("queue_id", "starts_at", "medium"))

    queue_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    medium: Mapped[str] = mapped_column(server_default="voice")
    offered: Mapped[int] = mapped_column(server_default=text("0"))
    answered: Mapped[int] = mapped_column(server_default=text("0"))
    abandoned: Mapped[int] = mapped_column(server_default=text("0"))
    short_abandoned: Mapped[int] = mapped_column(server_default=text("0"))
    redirected: Mapped[int] = mapped_column(server_default=text("0"))
    service_level_numerator: Mapped[int] = mapped_column(server_default=text("0"))
    service_level_denominator: Mapped[int] = mapped_column(server_default=text("0"))
    answer_wait_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    abandon_wait_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    longest_wait_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    talk_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    hold_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    wrap_up_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    handled: Mapped[int] = mapped_column(server_default=text("0"))
