"""A tenant as the rest of the platform knows it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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
