"""What every public model shares."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh-CN", "zh-TW", "en"]


class Input(BaseModel):
    """What is sent: an unknown field is an error, blanks around a text are not meant."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
