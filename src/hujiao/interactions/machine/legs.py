"""What the legs do: who answers, who has gone, and what ends with them. Pure."""

from __future__ import annotations

from typing import get_args

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Refusal
from hujiao.interactions.contracts import (
    AgentAway,
    AgentHangsUp,
    AgentReturns,
    ColleagueLeaves,
    CustomerSilent,
    Dialling,
    Disconnect,
    EndCall,
    EndReason,
    InteractionState,
    Party,
    PhoneGone,
    PhoneMoved,
    TellAgent,
)
from hujiao.interactions.machine import (
    absent,
    call_back,
    conference,
    guiding,
    message,
    offer,
    outgoing,
    outside,
    parking,
    returning,
    rooms,
    sending_on,
    supervision,
)
from hujiao.interactions.machine.causes import (
    BARRED,
    NO_CIRCUIT,
    NO_ROUTE,
    NO_SOUND,
    NORMAL,
    NORMAL_CAUSES,
    REJECTED,
    UNALLOCATED,
)
from hujiao.interactions.machine.conversation import agent_left, disconnected, greeted
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.waiting import left_queue, pressed

# Where a supervisor may end the call.
_DISCONNECTED = frozenset({"flow", "queued", "offered", "connected", "parked", "transferred", "conference"})


# ── answered ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(step: Step, event: calls.LegAnswered) -> None:
    state, party = step.state, step.state.party(event.leg_id)
    if party is None:
        return
    if state.conference:
        conference.answered(step, party)
    elif party.away:
        absent.answered(step, party)
    elif party == state.other:
        other_answered(step)
    elif party == state.consulted and party.state == "calling":
        rooms.consulted_answered(step, party)
    elif party.role == "supervisor" and party.state == "calling":
        supervision.answered(step, party)
    elif party == state.customer and state.state == "calling":
        call_back.customer_answered(step)
    elif party == state.customer and state.state == "dialling":
        outgoing.answered(step)


def other_answered(step: Step) -> None:
    """Whom the customer is offered to, or sent to."""
    if step.state.state == "transferred":
        outside.answered(step)
    elif step.state.state == "offered":
        call_back.agent_answered(step)
    elif step.state.state == "dialling" and not step.state.customer_leg:
        outgoing.agent_answered(step)
    elif step.state.state == "parked":
        parking.answered(step)
    elif step.state.line_lost and step.state.other and step.state.other.state == "calling":
        returning.answered(step)


def _pressed(step: Step, event: calls.KeyPressed) -> None:
    if step.state.conference:
        conference.pressed(step, event)
    else:
        pressed(step, event)


# ── gone ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ended(step: Step, event: calls.LegEnded) -> None:
    party, other = step.state.party(event.leg_id), step.state.other
    if other and other.second and other.second.leg_id == event.leg_id:
        rooms.second_call_over(step)
    if party is None:
        return
    if party != other and absent.takes(step, party, event.cause, gone=event.gone):
        return
    if party.role == "customer":
        customer_gone(step, event)
    elif party == step.state.other:
        other_gone(step, event)
    else:
        beside_gone(step, party, event.cause)


def beside_gone(step: Step, party: Party, cause: int) -> None:
    """Somebody besides the customer and the agent at hand."""
    if step.state.conference:
        conference.party_gone(step, party)
    else:
        rooms.party_gone(step, party, cause)


def other_gone(step: Step, event: calls.LegEnded) -> None:
    """The agent at hand, or the outside number."""
    state = step.state
    match state.state:
        case "offered":
            offer.phone_ended(step, event.cause, gone=event.gone)
        case "calling":
            call_back.agent_gone_calling(step, lost=event.gone)
        case "dialling":
            outgoing.agent_gone(step, by="system" if event.gone else "agent", cause=event.cause)
        case "connected" if state.line_lost:
            returning.not_reached(step, event.cause)
        case "connected" if event.gone or event.cause not in NORMAL_CAUSES:
            returning.lost(step)
        case "connected":
            agent_left(step, "agent", lost=False)
        case "parked":
            parking.not_answered(step, event.cause)
        case "transferred" if state.connected_at is None:
            sending_on.transfer_failed(step, event.cause)
        case "transferred":
            step.fact("transfer.ended", talk_seconds=step.seconds_since(state.connected_at))
            rooms.dismiss_all(step)
            step.hang_up_customer("completed", "agent" if event.cause in NORMAL_CAUSES else "system")
        case _:
            pass


def customer_gone(step: Step, event: calls.LegEnded, *, by: str = "customer", reason: EndReason | None = None) -> None:
    """`reason` is why, if it does not follow from where the customer was."""
    message.over(step)
    state = step.state
    if state.internal and by == "customer":
        by = "agent"
    if event.cause == NO_SOUND:
        by = "system"
    gone = reason
    if event.gone:
        gone = "switch_lost" if event.switch_lost else "system_failure"
    match state.state:
        case "flow":
            alone: EndReason = "flow_ended" if state.message_left or state.caller_works else "abandoned_in_flow"
            if state.promised:
                alone = "callback_requested"
            step.end(gone or ("completed" if _served(state) else alone), by, event.cause)
        case "calling":
            call_back.customer_unreached(step, event.cause, counted=not event.gone)
        case "dialling":
            outgoing.unreached(step, event.cause)
        case "queued":
            left_queue(step, "abandoned")
            step.end(gone or "abandoned_in_queue", by, event.cause)
        case "offered":
            offer.missed(step, "caller_gone", None, hang_up=NORMAL)
            left_queue(step, "abandoned")
            step.end(gone or "abandoned_ringing", by, event.cause)
        case "connected":
            assert state.agent_leg is not None
            step.do(calls.HangUp(leg_id=state.agent_leg))
            disconnected(step, by)
            step.end(gone or "completed", by, event.cause)
        case "parked":
            parking.caller_gone(step, gone, by, event.cause)
        case "transferred":
            rooms.dismiss_all(step)
            if state.agent_leg:
                step.do(calls.HangUp(leg_id=state.agent_leg))
            talked = state.connected_at is not None
            if talked:
                step.fact("transfer.ended", talk_seconds=step.seconds_since(state.connected_at))
            step.end(gone or ("completed" if talked else "abandoned_ringing"), by, event.cause)
        case "conference":
            talked = conference.has_joined(state)
            conference.leave(step, "hung_up" if by == "customer" else "removed" if by == "supervisor" else "system")
            step.end(gone or ("completed" if talked else "abandoned_in_flow"), by, event.cause)
        case _:
            pass


def _phone_gone(step: Step, event: PhoneGone) -> None:
    """Nobody hears an offer there; a conversation ends unless sound still comes."""
    state = step.state
    party = next((party for party in state.parties if party.agent_id == event.agent_id), None)
    if party is None:
        return
    if party.away:
        absent.not_coming(step, party, NO_ROUTE)
    elif party == state.customer and party.state == "calling":
        outgoing.unreached(step, NO_ROUTE)
    elif party == state.other and state.state == "offered":
        offer.not_taken(step, "phone_gone", None, NO_ROUTE, hang_up=NORMAL)
    elif party == state.other and state.state == "parked":
        parking.not_answered(step, NO_ROUTE)
    elif party != state.other and party.state == "calling":
        rooms.not_coming(step, party, NO_ROUTE)
    elif party == state.other and state.state == "dialling" and party.state == "calling":
        outgoing.agent_gone(step, by="system", cause=NO_ROUTE)
    elif state.line_lost and party == state.other:
        step.do(calls.HangUp(leg_id=party.leg_id))
        returning.not_reached(step, NO_ROUTE)
    elif party != state.other or state.state in ("connected", "calling", "dialling"):
        step.do(calls.EndIfSilent(leg_id=party.leg_id))


def _phone_moved(step: Step, event: PhoneMoved) -> None:
    journey = step.state.journey
    step.alter(event.leg_id, leg_id=event.to)
    if isinstance(journey, Dialling) and journey.dial.customer_leg == event.leg_id:
        step.on_the_way(dial=replace(journey.dial, customer_leg=event.to))


def _customer_silent(step: Step, event: CustomerSilent) -> None:
    if step.state.customer_leg:
        ended = calls.LegEnded(leg_id=step.state.customer_leg, at=step.now)
        customer_gone(step, ended, by="system", reason="visitor_silent")


def _agent_away(step: Step, event: AgentAway) -> None:
    other = step.state.other
    if other and other.agent_id == event.agent_id:
        step.do(calls.HangUp(leg_id=other.leg_id))
        if step.state.state == "connected":
            agent_left(step, "system", lost=True)
            return
        other_gone(step, calls.LegEnded(leg_id=other.leg_id, at=step.now, cause=0, gone=True))


def _agent_hangs_up(step: Step, event: AgentHangsUp) -> None:
    state = step.state
    if state.state == "dialling":
        outgoing.agent_gone(step, by="agent", cause=NORMAL)
        return
    if state.state == "parked" and state.agent_leg:
        parking.not_answered(step, NORMAL)
        return
    if state.state not in ("connected", "calling") or not state.agent_leg:
        raise agents.Impossible("not_possible_in_this_state")
    step.do(calls.HangUp(leg_id=state.agent_leg))
    if state.state == "connected":
        agent_left(step, "agent", lost=False)
    else:
        call_back.agent_gone_calling(step, lost=False)


def _colleague_leaves(step: Step, event: ColleagueLeaves) -> None:
    state = step.state
    if state.state == "dialling":
        outgoing.unreached(step, REJECTED)
    elif state.internal and state.customer_leg:
        step.do(calls.HangUp(leg_id=state.customer_leg))
        customer_gone(step, calls.LegEnded(leg_id=state.customer_leg, at=step.now, cause=NORMAL))
    else:
        raise agents.Impossible("not_possible_in_this_state")


def _end_call(step: Step, event: EndCall) -> None:
    if step.state.state in ("wrap_up", "ended"):
        return
    message.over(step)
    if step.state.state == "queued":
        left_queue(step, "ended")
    conference.leave(step, "system")
    if not step.state.answered or event.reason == "refused_full":
        step.do(calls.Refuse(leg_id=step.state.customer_leg, cause=event.cause))
    else:
        step.do(calls.HangUp(leg_id=step.state.customer_leg, cause=event.cause))
    reason = event.reason
    if reason == "flow_ended" and _served(step.state):
        reason = "completed"
    elif reason == "flow_ended" and step.state.promised:
        reason = "callback_requested"
    step.end(reason, "system", event.cause)


def _disconnect(step: Step, event: Disconnect) -> None:
    state = step.state
    if state.state not in _DISCONNECTED or not state.customer_leg:
        raise agents.Impossible("not_possible_in_this_state")
    step.fact("interaction.forced_end", by_account=event.by_account, by_agent=event.by_agent)
    step.do(calls.HangUp(leg_id=state.customer_leg))
    ended = calls.LegEnded(leg_id=state.customer_leg, at=step.now, cause=NORMAL)
    customer_gone(step, ended, by="supervisor")


def _served(state: InteractionState) -> bool:
    """Whether some agent has talked with the customer."""
    return bool(state.agent_id or state.wrap_ups or any(passed.from_agent for passed in state.transfers))


# ── what the switch could not do, and what it has played ──────────────────────────────────────────────────────────────


def _returns(step: Step, event: AgentReturns) -> None:
    other = step.state.other
    if other and other.agent_id == event.agent_id:
        returning.returns(step, event)
    elif given_up := absent.returns(step, event):
        _give_up(step, given_up)


def _away_too_long(step: Step, agent_id: str) -> None:
    party = absent.party(step, agent_id)
    if party is None or party.away is None:
        return
    if party.state == "calling":
        step.do(calls.HangUp(leg_id=party.leg_id))
    _give_up(step, party)


def _give_up(step: Step, party: Party) -> None:
    """Nobody waits any longer for a colleague or a supervisor whose phone is lost."""
    if party.role == "customer" and party.agent_id:
        step.ask(TellAgent(party.agent_id, agents.Released(wrap_up_seconds=0, lost=True)))
        customer_gone(step, calls.LegEnded(leg_id=party.leg_id, at=step.now, cause=NORMAL), by="system")
    else:
        rooms.party_gone(step, party, NORMAL)


def _failed(step: Step, event: calls.EffectFailed) -> None:
    """Only what leaves somebody waiting for nothing matters: a phone that was never called."""
    state = step.state
    without = _without(event.reason)
    if event.leg_id == state.agent_leg and event.effect in ("CallAgent", "CallNumber"):
        cause = UNALLOCATED if event.unknown else without
        other_gone(step, calls.LegEnded(leg_id=event.leg_id, at=event.at, cause=cause, gone=event.unknown))
    elif state.consulted and event.leg_id == state.consulted.leg_id and event.effect in ("CallAgent", "CallNumber"):
        rooms.party_gone(step, state.consulted, without)
    elif event.effect == "CallNumber" and state.conference and (party := state.party(event.leg_id)):
        conference.party_gone(step, party)
    elif event.leg_id == state.customer_leg and state.state == "calling":
        call_back.customer_unreached(step, without)
    elif event.leg_id == state.customer_leg and state.state == "dialling":
        outgoing.unreached(step, without)
    elif event.effect == "CallAgent" and (party := state.party(event.leg_id)):
        if not absent.takes(step, party, without):
            rooms.party_gone(step, party, without)
    elif event.effect == "RecordMessage" and state.message:
        message.recorded(step, failed=True)


def _without(reason: str) -> int:
    """The cause of a call that was never made."""
    if reason == calls.TRUNK_FULL:
        return NO_CIRCUIT
    return BARRED if reason in get_args(Refusal) else NO_ROUTE


def _played(step: Step, event: calls.PlaybackFinished) -> None:
    guidance, announcement = step.state.guidance, step.state.announcement
    if guidance and guidance.prompts and guidance.prompts.playback_id == event.playback_id:
        guiding.prompts(step, None)
    if announcement is None or event.playback_id != announcement.playback_id:
        return
    if step.state.state == "connected":
        greeted(step)
    else:
        step.on_the_way(announcement=None)


EVENTS: dict[type, Handler] = {
    calls.LegAnswered: answered,
    calls.KeyPressed: _pressed,
    calls.LegEnded: _ended,
    PhoneGone: _phone_gone,
    PhoneMoved: _phone_moved,
    AgentReturns: _returns,
    AgentAway: _agent_away,
    CustomerSilent: _customer_silent,
    AgentHangsUp: _agent_hangs_up,
    ColleagueLeaves: _colleague_leaves,
    EndCall: _end_call,
    Disconnect: _disconnect,
    calls.EffectFailed: _failed,
    calls.PlaybackFinished: _played,
}
TIMERS: dict[str, TimerHandler] = {rooms.AWAY: _away_too_long}
