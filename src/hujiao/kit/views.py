"""What every public model shares."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator

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
