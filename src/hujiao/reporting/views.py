"""What people see of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.kit.views import Moment

Step = Literal["15m", "30m", "1h", "day"]


class IntervalQuery(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    from_: Moment = Field(alias="from", description="Begin, at a quarter of an hour")
    to: Moment
    step: Step = "30m"
    queue_id: list[UUID] = Field(default=[], max_length=200)
    medium: str | None = Field(default=None, max_length=20, description="One medium alone, as in voice or chat")


class Figures(BaseModel):
    """Sums of what entered the queue in the stretch, and the averages that follow from them."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    redirected: int
    service_level_numerator: int
    service_level_denominator: int
    service_level: float | None
    asa_seconds: float | None
    longest_wait_seconds: float
    average_abandon_wait_seconds: float | None
    handled: int
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float
    aht_seconds: float | None


class QueueRow(Figures):
    starts_at: datetime
    ends_at: datetime
    queue_id: UUID
    queue_name: str


class QueueReport(BaseModel):
    rows: list[QueueRow]
    totals: Figures
    service_level_formula: str
    time_zone: str
