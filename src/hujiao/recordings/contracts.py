"""Recordings, as the runtime tells of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class RecordingChange(msgspec.Struct, frozen=True, kw_only=True):
    """A recording began, or (with `ended_at`) is ready to be processed. Two channels: customer left, agent right.

    `pauses`: from which second of it for how many nothing was recorded.
    """

    recording_id: UUID
    interaction_id: UUID
    node: str
    started_at: datetime
    ended_at: datetime | None = None
    channels: int = 2
    pauses: list[tuple[float, float]] = []
