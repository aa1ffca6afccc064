"""The recording of the conversation: by the queue's rule or on demand, and its pauses. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.interactions.contracts import Away, ByRule, ControlRecording, Pause, Recording
from hujiao.interactions.machine.step import Handler, Step


def begin(step: Step, recording_id: UUID, **who: Any) -> None:
    step.on_the_way(recording=Recording(id=recording_id, started_at=step.now))
    step.fact("recording.started", recording_id=recording_id, **who)


def lost(step: Step) -> ByRule:
    """The leg on which the conversation is recorded is lost; returns how it is recorded by rule, for `begin_again`."""
    recording, terms = step.state.recording, step.state.terms
    end(step)
    if recording is None or terms is None or terms.recording != "always":
        return "no"
    return "paused" if recording.paused else "yes"


def begin_again(step: Step, away: Away) -> None:
    """A recording of its own; what was paused stays so until somebody goes on."""
    if away.recorded == "no" or away.recording_id is None or step.state.state != "connected" or step.state.recording:
        return
    begin(step, away.recording_id)
    if away.recorded == "paused":
        _pause(step, "", by_agent=None, by_account=None)


def end(step: Step) -> None:
    """The conversation is recorded no more, if it was."""
    recording = step.state.recording
    if recording is None:
        return
    pauses = [
        [
            (pause.began - recording.started_at).total_seconds(),
            ((pause.ended or step.now) - pause.began).total_seconds(),
        ]
        for pause in recording.pauses
    ]
    step.on_the_way(recording=None)
    step.fact("recording.stopped", recording_id=recording.id, pauses=pauses)


def go_on(step: Step, **who: Any) -> None:
    """A pause is over, if there is one."""
    recording = step.state.recording
    if recording is None or not recording.paused:
        return
    *before, last = recording.pauses
    step.on_the_way(recording=replace(recording, pauses=(*before, replace(last, ended=step.now))))
    step.fact("recording.resumed", recording_id=recording.id, paused_seconds=step.seconds_since(last.began), **who)


def _pause(step: Step, reason: str, **who: Any) -> None:
    recording = step.state.recording
    if recording is None or recording.paused:
        return
    step.on_the_way(recording=replace(recording, pauses=(*recording.pauses, Pause(step.now))))
    step.fact("recording.paused", recording_id=recording.id, reason=reason, **who)


def _controlled(step: Step, event: ControlRecording) -> None:
    """What is so already stays so."""
    state = step.state
    if state.state != "connected" or state.terms is None:
        raise agents.Impossible("not_possible_in_this_state")
    who = {"by_agent": event.by_agent, "by_account": event.by_account}
    if event.act != "start" and state.recording is None:
        raise agents.Impossible("not_recorded")
    match event.act:
        case "start" if state.recording is None:
            if state.terms.recording == "never":
                raise agents.Impossible("never_recorded")
            begin(step, event.recording_id, **who)
        case "start" if state.recording and state.recording.paused:
            raise agents.Impossible("recording_is_paused")
        case "pause":
            _pause(step, event.reason, **who)
        case "resume":
            go_on(step, **who)


EVENTS: dict[type, Handler] = {ControlRecording: _controlled}
