"""Callers in flows: what the interpreter asks for is done, and it is told what came of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from hujiao.app.runtime.tenant import at_number, chatting, fragments, look_ups
from hujiao.app.runtime.tenant.fragments import FLOW_TIMER
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import CallBackAsked, Live, MakeSpeech, SpeechReady
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, TimerHandler, ToFlow, Work
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows
from hujiao.flows import machine
from hujiao.flows.voicemail import USUAL_GREETING, VOICEMAIL_START
from hujiao.hours.schedule import phase_at
from hujiao.interactions import contracts as interactions
from hujiao.kit.i18n import Said


def start(work: Work, record: Live, flow_id: UUID) -> None:
    """The flow's published version, from its start."""
    config = work.tenant.config
    version = config.published.get(flow_id)
    document = config.flows.get((flow_id, version)) if version else None
    if document is None or version is None:
        work.later(record.interaction.id, interactions.EndCall(reason="flow_error", cause=41))
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
        variables=so_far.all_variables(),
        secrets=so_far.all_secrets(),
        path=so_far.path,
        unwaited=so_far.unwaited,
        entered=so_far.entered,
        versions=fragments.versions(config, flow_id),
    )
    work.fact("flow.entered", record.interaction.id, flow_id=flow_id, version=version)
    work.flow(record.interaction.id, flows.Begin())


def step(work: Work, item: ToFlow) -> None:
    """Give the interpreter this event."""
    tenant, interaction_id = work.tenant, item.interaction_id
    record = tenant.live.get(interaction_id)
    run = (record.fragment or record.flow) if record else None
    if record is None or run is None:
        return
    state, came_by = record.interaction, record.flow
    document = fragments.document(tenant, run.begun(), state.language)
    if document is None and record.fragment:
        fragments.wait_on(work, record)
        return
    if document is None:
        work.later(interaction_id, interactions.EndCall(reason="flow_error", cause=41))
        return
    caller = flows.Caller(
        caller=state.caller,
        customer=state.caller_key,
        called=state.called,
        language=state.language,
        interaction=str(state.id),
        now=work.now.astimezone(ZoneInfo(tenant.config.time_zone)).isoformat(timespec="seconds"),
        zone=tenant.config.time_zone,
        flow_of=lambda flow_id: fragments.called(tenant, run, flow_id),
        phase_of=lambda hours: _phase(tenant, hours, work.now),
        allowance=work.allowance,
    )
    work.changes(interaction_id)
    after, effects = machine.step(document, run, item.event, caller)
    if record.fragment:
        record.fragment = after
        effects = fragments.follow(work, record, after, effects)
    else:
        record.flow = after
    for effect in effects:
        if isinstance(effect, flows.AskCallBack):
            work.follow(interaction_id, CallBackAsked(effect=effect, came_by=came_by))
        else:
            work.follow(interaction_id, effect)


def _phase(tenant: Tenant, hours: str, now: datetime) -> str | None:
    schedule = next((one for key, one in tenant.config.hours.items() if str(key) == hours), None)
    return phase_at(schedule, now) if schedule else None


# ── what flows ask for ────────────────────────────────────────────────────────────────────────────────────────────────


def _note(work: Work, record: Live, effect: flows.Note) -> None:
    work.turn.facts.append((work.now, record.interaction.id, interactions.Fact(kind=effect.kind, data=effect.data)))


def _answer(work: Work, record: Live, effect: flows.AnswerCall) -> None:
    work.interaction(record.interaction.id, interactions.Answer())


def _play_named(work: Work, record: Live, effect: flows.PlayNamed) -> None:
    if record.chat is not None:
        chatting.written(work, record, effect.names)
        work.flow(record.interaction.id, flows.Played(effect.playback, waited=False))
        return
    prompts = work.tenant.prompts(effect.names, record.interaction.language)
    if prompts:
        _play(work, record, effect.playback, prompts)
    else:
        work.flow(record.interaction.id, flows.Failed(Said("problem.no_prompt", {"name": ", ".join(effect.names)})))


def _speak(work: Work, record: Live, effect: flows.Speak) -> None:
    if record.chat is not None:
        chatting.say(work, record, "flow", text=effect.written or effect.text)
        work.flow(record.interaction.id, flows.Played(effect.playback, waited=False))
        return
    work.turn.speech.append(
        MakeSpeech(
            interaction_id=record.interaction.id,
            playback=effect.playback,
            text=effect.text,
            language=effect.language or record.interaction.language,
            voice=effect.voice,
        )
    )


def _speak_language(work: Work, record: Live, effect: flows.SpeakLanguage) -> None:
    record.interaction = replace(record.interaction, language=effect.language)


def _spoken(work: Work, event: SpeechReady) -> None:
    record = work.tenant.live.get(event.interaction_id)
    if record is not None and event.leg_id:
        at_number.spoken(work, record, event)
        return
    run = (record.fragment or record.flow) if record else None
    if record is None or run is None or run.playback != event.playback or run.phase != "playing":
        return
    if event.prompt is None:
        work.flow(event.interaction_id, flows.Failed(Said("problem.no_speech")))
    else:
        _play(work, record, event.playback, [event.prompt])


def _play(work: Work, record: Live, playback: int, prompts: list[str]) -> None:
    state = record.interaction
    playback_id = _playback_id(record, playback)
    if record.fragment:
        work.later(state.id, interactions.Announce(playback_id=playback_id, prompts=prompts))
    else:
        work.command(record, calls.Play(leg_id=state.customer_leg, playback_id=playback_id, prompts=prompts))


def _stop_playing(work: Work, record: Live, effect: flows.StopPlaying) -> None:
    state = record.interaction
    playback_id = _playback_id(record, effect.playback)
    work.command(record, calls.StopPlayback(leg_id=state.customer_leg, playback_id=playback_id))


def _playback_id(record: Live, playback: int) -> str:
    state = record.interaction
    name = f"{state.id}.{playback}"
    return calls.for_all(state.customer_leg, name) if state.guidance else name


def _wait_for_key(work: Work, record: Live, effect: flows.WaitForKey) -> None:
    if record.chat is not None:
        return  # who writes takes their time; the rule for silent visitors ends it
    work.set_timer(record, FLOW_TIMER, work.now + timedelta(seconds=effect.seconds))


def _stop_waiting(work: Work, record: Live, effect: flows.StopWaiting) -> None:
    record.timers.pop(FLOW_TIMER, None)


def _return(work: Work, record: Live, effect: flows.Return) -> None:
    work.flow(record.interaction.id, flows.Failed(Said("problem.nobody_returns")))


def _to_number(work: Work, record: Live, effect: flows.ToNumber) -> None:
    if record.chat is not None:
        not_here(work, record, effect.on_failure)
        return
    transfer = interactions.TransferOut(
        number=effect.number,
        leg_id=calls.outside_leg(work.tenant.new_id()),
        timeout_seconds=effect.timeout_seconds,
        on_failure=effect.on_failure,
    )
    work.interaction(record.interaction.id, transfer)


def not_here(work: Work, record: Live, on_failure: str | None) -> None:
    """What has no meaning in a chat goes on as what failed."""
    failed = flows.Failed(Said("problem.not_in_a_chat"))
    work.flow(record.interaction.id, flows.GoTo(on_failure) if on_failure else failed)


def _take_message(work: Work, record: Live, effect: flows.TakeMessage) -> None:
    if record.chat is not None:
        not_here(work, record, None)
        return
    message = interactions.TakeMessage(
        recording_id=work.tenant.new_id(),
        max_seconds=effect.max_seconds,
        silence_seconds=effect.silence_seconds,
    )
    work.interaction(record.interaction.id, message)


def _end(work: Work, record: Live, effect: flows.End) -> None:
    work.interaction(record.interaction.id, interactions.EndCall(reason=effect.reason, cause=effect.cause))


# ── what interactions ask for ─────────────────────────────────────────────────────────────────────────────────────────


def _start(work: Work, record: Live, effect: interactions.StartFlow) -> None:
    start(work, record, effect.flow_id)


def _take_along(work: Work, record: Live, effect: interactions.TakeAlong) -> None:
    if record.flow:
        record.flow = record.flow.given(effect.values)
    state = record.interaction
    record.interaction = replace(state, variables={**state.variables, **effect.values})
    work.fact("interaction.data", state.id, agent_id=effect.by_agent, values=effect.values)


def _go_on(work: Work, record: Live, effect: interactions.ContinueFlow) -> None:
    if record.flow and effect.node:
        work.flow(record.interaction.id, flows.GoTo(effect.node))
    else:
        work.later(record.interaction.id, interactions.EndCall(reason="flow_ended"))


def _start_voicemail(work: Work, record: Live, wanted: interactions.StartVoicemail) -> None:
    """A flow that every queue has: the greeting (what there is of it), the caller's message, goodbye."""
    names = wanted.prompts or (USUAL_GREETING,)
    greeting = tuple(name for name in names if work.tenant.prompts((name,), record.interaction.language))
    record.flow = flows.FlowRun(flow_id=wanted.queue_id, version=0, node=VOICEMAIL_START, voicemail=greeting)
    work.fact("voicemail.entered", record.interaction.id, queue_id=wanted.queue_id)
    work.flow(record.interaction.id, flows.Begin())


def _message_taken(work: Work, record: Live, effect: interactions.MessageTaken) -> None:
    failed = flows.Failed(Said("problem.no_message"))
    work.flow(record.interaction.id, failed if effect.failed else flows.MessageDone(str(effect.recording_id)))


def _time_over(work: Work, record: Live) -> None:
    waits = record.interaction.state == "flow" or record.fragment
    if waits and not look_ups.wait_over(work, record):
        work.flow(record.interaction.id, flows.WaitOver())


EVENTS: dict[type, EventHandler] = {SpeechReady: _spoken}
EFFECTS: dict[type, EffectHandler] = {
    flows.Note: _note,
    flows.AnswerCall: _answer,
    flows.PlayNamed: _play_named,
    flows.Speak: _speak,
    flows.SpeakLanguage: _speak_language,
    flows.StopPlaying: _stop_playing,
    flows.WaitForKey: _wait_for_key,
    flows.StopWaiting: _stop_waiting,
    flows.Return: _return,
    flows.ToNumber: _to_number,
    flows.TakeMessage: _take_message,
    flows.End: _end,
    interactions.StartFlow: _start,
    interactions.TakeAlong: _take_along,
    interactions.ContinueFlow: _go_on,
    interactions.StartVoicemail: _start_voicemail,
    interactions.MessageTaken: _message_taken,
}
TIMERS: dict[str, TimerHandler] = {FLOW_TIMER: _time_over}
