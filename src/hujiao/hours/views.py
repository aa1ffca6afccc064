"""What people see and send about business hours."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from hujiao.hours.contracts import DAY, Phase
from hujiao.kit.views import Day, Input, Moment
from hujiao.tenancy.views import known_zone

MOST_SPANS, MOST_DAYS = 12, 1000

Clock = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", description="As in 09:30; the end of a day is 24:00")
]


class SpanView(Input):
    """From `start` until `end`; an end at or before the start is on the next day."""

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.start in {self.end, "24:00"}:
            raise ValueError("error.hours_empty_span")
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        start, end = minute(self.start), minute(self.end)
        return start, end if end > start else end + DAY


def minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _apart(spans: list[SpanView]) -> list[SpanView]:
    """In their order, none into the next."""
    ordered = sorted(spans, key=lambda span: span.minutes)
    if any(one.minutes[1] > other.minutes[0] for one, other in pairwise(ordered)):
        raise ValueError("error.hours_overlap")
    return ordered


class SpecialDayView(Input):
    """Closed; or open in its own spans; or as on another day of the week (`as_weekday`, 0 is Monday)."""

    date: Day
    name: str = Field(default="", max_length=80)
    spans: list[SpanView] = Field(default=[], max_length=MOST_SPANS)
    as_weekday: int | None = Field(default=None, ge=0, le=6)

    _spans = field_validator("spans")(_apart)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.spans and self.as_weekday is not None:
            raise ValueError("error.hours_two_ways")
        return self


def _days(days: list[SpecialDayView]) -> list[SpecialDayView]:
    if len({day.date for day in days}) < len(days):
        raise ValueError("error.hours_day_twice")
    return sorted(days, key=lambda day: day.date)


class HolidayCalendarIn(Input):
    name: str = Field(min_length=1, max_length=60)
    days: list[SpecialDayView] = Field(default=[], max_length=MOST_DAYS)

    _days = field_validator("days")(_days)


class HolidayCalendarView(HolidayCalendarIn):
    id: UUID


class HoursIn(Input):
    """A week from Monday on; special days go before the calendar's, and these before the week."""

    name: str = Field(min_length=1, max_length=60)
    time_zone: str | None = Field(default=None, description="Nothing: the company's")
    weekly: list[Annotated[list[SpanView], Field(max_length=MOST_SPANS)]] = Field(min_length=7, max_length=7)
    special_days: list[SpecialDayView] = Field(default=[], max_length=MOST_DAYS)
    calendar_id: UUID | None = None
    night_bell: bool = Field(default=False, description="It is night, and the night bell rings, while it is closed")

    _zone = field_validator("time_zone")(known_zone)
    _days = field_validator("special_days")(_days)

    @field_validator("weekly")
    @classmethod
    def _week(cls, week: list[list[SpanView]]) -> list[list[SpanView]]:
        return [_apart(spans) for spans in week]


class SwitchView(BaseModel):
    """Switched by hand: to what, by whom, and until when (nothing: until it is switched back)."""

    open: bool
    note: str
    at: datetime
    by: UUID
    by_name: str
    until: datetime | None
    ended_at: datetime | None
    ended_by_name: str | None


class HoursView(HoursIn):
    """With what holds now: `changes_at` is when it opens or closes next, `day_name` the special day that it is."""

    id: UUID
    zone: str
    phase: Phase
    changes_at: datetime | None
    day_name: str | None
    switch: SwitchView | None


class SwitchIn(Input):
    open: bool
    until: Moment | None = Field(default=None, description="Nothing: until it is switched back")
    note: str = Field(default="", max_length=200)


class PublicHolidays(BaseModel):
    """A country's public holidays of a year; `complete` is false while its make-up working days are not announced."""

    country: str
    year: int
    complete: bool
    days: list[SpecialDayView]


LARGEST_FILE = 500_000  # characters

LeftOutWhy = Literal["timed", "recurs", "too_long", "no_date", "not_understood"]


class CalendarFileIn(Input):
    text: str = Field(min_length=1, max_length=LARGEST_FILE, description="An .ics file's")


class LeftOut(BaseModel):
    """An event that is no special day: hours long, recurring otherwise than yearly, too long, without a date, or
    with a rule that is not understood."""

    name: str
    date: date | None
    why: LeftOutWhy


class CalendarFile(BaseModel):
    """What a calendar file would give; nothing is kept yet. `earlier` days lie before this year."""

    name: str
    days: list[SpecialDayView]
    left_out: list[LeftOut]
    earlier: int
