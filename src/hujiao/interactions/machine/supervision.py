"""A supervisor in a conversation: hears it, speaks to the agent alone or to all, takes it over. Pure."""

from __future__ import annotations

from datetime import timedelta

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    MAIN,
    MOST_PARTIES,
    CancelTimer,
    EndSupervision,
    Party,
    SetTimer,
    Supervise,
    SupervisionMode,
    TellAgent,
)
from hujiao.interactions.machine.causes import NO_ANSWER, RING_MARGIN_SECONDS
from hujiao.interactions.machine.conversation import goes_on_with
from hujiao.interactions.machine.rooms import SUPERVISION, dismiss, party_gone, supervision_timer, whom
from hujiao.interactions.machine.step import Handler, Step, TimerHandler


def _supervise(step: Step, event: Supervise) -> None:
    """Calls the supervisor's phone; who is there already does something else from now on."""
    state, there = step.state, step.state.supervisor(event.agent_id)
    if state.state != "connected" or state.announcement:
        raise agents.Impossible("not_possible_in_this_state")
    if state.agent_id == event.agent_id or (there is None and _takes_part(step, event)):
        raise agents.Impossible("your_own_call")
    if there is None:
        _call(step, event)
    elif there.away:
        raise agents.Impossible("your_phone_is_unreachable")
    elif there.state == "calling":
        step.alter(there.leg_id, mode=event.mode)
    elif event.mode != there.mode:
        _change(step, there, event.mode)


def _takes_part(step: Step, event: Supervise) -> bool:
    return any(party.agent_id == event.agent_id for party in step.state.parties)


def _call(step: Step, event: Supervise) -> None:
    if len(step.state.parties) >= MOST_PARTIES:
        raise agents.Impossible("too_many_parties")
    leg_id = event.leg_id
    step.called("supervisor", leg_id, room=leg_id, agent_id=event.agent_id, mode=event.mode)
    step.fact(
        "supervision.started", leg_id=leg_id, with_agent=event.agent_id, mode=event.mode, by_account=event.by_account
    )
    due = step.now + timedelta(seconds=event.ring_seconds)
    step.ask(
        TellAgent(event.agent_id, agents.Supervises(step.state.id)),
        SetTimer(name=supervision_timer(leg_id), due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)),
    )
    step.do(
        calls.CallAgent(
            leg_id=leg_id,
            sip_user=event.sip_user,
            caller=event.caller,
            caller_name=event.caller_name,
            timeout_seconds=event.ring_seconds,
            interaction_id=step.state.id,
            automatic_answer=True,
            not_after=due,
        )
    )


def answered(step: Step, party: Party) -> None:
    """The supervisor's phone has answered."""
    assert party.agent_id is not None
    step.ask(CancelTimer(supervision_timer(party.leg_id)), TellAgent(party.agent_id, agents.Engaged(own=False)))
    step.alter(party.leg_id, state="in", since=step.now, joined_at=step.now)
    step.fact("supervision.answered", **whom(party))
    if _has_customer(step, party.mode):
        _take_over(step, party)
    elif party.mode == "barge":
        step.alter(party.leg_id, room=MAIN)


def back(step: Step, leg_id: str) -> None:
    """The phone of a supervisor that was lost has answered."""
    party = step.state.party(leg_id)
    if party and _has_customer(step, party.mode):
        _take_over(step, party)


def _has_customer(step: Step, mode: SupervisionMode | None) -> bool:
    """Who barges in where no agent is has the customer, too."""
    return mode == "intercept" or (mode == "barge" and step.state.line_lost is not None)


def _change(step: Step, party: Party, mode: SupervisionMode) -> None:
    if _has_customer(step, mode):
        _take_over(step, party)
        return
    room = MAIN if mode == "barge" else party.leg_id
    if (room, mode) != (party.room, party.mode):
        step.alter(party.leg_id, room=room, mode=mode)
        step.fact("supervision.changed", mode=mode, **whom(party))


def _take_over(step: Step, party: Party) -> None:
    """The agent's part is over, and the supervisor has the customer."""
    other = step.state.other
    assert other is not None
    step.fact("supervision.intercepted", **whom(party))
    step.do(calls.HangUp(leg_id=other.leg_id))
    goes_on_with(step, party, "supervisor")


def _end(step: Step, event: EndSupervision) -> None:
    party = step.state.supervisor(event.agent_id)
    if party is None:
        raise agents.Impossible("not_possible_in_this_state")
    dismiss(step, party)


def _not_answered(step: Step, leg_id: str) -> None:
    party = step.state.party(leg_id)
    if party and party.state == "calling":
        step.do(calls.HangUp(leg_id=leg_id, cause=NO_ANSWER))
        party_gone(step, party, NO_ANSWER)


EVENTS: dict[type, Handler] = {Supervise: _supervise, EndSupervision: _end}
TIMERS: dict[str, TimerHandler] = {SUPERVISION: _not_answered}
