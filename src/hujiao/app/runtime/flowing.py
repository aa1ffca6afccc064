"""Callers in flows: what the interpreter asks for is done, and it is told what came of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from hujiao.app.runtime.tenant_config import reached
from hujiao.app.runtime.turn import Live, MakeSpeech, SpeechReady, Turn
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows
from hujiao.flows import machine as flow_machine
from hujiao.flows.voicemail import GOODBYE, USUAL_GREETING, VOICEMAIL_START, voicemail
from hujiao.hours.schedule import phase_at
from hujiao.interactions import contracts as interactions

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine

BUSY_CAUSE = 17  # Q.850: user busy
FLOW_TIMER = "flow"


class Flowing:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def start(self, record: Live, flow_id: UUID, now: datetime, turn: Turn) -> None:
        """The flow's published version, from its start."""
        version = self.engine.config.published.get(flow_id)
        document = self.engine.config.flows.get((flow_id, version)) if version else None
        if document is None or version is None:
            self.engine.later(record.interaction.id, interactions.EndCall(reason="flow_error", cause=41))
            return
        record.flow = flows.FlowRun(flow_id=flow_id, version=version, node=document.start)
        fact = interactions.Fact(kind="flow.entered", data={"flow_id": flow_id, "version": version})
        turn.facts.append((now, record.interaction.id, fact))
        self.step(record.interaction.id, flows.Begin(), now, turn)

    def start_voicemail(self, record: Live, wanted: interactions.StartVoicemail, now: datetime, turn: Turn) -> None:
        """A flow that every queue has: the greeting (what there is of it), the caller's message, goodbye."""
        names = wanted.prompts or (USUAL_GREETING,)
        greeting = tuple(name for name in names if self.engine.prompts((name,), record.interaction.language))
        record.flow = flows.FlowRun(flow_id=wanted.queue_id, version=0, node=VOICEMAIL_START, voicemail=greeting)
        data = {"queue_id": wanted.queue_id}
        turn.facts.append((now, record.interaction.id, interactions.Fact(kind="voicemail.entered", data=data)))
        self.step(record.interaction.id, flows.Begin(), now, turn)

    def step(self, interaction_id: UUID, event: flows.FlowEvent, now: datetime, turn: Turn) -> None:
        record = self.engine.live.get(interaction_id)
        if record is None or record.flow is None:
            return
        state = record.interaction
        greeting = record.flow.voicemail
        document = (
            self.engine.config.flows.get((record.flow.flow_id, record.flow.version))
            if greeting is None
            else voicemail(greeting, goodbye=bool(self.engine.prompts((GOODBYE,), state.language)))
        )
        if document is None:
            self.engine.later(interaction_id, interactions.EndCall(reason="flow_error", cause=41))
            return
        caller = flows.Caller(
            caller=state.caller,
            called=state.called,
            language=state.language,
            phase_of=lambda hours: self._phase(hours, now),
        )
        record.flow, effects = flow_machine.step(document, record.flow, event, caller)
        turn.interactions.add(interaction_id)
        for effect in effects:
            self._effect(record, effect, now, turn)

    def _effect(self, record: Live, effect: flows.FlowEffect, now: datetime, turn: Turn) -> None:
        state = record.interaction
        match effect:
            case flows.Note():
                turn.facts.append((now, state.id, interactions.Fact(kind=effect.kind, data=effect.data)))
            case flows.AnswerCall():
                self.engine.step(state.id, interactions.Answer(), now, turn)
            case flows.PlayNamed():
                prompts = self.engine.prompts(effect.names, state.language)
                if prompts:
                    self.engine.play(state.id, effect.playback, prompts, turn)
                else:
                    missing = ", ".join(effect.names)
                    self.step(state.id, flows.Failed(f"no prompt named {missing}"), now, turn)
            case flows.Speak():
                turn.speech.append(
                    MakeSpeech(
                        interaction_id=state.id,
                        playback=effect.playback,
                        text=effect.text,
                        language=effect.language or state.language,
                        voice=effect.voice,
                    )
                )
            case flows.StopPlaying():
                playback = f"{state.id}.{effect.playback}"
                self.engine.command(record, calls.StopPlayback(leg_id=state.customer_leg, playback_id=playback), turn)
            case flows.WaitForKey():
                self.engine.set_timer(record, FLOW_TIMER, now + timedelta(seconds=effect.seconds), turn)
            case flows.StopWaiting():
                record.timers.pop(FLOW_TIMER, None)
            case flows.ToQueue():
                self._to_queue(record, effect, now, turn)
            case flows.ToNumber():
                transfer = interactions.TransferOut(
                    number=effect.number,
                    leg_id=f"out-{self.engine.new_id()}",
                    timeout_seconds=effect.timeout_seconds,
                    on_failure=effect.on_failure,
                )
                self.engine.step(state.id, transfer, now, turn)
            case flows.TakeMessage():
                message = interactions.TakeMessage(
                    recording_id=self.engine.new_id(),
                    max_seconds=effect.max_seconds,
                    silence_seconds=effect.silence_seconds,
                )
                self.engine.step(state.id, message, now, turn)
            case flows.End():
                self.engine.step(state.id, interactions.EndCall(reason=effect.reason, cause=effect.cause), now, turn)

    def _phase(self, hours: str, now: datetime) -> str | None:
        schedule = next((one for key, one in self.engine.config.hours.items() if str(key) == hours), None)
        return phase_at(schedule, now) if schedule else None

    def _to_queue(self, record: Live, effect: flows.ToQueue, now: datetime, turn: Turn) -> None:
        queue = self.engine.config.queue(effect.queue)
        if queue is None:
            self.step(record.interaction.id, flows.Failed(f"no queue named {effect.queue}"), now, turn)
            return
        if reached(self.engine.config.limits.waiting, self.engine.dispatch.waiting):
            self._full(record, queue.id, effect.on_timeout, now, turn)
            return
        enter = self.engine.queueing.entering(
            queue,
            priority=effect.priority,
            variables=record.flow.variables if record.flow else {},
            max_wait_seconds=effect.max_wait_seconds,
            on_timeout=effect.on_timeout,
            after=effect.after,
        )
        self.engine.step(record.interaction.id, enter, now, turn)

    def _full(self, record: Live, queue_id: UUID, on_timeout: str | None, now: datetime, turn: Turn) -> None:
        """No more may wait: the flow goes on as after the longest wait, or the caller is told and the call ends."""
        interaction_id = record.interaction.id
        data = {"queue_id": queue_id, "limit": self.engine.config.limits.waiting}
        turn.facts.append((now, interaction_id, interactions.Fact(kind="queue.refused", data=data)))
        if on_timeout:
            self.step(interaction_id, flows.GoTo(on_timeout), now, turn)
        else:
            self.engine.later(interaction_id, interactions.EndCall(reason="refused_full", cause=BUSY_CAUSE))

    def spoken(self, event: SpeechReady, now: datetime, turn: Turn) -> None:
        record = self.engine.live.get(event.interaction_id)
        if record is None or record.flow is None or record.flow.playback != event.playback:
            return
        if event.prompt is None:
            self.step(event.interaction_id, flows.Failed("the text could not be spoken"), now, turn)
        else:
            self.engine.play(event.interaction_id, event.playback, [event.prompt], turn)
