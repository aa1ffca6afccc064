"""What people see of recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class RecordingView(BaseModel):
    id: UUID
    interaction_id: UUID
    started_at: datetime
    ended_at: datetime | None
    state: Literal["recording", "processing", "ready", "failed"]
    duration_seconds: float | None
    bytes: int | None
    sha256: str | None
    format: str | None
    channels: int | None
    failure: str | None
    pauses: list[tuple[float, float]] = Field(description="Silent by somebody's wish: from which second, for how many")


class Peaks(BaseModel):
    """The loudest of each stretch, 0 to 1, for drawing."""

    duration_seconds: float
    points_per_second: float
    customer: list[float]
    agent: list[float]
