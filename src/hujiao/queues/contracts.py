"""Queues as the runtime needs them."""

from __future__ import annotations

from uuid import UUID

import msgspec


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's settings; durations in seconds, `skills` skill id → needed level (1 to 10)."""

    id: UUID
    name: str
    project_id: UUID
    business_id: UUID
    priority: int = 0
    music: str = "default"
    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    no_answer_seconds: int = 20
    wrap_up_seconds: int = 30
    announce_every_seconds: int = 30
    automatic_answer: bool = False
    recording: bool = True
    skills: dict[UUID, int] = {}
