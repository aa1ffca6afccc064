"""The machine of a voice interaction: from the first ring to the agent's last note. Pure.

One module for each thing that an interaction can do. A module registers which events and timers it takes; this one
finds the handler, and turns what the state declares to be heard into commands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hujiao.calls import contracts as calls
from hujiao.interactions import sound
from hujiao.interactions.contracts import Answer, InteractionState, TimerDue
from hujiao.interactions.machine import (
    absent,
    call_back,
    conference,
    conversation,
    forwarding,
    guiding,
    keys,
    legs,
    message,
    offer,
    outgoing,
    outside,
    parking,
    recording,
    resuming,
    returning,
    rooms,
    sending_on,
    supervision,
    waiting,
    wrap_up,
)
from hujiao.interactions.machine.step import AnyEffect, Handler, Step, TimerHandler
from hujiao.interactions.machine.waiting import MAX_WAIT
from hujiao.kit.registry import merged

__all__ = ["MAX_WAIT", "AnyEffect", "step"]

_MODULES = (
    waiting, offer, conversation, recording, keys, rooms, wrap_up, call_back, sending_on, outside, message, supervision,
    guiding, outgoing, parking, conference, legs, resuming, returning, absent, forwarding,
)  # fmt: skip


def _answer(step: Step, event: Answer) -> None:
    step.answer()


def _timer(step: Step, event: TimerDue) -> None:
    name, _, about = event.name.partition(":")
    if handler := _TIMERS.get(name):
        handler(step, about)


_EVENTS: dict[type, Handler] = {Answer: _answer, TimerDue: _timer, **merged(_MODULES, "EVENTS")}
_TIMERS: dict[str, TimerHandler] = merged(_MODULES, "TIMERS")


def step(state: InteractionState, event: Any, now: datetime) -> tuple[InteractionState, list[AnyEffect]]:
    """The interaction after the event, and what follows. An event that means nothing here changes nothing.

    Raises `agents.Impossible` for an agent's command that this state does not allow.
    """
    work = Step(state, now)
    if handler := _EVENTS.get(type(event)):
        handler(work, event)
    _end_second_calls(work, state, event)
    if work.state is not state or work.resuming:
        _command_sound(work, state, over=event.playback_id if isinstance(event, calls.PlaybackFinished) else "")
    return work.state, work.effects


def _end_second_calls(work: Step, before: InteractionState, event: Any) -> None:
    """A phone's call to whom its agent asked goes with the consultation, however that ends."""
    there = {leg for party in work.state.parties for leg in party.legs}
    ended = event.leg_id if isinstance(event, calls.LegEnded) else ""
    for party in before.parties:
        if party.second and party.second.leg_id not in there | {ended}:
            work.do(calls.HangUp(leg_id=party.second.leg_id))


def _command_sound(work: Step, before: InteractionState, *, over: str) -> None:
    """Before whatever else the step led to, but for the answer that lets the caller hear anything."""
    told = sound.changes(sound.declared(before), sound.declared(work.state), over=over, ensure=work.resuming)
    answers = [effect for effect in work.effects if isinstance(effect, calls.AnswerLeg)]
    others = [effect for effect in work.effects if not isinstance(effect, calls.AnswerLeg)]
    work.effects = [*answers, *told, *others]
