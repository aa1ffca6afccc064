"""After a take-over: what the switch still has of an interaction, and what is asked for again. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from hujiao.calls import contracts as calls
from hujiao.interactions import sound
from hujiao.interactions.contracts import Party, Resumed
from hujiao.interactions.machine import absent, call_back, guiding, message, outgoing, returning, rooms
from hujiao.interactions.machine.conversation import agent_left, greeted
from hujiao.interactions.machine.legs import answered, beside_gone, customer_gone, other_answered, other_gone
from hujiao.interactions.machine.step import Handler, Step


def _resumed(step: Step, event: Resumed) -> None:
    state = step.state
    if state.state in ("ended", "wrap_up"):
        return
    if state.state == "dialling":
        outgoing.resumed(step, event)
    elif state.place_only:
        call_back.resumed(step, event)
    elif state.customer_leg not in event.legs and not (state.customer and state.customer.away):
        _without_customer(step, event)
    elif state.agent_leg and state.agent_leg not in event.legs and not state.line_lost:
        _without_agent(step, state.agent_leg)
    else:
        _ensured(step, event)


def _without_customer(step: Step, event: Resumed) -> None:
    state = step.state
    if state.agent_leg and state.agent_leg in event.legs:
        step.do(calls.HangUp(leg_id=state.agent_leg))
    lost = event.switch_since > state.started_at
    customer_gone(step, calls.LegEnded(leg_id=state.customer_leg, at=step.now, cause=0, gone=True, switch_lost=lost))


def _without_agent(step: Step, leg_id: str) -> None:
    if step.state.state == "connected":
        # The switch has the caller still, so it ran all the time: the agent has simply hung up.
        agent_left(step, "agent", lost=False)
    else:
        step.resuming = step.state.state == "parked"  # nothing else lets the customer hear again what they should
        other_gone(step, calls.LegEnded(leg_id=leg_id, at=step.now, cause=0, gone=True))


def _ensured(step: Step, event: Resumed) -> None:
    """Customer and agent are there: whatever may not have been performed is asked for again."""
    state = step.state
    step.resuming = True
    second = state.other.second if state.other else None
    if state.other and state.other.held_at_phone and not second:  # it may have taken the call back meanwhile
        step.alter(state.agent_leg, held_at_phone=False)
    if second and second.leg_id not in event.legs:
        rooms.second_call_over(step)
    elif second and second.leg_id not in event.up:
        step.do(calls.AnswerLeg(leg_id=second.leg_id))
    if state.message and str(state.message.recording_id) in event.recording:
        step.resuming = False  # any command would wait in the switch until the caller has finished
        return
    for party in state.parties:
        if party.away:
            absent.resumed(step, party, event)
        if party.away or party.role == "customer" or party == state.other:
            continue
        if party.leg_id not in event.legs:
            beside_gone(step, party, 0)
        elif party.state == "calling" and party.leg_id in event.up:
            answered(step, calls.LegAnswered(leg_id=party.leg_id, at=step.now))  # while nobody was there
        elif party.unheard:
            _watched(step, party, event)
    here = state.customer is not None and not state.customer.away
    if state.answered and here and state.customer_leg not in event.up:
        # Who is up and hears a prompt would be "answered" at its end, and until then no command would be done that
        # follows on the same socket: other callers would hear nothing.
        step.do(calls.AnswerLeg(leg_id=state.customer_leg))
    match state.state:
        case "flow" if state.message and str(state.message.recording_id) in event.recorded:
            message.recorded(step)
        case "flow" if state.message:
            message.record(step, replace(state.message, since=step.now))
        case "offered" | "transferred" | "parked" if state.agent_leg in event.up and state.connected_at is None:
            other_answered(step)  # while nobody was there
        case "queued" | "offered":
            step.on_the_way(announcement=None)  # whatever follows on the same socket would wait for its end
        case "connected" if state.line_lost:
            returning.resumed(step, event)
        case "connected" if state.announcement:
            greeted(step)
        case "connected":
            guiding.prompts(step, None)  # the flow says it again
        case _:
            pass


def _watched(step: Step, party: Party, event: Resumed) -> None:
    """What carries the conversation to a supervisor and back is there, or is made again."""
    watch = sound.watch(step.state, party)
    if watch is None:
        return
    if watch.watch_id in event.legs:
        step.do(calls.Bridge(bridge_id=watch.bridge_id, legs=[party.leg_id, watch.watch_id]))
    else:
        step.do(watch)


EVENTS: dict[type, Handler] = {Resumed: _resumed}
