"""One event's work on one interaction: the state as it becomes, and what follows so far. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    Effect,
    Ended,
    EndReason,
    Fact,
    InteractionState,
    Journey,
    Party,
    Role,
    TellAgent,
    WrappingUp,
)

AnyEffect = Effect | calls.AnyEffect


class Step:
    """What every handler works on. `resuming`: nobody knows which of the commands so far were performed."""

    def __init__(self, state: InteractionState, now: datetime) -> None:
        self.state = state
        self.now = now
        self.effects: list[AnyEffect] = []
        self.resuming = False

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def go(self, journey: Journey, **changes: Any) -> None:
        """The customer's way leads there now."""
        self.change(journey=journey, since=self.now, **changes)

    def on_the_way(self, **changes: Any) -> None:
        """Change something of the present journey."""
        self.change(journey=replace(self.state.journey, **changes))

    def in_queue(self, **changes: Any) -> None:
        """Change something of the place in the queue."""
        assert self.state.queue is not None
        self.change(queue=replace(self.state.queue, **changes))

    def ask(self, *effects: Effect) -> None:
        """Ask others: agents, queues, flows, the clock."""
        self.effects += effects

    def do(self, *effects: calls.AnyEffect) -> None:
        """Ask the switch; who is not on the line (a call-back's customer) hears nothing and need not be hung up."""
        self.effects += [effect for effect in effects if getattr(effect, "leg_id", None) != ""]

    def fact(self, kind: str, agent_id: UUID | None = None, **data: Any) -> None:
        self.effects.append(Fact(kind=kind, data=data, agent_id=agent_id or self.state.agent_id))

    # ── parties ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def called(self, role: Role, leg_id: str, **more: Any) -> None:
        """Somebody's phone is being called, to be one of the parties."""
        party = Party(role=role, leg_id=leg_id, state="calling", since=self.now, called_at=self.now, **more)
        self.change(parties=(*self.state.parties, party))

    def leave(self, leg_id: str | None) -> None:
        self.change(parties=tuple(party for party in self.state.parties if party.leg_id != leg_id))

    def alter(self, leg_id: str | None, /, **changes: Any) -> None:
        """Change one of the parties."""
        changed = (replace(party, **changes) if party.leg_id == leg_id else party for party in self.state.parties)
        self.change(parties=tuple(changed))

    def seconds_since(self, began: datetime | None) -> float:
        """0 if it has never begun."""
        return round((self.now - began).total_seconds(), 3) if began else 0.0

    # ── begin and end ────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self) -> None:
        """Take the call, if it is not taken yet."""
        if not self.state.answered and self.state.customer_leg:
            self.change(answered=True)
            self.do(calls.AnswerLeg(leg_id=self.state.customer_leg))
            self.fact("interaction.answered")

    def hang_up_customer(self, reason: EndReason, by: str) -> None:
        self.do(calls.HangUp(leg_id=self.state.customer_leg))
        self.end(reason, by, 16)

    def end(self, reason: EndReason, by: str, cause: int) -> None:
        customer = self.state.customer
        if customer and customer.agent_id:
            seconds = self.seconds_since(customer.joined_at)
            self.fact("colleague.disconnected", agent_id=customer.agent_id, talk_seconds=seconds)
            self.ask(TellAgent(customer.agent_id, agents.Released(wrap_up_seconds=0)))
        self.go(WrappingUp(end_reason=reason) if self.state.wrap_ups else Ended(end_reason=reason))
        self.fact("interaction.ended", end_reason=reason, hangup_cause=cause, ended_by=by)


# By type: an event that no handler is registered for, or that means nothing in the state, changes nothing.
Handler = Callable[[Step, Any], None]
# By the first word of the timer's name; what follows the colon is given.
TimerHandler = Callable[[Step, str], None]
