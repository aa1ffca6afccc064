"""What every public model shares."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, field_validator

_YEARS = range(1900, 2200)
AnyDay = TypeVar("AnyDay", date, datetime)


def _in_range(value: AnyDay) -> AnyDay:
    """Every zone has such a time, some years before and after it, too."""
    if value.year not in _YEARS:
        raise ValueError("error.time_range")
    return value


# A moment with its zone, and a day, as somebody may send them.
Moment = Annotated[AwareDatetime, AfterValidator(_in_range), AfterValidator(lambda at: at.astimezone(UTC))]
Day = Annotated[date, AfterValidator(_in_range)]
Language = Literal["zh-CN", "zh-TW", "en"]


class Input(BaseModel):
    """What is sent: an unknown field is an error, blanks around a text are not meant, and no text has a NUL in it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _keepable(cls, value: Any) -> Any:
        if _has_nul(value):
            raise ValueError("error.nul")
        return value


def _has_nul(value: Any) -> bool:
    """No database keeps it. Models inside have looked already."""
    match value:
        case str():
            return "\0" in value
        case list() | tuple():
            return any(map(_has_nul, value))
        case dict():
            return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
        case _:
            return False
