"""Who of the parties hears whom: hold, consultation, conference. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    BESIDE,
    MAIN,
    MOST_PARTIES,
    CancelTimer,
    Connected,
    Consult,
    Declines,
    EndConsultation,
    HangUpParty,
    HoldParty,
    Join,
    MuteParty,
    Party,
    Role,
    SecondCall,
    SetTimer,
    Swap,
    TellAgent,
)
from hujiao.interactions.machine import redirecting
from hujiao.interactions.machine.causes import NO_ANSWER, REJECTED, RING_MARGIN_SECONDS
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.unreached import tell

CONSULTATION, SUPERVISION, AWAY = "consultation", "supervision", "away"

# ── hold ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def held_at_phone(step: Step, *, on: bool) -> None:
    """The hold key of the agent's own phone: the same as the desktop's, while nobody is asked beside."""
    step.alter(step.state.agent_leg, held_at_phone=on)
    _follow_phone(step)
    if step.state.consulted or step.state.announcement:
        return
    if on and not step.state.held:
        hold(step)
    elif not on and step.state.held:
        resume(step)


def second_held(step: Step, second: SecondCall, *, on: bool) -> None:
    """The hold key in the call by which the phone asks somebody beside."""
    step.alter(step.state.agent_leg, second=replace(second, held=on))
    _follow_phone(step)


def _follow_phone(step: Step) -> None:
    """Of a phone's two calls the one that is not held says with whom the agent talks; a phone that holds neither joins
    them."""
    other, consulted = step.state.other, step.state.consulted
    if other is None or other.second is None or consulted is None or consulted.state == "calling":
        return
    customers, consulteds, beside = not other.held_at_phone, not other.second.held, other.room == BESIDE
    if customers and consulteds:
        join(step, Join())
    elif (customers and beside) or (consulteds and not beside):
        swap(step, Swap())
    elif beside:
        step.alter(consulted.leg_id, state="in" if consulteds else "held", since=step.now)
    elif customers:
        end_hold(step)
    else:
        hold_customer(step)


def hold(step: Step) -> None:
    hold_customer(step)
    by_phone = step.state.other is not None and step.state.other.held_at_phone
    step.fact("agent.held", by="phone" if by_phone else "desktop")


def resume(step: Step) -> None:
    end_hold(step)
    step.fact("agent.resumed")


def hold_customer(step: Step) -> None:
    """A colleague who is away for a moment comes back to music."""
    customer = step.state.customer
    if customer and customer.away:
        step.alter(customer.leg_id, away=replace(customer.away, held=True))
    else:
        step.alter(step.state.customer_leg, state="held", since=step.now)


def hold_who_is_alone(step: Step) -> None:
    """The customer who would hear nobody hears music."""
    customer = step.state.customer
    if customer is None or customer.state != "in":
        return
    others = [party for party in step.state.parties if party != customer and party.room == customer.room]
    if not any(party.state == "in" for party in others):
        hold_customer(step)


def end_hold(step: Step) -> None:
    customer = step.state.customer
    if customer and customer.away:
        step.alter(customer.leg_id, away=replace(customer.away, held=False))
    elif customer and customer.state == "held":
        count_hold(step, customer)
        step.alter(customer.leg_id, state="in", since=step.now)


def count_hold(step: Step, customer: Party) -> None:
    """So long the customer has been on hold, if they are: no time of talk."""
    journey = step.state.journey
    if customer.state == "held" and isinstance(journey, Connected):
        step.on_the_way(held_seconds=journey.held_seconds + (step.now - customer.since).total_seconds())


# ── consultation ──────────────────────────────────────────────────────────────────────────────────────────────────────


def consult(step: Step, event: Consult) -> None:
    """The agent asks somebody beside, while the customer hears music, or talks on with the others."""
    state = step.state
    away = state.line_lost or (state.customer and state.customer.away)
    busy = state.announcement or state.consulted or state.guidance or away
    if state.state != "connected" or busy or not state.other:
        raise agents.Impossible("not_possible_in_this_state")
    if len(state.parties) >= MOST_PARTIES:
        raise agents.Impossible("too_many_parties")
    step.alter(state.agent_leg, room=BESIDE, second=SecondCall(leg_id=event.by_leg) if event.by_leg else None)
    if event.by_leg:
        step.do(calls.AnswerLeg(leg_id=event.by_leg))
    hold_who_is_alone(step)
    _call_beside(step, event)


def _call_beside(step: Step, event: Consult, *, known: int = 0) -> None:
    """`known` of the hops that led there were told before."""
    state = step.state
    role: Role = "agent" if event.agent_id else "outside"
    whom = {"agent_id": event.agent_id, "number": event.number, "note": event.note, "forwards": event.forwards}
    step.called(role, event.leg_id, room=BESIDE, **whom)
    step.fact(
        "consultation.started",
        leg_id=event.leg_id,
        with_agent=event.agent_id,
        number=event.number,
        origin="phone" if event.by_leg else "desktop",
        note=event.note,
    )
    redirecting.note(step, event.trail, known=known)
    due = step.now + timedelta(seconds=event.ring_seconds)
    margin = timedelta(seconds=RING_MARGIN_SECONDS)
    step.ask(SetTimer(name=CONSULTATION, due_at=due + margin))
    if event.agent_id:
        step.ask(TellAgent(event.agent_id, agents.Reserved(state.id)))
        step.do(
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
        step.do(
            calls.CallNumber(
                leg_id=event.leg_id,
                number=event.number,
                caller="" if state.internal else state.called,
                timeout_seconds=event.ring_seconds,
                heard_by=event.by_leg or state.agent_leg or "",
                bridge_id=state.bridge(BESIDE),
                not_after=due,
            )
        )


def ask_instead(step: Step, event: Consult, cause: int) -> None:
    """Somebody else in place of who was asked and did not come, for this cause."""
    consulted = step.state.consulted
    assert consulted is not None and consulted.agent_id is not None
    step.do(calls.HangUp(leg_id=consulted.leg_id, cause=NO_ANSWER))
    step.fact("consultation.failed", cause=cause, **whom(consulted))
    step.leave(consulted.leg_id)
    step.ask(CancelTimer(CONSULTATION), TellAgent(consulted.agent_id, agents.OfferEnded(None)))
    _call_beside(step, event, known=len(step.state.forwarded))


def consulted_answered(step: Step, party: Party) -> None:
    step.alter(party.leg_id, state="in", since=step.now, joined_at=step.now)
    step.ask(CancelTimer(CONSULTATION))
    if party.agent_id:
        step.ask(TellAgent(party.agent_id, agents.Engaged()))
    step.fact("consultation.answered", **whom(party))


def swap(step: Step, event: Swap) -> None:
    """The agent goes to the other side; whom they leave hears music."""
    state, consulted = step.state, step.state.consulted
    if not state.other or not consulted or consulted.state == "calling":
        raise agents.Impossible("not_possible_in_this_state")
    beside = state.other.room == BESIDE
    step.alter(state.agent_leg, room=MAIN if beside else BESIDE)
    step.alter(consulted.leg_id, state="held" if beside else "in", since=step.now)
    if beside:
        end_hold(step)
    else:
        hold_who_is_alone(step)
    step.fact("consultation.swapped", to="customer" if beside else "consulted", **whom(consulted))


def end_consultation(step: Step, event: EndConsultation) -> None:
    """Back to the customer."""
    consulted = step.state.consulted
    if consulted is None:
        raise agents.Impossible("not_possible_in_this_state")
    dismiss(step, consulted)
    if step.state.other and not step.state.other.held_at_phone:
        end_hold(step)


def second_call_over(step: Step) -> None:
    """The agent has hung up the phone's call to whom they asked."""
    step.alter(step.state.agent_leg, second=None)
    if step.state.consulted:
        end_consultation(step, EndConsultation())


def _swap(step: Step, event: Swap) -> None:
    """Of a phone's two calls the phone says which one is held."""
    if step.state.other and step.state.other.second:
        raise agents.Impossible("held_at_phone")
    swap(step, event)


def join(step: Step, event: Join) -> None:
    """Everybody hears everybody."""
    consulted = step.state.consulted
    if consulted is None or consulted.state == "calling":
        raise agents.Impossible("not_possible_in_this_state")
    end_hold(step)
    step.alter(step.state.agent_leg, room=MAIN, second=None)
    step.alter(consulted.leg_id, room=MAIN, state="in", since=step.now)
    step.fact("conference.joined", parties=len(step.state.parties), **whom(consulted))


def hang_up_party(step: Step, event: HangUpParty) -> None:
    """End one party's part, neither the customer's nor that of the agent at hand, nor a supervisor's."""
    party = step.state.party(event.leg_id)
    if party is None or party.role in ("customer", "supervisor") or party == step.state.other:
        raise agents.Impossible("not_possible_in_this_state")
    dismiss(step, party)


def _declines(step: Step, event: Declines) -> None:
    party = step.state.party(event.leg_id)
    if party is None or party != step.state.consulted:
        raise agents.Impossible("not_possible_in_this_state")
    not_coming(step, party, REJECTED)


def not_coming(step: Step, party: Party, cause: int) -> None:
    """Who is asked has no phone any more, or does not want to talk: their part is over without a rule for that."""
    if party.state == "calling" and redirecting.why_not(cause) in party.forwards:
        step.do(calls.HangUp(leg_id=party.leg_id))
        party_gone(step, party, cause)
    else:
        _tell_asker(step, party, cause)
        dismiss(step, party)


def _hold_party(step: Step, event: HoldParty) -> None:
    guest = _guest(step, event.leg_id)
    if (guest.state == "held") != event.on:
        step.alter(guest.leg_id, state="held" if event.on else "in", since=step.now)
        hold_who_is_alone(step)
        step.fact("party.held" if event.on else "party.resumed", **whom(guest))


def _mute_party(step: Step, event: MuteParty) -> None:
    guest = _guest(step, event.leg_id)
    if guest.muted != event.on:
        step.alter(guest.leg_id, muted=event.on)
        step.fact("party.muted" if event.on else "party.unmuted", **whom(guest))


def _guest(step: Step, leg_id: str) -> Party:
    """One of a conference besides the customer and the agent at hand; `Impossible` for anybody else."""
    party = step.state.party(leg_id)
    guest = party is not None and party.role in ("agent", "outside") and party != step.state.other
    if party is None or not guest or party.room != MAIN or party.state == "calling":
        raise agents.Impossible("not_possible_in_this_state")
    return party


def party_gone(step: Step, party: Party, cause: int) -> None:
    """Somebody beside the customer and the agent at hand has hung up, or was never reached."""
    if party.state == "calling" and party.agent_id and redirecting.why_not(cause) in party.forwards:
        step.alter(party.leg_id, forwards=())
        redirecting.seek(step, party.agent_id, cause)
        return
    if party.state == "calling" and not party.away:
        step.fact("supervision.failed" if _supervises(party) else "consultation.failed", cause=cause, **whom(party))
        _tell_asker(step, party, cause)
    _part(step, party)


def _tell_asker(step: Step, party: Party, cause: int) -> None:
    if party.state == "calling" and not _supervises(party):
        tell(step, step.state.agent_id, "consult", cause, party, number=party.number, colleague=party.agent_id)


def dismiss(step: Step, party: Party) -> None:
    step.do(calls.HangUp(leg_id=party.leg_id))
    if party.state == "calling" and not party.away:
        step.fact("supervision.cancelled" if _supervises(party) else "consultation.cancelled", **whom(party))
    _part(step, party)


def dismiss_all(step: Step) -> None:
    """The conversation is over for whoever was asked to it."""
    for party in step.state.parties:
        if party.role != "customer" and party != step.state.other:
            dismiss(step, party)


def _part(step: Step, party: Party) -> None:
    """The agent at hand stays, the customer as they were: on hold until the agent takes them back."""
    step.leave(party.leg_id)
    if party.room == BESIDE:
        step.ask(CancelTimer(CONSULTATION))
        step.alter(step.state.agent_leg, room=MAIN, second=None)
    else:
        hold_who_is_alone(step)
    if party.role == "supervisor":
        step.ask(CancelTimer(supervision_timer(party.leg_id)))
    if party.away:
        step.ask(CancelTimer(away_timer(party)))
    if party.joined_at:
        part_over(step, party)
    if party.agent_id:
        over = agents.Released(wrap_up_seconds=0) if party.joined_at else agents.OfferEnded(None)
        step.ask(TellAgent(party.agent_id, over))


def part_over(step: Step, party: Party) -> None:
    """Its time in that part, for the ledger."""
    ended = "consultation.ended" if party.room == BESIDE else "party.left"
    ended = "supervision.ended" if _supervises(party) else ended
    step.fact(ended, talk_seconds=step.seconds_since(party.joined_at), **whom(party))


def _supervises(party: Party) -> bool:
    return party.role == "supervisor"


def supervision_timer(leg_id: str) -> str:
    return f"{SUPERVISION}:{leg_id}"


def away_timer(party: Party) -> str:
    return f"{AWAY}:{party.agent_id}"


def whom(party: Party) -> dict[str, Any]:
    """Who was asked, as facts say it."""
    return {"leg_id": party.leg_id, "with_agent": party.agent_id, "number": party.number}


def _not_answered(step: Step, about: str) -> None:
    consulted = step.state.consulted
    if consulted and consulted.state == "calling":
        step.do(calls.HangUp(leg_id=consulted.leg_id, cause=NO_ANSWER))
        party_gone(step, consulted, NO_ANSWER)


EVENTS: dict[type, Handler] = {
    Consult: consult,
    Swap: _swap,
    EndConsultation: end_consultation,
    Join: join,
    HangUpParty: hang_up_party,
    Declines: _declines,
    HoldParty: _hold_party,
    MuteParty: _mute_party,
}
TIMERS: dict[str, TimerHandler] = {CONSULTATION: _not_answered}
