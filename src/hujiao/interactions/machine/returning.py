"""The phone of the agent at hand is lost in a conversation: the customer, or the called colleague, hears music until it
is there again. Pure.
"""

from __future__ import annotations

from datetime import timedelta

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import AgentReturns, CancelTimer, Connected, LineLost, Resumed, SeekPhone, SetTimer
from hujiao.interactions.machine import absent, guiding
from hujiao.interactions.machine.absent import KEPT_SECONDS, MOST_LOSSES, SEEK_SECONDS
from hujiao.interactions.machine.causes import REJECTED
from hujiao.interactions.machine.conversation import LINE_LOST, agent_left, greeted, successor
from hujiao.interactions.machine.rooms import dismiss, end_hold, hold_customer
from hujiao.interactions.machine.step import Step, TimerHandler

SEEK = "seek_phone"


def lost(step: Step) -> None:
    """The customer is kept for the agent, unless a guest goes on with them."""
    journey, other = step.state.journey, step.state.other
    assert isinstance(journey, Connected) and other is not None
    losses = journey.losses + 1 if step.seconds_since(other.since) < KEPT_SECONDS else 1
    if successor(step.state, lost=True) or losses > MOST_LOSSES:
        agent_left(step, "system", lost=True)
        return
    guiding.end(step, "system")
    if step.state.consulted:
        dismiss(step, step.state.consulted)
    if step.state.announcement:
        greeted(step)
    until = step.now + timedelta(seconds=KEPT_SECONDS)
    step.on_the_way(line_lost=LineLost(since=step.now, until=until, held=step.state.held), losses=losses)
    step.alter(step.state.agent_leg, state="lost", since=step.now, held_at_phone=False, second=None)
    if not step.state.held:
        hold_customer(step)
    step.fact("agent.line_lost")
    step.ask(SetTimer(name=LINE_LOST, due_at=until), *_sought(step))


def returns(step: Step, event: AgentReturns) -> None:
    """Call the phone again."""
    other = step.state.other
    if other is None or step.state.state != "connected":
        return
    if other.state == "in" and event.instead_of == other.leg_id:
        step.do(calls.HangUp(leg_id=other.leg_id))
        lost(step)
    other, kept = step.state.other, step.state.line_lost
    if kept is None or other is None or other.state != "lost":
        return
    step.alter(other.leg_id, leg_id=event.leg_id, state="calling", since=step.now)
    absent.call_again(step, event, kept.until)


def answered(step: Step) -> None:
    """The agent has the customer again, on hold if they were."""
    kept = step.state.line_lost
    assert kept is not None
    step.ask(CancelTimer(LINE_LOST))
    step.on_the_way(line_lost=None)
    step.alter(step.state.agent_leg, state="in", since=step.now)
    if not kept.held:
        end_hold(step)
    step.fact("agent.line_back", away_seconds=step.seconds_since(kept.since))


def not_reached(step: Step, cause: int) -> None:
    """The phone was called too early, and is called once more when it is there; or its agent said no. A phone that is
    busy believes that it is in the call still."""
    if step.state.other is None or step.state.other.state != "calling":
        return
    if cause == REJECTED:
        agent_left(step, "system", lost=True)
    else:
        step.alter(step.state.agent_leg, state="lost", since=step.now)
        step.ask(SetTimer(name=SEEK, due_at=step.now + timedelta(seconds=SEEK_SECONDS)))


def resumed(step: Step, event: Resumed) -> None:
    """After a take-over: whether the phone that was called is there by now."""
    other = step.state.other
    if other is None or other.state != "calling":
        return
    if other.leg_id in event.up:
        answered(step)
    elif other.leg_id not in event.legs:
        not_reached(step, 0)


def _too_long(step: Step, about: str) -> None:
    if not step.state.line_lost:
        return
    if step.state.other and step.state.other.state == "calling":
        step.do(calls.HangUp(leg_id=step.state.other.leg_id))
    agent_left(step, "system", lost=True)


def _seek(step: Step, about: str) -> None:
    if step.state.line_lost:
        step.ask(*_sought(step))


def _sought(step: Step) -> list[SeekPhone]:
    return [SeekPhone(step.state.agent_id)] if step.state.agent_id else []


TIMERS: dict[str, TimerHandler] = {LINE_LOST: _too_long, SEEK: _seek}
