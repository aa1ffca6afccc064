"""The phone of a called colleague, or of a supervisor, is lost in a conversation: they are waited for, and called again
when it is there. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    MAIN,
    AgentReturns,
    Away,
    ByRule,
    CancelTimer,
    Party,
    Resumed,
    SeekPhone,
    SetTimer,
)
from hujiao.interactions.machine import recording, supervision
from hujiao.interactions.machine.causes import NORMAL_CAUSES, REJECTED
from hujiao.interactions.machine.rooms import away_timer, count_hold, hold_who_is_alone, whom
from hujiao.interactions.machine.step import Step, TimerHandler

KEPT_SECONDS = 30
MOST_LOSSES = 5  # of a phone that is lost again as soon as it is there
SEEK_SECONDS = 5
SEEK = "seek_party"


def takes(step: Step, party: Party, cause: int, *, gone: bool = False) -> bool:
    """Whether this one stays a party though their leg has ended."""
    if party.away:
        return party.state == "lost" or _not_reached(step, party, cause)
    if not _waited_for(step, party) or not (gone or cause not in NORMAL_CAUSES):
        return False
    losses = party.losses + 1 if step.seconds_since(party.since) < KEPT_SECONDS else 1
    if losses > MOST_LOSSES:
        return False
    _lost(step, party, losses)
    return True


def _waited_for(step: Step, party: Party) -> bool:
    """Whether their phone may be lost without their leaving."""
    talks = step.state.state == "connected" and party.agent_id is not None and party.joined_at is not None
    return talks and party.role in ("customer", "supervisor")


def _lost(step: Step, party: Party, losses: int) -> None:
    assert party.agent_id is not None
    until = step.now + timedelta(seconds=KEPT_SECONDS)
    recorded: ByRule = "no"
    if party.role == "customer":
        count_hold(step, party)
        recorded = recording.lost(step)  # it was made on their leg
    away = Away(since=step.now, until=until, held=party.state == "held", recorded=recorded)
    step.alter(party.leg_id, state="lost", since=step.now, away=away, losses=losses)
    if party.room == MAIN:
        hold_who_is_alone(step)
    step.fact("supervision.line_lost" if party.role == "supervisor" else "agent.line_lost", **_who(party))
    step.ask(SetTimer(name=away_timer(party), due_at=until), SeekPhone(party.agent_id))


def returns(step: Step, event: AgentReturns) -> Party | None:
    """Call the phone again; returns who is waited for no more, as their phone is lost too often."""
    there = party(step, str(event.agent_id))
    forgotten = there and there.state in ("in", "held") and event.instead_of == there.leg_id
    if there and forgotten and _waited_for(step, there):
        step.do(calls.HangUp(leg_id=there.leg_id))
        if not takes(step, there, 0, gone=True):
            return there
        there = step.state.party(there.leg_id)
    if there and there.away and there.state == "lost":
        away = replace(there.away, recording_id=event.recording_id)
        step.alter(there.leg_id, leg_id=event.leg_id, state="calling", since=step.now, away=away)
        call_again(step, event, away.until)
    return None


def call_again(step: Step, event: AgentReturns, until: datetime) -> None:
    """It answers by itself."""
    step.do(
        calls.CallAgent(
            leg_id=event.leg_id,
            sip_user=event.sip_user,
            caller=event.caller,
            caller_name=event.caller_name,
            timeout_seconds=KEPT_SECONDS,
            interaction_id=step.state.id,
            automatic_answer=True,
            not_after=until,
        )
    )


def answered(step: Step, party: Party) -> None:
    """They are in it again as they were."""
    away = party.away
    assert away is not None
    step.ask(CancelTimer(away_timer(party)))
    step.alter(party.leg_id, state="held" if away.held else "in", since=step.now, away=None)
    kind = "supervision.line_back" if party.role == "supervisor" else "agent.line_back"
    step.fact(kind, away_seconds=step.seconds_since(away.since), **_who(party))
    if party.role == "customer":
        recording.begin_again(step, away)
    else:
        supervision.back(step, party.leg_id)


def not_coming(step: Step, party: Party, cause: int) -> None:
    """The phone that is called has gone again."""
    if party.state == "calling":
        step.do(calls.HangUp(leg_id=party.leg_id))
        _not_reached(step, party, cause)


def resumed(step: Step, party: Party, event: Resumed) -> None:
    """After a take-over: whether the phone that was called is there by now."""
    if party.state == "calling" and party.leg_id in event.up:
        answered(step, party)
    elif party.state == "calling" and party.leg_id not in event.legs:
        _not_reached(step, party, 0)


def _not_reached(step: Step, party: Party, cause: int) -> bool:
    """Called too early, the phone is called once more when it is there; its agent may have said no."""
    if cause == REJECTED:
        return False
    step.alter(party.leg_id, state="lost", since=step.now)
    step.ask(SetTimer(name=f"{SEEK}:{party.agent_id}", due_at=step.now + timedelta(seconds=SEEK_SECONDS)))
    return True


def _who(party: Party) -> dict[str, Any]:
    """For the ledger; what a supervisor does is not for agents."""
    return whom(party) if party.role == "supervisor" else {"agent_id": party.agent_id}


def _seek(step: Step, about: str) -> None:
    there = party(step, about)
    if there and there.away and there.agent_id:
        step.ask(SeekPhone(there.agent_id))


def party(step: Step, agent_id: str) -> Party | None:
    """Besides the agent at hand."""
    others = (one for one in step.state.parties if one != step.state.other)
    return next((one for one in others if str(one.agent_id) == agent_id), None)


TIMERS: dict[str, TimerHandler] = {SEEK: _seek}
