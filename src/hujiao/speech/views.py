"""What people see and send about prompts and voices."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hujiao.kit.views import Input

PromptName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
PromptLanguage = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]


class PromptIn(Input):
    """A text to be spoken; the same name and language replaces the prompt."""

    name: PromptName
    language: PromptLanguage
    text: str = Field(min_length=1, max_length=2000)
    voice: str | None = Field(default=None, max_length=64)


class PromptView(BaseModel):
    id: UUID
    name: str
    language: str
    text: str
    voice: str | None
    sha256: str
    duration_seconds: float


class VoiceView(BaseModel):
    id: str
    name: str
    language: str
    gender: str
