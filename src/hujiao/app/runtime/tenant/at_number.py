"""Agents who work at an outside number: it is called over a trunk in place of a phone, and who answers has to press a
key before anybody is joined to them, so that no mailbox takes a call. Pure.

The machines know nothing of it: they call an agent, and are told that the agent has answered when the key was pressed.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from hujiao.agents.contracts import AT_NUMBER
from hujiao.app.runtime.tenant import agents
from hujiao.app.runtime.tenant.turn import LineDue, Live, MakeSpeech, SpeechReady
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import PhoneMoved, Resumed
from hujiao.interactions.machine.causes import NO_CIRCUIT
from hujiao.kit import i18n

TAKES = "1"
CALL_AGENT, CALL_NUMBER = calls.CallAgent.__name__, calls.CallNumber.__name__
LINE_SECONDS = 10  # a trunk that is full is not asked again and again
MOST_TOLD = 5  # the offer's time is over before that


def _call(work: Work, record: Live, effect: calls.CallAgent) -> None:
    """A leg to an outside number says by its id that it is one (`Tenant.leg_to`). Between the plan and the call the
    agent may have signed in elsewhere."""
    party = record.interaction.party(effect.leg_id)
    agent = work.tenant.agents.get(party.agent_id) if party and party.agent_id else None
    at_number = agent is not None and agent.phone_kind == AT_NUMBER
    if agent is not None and at_number != calls.is_outside(effect.leg_id):
        moved = PhoneMoved(leg_id=effect.leg_id, to=work.tenant.leg_to(agent.agent_id))
        work.interaction(record.interaction.id, moved)
        effect = replace(effect, leg_id=moved.to)
    if agent is None or not at_number:
        work.command(record, effect)
        return
    record.unconfirmed = {**record.unconfirmed, effect.leg_id: 0}
    called = record.interaction.called
    work.follow(
        record.interaction.id,
        calls.CallNumber(
            leg_id=effect.leg_id,
            number=agent.phone_number,
            caller=called if work.tenant.config.number(called) else "",
            timeout_seconds=effect.timeout_seconds,
            not_after=effect.not_after,
        ),
    )


def takes(work: Work, record: Live, event: calls.CallEvent) -> bool:
    """Whether the event is that of somebody who has not said yet that they take the call, and goes no further."""
    leg = event.leg_id
    if leg not in record.unconfirmed:
        return False
    match event:
        case calls.LegEnded():
            if event.cause == NO_CIRCUIT:
                _wait_for_line(work, record, leg)
            _forget(work, record, leg)
            return False
        case calls.EffectFailed(effect=effect) if effect == CALL_NUMBER:  # the machines know of no number
            if event.reason == calls.TRUNK_FULL:
                _wait_for_line(work, record, leg)
            _forget(work, record, leg)
            work.later(record.interaction.id, replace(event, effect=CALL_AGENT))
            return True
    if record.interaction.party(leg) is None:
        return False
    match event:
        case calls.LegAnswered():
            _ask(work, record, leg)
        case calls.PlaybackFinished(failed=False):
            _ask(work, record, leg)
        case calls.KeyPressed(key=key) if key == TAKES:
            told = _forget(work, record, leg)
            work.command(record, calls.StopPlayback(leg_id=leg, playback_id=_playback(leg, told)))
            work.later(record.interaction.id, calls.LegAnswered(leg_id=leg, at=event.at))
        case calls.KeyPressed() | calls.PlaybackFinished() | calls.EffectFailed():
            pass
        case _:
            return False
    return True


def spoken(work: Work, record: Live, event: SpeechReady) -> None:
    """Without a voice the key takes the call all the same."""
    told = record.unconfirmed.get(event.leg_id)
    if told and event.prompt:
        playback_id = _playback(event.leg_id, told)
        work.command(record, calls.Play(leg_id=event.leg_id, playback_id=playback_id, prompts=[event.prompt]))


def found(found: Resumed, record: Live) -> Resumed:
    """After a take-over: who has not pressed the key has not answered."""
    return replace(found, up=found.up - record.unconfirmed.keys()) if record.unconfirmed else found


def ask_again(work: Work, record: Live, up: frozenset[str]) -> None:
    """After a take-over: who is there and may have heard nothing is asked once more."""
    for leg in record.unconfirmed.keys() & up:
        if record.interaction.party(leg):
            _ask(work, record, leg)


def _ask(work: Work, record: Live, leg: str) -> None:
    told = record.unconfirmed[leg] + 1
    if told > MOST_TOLD:
        return
    record.unconfirmed = {**record.unconfirmed, leg: told}
    work.changes(record.interaction.id)
    language = work.tenant.config.language
    text = i18n.translate("by_telephone.take_call", language)
    speech = MakeSpeech(
        interaction_id=record.interaction.id, playback=told, text=text, language=language, voice=None, leg_id=leg
    )
    work.turn.speech.append(speech)


def _forget(work: Work, record: Live, leg: str) -> int:
    told = record.unconfirmed[leg]
    record.unconfirmed = {other: count for other, count in record.unconfirmed.items() if other != leg}
    work.changes(record.interaction.id)
    return told


def _wait_for_line(work: Work, record: Live, leg: str) -> None:
    """The agent is not to blame, but called again no sooner than a line may be free."""
    party = record.interaction.party(leg)
    if party and party.agent_id:
        work.tenant.without_line.add(party.agent_id)
        due_at = work.now + timedelta(seconds=LINE_SECONDS)
        work.turn.timers.append(LineDue(agent_id=party.agent_id, due_at=due_at))


def _line_due(work: Work, event: LineDue) -> None:
    work.tenant.without_line.discard(event.agent_id)
    agents.look_at_phone(work, event.agent_id)


def _playback(leg: str, told: int) -> str:
    return f"{leg}.take-{told}"


EVENTS: dict[type, EventHandler] = {LineDue: _line_due}
EFFECTS: dict[type, EffectHandler] = {calls.CallAgent: _call}
