"""The agent's machine: who may do what when. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import asdict, replace

from hujiao.agents.contracts import (
    AT_NUMBER,
    CONNECTION_LOST,
    REJECTED,
    UNREACHABLE,
    Adjust,
    Adjustment,
    AdjustmentsDue,
    AgentEvent,
    AgentState,
    AskBreak,
    BreakRefused,
    BreakRequest,
    CallFailed,
    CallForwarded,
    EndAdjustments,
    EndBreak,
    Engaged,
    FailedCall,
    ForwardedCall,
    GiveWork,
    GrantBreak,
    HeldItem,
    Impossible,
    LeaveItem,
    MediumName,
    OfferEnded,
    OwnCall,
    PhoneSeen,
    RefuseBreak,
    Released,
    Reserved,
    RingBell,
    SetAvailable,
    SetNotReady,
    SignIn,
    SignOut,
    Supervises,
    TakeItem,
    WrapUpCompleted,
    WrapUpExtended,
)

BUSY = ("reserved", "engaged", "wrap_up")
_FOUND_OUT = timedelta(seconds=15)


def in_hand(agent: AgentState) -> tuple[MediumName, ...]:
    """The media of what the agent has; the conversation at the phone is one item until its wrap-up ends."""
    phone: tuple[MediumName, ...] = ("voice",) if agent.state in BUSY else ()
    return phone + tuple(item.medium for item in agent.items)


def step(agent: AgentState, event: AgentEvent, now: datetime) -> AgentState:
    """The agent after the event; the same object when nothing changed. `Impossible` when it may not happen now."""
    return _kept_break(_step(agent, event, now), now)


def _step(agent: AgentState, event: AgentEvent, now: datetime) -> AgentState:
    match event:
        case SignIn():
            if agent.state != "logged_out":
                seat = event.seat_id or agent.seat_id
                return replace(agent, phone_kind=event.phone_kind, phone_number=event.phone_number, seat_id=seat)
            return AgentState(
                agent_id=agent.agent_id,
                state="not_ready",
                since=now,
                phone_kind=event.phone_kind,
                phone_number=event.phone_number,
                seat_id=event.seat_id,
                signed_in_at=now,
                adjustments=tuple(one for one in agent.adjustments if one.until_at or one.for_good),
                items=agent.items,
                tally=agent.tally,
            )
        case SignOut():
            if agent.state in ("engaged", "reserved"):
                return replace(agent, next_state="logged_out", next_reason=None)
            if agent.state == "logged_out":
                return agent
            return _logged_out(agent, now)
        case SetAvailable():
            if agent.state == "logged_out":
                raise Impossible("not_signed_in_to_work")
            if agent.state in BUSY:
                return replace(agent, next_state="available", next_reason=None)
            if agent.state == "available":
                return agent
            return _available(agent, now)
        case SetNotReady():
            if agent.state == "logged_out":
                raise Impossible("not_signed_in_to_work")
            if agent.state in BUSY:
                return replace(agent, next_state="not_ready", next_reason=event.reason)
            return _not_ready(agent, event.reason, now)
        case PhoneSeen():
            return _phone_seen(agent, event.reachable, now)
        case Reserved():
            if agent.state != "available":
                raise Impossible("agent_not_available")
            return replace(agent, state="reserved", since=now, interaction_id=event.interaction_id)
        case Supervises() | OwnCall():
            return _kept(agent, event.interaction_id, now)
        case Engaged():
            if agent.state != "reserved":
                raise Impossible("agent_not_reserved")
            handled = agent.handled + event.own
            return replace(agent, state="engaged", since=now, handled=handled, busy_since=now)
        case OfferEnded():
            if agent.state != "reserved":
                return agent
            if event.reason and agent.next_state != "logged_out" and not has_break(agent):
                return _not_ready(agent, event.reason, now)
            return _next(agent, now, keep_place=True)
        case Released():
            if agent.state not in ("engaged", "reserved"):
                return agent
            if (event.lost or event.refused) and agent.next_state == "available":
                reason = CONNECTION_LOST if event.lost else REJECTED
                agent = replace(agent, next_state="not_ready", next_reason=reason)
            if event.wrap_up_seconds <= 0:
                return _next(agent, now)
            until = now + timedelta(seconds=event.wrap_up_seconds)
            return replace(agent, state="wrap_up", since=now, wrap_up_until=until)
        case WrapUpCompleted():
            if agent.state != "wrap_up":
                return agent
            return _next(agent, now)
        case WrapUpExtended():
            return replace(agent, wrap_up_until=event.until) if agent.state == "wrap_up" else agent
        case TakeItem():
            if agent.state == "logged_out":
                raise Impossible("not_signed_in_to_work")
            if any(item.interaction_id == event.interaction_id for item in agent.items):
                return agent
            taken = HeldItem(interaction_id=event.interaction_id, medium=event.medium, since=now)
            return replace(agent, items=(*agent.items, taken))
        case LeaveItem():
            left = tuple(item for item in agent.items if item.interaction_id != event.interaction_id)
            return agent if len(left) == len(agent.items) else replace(agent, items=left)
        case Adjust():
            given = {(one.kind, one.subject): one for one in event.given}
            return _adjusted(agent, lambda one: _stays(one, given.get((one.kind, one.subject))), event.given)
        case EndAdjustments():
            return _adjusted(agent, lambda one: one.id not in event.ids)
        case AdjustmentsDue():
            return _adjusted(agent, lambda one: one.until_at is None or one.until_at > now)
        case GiveWork():
            if agent.state == "logged_out":
                raise Impossible("not_signed_in_to_work")
            if agent.state in BUSY:
                return replace(agent, next_work=event)
            return _with_work(agent, event, now)
        case AskBreak():
            return _asked(agent, event.reason, now)
        case GrantBreak():
            return _granted(agent, event, now)
        case RefuseBreak():
            request = agent.break_request
            if request is None or request.began_at:
                raise Impossible("no_break_asked")
            refused = BreakRefused(reason=request.reason, at=now, by=event.by, word=event.word)
            return replace(_without_break(agent, now), break_refused=refused)
        case EndBreak():
            if agent.break_request is None:
                raise Impossible("no_break_asked")
            return _without_break(agent, now)
        case RingBell():
            rings = agent.bell_since is not None
            return agent if rings == event.on else replace(agent, bell_since=now if event.on else None)
        case CallForwarded():
            if agent.state == "logged_out":
                return agent
            told = ForwardedCall(at=now, caller=event.caller, why=event.why, to=event.to, name=event.name)
            return replace(agent, forwarded=told)
        case CallFailed():
            if agent.state == "logged_out":
                return agent
            return replace(agent, failed_call=FailedCall(at=now, **asdict(event)))


def has_break(agent: AgentState) -> bool:
    """Whether the agent rests, or will when nothing is in hand."""
    return agent.break_request is not None and agent.break_request.granted_at is not None


def _asked(agent: AgentState, reason: str, now: datetime) -> AgentState:
    if agent.state == "logged_out":
        raise Impossible("not_signed_in_to_work")
    if agent.break_request:
        raise Impossible("break_asked")
    goes_home = agent.next_state == "logged_out"
    return replace(
        agent,
        next_state="available" if goes_home else agent.next_state,
        break_request=BreakRequest(reason=reason, asked_at=now),
        break_refused=None,
    )


def _granted(agent: AgentState, event: GrantBreak, now: datetime) -> AgentState:
    """Begins when nothing is in hand any more."""
    request = agent.break_request
    if agent.state == "logged_out":
        raise Impossible("not_signed_in_to_work")
    if event.reason and (request is None or request.reason != event.reason):
        request = BreakRequest(reason=event.reason, asked_at=now)
    if request is None or (request.granted_at and not event.reason):
        raise Impossible("no_break_asked")
    if request.granted_at:
        return agent
    granted = replace(request, granted_at=now, granted_by=event.by)
    agent = replace(agent, break_request=granted, break_refused=None)
    if agent.state in BUSY:
        return replace(agent, next_state="not_ready", next_reason=request.reason)
    return _not_ready(agent, request.reason, now)


def _without_break(agent: AgentState, now: datetime) -> AgentState:
    """Who rests, or would after what is in hand, takes work again; who waits for a break goes on as they are."""
    after = replace(agent, break_request=None)
    if not has_break(agent):
        return after
    return replace(after, next_state="available", next_reason=None) if agent.state in BUSY else _available(after, now)


def _kept_break(agent: AgentState, now: datetime) -> AgentState:
    """The break begins when the agent is not ready for it, and is over when the agent chooses otherwise."""
    request, busy = agent.break_request, agent.state in BUSY
    if request is None:
        return agent
    if busy and agent.next_state == "logged_out":
        return replace(agent, break_request=None)
    if request.granted_at is None:
        return agent
    state, reason = (agent.next_state, agent.next_reason) if busy else (agent.state, agent.reason)
    if (state, reason) != ("not_ready", request.reason):
        return replace(agent, break_request=None)
    if busy or request.began_at:
        return agent
    return replace(agent, break_request=replace(request, began_at=now))


def may_be_offered(agent: AgentState) -> bool:
    """Whether the agent has chosen to take calls, or has one, and can be called."""
    return agent.state in ("available", *BUSY) and agent.unreachable_since is None


def may_be_written_to(agent: AgentState) -> bool:
    """Whether the agent has chosen to take work, and will go on after what is in hand; by phone or not. Who works at an
    outside number has nothing to read on."""
    if agent.phone_kind == AT_NUMBER:
        return False
    return agent.state == "available" or (agent.state in BUSY and agent.next_state == "available")


def _kept(agent: AgentState, interaction_id: UUID, now: datetime) -> AgentState:
    """Whoever is not ready is not ready again afterwards."""
    if agent.state == "logged_out":
        raise Impossible("not_signed_in_to_work")
    if agent.state in BUSY:
        raise Impossible("you_have_a_call")
    if agent.unreachable_since:
        raise Impossible("your_phone_is_unreachable")
    away = agent.state == "not_ready"
    return replace(
        agent,
        state="reserved",
        since=now,
        interaction_id=interaction_id,
        next_state="not_ready" if away else "available",
        next_reason=agent.reason if away else None,
    )


def _phone_seen(agent: AgentState, reachable: bool, now: datetime) -> AgentState:
    if agent.state == "logged_out" or reachable == (agent.unreachable_since is None):
        return agent
    if reachable:
        return replace(agent, unreachable_since=None)
    # An offer found out a moment before: the agent has not chosen to be away.
    found_out = agent.state == "not_ready" and agent.reason == UNREACHABLE and now - agent.since <= _FOUND_OUT
    return replace(_available(agent, now) if found_out else agent, unreachable_since=now)


def _stays(one: Adjustment, given: Adjustment | None) -> bool:
    """What is given for a while lies above what holds for good, which holds again afterwards."""
    return given is None or (one.for_good and not given.for_good)


def _adjusted(agent: AgentState, stays: Callable[[Adjustment], bool], given: tuple[Adjustment, ...] = ()) -> AgentState:
    adjustments = tuple(filter(stays, agent.adjustments)) + given
    return agent if adjustments == agent.adjustments else replace(agent, adjustments=adjustments)


def _with_work(agent: AgentState, given: GiveWork, now: datetime) -> AgentState:
    before, after = agent.work, given.work
    tally = agent.tally.on(given.day)
    was_out, is_out = (work is not None and work.kind == "outbound" for work in (before, after))
    if was_out and not is_out:
        tally = replace(tally, seconds=tally.seconds + _out_for(agent, now))
    elif is_out and not was_out:
        tally = replace(tally, starts=tally.starts + 1)
    if after is not None:
        after = replace(after, since=before.since if before and before.kind == after.kind else now)
    return replace(agent, work=after, next_work=None, tally=tally)


def _out_for(agent: AgentState, now: datetime) -> float:
    out = agent.work is not None and agent.work.kind == "outbound"
    return (now - agent.work.since).total_seconds() if agent.work and out else 0.0


def _logged_out(agent: AgentState, now: datetime) -> AgentState:
    tally = replace(agent.tally, seconds=agent.tally.seconds + _out_for(agent, now))
    return AgentState(agent_id=agent.agent_id, since=now, adjustments=agent.adjustments, items=agent.items, tally=tally)


def _worked(agent: AgentState, now: datetime) -> float:
    return agent.busy_seconds + ((now - agent.busy_since).total_seconds() if agent.busy_since else 0.0)


def _at_rest(agent: AgentState, now: datetime) -> AgentState:
    """Nothing is in hand any more: the work that was given meanwhile begins."""
    return _with_work(agent, agent.next_work, now) if agent.next_work else agent


def _available(agent: AgentState, now: datetime, idle_since: datetime | None = None) -> AgentState:
    return replace(
        _at_rest(agent, now),
        state="available",
        since=now,
        reason=None,
        interaction_id=None,
        idle_since=idle_since or now,
        wrap_up_until=None,
        next_state="available",
        next_reason=None,
        busy_since=None,
        busy_seconds=_worked(agent, now),
    )


def _not_ready(agent: AgentState, reason: str | None, now: datetime) -> AgentState:
    return replace(
        _at_rest(agent, now),
        state="not_ready",
        since=now,
        reason=reason,
        interaction_id=None,
        idle_since=None,
        wrap_up_until=None,
        next_state="available",
        next_reason=None,
        busy_since=None,
        busy_seconds=_worked(agent, now),
    )


def _next(agent: AgentState, now: datetime, *, keep_place: bool = False) -> AgentState:
    """What was asked for during the work; an offer that the caller ended costs the agent no place in the row."""
    if agent.next_state == "logged_out":
        return _logged_out(agent, now)
    if agent.next_state == "not_ready":
        return _not_ready(agent, agent.next_reason, now)
    return _available(agent, now, agent.idle_since if keep_place else None)
