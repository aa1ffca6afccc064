"""How many new calls one tenant may bring, so that a flood on its numbers leaves the runtime time for the others."""

from __future__ import annotations

from uuid import UUID

BURST_SECONDS = 5.0  # who called while a runtime was replaced comes all at once


class Admission:
    """A token bucket for each tenant: so many calls a second, and what was not used of the last seconds."""

    def __init__(self, calls_per_second: float) -> None:
        self._rate = calls_per_second
        self._full = calls_per_second * BURST_SECONDS
        self._left: dict[UUID, tuple[float, float]] = {}  # calls, at which second

    def admits(self, tenant_id: UUID, now: float) -> bool:
        left, at = self._left.get(tenant_id, (self._full, now))
        left = min(self._full, left + (now - at) * self._rate)
        admitted = left >= 1
        self._left[tenant_id] = left - admitted, now
        return admitted
