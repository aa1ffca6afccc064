"""Business hours as the engine needs them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

DAY = 24 * 60  # minutes

Phase = Literal[
    "open",
    "closed",  # outside the hours of the day
    "holiday",  # a special day that is closed altogether
    "emergency",  # switched to closed by hand
]


class Span(msgspec.Struct, frozen=True):
    """Minutes after the midnight that its day begins with; `end` is not in it and may lie on the next day."""

    start: int
    end: int


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True):
    """Open in its own spans, or as on a weekday (0 Monday) of the same schedule; with neither it is closed."""

    name: str = ""
    spans: tuple[Span, ...] = ()
    as_weekday: int | None = None


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """Open or closed by hand, until then or until it is switched back."""

    open: bool
    until: datetime | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When a company is open by the wall clock of `zone`. `weekly` has seven days from Monday."""

    id: UUID
    name: str = ""
    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    special: dict[date, SpecialDay] = {}
    switch: Switch | None = None
    night_bell: bool = False  # while it is closed, it is night
