"""What the fields of a scenario are made of: times, durations, arrivals, criteria, media."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self

from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from hujiao.routing import contracts
from hujiao.routing.capacity import FULL
from hujiao.routing.simulation.chance import Rate, Time

DAY = 86_400.0


class Misplaced(ValueError):
    """A mistake that shows in a field below the one that is checked."""

    def __init__(self, path: tuple[str | int, ...], problem: str) -> None:
        super().__init__(problem)
        self.path = path


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def time_of_day(value: Any) -> Any:
    """ "08:30" or "08:30:15" as seconds of the day; 24:00 is the day's end."""
    if isinstance(value, str):
        parts = value.split(":")
        if len(parts) not in (2, 3) or not all(part.isdigit() and len(part) <= 2 for part in parts):
            raise ValueError("should be a time of day like 08:30")
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > DAY:
            raise ValueError("should be a time of day from 00:00 to 24:00")
        return float(hours * 3600 + minutes * 60 + seconds)
    return value


TimeOfDay = Annotated[float, BeforeValidator(time_of_day)]
Seconds = Annotated[float, Field(ge=0, le=30 * DAY)]
Level = Annotated[int, Field(ge=1, le=10)]


class Duration(Strict):
    """Seconds by chance. A number alone is the mean of exponential times."""

    distribution: Literal["exponential", "lognormal", "fixed"] = "exponential"
    mean: Seconds
    cv: Annotated[float, Field(gt=0, le=10)] = 1.0

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return {"mean": value} if isinstance(value, str | int | float) else value

    def time(self) -> Time:
        return Time(self.distribution, self.mean, self.cv)


def _none(value: Any) -> Any:
    return None if value in ("none", "") else value


Patience = Annotated[Duration | None, BeforeValidator(_none)]


def _criterion(value: Any) -> Any:
    if isinstance(value, dict) and "plugin" in value:
        return {"kind": "plugin", **value}
    return {"kind": value} if isinstance(value, str) else value


class AgentCriterion(Strict):
    kind: contracts.AgentCriterionKind = "expression"
    expression: str = ""
    plugin: str = ""


class ItemCriterion(Strict):
    kind: contracts.ItemCriterionKind = "expression"
    expression: str = ""
    plugin: str = ""


AgentOrder = tuple[Annotated[AgentCriterion, BeforeValidator(_criterion)], ...]
ItemOrder = tuple[Annotated[ItemCriterion, BeforeValidator(_criterion)], ...]


class Arrivals(Strict):
    """One of: a rate (`per_hour`, with a factor for each half hour), a `file` of times, or `times`.

    A time is seconds from the start, a time of day, or a date with time (then the first one's day is the first day).
    """

    per_hour: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    profile: tuple[Annotated[float, Field(ge=0, le=100)], ...] = ()
    file: str | None = None
    times: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.per_hour, self.file, self.times)) != 1:
            raise ValueError("should say exactly one of per_hour, file and times")
        if self.profile and self.per_hour is None:
            raise ValueError("a profile goes with per_hour")
        return self

    @field_validator("file")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        """What the file holds takes its name's place: a scenario is whole in itself."""
        if value is None or info.context is None:
            return value
        try:
            return str(info.context["read"](value))
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{value} cannot be read: {getattr(error, 'strerror', None) or error}") from None

    def plan(self, begins_at: float) -> Rate | tuple[float, ...]:
        if self.per_hour is not None:
            return Rate(self.per_hour, self.profile)
        lines = self.times if self.times is not None else _first_column(self.file or "")
        return tuple(at for at in _times(lines, begins_at) if at >= 0)

    @model_validator(mode="after")
    def _times_are_times(self) -> Self:
        self.plan(0.0)
        return self


def _first_column(text: str) -> tuple[str, ...]:
    """Of a CSV; a heading is passed over."""
    cells = [line.split(",")[0].strip().strip('"') for line in text.splitlines() if line.strip()]
    if cells and not cells[0][:1].isdigit():
        del cells[0]
    return tuple(cells)


def _times(lines: tuple[str, ...], begins_at: float) -> Iterator[float]:
    midnight: datetime | None = None
    for number, line in enumerate(lines, 1):
        try:
            if "-" in line[1:]:
                at = datetime.fromisoformat(line).replace(tzinfo=None)
                midnight = midnight or at.replace(hour=0, minute=0, second=0, microsecond=0)
                yield (at - midnight).total_seconds() - begins_at
            elif ":" in line:
                yield time_of_day(line) - begins_at
            else:
                at_seconds = float(line)
                if not isfinite(at_seconds):
                    raise ValueError
                yield at_seconds
        except ValueError:
            raise ValueError(
                f"time {number}, {line!r}, should be seconds from the start, a time of day like 08:30:15, "
                "or a date with time like 2026-03-02T08:30:15"
            ) from None


class MediumModel(Strict):
    """Where a medium differs from the platform's; one that the platform has not needs a weight."""

    weight: Annotated[int, Field(ge=1, le=FULL)] | None = None
    most: Annotated[int, Field(ge=0, le=FULL)] | None = None
    real_time: bool | None = None
    interruptible: bool | None = None

    def medium(self, name: str) -> contracts.Medium:
        usual = contracts.MEDIA.get(name)
        said = {key: value for key, value in self if value is not None}
        if usual:
            return replace(usual, **said)
        return contracts.Medium(**{"name": name, "weight": FULL, "real_time": True, "interruptible": False, **said})


class ShareModel(Strict):
    """A number alone is how many at once."""

    weight: Annotated[int, Field(ge=1, le=FULL)] | None = None
    most: Annotated[int, Field(ge=0, le=FULL)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return {"most": value} if isinstance(value, str | int) else value
