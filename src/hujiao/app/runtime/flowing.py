"""Callers in flows: what the interpreter asks for is done, and it is told what came of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.app.runtime.queueing import minutes
from hujiao.app.runtime.tenant_config import reached
from hujiao.app.runtime.turn import Live, MakeSpeech, SpeechReady, Turn
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows
from hujiao.flows import machine as flow_machine
from hujiao.flows.call_back_offer import OFFER_START, PROMISED, call_back_offer
from hujiao.flows.document import FlowDocument
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
        # What an earlier flow collected goes with the caller; its playbacks stay told apart from this one's.
        so_far = record.flow or flows.FlowRun(
            flow_id=flow_id, version=version, node=document.start, variables=record.interaction.variables
        )
        record.flow = flows.FlowRun(
            flow_id=flow_id,
            version=version,
            node=document.start,
            playback=so_far.playback,
            keys=so_far.keys,
            variables=so_far.variables,
            secrets=so_far.secrets,
            path=so_far.path,
            unwaited=so_far.unwaited,
            entered=so_far.entered,
        )
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
        run = (record.fragment or record.flow) if record else None
        if record is None or run is None:
            return
        state, came_by = record.interaction, record.flow
        document = self.document(run, state.language)
        if document is None and record.fragment:
            self._wait_on(record)
            return
        if document is None:
            self.engine.later(interaction_id, interactions.EndCall(reason="flow_error", cause=41))
            return
        caller = flows.Caller(
            caller=state.caller,
            customer=state.caller_key,
            called=state.called,
            language=state.language,
            interaction=str(state.id),
            phase_of=lambda hours: self._phase(hours, now),
            allowance=self.engine.allowance,
        )
        self.engine.changes(interaction_id)
        run, effects = flow_machine.step(document, run, event, caller)
        turn.interactions.add(interaction_id)
        if record.fragment:
            record.fragment = run
            effects = self._while_waiting(record, run, effects, now, turn)
        else:
            record.flow = run
        for effect in effects:
            if isinstance(effect, flows.AskCallBack):
                self._call_back(record, effect, came_by, now, turn)
            else:
                self._effect(record, effect, now, turn)

    def document(self, run: flows.FlowRun, language: str) -> FlowDocument | None:
        """The flow that is run; None when it is there no more."""
        if run.voicemail is not None:
            return voicemail(run.voicemail, goodbye=bool(self.engine.prompts((GOODBYE,), language)))
        if run.offer:
            promised = bool(self.engine.prompts((PROMISED,), language))
            return call_back_offer(run.offer, str(run.flow_id), promised=promised)
        return self.engine.config.flows.get((run.flow_id, run.version))

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
                    self._play(record, effect.playback, prompts, turn)
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
            case flows.AskSource():
                self.engine.lookups.ask(record, effect, now, turn)
            case flows.Problem():
                self.engine.lookups.failed(record, effect, now, turn)
            case flows.ToQueue():
                self._to_queue(record, effect, now, turn)
            case flows.AskQueueFigures():
                self._figures(record, effect, now, turn)
            case flows.Return():
                self.step(state.id, flows.Failed("nobody waits who could return to a queue"), now, turn)
            case flows.ToNumber():
                transfer = interactions.TransferOut(
                    number=effect.number,
                    leg_id=calls.outside_leg(self.engine.new_id()),
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
        queue = self.engine.config.queue(effect.wanted) if effect.wanted else None
        if effect.wanted and queue is None:
            unknown = f"no queue named {flow_machine.masked(record.flow, effect.wanted) if record.flow else ''}"
            self.engine.lookups.problem(record, "queue_from", unknown, now, turn)
        queue = queue or self.engine.config.queue(effect.queue)
        if queue is None:
            self.step(record.interaction.id, flows.Failed(f"no queue named {effect.queue}"), now, turn)
            return
        most, media = self.engine.config.limits.of_waiting(record.interaction.medium)
        if reached(most, lambda: self.engine.dispatch.waiting(media)):
            self._full(record, queue.id, most, effect.on_timeout, now, turn)
            return
        enter = self.engine.queueing.entering(
            queue,
            priority=effect.priority,
            needs={skill: level for skill, level in effect.needs.items() if skill in self.engine.config.skills},
            variables=record.flow.variables if record.flow else {},
            max_wait_seconds=effect.max_wait_seconds,
            on_timeout=effect.on_timeout,
            after=effect.after,
            keys=effect.keys,
            place=record.interaction.place,
        )
        self.engine.step(record.interaction.id, enter, now, turn)

    def _call_back(
        self, record: Live, effect: flows.AskCallBack, came_by: flows.FlowRun | None, now: datetime, turn: Turn
    ) -> None:
        """`came_by` is the flow that led to the queue; another one may have led out of it."""
        config, state = self.engine.config, record.interaction
        left = config.queues.get(state.queue_id) if state.queue_id else None
        queue = config.queue(effect.queue) if effect.queue else left
        if queue and self.engine.callbacks.asked(record, queue, effect.number, effect.terms, came_by, now, turn):
            self.step(state.id, flows.GoTo(effect.next), now, turn)
        elif effect.on_failure:
            self.step(state.id, flows.GoTo(effect.on_failure), now, turn)
        else:
            problem = "cannot be called back" if queue else "no queue to be called back from"
            self.step(state.id, flows.Failed(f"{effect.number}: {problem}"), now, turn)

    def _figures(self, record: Live, effect: flows.AskQueueFigures, now: datetime, turn: Turn) -> None:
        queue = self.engine.config.queue(effect.queue)
        if queue is None:
            self.step(record.interaction.id, flows.Failed(f"no queue named {effect.queue}"), now, turn)
            return
        dispatch = self.engine.dispatch
        medium = record.interaction.medium
        waiting = dispatch.router.waiting_count(queue.id, medium)
        figures = {
            "waiting": waiting,
            "agents_free": dispatch.router.free_agents(queue.id, medium),
            "agents_signed_in": dispatch.signed_in[queue.id],
            "expected_minutes": minutes(dispatch.expected(queue.id, medium, waiting)),
        }
        self.step(record.interaction.id, flows.GoTo(effect.next, figures), now, turn)

    def _full(
        self, record: Live, queue_id: UUID, limit: int | None, on_timeout: str | None, now: datetime, turn: Turn
    ) -> None:
        """No more may wait: the flow goes on as after the longest wait, or the caller is told and the call ends."""
        interaction_id = record.interaction.id
        data = {"queue_id": queue_id, "limit": limit}
        turn.facts.append((now, interaction_id, interactions.Fact(kind="queue.refused", data=data)))
        if on_timeout:
            self.step(interaction_id, flows.GoTo(on_timeout), now, turn)
        else:
            self.engine.later(interaction_id, interactions.EndCall(reason="refused_full", cause=BUSY_CAUSE))

    # ── while waiting ────────────────────────────────────────────────────────────────────────────────────────────────

    def start_fragment(self, record: Live, flow_id: UUID, figures: dict[str, Any], now: datetime, turn: Turn) -> None:
        """Play a flow to a waiting caller, who keeps the place; without a published version nothing is played."""
        version = self.engine.config.published.get(flow_id)
        document = self.engine.config.flows.get((flow_id, version)) if version else None
        if document is None or version is None:
            return
        main = record.flow
        record.fragment = flows.FlowRun(
            flow_id=flow_id,
            version=version,
            node=document.start,
            playback=main.playback if main else 0,
            variables={**(main.variables if main else {}), **figures},
            entered=main.entered if main else 0,
            secrets=main.secrets if main else {},
        )
        self.step(record.interaction.id, flows.Begin(), now, turn)

    def start_call_back_offer(
        self, record: Live, wanted: interactions.StartCallBackOffer, now: datetime, turn: Turn
    ) -> None:
        """Instead of whatever plays; who does not press the key waits on."""
        self._wait_on(record)
        main = record.flow
        record.fragment = flows.FlowRun(
            flow_id=wanted.queue_id,
            version=0,
            node=OFFER_START,
            playback=main.playback if main else 0,
            variables=main.variables if main else {},
            offer=flows.CallBackOffer(prompts=wanted.prompts, terms=wanted.terms),
        )
        self.step(record.interaction.id, flows.Begin(), now, turn)

    def stop_fragment(self, record: Live) -> None:
        """The numbers of playbacks go on, so that a late event of one is nobody else's."""
        if record.fragment is None:
            return
        if record.flow:
            record.flow = replace(record.flow, playback=record.fragment.playback)
        record.fragment = None
        record.timers.pop(FLOW_TIMER, None)

    def listens(self, record: Live, key: str) -> bool:
        """Whether the key is the flow's: of who waits it is only while a menu is asked."""
        run = record.fragment
        if run is None:
            return record.interaction.state == "flow"
        document = self.document(run, record.interaction.language)
        node = document.nodes.get(run.node) if document else None
        return (node is not None and node.asks) or key not in record.interaction.keys

    def _while_waiting(
        self, record: Live, run: flows.FlowRun, effects: list[flows.FlowEffect], now: datetime, turn: Turn
    ) -> list[flows.FlowEffect]:
        """What is left to do. A flow that fails or knows no way on lets the caller wait; one that leads out of the
        queue is the caller's flow from then on, unless an agent's phone rings for them already.
        """
        notes: list[flows.FlowEffect] = [effect for effect in effects if isinstance(effect, flows.Note | flows.Problem)]
        last = effects[-1] if effects else None
        gives_up = isinstance(last, flows.Return) or (isinstance(last, flows.End) and not last.wanted)
        leads_out = isinstance(last, flows.ToQueue | flows.ToNumber | flows.TakeMessage | flows.AskCallBack | flows.End)
        queued = record.interaction.state == "queued"
        if run.phase == "failing" or gives_up or (leads_out and not queued):
            self._wait_on(record)
            return notes
        if leads_out:
            record.flow, record.fragment = run, None
            self.engine.step(record.interaction.id, interactions.LeaveByChoice(), now, turn)
        return effects

    def _wait_on(self, record: Live) -> None:
        self.stop_fragment(record)
        announcement = record.interaction.announcement
        if announcement:
            self.engine.later(record.interaction.id, interactions.StopAnnouncing())

    # ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _play(self, record: Live, playback: int, prompts: list[str], turn: Turn) -> None:
        state = record.interaction
        if record.fragment:
            announcement = interactions.Announce(playback_id=f"{state.id}.{playback}", prompts=prompts)
            self.engine.later(state.id, announcement)
        else:
            self.engine.play(state.id, playback, prompts, turn)

    def spoken(self, event: SpeechReady, now: datetime, turn: Turn) -> None:
        record = self.engine.live.get(event.interaction_id)
        run = (record.fragment or record.flow) if record else None
        if record is None or run is None or run.playback != event.playback:
            return
        if event.prompt is None:
            self.step(event.interaction_id, flows.Failed("the text could not be spoken"), now, turn)
        else:
            self._play(record, event.playback, [event.prompt], turn)
