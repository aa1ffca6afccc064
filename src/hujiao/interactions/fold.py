"""Ledger events folded into facts: an interaction, its segments, and each queue entry's share of an interval.

Pure: the same events in the same order give the same facts, so everything that is reported can be computed again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hujiao.interactions.facts import InteractionFacts, LedgerEntry, SegmentFacts


def fold(facts: InteractionFacts | None, entry: LedgerEntry) -> InteractionFacts | None:
    """The facts after this event. Events of an interaction whose start is unknown change nothing."""
    if entry.interaction_id is None:
        return facts
    if entry.kind == "interaction.started":
        return _started(entry)
    if facts is not None:
        _Fold(facts, entry).apply()
    return facts


def _started(entry: LedgerEntry) -> InteractionFacts:
    data = entry.data
    assert entry.interaction_id is not None
    return InteractionFacts(
        id=entry.interaction_id,
        started_at=entry.at,
        medium=data.get("medium", "voice"),
        direction=data.get("direction", "inbound"),
        caller=data.get("caller", ""),
        caller_key=data.get("caller_key", data.get("caller", "")),
        called=data.get("called", ""),
        project_id=_id(data.get("project_id")),
        business_id=_id(data.get("business_id")),
        flow_id=_id(data.get("flow_id")),
        flow_version=data.get("flow_version"),
        language=data.get("language"),
        variables=data.get("variables", {}),
    )


class _Fold:
    def __init__(self, facts: InteractionFacts, entry: LedgerEntry) -> None:
        self.facts = facts
        self.entry = entry
        self.data = entry.data

    def apply(self) -> None:
        facts, at, data = self.facts, self.entry.at, self.data
        match self.entry.kind:
            case "interaction.answered":
                facts.answered_at = at
            case "flow.entered":
                self.open("flow", flow_id=_id(data.get("flow_id")))
            case "voicemail.entered":
                self.open("voicemail", queue_id=_id(data.get("queue_id")))
            case "flow.node" if not self.current("flow"):
                self.open("after" if facts.agent_id else "flow", flow_id=facts.flow_id)
            case "flow.key":
                facts.keys += str(data.get("keys", ""))
            case "flow.collected":
                self.collected(str(data["variable"]), str(data["value"]))
            case "flow.failed":
                self.close_flow("failed")
            case "queue.entered":
                self.close_flow("queued")
                facts.queue_id = _id(data.get("queue_id"))
                facts.queued_at = facts.queued_at or at
                self.open(
                    "queue",
                    queue_id=facts.queue_id,
                    service_level_seconds=int(data.get("service_level_seconds", 20)),
                    short_abandon_seconds=int(data.get("short_abandon_seconds", 5)),
                    callback=bool(data.get("callback")),
                    counted=not data.get("callback") and not self.been_in(facts.queue_id),
                )
            case "queue.left":
                segment = self.current("queue")
                if segment:
                    _close(segment, at, str(data.get("outcome", "")))
                facts.wait_seconds = (facts.wait_seconds or 0.0) + float(data.get("wait_seconds", 0.0))
            case "recording.stopped" if data.get("message_left"):
                facts.message_left = True
            case "agent.connected":
                self.connected()
            case "agent.disconnected":
                self.disconnected()
            case "wrap_up.saved" | "wrap_up.completed":
                self.wrapped_up()
            case "consultation.answered":
                self.open("consult", agent_id=_id(data.get("with_agent")))
            case "consultation.ended" | "party.left":
                self.asked_left()
            case "transfer.started":
                self.close_flow("transferred")
                self.open("outside")
            case "transfer.failed":
                self.close_outside("failed")
            case "transfer.ended":
                self.close_outside("completed")
            case "interaction.ended":
                self.ended()
            case _:
                pass

    def collected(self, variable: str, value: str) -> None:
        self.facts.variables = {**self.facts.variables, variable: value}
        if variable == "rating" and value.isdigit():
            self.facts.rating = int(value)

    def connected(self) -> None:
        facts = self.facts
        facts.agent_id = self.entry.agent_id
        facts.connected_at = facts.connected_at or self.entry.at
        ring = float(self.data.get("ring_seconds", 0.0))
        facts.ring_seconds = (facts.ring_seconds or 0.0) + ring
        segment = self.open("agent", agent_id=self.entry.agent_id, queue_id=facts.queue_id)
        segment.ring_seconds = ring

    def disconnected(self) -> None:
        facts, data = self.facts, self.data
        talk, hold = float(data.get("talk_seconds", 0.0)), float(data.get("hold_seconds", 0.0))
        facts.talk_seconds = (facts.talk_seconds or 0.0) + talk
        facts.hold_seconds = (facts.hold_seconds or 0.0) + hold
        segment = self.current("agent")
        if segment:
            segment.talk_seconds, segment.hold_seconds = talk, hold
            _close(segment, self.entry.at, str(data.get("by", "")))

    def wrapped_up(self) -> None:
        facts, data = self.facts, self.data
        if data.get("disposition_id"):
            facts.disposition_id = _id(data["disposition_id"])
        if data.get("note"):
            facts.note = str(data["note"])
        if self.entry.kind == "wrap_up.completed":
            seconds = float(data.get("wrap_up_seconds", 0.0))
            facts.wrap_up_seconds = (facts.wrap_up_seconds or 0.0) + seconds
            for segment in reversed(facts.segments):
                if segment.kind == "agent" and segment.agent_id == self.entry.agent_id:
                    segment.wrap_up_seconds = seconds
                    break

    def ended(self) -> None:
        facts, data = self.facts, self.data
        facts.ended_at = self.entry.at
        facts.end_reason = data.get("end_reason")
        facts.hangup_cause = data.get("hangup_cause")
        facts.ended_by = data.get("ended_by")
        for segment in facts.segments:
            _close(segment, self.entry.at, str(facts.end_reason))

    def current(self, kind: str) -> SegmentFacts | None:
        """The open segment of this kind; a flow after the agent is of the kind `after`, a queue's own `voicemail`."""
        kinds = ("flow", "after", "voicemail") if kind == "flow" else (kind,)
        for segment in reversed(self.facts.segments):
            if segment.ended_at is None and segment.kind in kinds:
                return segment
        return None

    def been_in(self, queue_id: UUID | None) -> bool:
        return any(segment.kind == "queue" and segment.queue_id == queue_id for segment in self.facts.segments)

    def close_flow(self, outcome: str) -> None:
        segment = self.current("flow")
        if segment:
            _close(segment, self.entry.at, outcome)

    def close_outside(self, outcome: str) -> None:
        segment = self.current("outside")
        if segment:
            segment.talk_seconds = self.data.get("talk_seconds")
            _close(segment, self.entry.at, outcome)

    def asked_left(self) -> None:
        """Of those who were asked beside the customer, or talked with them and the agent."""
        with_agent = _id(self.data.get("with_agent"))
        for segment in self.facts.segments:
            if segment.kind == "consult" and segment.agent_id == with_agent and segment.ended_at is None:
                segment.talk_seconds = self.data.get("talk_seconds")
                _close(segment, self.entry.at, "completed")
                return

    def open(self, kind: str, **what: Any) -> SegmentFacts:
        segment = SegmentFacts(ordinal=len(self.facts.segments), kind=kind, started_at=self.entry.at, **what)
        self.facts.segments = [*self.facts.segments, segment]
        return segment


def _id(value: Any) -> UUID | None:
    return value if isinstance(value, UUID) or value is None else UUID(str(value))


def segment_id(interaction_id: UUID, ordinal: int) -> UUID:
    """Derived, so that folding again writes the same row."""
    return uuid5(interaction_id, str(ordinal))


def _close(segment: SegmentFacts, at: datetime, outcome: str) -> None:
    if segment.ended_at is None:
        segment.ended_at, segment.outcome = at, outcome
