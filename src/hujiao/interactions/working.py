"""What every chapter of the interaction's machine stands on: the state as it becomes, and the effects so far. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    Effect,
    EndReason,
    Fact,
    InteractionState,
    LeaveQueue,
    Party,
    Role,
)

ANNOUNCE, MAX_WAIT = "announce", "max_wait"

AnyEffect = Effect | calls.AnyEffect


class Working:
    def __init__(self, state: InteractionState, now: datetime) -> None:
        self.state = state
        self.now = now
        self.effects: list[AnyEffect] = []

    def answer(self) -> None:
        if not self.state.answered and self.state.customer_leg:
            self.change(answered=True)
            self.do(calls.AnswerLeg(leg_id=self.state.customer_leg))
            self.fact("interaction.answered")

    def left_queue(self, outcome: str) -> None:
        state = self.state
        assert state.queued_at is not None
        self.effects += [CancelTimer(ANNOUNCE), CancelTimer(MAX_WAIT), LeaveQueue()]
        self.change(keys={}, announcement=None)
        waited = (self.now - (state.entered_at or state.queued_at)).total_seconds()
        self.change(waited_seconds=state.waited_seconds + waited)
        self.fact("queue.left", queue_id=state.queue_id, outcome=outcome, wait_seconds=round(waited, 3))

    def hang_up_customer(self, reason: EndReason, by: str) -> None:
        self.do(calls.HangUp(leg_id=self.state.customer_leg))
        self.end(reason, by, 16)

    def end(self, reason: EndReason, by: str, cause: int) -> None:
        self.change(
            state="wrap_up" if self.state.wrap_ups else "ended",
            since=self.now,
            end_reason=reason,
            announcement=None,
        )
        self.fact("interaction.ended", end_reason=reason, hangup_cause=cause, ended_by=by)

    def served(self) -> bool:
        """Whether some agent has talked with the customer."""
        state = self.state
        return bool(state.agent_id or state.wrap_ups or any(passed.from_agent for passed in state.transfers))

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def rang(self) -> float:
        began = self.state.ring_started_at
        return round((self.now - began).total_seconds(), 3) if began else 0.0

    def talked(self) -> float:
        began = self.state.connected_at
        return round((self.now - began).total_seconds(), 3) if began else 0.0

    def called(self, role: Role, leg_id: str, **more: Any) -> None:
        """Somebody's phone is being called, to be one of the parties."""
        party = Party(role=role, leg_id=leg_id, state="calling", since=self.now, called_at=self.now, **more)
        self.change(parties=(*self.state.parties, party))

    def leave(self, leg_id: str | None) -> None:
        self.change(parties=tuple(party for party in self.state.parties if party.leg_id != leg_id))

    def alter(self, leg_id: str | None, **changes: Any) -> None:
        """Change one of the parties."""
        changed = (replace(party, **changes) if party.leg_id == leg_id else party for party in self.state.parties)
        self.change(parties=tuple(changed))

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def do(self, *effects: calls.AnyEffect) -> None:
        """Ask the switch; who is not on the line (a call-back's customer) hears nothing and need not be hung up."""
        self.effects += [effect for effect in effects if getattr(effect, "leg_id", None) != ""]

    def fact(self, kind: str, agent_id: UUID | None = None, **data: Any) -> None:
        self.effects.append(Fact(kind=kind, data=data, agent_id=agent_id or self.state.agent_id))
