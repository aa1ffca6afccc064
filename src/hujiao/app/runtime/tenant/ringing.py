"""How many callers of each queue an agent's phone rings for. Pure."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from hujiao.interactions.contracts import InteractionState


class Ringing:
    def __init__(self) -> None:
        self._queue_of: dict[UUID, UUID] = {}
        self._count: Counter[UUID] = Counter()

    def of(self, queue_id: UUID) -> int:
        return self._count[queue_id]

    def look(self, state: InteractionState) -> None:
        """Take an interaction as it is now."""
        before = self._queue_of.pop(state.id, None)
        if before is not None:
            self._count[before] -= 1
        if state.state == "offered" and state.queue_id is not None:
            self._queue_of[state.id] = state.queue_id
            self._count[state.queue_id] += 1
