"""What an event may do with the facts of its interaction. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hujiao.interactions.facts import InteractionFacts, SegmentFacts
from hujiao.kit.events import Event

RATING, LONGEST_RATING = "rating", 4  # digits


class Folding:
    """The facts while one event is folded into them: when it was, and of which agent."""

    def __init__(self, facts: InteractionFacts, at: datetime, agent_id: UUID | None) -> None:
        self.facts = facts
        self.at = at
        self.agent_id = agent_id

    def open(self, kind: str, **what: Any) -> SegmentFacts:
        """Begin a segment."""
        segment = SegmentFacts(ordinal=len(self.facts.segments), kind=kind, started_at=self.at, **what)
        self.facts.segments = [*self.facts.segments, segment]
        return segment

    def current(self, *kinds: str) -> SegmentFacts | None:
        """Return the last open segment of these kinds."""
        for segment in reversed(self.facts.segments):
            if segment.ended_at is None and segment.kind in kinds:
                return segment
        return None

    def flow(self) -> SegmentFacts | None:
        """Return the open flow, also one after the agent or the voicemail of a queue."""
        return self.current("flow", "after", "voicemail")

    def close(self, segment: SegmentFacts | None, outcome: str) -> None:
        """End the segment, if there is one that has not ended yet."""
        if segment and segment.ended_at is None:
            segment.ended_at, segment.outcome = self.at, outcome

    def been_in(self, queue_id: UUID | None) -> bool:
        return any(segment.kind == "queue" and segment.queue_id == queue_id for segment in self.facts.segments)

    def remember(self, variable: str, value: Any) -> None:
        """Keep a variable with the interaction; `rating`, a few digits, is the customer's."""
        self.facts.variables = {**self.facts.variables, variable: value}
        if variable == RATING and isinstance(value, str) and value.isdecimal() and len(value) <= LONGEST_RATING:
            self.facts.rating = int(value)

    def remember_all(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.remember(name, value)


class InteractionEvent(Event):
    """Something that happened to an interaction; `fold` is what that changes in its facts."""

    def fold(self, facts: Folding) -> None:
        """Change the facts; what needs nothing of them changes nothing."""
