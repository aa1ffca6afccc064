"""What people see of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.kit.errors import BadField
from hujiao.kit.views import Input, Moment
from hujiao.reporting.indicators import Window

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


class Bound(Input):
    """From where on an indicator is amber, and red: shares from 0 to 1, seconds, or contacts; None: never."""

    amber: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    red: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)


class IndicatorBounds(Input):
    service_level: Bound = Bound(amber=0.8, red=0.7)
    answer_rate: Bound = Bound(amber=0.9, red=0.8)
    loss: Bound = Bound(amber=0.05, red=0.1)
    waiting: Bound = Bound(amber=5, red=10)


LOW_IS_BAD = ("service_level", "answer_rate")
SHARES = (*LOW_IS_BAD, "loss")


class IndicatorSettings(Input):
    """What the indicators of the last minutes count (`reporting.indicators`), and their bounds."""

    minutes: int = Field(default=5, ge=1, le=60)
    service_seconds: int = Field(default=20, ge=1, le=600)
    short_seconds: int = Field(default=5, ge=0, le=600)
    within: list[Annotated[int, Field(ge=1, le=600)]] = Field(default=[5, 10, 15, 20], min_length=1, max_length=6)
    bounds: IndicatorBounds = IndicatorBounds()

    def window(self) -> Window:
        return Window(
            minutes=self.minutes,
            service_seconds=self.service_seconds,
            short_seconds=self.short_seconds,
            within=tuple(self.within),
        )

    def check(self) -> None:
        """Raises `BadField` for what does not fit together."""
        if self.within != sorted(set(self.within)):
            raise BadField("error.not_ascending", field="within")
        for name in IndicatorBounds.model_fields:
            bound = getattr(self.bounds, name)
            check_bound(bound, field=f"bounds.{name}", share=name in SHARES, low_is_bad=name in LOW_IS_BAD)


def check_bound(bound: Bound, *, field: str, share: bool, low_is_bad: bool) -> None:
    """Raises `BadField` for a share over one, and for a red that is not worse than amber."""
    for level in ("amber", "red"):
        value = getattr(bound, level)
        if share and value is not None and value > 1:
            raise BadField("error.share_over_one", field=f"{field}.{level}")
    if bound.amber is not None and bound.red is not None:
        worse = bound.red < bound.amber if low_is_bad else bound.red > bound.amber
        if not worse:
            raise BadField("error.red_is_worse", field=f"{field}.red")
