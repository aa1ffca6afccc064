"""A tenant as the rest of the platform knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

RecordingFormat = Literal["mp3", "opus"]
ScreenViewRule = Literal["off", "announced", "silent"]
WholeScreenRule = Literal["off", "asked", "required"]


@dataclass(frozen=True, slots=True)
class TenantFacts:
    id: UUID
    slug: str
    name: str
    kind: str
    language: str
    time_zone: str
    shard: int
    suspended: bool
