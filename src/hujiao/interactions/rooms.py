"""Who of the parties hears whom: hold, consultation, conference. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    BESIDE,
    MAIN,
    CancelTimer,
    Consult,
    Party,
    Role,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.waiting import Waiting

CONSULTATION = "consultation"

MOST_PARTIES = 20
CONSULTATION_MARGIN_SECONDS = 5  # the switch ends a call that rings too long; this is for when it does not


class Rooms(Waiting):
    # ── hold ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def held_at_phone(self, on: bool) -> None:
        """The hold key of the agent's own phone: the same as the desktop's, while nobody is asked beside."""
        self.alter(self.state.agent_leg, held_at_phone=on)
        if self.state.consulted or self.state.announcement:
            return
        if on and not self.state.held:
            self.hold()
        elif not on and self.state.held:
            self.resume()

    def hold(self) -> None:
        self.hold_customer()
        by_phone = self.state.other is not None and self.state.other.held_at_phone
        self.fact("agent.held", by="phone" if by_phone else "desktop")

    def resume(self) -> None:
        self.end_hold()
        self.fact("agent.resumed")

    def hold_customer(self) -> None:
        self.alter(self.state.customer_leg, state="held", since=self.now)

    def hold_who_is_alone(self) -> None:
        """The customer who would hear nobody hears music."""
        customer = self.state.customer
        if customer is None or customer.state != "in":
            return
        others = [party for party in self.state.parties if party != customer and party.room == customer.room]
        if not any(party.state == "in" for party in others):
            self.hold_customer()

    def end_hold(self) -> None:
        customer = self.state.customer
        if customer and customer.state == "held":
            held = (self.now - customer.since).total_seconds()
            self.change(held_seconds=self.state.held_seconds + held)
            self.alter(customer.leg_id, state="in", since=self.now)

    # ── consultation ─────────────────────────────────────────────────────────────────────────────────────────────────

    def consult(self, event: Consult) -> None:
        """The agent asks somebody beside, while the customer hears music, or talks on with the others."""
        state = self.state
        if state.state != "connected" or state.announcement or state.consulted or not state.other:
            raise agents.Impossible("not_possible_in_this_state")
        if len(state.parties) >= MOST_PARTIES:
            raise agents.Impossible("too_many_parties")
        self.alter(state.agent_leg, room=BESIDE)
        self.hold_who_is_alone()
        role: Role = "agent" if event.agent_id else "outside"
        self.called(role, event.leg_id, room=BESIDE, agent_id=event.agent_id, number=event.number)
        self.fact("consultation.started", leg_id=event.leg_id, with_agent=event.agent_id, number=event.number)
        due = self.now + timedelta(seconds=event.ring_seconds)
        margin = timedelta(seconds=CONSULTATION_MARGIN_SECONDS)
        self.effects.append(SetTimer(name=CONSULTATION, due_at=due + margin))
        if event.agent_id:
            self.effects.append(TellAgent(event.agent_id, agents.Reserved(state.id)))
            self.do(
                calls.CallAgent(
                    leg_id=event.leg_id,
                    sip_user=event.sip_user,
                    caller=event.caller,
                    caller_name=event.caller_name,
                    timeout_seconds=event.ring_seconds,
                    interaction_id=state.id,
                    not_after=due,
                )
            )
        else:
            self.do(
                calls.CallNumber(
                    leg_id=event.leg_id,
                    number=event.number,
                    caller=state.called,
                    timeout_seconds=event.ring_seconds,
                    heard_by=state.agent_leg or "",
                    bridge_id=state.bridge(BESIDE),
                    not_after=due,
                )
            )

    def consulted_answered(self, party: Party) -> None:
        self.alter(party.leg_id, state="in", since=self.now, joined_at=self.now)
        self.effects.append(CancelTimer(CONSULTATION))
        if party.agent_id:
            self.effects.append(TellAgent(party.agent_id, agents.Engaged()))
        self.fact("consultation.answered", **whom(party))

    def swap(self) -> None:
        """The agent goes to the other side; whom they leave hears music."""
        state, consulted = self.state, self.state.consulted
        if not state.other or not consulted or consulted.state == "calling":
            raise agents.Impossible("not_possible_in_this_state")
        beside = state.other.room == BESIDE
        self.alter(state.agent_leg, room=MAIN if beside else BESIDE)
        self.alter(consulted.leg_id, state="held" if beside else "in", since=self.now)
        if beside:
            self.end_hold()
        else:
            self.hold_who_is_alone()
        self.fact("consultation.swapped", to="customer" if beside else "consulted", **whom(consulted))

    def end_consultation(self) -> None:
        """Back to the customer."""
        consulted = self.state.consulted
        if consulted is None:
            raise agents.Impossible("not_possible_in_this_state")
        self.dismiss(consulted)
        self.end_hold()

    def join(self) -> None:
        """Everybody hears everybody."""
        consulted = self.state.consulted
        if consulted is None or consulted.state == "calling":
            raise agents.Impossible("not_possible_in_this_state")
        self.end_hold()
        self.alter(self.state.agent_leg, room=MAIN)
        self.alter(consulted.leg_id, room=MAIN, state="in", since=self.now)
        self.fact("conference.joined", parties=len(self.state.parties), **whom(consulted))

    def hang_up_party(self, leg_id: str) -> None:
        """End one party's part, neither the customer's nor that of the agent at hand."""
        party = self.state.party(leg_id)
        if party is None or party.role == "customer" or party == self.state.other:
            raise agents.Impossible("not_possible_in_this_state")
        self.dismiss(party)

    def party_gone(self, party: Party, cause: int) -> None:
        """Somebody beside the customer and the agent at hand has hung up, or was never reached."""
        if party.state == "calling":
            self.fact("consultation.failed", cause=cause, **whom(party))
        self._part(party)

    def dismiss(self, party: Party) -> None:
        self.do(calls.HangUp(leg_id=party.leg_id))
        if party.state == "calling":
            self.fact("consultation.cancelled", **whom(party))
        self._part(party)

    def dismiss_all(self) -> None:
        """The conversation is over for whoever was asked to it."""
        for party in self.state.parties:
            if party.role != "customer" and party != self.state.other:
                self.dismiss(party)

    def _part(self, party: Party) -> None:
        """The agent at hand stays, the customer as they were: on hold until the agent takes them back."""
        self.leave(party.leg_id)
        if party.room == BESIDE:
            self.effects.append(CancelTimer(CONSULTATION))
            self.alter(self.state.agent_leg, room=MAIN)
        else:
            self.hold_who_is_alone()
        if party.joined_at:
            talked = (self.now - party.joined_at).total_seconds()
            kind = "consultation.ended" if party.room == BESIDE else "party.left"
            self.fact(kind, talk_seconds=round(talked, 3), **whom(party))
        if party.agent_id:
            over = agents.Released(wrap_up_seconds=0) if party.joined_at else agents.OfferEnded(None)
            self.effects.append(TellAgent(party.agent_id, over))


def whom(party: Party) -> dict[str, Any]:
    """Who was asked, as facts say it."""
    return {"leg_id": party.leg_id, "with_agent": party.agent_id, "number": party.number}
