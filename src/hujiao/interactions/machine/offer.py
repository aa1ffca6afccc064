"""Offered to an agent, whose phone rings. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    AgentRejects,
    CancelTimer,
    LeaveQueue,
    Offered,
    OfferTo,
    Queued,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.machine import parking, redirecting
from hujiao.interactions.machine.causes import BUSY, NO_ANSWER, NO_CIRCUIT, NO_COMMON_SOUND, REJECTED
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.waiting import back_in_queue

OFFER = "offer"

# Q.850: how an agent's phone says no.
REJECTED_CAUSES = frozenset({BUSY, REJECTED})
NO_ANSWER_CAUSES = frozenset({16, 18, 19})


def offer(step: Step, event: OfferTo, *, reserve: bool = True) -> None:
    """Call the agent; `reserve` is False when they are kept for this one already."""
    state = step.state
    step.go(Offered(offer=event, announcement=state.announcement), agent_id=event.agent_id)
    step.called("agent", event.leg_id, agent_id=event.agent_id)
    step.fact("offer.made", queue_id=state.queue_id, leg_id=event.leg_id, **structs.asdict(event.why))
    due = step.now + timedelta(seconds=event.no_answer_seconds)
    if reserve:
        step.ask(LeaveQueue(), TellAgent(event.agent_id, agents.Reserved(state.id)))
    step.ask(SetTimer(name=OFFER, due_at=due))
    step.do(
        calls.CallAgent(
            leg_id=event.leg_id,
            sip_user=event.sip_user,
            caller=state.caller,
            caller_name=state.caller_name,
            timeout_seconds=event.no_answer_seconds + 5,
            interaction_id=state.id,
            automatic_answer=event.automatic_answer,
            not_after=due,
        )
    )


def accepted(step: Step) -> float:
    """The agent has taken the offer; returns after how many seconds."""
    state = step.state
    assert state.agent_id is not None
    rang = step.seconds_since(state.ring_started_at)
    step.alter(state.agent_leg, state="in", since=step.now)
    step.fact("offer.accepted", queue_id=state.queue_id, ring_seconds=rang)
    step.ask(CancelTimer(OFFER), TellAgent(state.agent_id, agents.Engaged()))
    return rang


def missed(
    step: Step, reason: str, blame: str | None, *, hang_up: int | None = None, agent_waits: bool = False
) -> None:
    """The offer came to nothing: the agent by `blame`, the caller back at the old place.

    `hang_up` is the cause with which the phone that still rings is hung up. When the `agent_waits`, it is not known yet
    whether they are to blame, which is told later.
    """
    state = step.state
    assert state.agent_id is not None and state.agent_leg is not None
    rang = step.seconds_since(state.ring_started_at)
    step.fact("offer.missed", queue_id=state.queue_id, reason=reason, ring_seconds=rang)
    step.ask(CancelTimer(OFFER))
    if not agent_waits:
        step.ask(TellAgent(state.agent_id, agents.OfferEnded(blame)))
    step.leave(state.agent_leg)
    step.go(Queued(announcement=state.announcement), agent_id=None)
    if hang_up is not None:
        step.do(calls.HangUp(leg_id=state.agent_leg, cause=hang_up))


def not_taken(step: Step, reason: str, blame: str | None, cause: int, *, hang_up: int | None = None) -> None:
    """On by a rule of the agent's, who then is not to blame for not coming; else back in the queue. A rule may lead
    nowhere: only when that is known the agent is told that the offer has ended."""
    journey, agent_id = step.state.journey, step.state.agent_id
    assert isinstance(journey, Offered) and agent_id is not None
    goes_on = redirecting.why_not(cause) in journey.offer.forwards
    excusable = goes_on and blame in (agents.REJECTED, agents.NO_ANSWER)
    missed(step, reason, blame, hang_up=hang_up, agent_waits=excusable)
    if goes_on:
        redirecting.seek(step, agent_id, cause, blame)
    else:
        back_in_queue(step)


def phone_ended(step: Step, cause: int, *, gone: bool) -> None:
    """The agent's phone said no, or the leg was lost."""
    if cause in REJECTED_CAUSES:
        not_taken(step, "rejected", agents.REJECTED, cause)
    elif gone:
        not_taken(step, "unknown", None, cause)
    elif cause in NO_ANSWER_CAUSES:
        not_taken(step, "no_answer", agents.NO_ANSWER, cause)
    elif cause == NO_CIRCUIT and calls.is_outside(step.state.agent_leg or ""):
        not_taken(step, "unreachable", None, cause)  # the trunk had no line: no fault of the agent's
    elif cause == NO_COMMON_SOUND:
        not_taken(step, "no_sound", agents.NO_SOUND, cause)
    else:
        not_taken(step, "unreachable", agents.UNREACHABLE, cause)


def _rejected(step: Step, event: AgentRejects) -> None:
    if step.state.state == "parked" and step.state.agent_leg:
        parking.not_answered(step, REJECTED)
        return
    if step.state.state != "offered":
        raise agents.Impossible("not_possible_in_this_state")
    not_taken(step, "rejected", agents.REJECTED, REJECTED, hang_up=REJECTED)


def _rings(step: Step, event: calls.LegRinging) -> None:
    party = step.state.party(event.leg_id)
    if party and party.state == "calling" and party.rang_at is None:
        step.alter(event.leg_id, rang_at=step.now)
    if step.state.state == "offered" and event.leg_id == step.state.agent_leg:
        step.fact("offer.ringing")


def _not_answered(step: Step, about: str) -> None:
    if step.state.state == "offered":
        not_taken(step, "no_answer", agents.NO_ANSWER, NO_ANSWER, hang_up=NO_ANSWER)


EVENTS: dict[type, Handler] = {AgentRejects: _rejected, calls.LegRinging: _rings}
TIMERS: dict[str, TimerHandler] = {OFFER: _not_answered}
