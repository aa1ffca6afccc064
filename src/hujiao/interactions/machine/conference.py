"""A conference of several calls: who of this one is in, waits outside, hears music or is unheard. Pure.

Each call sees to its own parties; what concerns the others is asked of who sees them all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    ConferenceAct,
    ConferenceChanged,
    ConferenceLeft,
    ConferenceOver,
    ContinueFlow,
    ControlParty,
    EnterConference,
    HostWish,
    HostWishes,
    InConference,
    InFlow,
    InteractionState,
    NobodyElseThere,
    Party,
    SetTimer,
    SoundTones,
)
from hujiao.interactions.machine.causes import NO_ANSWER, RING_MARGIN_SECONDS
from hujiao.interactions.machine.step import Handler, Step, TimerHandler

INVITATION = "invitation"
COME, GONE = 1, 2  # tones

# After a star; what concerns the others is a host's alone.
OWN_MUTE, LEAVE = "6", "9"
WISHES: dict[str, HostWish] = {
    "1": "admit_next",
    "2": "hold_last",
    "3": "take_back",
    "4": "mute_guests",
    "5": "unmute_guests",
    "0": "end",
}


# ── coming ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _enter(step: Step, event: EnterConference) -> None:
    terms, leg = event.terms, step.state.customer_leg
    if step.state.state != "flow" or not leg:
        return
    step.answer()
    step.go(InConference(terms=terms, bridge=event.bridge))
    waits = not terms.host and terms.admission != "at_once"
    joined_at = None if waits else step.now
    step.alter(leg, state="waiting" if waits else "in", since=step.now, joined_at=joined_at, muted=terms.muted)
    step.fact("conference.entered", room=terms.room, leg_id=leg, host=terms.host, waits=waits, muted=terms.muted)
    for number, called in zip(terms.numbers, event.legs, strict=True):
        _invite(step, number, called)
    _changed(step, tones=0 if waits else COME)


def _invite(step: Step, number: str, leg_id: str) -> None:
    terms = _conference(step.state).terms
    due = step.now + timedelta(seconds=terms.ring_seconds)
    step.called("outside", leg_id, number=number)
    step.fact("conference.invited", leg_id=leg_id, number=number)
    step.ask(SetTimer(name=f"{INVITATION}:{leg_id}", due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)))
    step.do(
        calls.CallNumber(
            leg_id=leg_id, number=number, caller=step.state.called, timeout_seconds=terms.ring_seconds, not_after=due
        )
    )


def answered(step: Step, party: Party) -> None:
    """A number that was called takes part."""
    if party.state == "calling":
        step.ask(CancelTimer(f"{INVITATION}:{party.leg_id}"))
        step.alter(party.leg_id, state="in", since=step.now, joined_at=step.now)
        step.fact("conference.answered", **_whom(party))
        _changed(step, tones=COME)


def _not_answered(step: Step, leg_id: str) -> None:
    party = step.state.party(leg_id)
    if step.state.conference and party and party.state == "calling":
        step.do(calls.HangUp(leg_id=leg_id, cause=NO_ANSWER))
        party_gone(step, party)


# ── in and out ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _control(step: Step, event: ControlParty) -> None:
    party = step.state.party(event.leg_id)
    if not step.state.conference or not party or (party.state == "calling" and event.act != "remove"):
        if event.by == "supervisor":
            raise agents.Impossible("not_possible_in_this_state")
        return
    by = {"by": event.by, "by_account": event.by_account, **_whom(party)}
    match event.act:
        case "admit" if party.state != "in":
            first = party.joined_at is None
            step.alter(party.leg_id, state="in", since=step.now, joined_at=party.joined_at or step.now)
            step.fact("conference.admitted" if first else "conference.resumed", **by)
            _changed(step, tones=COME)
        case "hold" if party.state == "in":
            step.alter(party.leg_id, state="held", since=step.now)
            step.fact("conference.held", **by)
            _changed(step, tones=GONE)
        case "mute" | "unmute" if party.muted != (event.act == "mute"):
            step.alter(party.leg_id, muted=event.act == "mute")
            if party.role == "customer":
                step.on_the_way(own_mute=event.by == "self" and event.act == "mute")
            step.fact("conference.muted" if event.act == "mute" else "conference.unmuted", **by)
        case "remove":
            _remove(step, party, event)


def _remove(step: Step, party: Party, event: ControlParty) -> None:
    """Who was not let in goes another way, if the flow has one."""
    if party.role != "customer":
        step.do(calls.HangUp(leg_id=party.leg_id))
        party_gone(step, party, "removed")
        return
    refused, terms = party.joined_at is None, _conference(step.state).terms
    by = "supervisor" if event.by == "supervisor" else "system"
    leave(step, "refused" if refused else "removed", event)
    _onward(step, terms.on_refused if refused else None, by=by, joined=not refused)


def _alone(step: Step, event: NobodyElseThere) -> None:
    conference = step.state.conference
    if conference and conference.alone != event.alone:
        step.on_the_way(alone=event.alone)


def _tones(step: Step, event: SoundTones) -> None:
    if conference := step.state.conference:
        step.do(calls.SoundTones(bridge_id=conference.bridge, count=event.count))


# ── going ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def party_gone(step: Step, party: Party, why: ConferenceLeft = "hung_up") -> None:
    """A number that was called is there no more, or was never reached."""
    if party.state == "calling":
        step.ask(CancelTimer(f"{INVITATION}:{party.leg_id}"))
    _left(step, party, "unreached" if party.state == "calling" and why == "hung_up" else why)
    step.leave(party.leg_id)
    _changed(step, tones=GONE if party.state == "in" else 0)


def leave(step: Step, why: ConferenceLeft, event: ControlParty | ConferenceOver | None = None) -> None:
    """The caller takes part no more, nor does whom they had called; who asks for it says where they go."""
    conference, customer = step.state.conference, step.state.customer
    if conference is None or customer is None:
        return
    over = conference.terms.host and conference.terms.ends_with_host and why not in ("ended", "host_left")
    _left(step, customer, why, event)
    for party in step.state.parties:
        if party != customer:
            step.do(calls.HangUp(leg_id=party.leg_id))
            if party.state == "calling":
                step.ask(CancelTimer(f"{INVITATION}:{party.leg_id}"))
            _left(step, party, "ended")
            step.leave(party.leg_id)
    step.alter(customer.leg_id, state="in", since=step.now, joined_at=None, muted=False)
    _changed(step, tones=GONE if customer.state == "in" else 0, over=over)


def _over(step: Step, event: ConferenceOver) -> None:
    if conference := step.state.conference:
        joined = has_joined(step.state)
        leave(step, event.why, event)
        _onward(step, conference.terms.on_ended, by="system", joined=joined)


def _onward(step: Step, node: str | None, *, by: str, joined: bool) -> None:
    """The flow goes on there, or the call ends."""
    step.go(InFlow())
    if node:
        step.ask(ContinueFlow(node))
    else:
        step.hang_up_customer("completed" if joined else "flow_ended", by)


def has_joined(state: InteractionState) -> bool:
    return state.customer is not None and state.customer.joined_at is not None


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pressed(step: Step, event: calls.KeyPressed) -> None:
    """A star and a digit: for oneself, or for the others if one is a host."""
    conference, customer = step.state.conference, step.state.customer
    if conference is None or customer is None or event.leg_id != customer.leg_id:
        return
    if not conference.star or event.key == "*":
        if conference.star != (event.key == "*"):
            step.on_the_way(star=event.key == "*")
        return
    step.on_the_way(star=False)
    if event.key == OWN_MUTE and (conference.own_mute or not customer.muted):
        act: ConferenceAct = "unmute" if customer.muted else "mute"
        _control(step, ControlParty(leg_id=customer.leg_id, act=act, by="self"))
    elif event.key == LEAVE:
        joined = has_joined(step.state)
        leave(step, "left")
        _onward(step, conference.terms.on_left, by="customer", joined=joined)
    elif conference.terms.host and event.key in WISHES:
        step.ask(HostWishes(conference.bridge, WISHES[event.key]))


def _conference(state: InteractionState) -> InConference:
    assert state.conference is not None
    return state.conference


def _changed(step: Step, *, tones: int, over: bool = False) -> None:
    conference = _conference(step.state)
    step.ask(ConferenceChanged(bridge=conference.bridge, over=over, tones=tones if conference.terms.tones else 0))


def _left(step: Step, party: Party, why: ConferenceLeft, event: ControlParty | ConferenceOver | None = None) -> None:
    step.fact(
        "conference.left",
        why=why,
        conference_seconds=step.seconds_since(party.joined_at),
        by_account=event.by_account if event else None,
        **_whom(party),
    )


def _whom(party: Party) -> dict[str, Any]:
    """Which of the parties, as facts say it."""
    return {"leg_id": party.leg_id, "number": party.number}


EVENTS: dict[type, Handler] = {
    EnterConference: _enter,
    ControlParty: _control,
    NobodyElseThere: _alone,
    SoundTones: _tones,
    ConferenceOver: _over,
}
TIMERS: dict[str, TimerHandler] = {INVITATION: _not_answered}
