"""Call-backs (回拨): the customer has hung up and keeps the place; when an agent is free, both are called. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    Calling,
    CancelTimer,
    JoinQueue,
    LeaveQueue,
    Offered,
    OfferTo,
    Queued,
    Resumed,
    Scheduled,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.machine.causes import NO_ANSWER, RING_MARGIN_SECONDS
from hujiao.interactions.machine.conversation import connect
from hujiao.interactions.machine.offer import accepted, missed, offer
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.unreached import tell
from hujiao.interactions.machine.waiting import EXPIRY, RETRY, back_in_queue, place_over

CALLING = "calling"


def _agent_chosen(step: Step, event: OfferTo) -> None:
    """The agent is offered the customer; if nobody is on the line, whoever of both is to be called first is called."""
    callback = step.state.callback
    if step.state.state != "queued":
        return
    if callback is None or step.state.customer_leg:
        offer(step, event)
        return
    if callback.first == "agent":
        offer(step, event)
    else:
        step.change(agent_id=event.agent_id)
        step.ask(LeaveQueue(), TellAgent(event.agent_id, agents.Reserved(step.state.id)))
        _call_customer(step, event)


def agent_answered(step: Step) -> None:
    """The agent has taken the offer: both can talk, when the customer is on the line."""
    journey = step.state.journey
    assert isinstance(journey, Offered)
    nobody_yet = step.state.callback and not step.state.customer_leg
    rang = accepted(step)
    if nobody_yet:
        _call_customer(step, journey.offer)
    else:
        connect(step, rang)


def _call_customer(step: Step, offer: OfferTo) -> None:
    """An agent who is on the line already hears our tone until the carrier rings or speaks, then the carrier."""
    state = step.state
    assert state.callback is not None
    callback = replace(state.callback, tries=state.callback.tries + 1)
    step.go(Calling(offer=offer), callback=callback)
    leg_id = offer.customer_leg
    step.called("customer", leg_id)
    due = step.now + timedelta(seconds=callback.ring_seconds)
    step.ask(SetTimer(name=CALLING, due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)))
    step.fact("callback.tried", number=state.caller, leg_id=leg_id, tries=callback.tries)
    step.do(
        calls.CallNumber(
            leg_id=leg_id,
            number=state.caller,
            caller=state.called,
            timeout_seconds=callback.ring_seconds,
            heard_by=state.agent_leg or "",
            bridge_id=str(state.id) if state.agent_leg else "",
            not_after=due,
        )
    )


def customer_answered(step: Step) -> None:
    state, journey = step.state, step.state.journey
    assert isinstance(journey, Calling)
    step.change(answered=True)
    step.alter(state.customer_leg, state="in", since=step.now)
    step.fact("interaction.answered")
    step.ask(CancelTimer(CALLING), CancelTimer(EXPIRY))
    if state.agent_leg:
        rang = (state.since - state.ring_started_at).total_seconds() if state.ring_started_at else 0.0
        connect(step, round(rang, 3))
    else:
        offer(step, journey.offer, reserve=False)


def customer_unreached(step: Step, cause: int, *, counted: bool = True) -> None:
    """Nobody answered, or (not counted) the call came to nothing for reasons of ours."""
    state = step.state
    assert state.callback is not None and state.agent_id is not None
    step.fact("callback.unreached", cause=cause, tries=state.callback.tries)
    step.ask(CancelTimer(CALLING))
    if state.agent_leg:
        tell(step, state.agent_id, "call_back", cause, state.customer, number=state.caller)
        step.do(calls.HangUp(leg_id=state.agent_leg))
        step.ask(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=0, lost=False)))
    else:
        step.ask(TellAgent(state.agent_id, agents.OfferEnded(None)))
    _place_again(step, counted=counted)


def agent_gone_calling(step: Step, *, lost: bool) -> None:
    """The agent hung up before the customer answered: another one's turn, not this one's again and again."""
    state = step.state
    assert state.agent_id is not None
    step.do(calls.HangUp(leg_id=state.customer_leg))
    released = agents.Released(wrap_up_seconds=0, lost=lost, refused=not lost)
    step.ask(CancelTimer(CALLING), TellAgent(state.agent_id, released))
    step.fact("callback.given_up", by="system" if lost else "agent")
    _place_again(step, counted=False)


def _place_again(step: Step, *, counted: bool) -> None:
    callback = step.state.callback
    assert callback is not None
    if not counted:
        callback = replace(callback, tries=callback.tries - 1)
    step.go(Queued(), callback=callback, parties=(), agent_id=None)
    if callback.tries >= callback.most_tries:
        place_over(step, "callback_failed")
    elif callback.expires_at <= step.now:
        place_over(step, "callback_expired")
    elif counted:
        step.go(Scheduled())
        due = step.now + timedelta(seconds=callback.retry_seconds)
        step.ask(SetTimer(name=RETRY, due_at=due))
    else:
        step.ask(JoinQueue())


def resumed(step: Step, event: Resumed) -> None:
    """After a take-over: what the switch still has of the two calls."""
    state = step.state
    if state.state == "offered" and state.agent_leg not in event.legs:
        missed(step, "unknown", None)
        back_in_queue(step)
    elif state.state == "offered" and state.agent_leg in event.up:
        agent_answered(step)  # while nobody was there
    elif state.state != "calling":
        return
    elif state.agent_leg and state.agent_leg not in event.legs:
        agent_gone_calling(step, lost=True)
    elif state.customer_leg not in event.legs:
        customer_unreached(step, 0, counted=False)
    elif state.customer_leg in event.up:
        customer_answered(step)


def _not_answered(step: Step, about: str) -> None:
    if step.state.state == "calling":
        step.do(calls.HangUp(leg_id=step.state.customer_leg))
        customer_unreached(step, NO_ANSWER)


EVENTS: dict[type, Handler] = {OfferTo: _agent_chosen}
TIMERS: dict[str, TimerHandler] = {CALLING: _not_answered}
