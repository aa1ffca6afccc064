"""An agent's own call: their phone first, then the number or the colleague, whose ringing they hear. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    Connected,
    Dial,
    Dialling,
    EndReason,
    Resumed,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.machine import recording, redirecting, wrap_up
from hujiao.interactions.machine.causes import NO_ANSWER, RING_MARGIN_SECONDS
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.unreached import tell

DIAL = "dial"


def _begin(step: Step, event: Dial) -> None:
    """Call the agent's phone, which shows the number; one that has called by itself is there."""
    step.go(Dialling(dial=event), agent_id=event.agent_id)
    step.called("agent", event.agent_leg, agent_id=event.agent_id)
    asked = event.colleague
    step.fact("outgoing.started", number=event.number, leg_id=event.agent_leg, with_agent=asked, origin=event.origin)
    redirecting.note(step, event.trail)
    if asked:
        step.ask(TellAgent(asked, agents.Reserved(step.state.id)))
    if event.origin == "phone":
        step.ask(TellAgent(event.agent_id, agents.OwnCall(step.state.id)))
        step.do(calls.AnswerLeg(leg_id=event.agent_leg))
        agent_answered(step)
        return
    due = step.now + timedelta(seconds=event.phone_seconds)
    step.ask(
        TellAgent(event.agent_id, agents.OwnCall(step.state.id)),
        SetTimer(name=DIAL, due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)),
    )
    step.do(
        calls.CallAgent(
            leg_id=event.agent_leg,
            sip_user=event.sip_user,
            caller=event.number,
            caller_name=step.state.caller_name,
            timeout_seconds=event.phone_seconds,
            interaction_id=step.state.id,
            automatic_answer=True,
            not_after=due,
        )
    )


def agent_answered(step: Step) -> None:
    """Call the number, or the colleague."""
    dial = _dial(step)
    step.alter(dial.agent_leg, state="in", since=step.now)
    step.ask(TellAgent(dial.agent_id, agents.Engaged(own=not step.state.internal)))
    _call_other_end(step, dial)


def _call_other_end(step: Step, dial: Dial) -> None:
    step.called("customer", dial.customer_leg, number=dial.number, agent_id=dial.colleague)
    step.change(since=step.now)
    step.fact("outgoing.called", number=dial.number, leg_id=dial.customer_leg, caller=dial.caller)
    due = step.now + timedelta(seconds=dial.ring_seconds)
    step.ask(SetTimer(name=DIAL, due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)))
    if dial.colleague:
        step.do(
            calls.CallAgent(
                leg_id=dial.customer_leg,
                sip_user=dial.colleague_user,
                caller=dial.caller,
                caller_name=dial.caller_name,
                timeout_seconds=dial.ring_seconds,
                interaction_id=step.state.id,
                not_after=due,
            )
        )
    else:
        step.do(
            calls.CallNumber(
                leg_id=dial.customer_leg,
                number=dial.number,
                caller=dial.caller,
                timeout_seconds=dial.ring_seconds,
                heard_by=dial.agent_leg,
                bridge_id=str(step.state.id),
                not_after=due,
            )
        )


def answered(step: Step) -> None:
    """The number or the colleague has answered: a conversation like any other."""
    dial = _dial(step)
    rang = step.seconds_since(step.state.since)
    step.change(answered=True)
    step.alter(dial.customer_leg, state="in", since=step.now, joined_at=step.now)
    step.alter(dial.agent_leg, joined_at=step.now)
    step.go(Connected())
    step.ask(CancelTimer(DIAL))
    step.fact("interaction.answered")
    step.fact("agent.connected", queue_id=None, ring_seconds=rang)
    if dial.colleague:
        step.ask(TellAgent(dial.colleague, agents.Engaged(own=False)))
        step.fact("colleague.connected", agent_id=dial.colleague)
    if step.state.terms and step.state.terms.recording == "always":
        recording.begin(step, dial.recording_id)


def unreached(step: Step, cause: int) -> None:
    """The number did not answer, which the agent writes up; or the colleague did not, who may have a rule for that."""
    dial = _dial(step)
    if dial.colleague and redirecting.why_not(cause) in dial.forwards:
        step.on_the_way(dial=replace(dial, forwards=()))
        redirecting.seek(step, dial.colleague, cause)
        return
    party = step.state.customer
    rang = step.seconds_since(party.rang_at) if party and party.rang_at else None
    step.fact("outgoing.unreached", number=dial.number, cause=cause, ring_seconds=rang)
    tell(step, dial.agent_id, "call", cause, party, number=dial.number, colleague=dial.colleague)
    _over(step, "not_reached", "system", cause)


def call_instead(step: Step, dial: Dial) -> None:
    """Somebody else in place of the colleague who did not come; called once the agent is at the phone."""
    before, rang = _dial(step), bool(step.state.customer_leg)
    assert before.colleague is not None
    step.ask(TellAgent(before.colleague, agents.OfferEnded(None)))
    step.on_the_way(dial=dial)
    redirecting.note(step, dial.trail, known=len(before.trail.hops))
    if dial.colleague:
        step.ask(TellAgent(dial.colleague, agents.Reserved(step.state.id)))
    if rang:
        step.do(calls.HangUp(leg_id=before.customer_leg, cause=NO_ANSWER))
        step.leave(before.customer_leg)
        _call_other_end(step, dial)


def agent_gone(step: Step, *, by: str, cause: int) -> None:
    """The agent did not come to the phone, or hung up before the number answered."""
    step.fact("outgoing.given_up", by=by)
    _over(step, "given_up", by, cause)


def resumed(step: Step, event: Resumed) -> None:
    """After a take-over: what the switch still has of the two calls."""
    state, dial = step.state, _dial(step)
    if dial.agent_leg not in event.legs:
        agent_gone(step, by="system", cause=0)
    elif not state.customer_leg:
        if dial.agent_leg in event.up:
            agent_answered(step)  # while nobody was there
    elif state.customer_leg not in event.legs:
        unreached(step, 0)
    elif state.customer_leg in event.up:
        answered(step)
    if dial.origin == "phone" and dial.agent_leg in event.legs - event.up:
        step.do(calls.AnswerLeg(leg_id=dial.agent_leg))


def _over(step: Step, reason: EndReason, by: str, cause: int) -> None:
    dial, spoke = _dial(step), bool(step.state.customer_leg)
    step.ask(CancelTimer(DIAL))
    step.do(*(calls.HangUp(leg_id=party.leg_id) for party in step.state.parties))
    seconds = step.state.terms.wrap_up_seconds if spoke and step.state.terms else 0
    over = agents.Released(wrap_up_seconds=seconds) if spoke else agents.OfferEnded(None)
    step.ask(TellAgent(dial.agent_id, over))
    if dial.colleague:
        step.ask(TellAgent(dial.colleague, agents.OfferEnded(None)))
    step.change(parties=())
    if spoke:
        wrap_up.begin(step, dial.agent_id, seconds)
    step.end(reason, by, cause)


def _dial(step: Step) -> Dial:
    assert isinstance(step.state.journey, Dialling)
    return step.state.journey.dial


def _not_answered(step: Step, about: str) -> None:
    if step.state.state != "dialling":
        return
    if step.state.customer_leg:
        unreached(step, NO_ANSWER)
    else:
        agent_gone(step, by="system", cause=NO_ANSWER)


EVENTS: dict[type, Handler] = {Dial: _begin}
TIMERS: dict[str, TimerHandler] = {DIAL: _not_answered}
