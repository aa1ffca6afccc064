"""The conversation of customer and agent, and who has the customer when the agent leaves. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    MAIN,
    Calling,
    CancelTimer,
    Connected,
    ContinueFlow,
    HandOver,
    Hold,
    InFlow,
    InteractionState,
    Mute,
    Offered,
    Outside,
    Party,
    Prompts,
    Queued,
    Resume,
    Role,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.machine import guiding, recording, wrap_up
from hujiao.interactions.machine.rooms import (
    CONSULTATION,
    dismiss,
    dismiss_all,
    end_hold,
    held_at_phone,
    hold,
    part_over,
    resume,
    second_held,
)
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.waiting import arm_longest_wait, left_queue, wait

GREETING, LINE_LOST = "greeting", "line_lost"

LONGEST_GREETING_SECONDS = 15  # by then the two are joined, whatever became of the greeting


def connect(step: Step, rang: float) -> None:
    """Agent and customer; first the customer is told who speaks, if the queue says so."""
    left_queue(step, "answered")
    journey, place = step.state.journey, step.state.queue
    assert isinstance(journey, Offered | Calling) and place is not None
    offer = journey.offer
    step.go(Connected())
    step.alter(step.state.agent_leg, joined_at=step.now)
    state = step.state
    if offer.greeting:
        step.on_the_way(announcement=Prompts(f"{state.id}.greeting-{state.agent_leg}", offer.greeting))
        due = step.now + timedelta(seconds=LONGEST_GREETING_SECONDS)
        step.ask(SetTimer(name=GREETING, due_at=due))
    step.fact("agent.connected", queue_id=state.queue_id, ring_seconds=rang)
    if place.recording == "always":
        recording.begin(step, offer.recording_id)


def greeted(step: Step) -> None:
    """The greeting is over, or takes too long."""
    step.ask(CancelTimer(GREETING))
    step.on_the_way(announcement=None)
    if step.state.other and step.state.other.held_at_phone:  # while the greeting played
        hold(step)


def disconnected(step: Step, by: str, *, lost: bool = False, goes_on: bool = False, writes_up: bool = True) -> None:
    """The agent's part of the talk is over, and the agent writes it up. `goes_on`: the others talk on."""
    state = step.state
    assert state.agent_id is not None and state.connected_at is not None
    guiding.end(step, by)
    if not goes_on:
        dismiss_all(step)
    end_hold(step)
    held = step.state.journey.held_seconds if isinstance(step.state.journey, Connected) else 0.0
    talked = max(0.0, (step.now - state.connected_at).total_seconds() - held)
    ours = {"internal": state.internal, "outbound": state.direction in ("outbound", "callback")}
    more: dict[str, Any] = {name: True for name, so in ours.items() if so}
    step.fact(
        "agent.disconnected",
        queue_id=state.queue_id,
        by=by,
        talk_seconds=round(talked, 3),
        hold_seconds=round(held, 3),
        **more,
    )
    if goes_on:
        recording.go_on(step)  # who had paused it has gone
    else:
        recording.end(step)
    if state.announcement:
        step.ask(CancelTimer(GREETING))
    if state.line_lost:
        step.ask(CancelTimer(LINE_LOST))
    step.leave(state.agent_leg)
    step.on_the_way(announcement=None, line_lost=None)
    writes_up = writes_up and not lost and state.terms is not None
    seconds = state.terms.wrap_up_seconds if writes_up and state.terms else 0
    step.ask(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=seconds, lost=lost)))
    if writes_up:
        wrap_up.begin(step, state.agent_id, seconds)


def goes_on_with(step: Step, party: Party, by: str, *, lost: bool = False) -> None:
    """This party has the customer from here on, in place of the agent at hand; whoever was there talks on."""
    consulted = step.state.consulted
    if consulted and consulted.state == "calling":
        dismiss(step, consulted)
    elif consulted:
        step.alter(consulted.leg_id, state="in", since=step.now)
    for one in step.state.parties:
        if not one.unheard:
            step.alter(one.leg_id, room=MAIN)
        if one.state == "held" and one.role != "customer":  # whoever held them has gone
            step.alter(one.leg_id, state="in", since=step.now)
    disconnected(step, by, lost=lost, goes_on=True)
    step.ask(CancelTimer(CONSULTATION))
    part_over(step, party)
    role: Role = "agent" if party.agent_id else "outside"
    now = {"since": step.now, "joined_at": step.now, "room": MAIN, "mode": None, "role": role}
    step.alter(party.leg_id, **now)
    _put_first(step, party.leg_id)
    step.change(since=step.now)
    step.on_the_way(held_seconds=0.0)
    if party.agent_id:
        step.change(agent_id=party.agent_id)
        step.fact("agent.connected", queue_id=step.state.queue_id, ring_seconds=0.0)
        return
    recording.end(step)
    step.go(Outside())
    step.fact("transfer.started", number=party.number, leg_id=party.leg_id)
    step.fact("transfer.answered")


def successor(state: InteractionState, *, lost: bool) -> Party | None:
    """Who goes on with the customer when the agent at hand has gone: a guest, or who was asked if nobody was lost."""
    others = [party for party in state.parties if party.role != "customer" and party != state.other]
    there = [party for party in others if party.joined_at and not party.unheard and not party.away]
    return next((party for party in there if party.room == MAIN or not lost), None)


def agent_left(step: Step, by: str, *, lost: bool) -> None:
    """The agent at hand has gone."""
    if after := successor(step.state, lost=lost):
        goes_on_with(step, after, by, lost=lost)
        return
    disconnected(step, by, lost=lost)
    state = step.state
    if lost and state.queue:
        step.in_queue(entered_at=step.now)
        step.go(Queued(), agent_id=None)
        step.fact("queue.entered", queue_id=state.queue_id, again=True)
        wait(step)
        arm_longest_wait(step)
    elif state.queue and (node := state.queue.after):
        step.go(InFlow())
        step.ask(ContinueFlow(node))
    else:
        step.hang_up_customer("completed", by)


def _put_first(step: Step, leg_id: str) -> None:
    """Who has the customer stands before whoever is asked."""
    parties = step.state.parties
    step.change(parties=tuple(sorted(parties, key=lambda party: (party.role != "customer", party.leg_id != leg_id))))


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hand_over(step: Step, event: HandOver) -> None:
    state, consulted = step.state, step.state.consulted
    if not state.other or consulted is None or consulted.state == "calling":
        raise agents.Impossible("not_possible_in_this_state")
    if event.told_by:
        step.do(calls.TellTransfer(leg_id=event.told_by, done=True))
    step.do(calls.HangUp(leg_id=state.other.leg_id))
    goes_on_with(step, consulted, "transfer")


def _hold(step: Step, event: Hold) -> None:
    state = step.state
    if state.state != "connected" or state.held or state.announcement or state.consulted or state.guidance:
        raise agents.Impossible("not_possible_in_this_state")
    hold(step)


def _resume(step: Step, event: Resume) -> None:
    state = step.state
    if state.held and state.other and state.other.held_at_phone:
        raise agents.Impossible("held_at_phone")
    if not state.held or state.consulted or state.line_lost:
        raise agents.Impossible("not_possible_in_this_state")
    resume(step)


def _mute(step: Step, event: Mute) -> None:
    """The agent at hand also ends what a host did who has gone."""
    party = _who_mutes(step.state, event.agent_id)
    at_hand = party == step.state.other
    if event.on == (party.silent if at_hand else party.self_muted):
        return
    step.alter(party.leg_id, self_muted=event.on, muted=party.muted and not at_hand)
    step.fact("agent.muted" if event.on else "agent.unmuted", agent_id=party.agent_id)


def _who_mutes(state: InteractionState, agent_id: UUID | None) -> Party:
    own = (party for party in state.parties if party.agent_id == agent_id and party.role != "supervisor")
    party = next(own, None) if agent_id else state.other
    if state.state != "connected" or party is None or party.state == "calling":
        raise agents.Impossible("not_possible_in_this_state")
    return party


def _hold_key(step: Step, event: calls.LegHeld) -> None:
    other = step.state.other
    if step.state.state != "connected" or other is None or step.state.line_lost:
        return
    if event.leg_id == other.leg_id:
        guiding.end(step, "agent")
        held_at_phone(step, on=event.on)
    elif other.second and event.leg_id == other.second.leg_id:
        second_held(step, other.second, on=event.on)


def _greeting_too_long(step: Step, about: str) -> None:
    if step.state.state == "connected":
        greeted(step)


EVENTS: dict[type, Handler] = {
    HandOver: _hand_over,
    Hold: _hold,
    Resume: _resume,
    Mute: _mute,
    calls.LegHeld: _hold_key,
}
TIMERS: dict[str, TimerHandler] = {GREETING: _greeting_too_long}
