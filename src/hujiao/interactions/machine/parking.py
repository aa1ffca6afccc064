"""The customer is parked at a place, from where any agent picks them up; after a time they ring back. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    Connected,
    EndReason,
    NotPickedUp,
    Park,
    Parked,
    PickUp,
    RingBack,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.machine import recording
from hujiao.interactions.machine.causes import NO_ANSWER, NORMAL, RING_MARGIN_SECONDS
from hujiao.interactions.machine.conversation import disconnected
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.waiting import enter_queue

PARK, PICK_UP = "park", "pick_up"


def _park(step: Step, event: Park) -> None:
    """The agent is free again at once; who picks the customer up writes up."""
    state = step.state
    guests = any(party.role in ("agent", "outside") for party in state.parties if party != state.other)
    if state.state != "connected" or state.announcement or state.guidance or guests or not state.agent_id:
        raise agents.Impossible("not_possible_in_this_state")
    by, until = state.agent_id, step.now + timedelta(seconds=event.seconds)
    step.do(calls.HangUp(leg_id=state.agent_leg or ""))
    disconnected(step, "park", writes_up=False)
    step.go(Parked(place=event.place, by_agent=by, until=until), agent_id=None)
    step.fact("park.started", agent_id=by, place=event.place, until=until)
    step.ask(SetTimer(name=PARK, due_at=until))


def _pick_up(step: Step, event: PickUp) -> None:
    """Call the agent's phone; the customer hears music until it answers."""
    if not isinstance(step.state.journey, Parked):
        raise agents.Impossible("not_parked")
    if step.state.journey.picking:
        raise agents.Impossible("being_picked_up")
    step.on_the_way(picking=event)
    step.change(agent_id=event.agent_id)
    step.called("agent", event.leg_id, agent_id=event.agent_id)
    step.fact("pick_up.started", leg_id=event.leg_id, rings_back=event.rings_back)
    due = step.now + timedelta(seconds=event.ring_seconds)
    step.ask(
        TellAgent(event.agent_id, agents.OwnCall(step.state.id)),
        SetTimer(name=PICK_UP, due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)),
    )
    step.do(
        calls.CallAgent(
            leg_id=event.leg_id,
            sip_user=event.sip_user,
            caller=step.state.caller,
            caller_name=step.state.caller_name,
            timeout_seconds=event.ring_seconds,
            interaction_id=step.state.id,
            automatic_answer=not event.rings_back,
            not_after=due,
        )
    )


def answered(step: Step) -> None:
    """The agent has the customer: a conversation like any other."""
    state, parked = step.state, step.state.journey
    assert isinstance(parked, Parked) and parked.picking
    rang = step.seconds_since(state.ring_started_at)
    _over(step, "picked_up")
    step.alter(state.agent_leg, state="in", since=step.now, joined_at=step.now)
    step.go(Connected())
    step.ask(TellAgent(parked.picking.agent_id, agents.Engaged()))
    step.fact("agent.connected", queue_id=state.queue_id, ring_seconds=rang)
    if state.terms and state.terms.recording == "always":
        recording.begin(step, parked.picking.recording_id)


def not_answered(step: Step, cause: int) -> None:
    """Who wanted to pick up, or was rung back, does not come: the customer stays, as long as there is time."""
    parked = step.state.journey
    assert isinstance(parked, Parked)
    _withdraw(step, cause)
    if parked.picking and parked.until <= step.now:
        step.ask(RingBack(possible=not parked.picking.rings_back))


def caller_gone(step: Step, reason: EndReason | None, by: str, cause: int) -> None:
    """The customer has hung up."""
    _withdraw(step, NORMAL)
    _over(step, "abandoned")
    step.end(reason or "abandoned_parked", by, cause)


def _not_picked_up(step: Step, event: NotPickedUp) -> None:
    """Back to the queue, at the place of before; who came by none has waited for nothing."""
    if not isinstance(step.state.journey, Parked):
        return
    place = step.state.queue.queued_at if step.state.queue else None
    _over(step, "not_picked_up")
    if event.enter:
        enter_queue(step, replace(event.enter, place=place))
    else:
        step.hang_up_customer("not_picked_up", "system")


def _withdraw(step: Step, cause: int) -> None:
    """Nobody picks up any more, for now."""
    state, parked = step.state, step.state.journey
    if not isinstance(parked, Parked) or parked.picking is None:
        return
    step.fact("pick_up.failed", cause=cause)
    step.ask(CancelTimer(PICK_UP), TellAgent(parked.picking.agent_id, agents.OfferEnded(None)))
    step.do(calls.HangUp(leg_id=parked.picking.leg_id))
    step.leave(state.agent_leg)
    step.on_the_way(picking=None)
    step.change(agent_id=None)


def _over(step: Step, outcome: str) -> None:
    parked = step.state.journey
    assert isinstance(parked, Parked)
    step.ask(CancelTimer(PARK), CancelTimer(PICK_UP))
    seconds = step.seconds_since(step.state.since)
    step.fact("park.ended", place=parked.place, outcome=outcome, parked_seconds=seconds)


def _time_over(step: Step, about: str) -> None:
    if isinstance(step.state.journey, Parked) and step.state.journey.picking is None:
        step.ask(RingBack())


def _rang_too_long(step: Step, about: str) -> None:
    if isinstance(step.state.journey, Parked) and step.state.journey.picking:
        not_answered(step, NO_ANSWER)


EVENTS: dict[type, Handler] = {Park: _park, PickUp: _pick_up, NotPickedUp: _not_picked_up}
TIMERS: dict[str, TimerHandler] = {PARK: _time_over, PICK_UP: _rang_too_long}
