"""Agents between inbound and outbound work: what the rules decide and supervisors want, done. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from hujiao.agents.contracts import AgentState, Assignment, DecidedBy, GiveWork, Impossible, WorkKind
from hujiao.agents.machine import may_be_offered
from hujiao.app.runtime.tenant import agents, assignments
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import AnswerSuggestion, AssignWork, BlendingDue, Turn
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.routing import blending
from hujiao.routing.blending import AgentNow, BlendRule, BlendState, Measures, Move

CHECK_SECONDS = 5.0  # a check comes so often while there is a rule or a pin


def arm(work: Work) -> None:
    """Look again soon, if there is anything to look at; a take-over and another configuration begin here."""
    tenant, blends = work.tenant, work.tenant.blends
    rules = {rule.id for rule in tenant.config.blend_rules}
    for kept in (blends.states, blends.views, blends.written):
        for gone in kept.keys() - rules:
            del kept[gone]
    pinned = any(agent.work is not None for agent in tenant.agents.values())
    blends.due = work.now + timedelta(seconds=CHECK_SECONDS) if rules or pinned else None
    if blends.due:
        work.turn.timers.append(BlendingDue(blends.due))


def left_queue(tenant: Tenant, queue_id: UUID, outcome: str, waited: float, now: datetime) -> None:
    """A wait in a queue ended: it counts in the service level of the rules."""
    queue = tenant.config.queues.get(queue_id)
    if queue is None or (outcome != "answered" and waited <= queue.short_abandon_seconds):
        return
    in_time = outcome == "answered" and waited <= queue.service_level_seconds
    for rule in tenant.config.blend_rules:
        if queue.id in rule.queues:
            tenant.blends.states[rule.id] = blending.counted(_state(tenant, rule), rule, in_time, now.timestamp())


def _due(work: Work, event: BlendingDue) -> None:
    if event.due_at == work.tenant.blends.due:
        _look(work)
        arm(work)


# ── what supervisors want ─────────────────────────────────────────────────────────────────────────────────────────────


def _assign(work: Work, event: AssignWork) -> None:
    """Pin these agents, or leave them to the rules again. Who is not signed in has nothing to be pinned to."""
    here = [agent_id for agent_id in event.agent_ids if _signed_in(work.tenant, agent_id)]
    if not here:
        raise Impossible("nobody_to_give_work")
    if event.until_at and event.until_at <= work.now:
        raise Impossible("until_is_past")
    pin = (
        Assignment(
            kind=event.work,
            by="supervisor",
            since=work.now,
            until_at=event.until_at,
            account_id=event.by,
            why={"reason": "pinned"},
        )
        if event.work
        else None
    )
    for agent_id in here:
        _give(work, agent_id, pin, "supervisor", "released")
    _look(work)
    arm(work)


def _answer(work: Work, event: AnswerSuggestion) -> None:
    rule = assignments.rule(work.tenant, event.rule_id)
    if rule is None:
        raise Impossible("not_found")
    state = _state(work.tenant, rule)
    if state.suggestion is None:
        raise Impossible("no_suggestion")
    work.fact(
        "blending.accepted" if event.accept else "blending.dismissed",
        None,
        rule_id=rule.id,
        rule_name=rule.name,
        account_id=event.by,
        direction=state.suggestion.direction,
        agent_ids=list(state.suggestion.agents),
    )
    seen = measures(work.tenant, rule, work.now)
    if event.accept:
        after, moves = blending.accept(rule, state, seen, work.now.timestamp())
        _apply(work, rule, moves, accepted_by=event.by)
    else:
        after = blending.dismiss(state, work.now.timestamp())
    _keep(work.tenant, rule, after, seen, work.turn)


# ── the check ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _look(work: Work) -> None:
    tenant, now = work.tenant, work.now
    for agent in list(tenant.agents.values()):
        given = agent.work
        if given is None or agent.next_work is not None:
            continue
        rule = assignments.rule(tenant, given.rule_id)
        if given.by == "supervisor" and given.until_at and given.until_at <= now:
            _give(work, agent.agent_id, None, given.by, "time_over")
        elif given.by == "rule" and not (rule and agent.agent_id in rule.agents):
            _give(work, agent.agent_id, None, given.by, "rule_ended")
    for rule in tenant.config.blend_rules:
        seen = measures(tenant, rule, now)
        after, moves = blending.step(rule, _state(tenant, rule), seen, now.timestamp())
        _apply(work, rule, moves)
        _keep(tenant, rule, after, measures(tenant, rule, now) if moves else seen, work.turn)


def measures(tenant: Tenant, rule: BlendRule, now: datetime) -> Measures:
    """What the rule's queues and agents are like now."""
    router, moment = tenant.dispatch.router, now.timestamp()
    queues = [queue_id for queue_id in rule.queues if queue_id in tenant.config.queues]
    joined = [item.waits_since for queue_id in queues for item in router.waiting(queue_id)]
    return Measures(
        service_level=blending.service_level(_state(tenant, rule), rule, moment),
        waiting=len(joined),
        longest_wait=moment - min(joined) if joined else 0.0,
        agents=tuple(
            found
            for agent in tenant.agents.values()
            if agent.state not in ("logged_out", "not_ready") and (found := _agent_now(tenant, rule, agent, now))
        ),
    )


def _agent_now(tenant: Tenant, rule: BlendRule, agent: AgentState, now: datetime) -> AgentNow | None:
    config = tenant.config
    settings = config.agents.get(agent.agent_id)
    if settings is None:
        return None
    member = agent.agent_id in rule.agents
    serves = rule.queues & tenant.dispatch.router.queues_of(agent.agent_id, any_work=True)
    if not (member or serves):
        return None
    seat = config.seats.get(agent.seat_id) if agent.seat_id else None
    tally = agent.tally.on(_day(tenant, now))
    work, coming = agent.work, agent.next_work
    kind = assignments.kind(tenant, agent)
    since = work.since if work else agent.signed_in_at or agent.since
    out_for = (now - since).total_seconds() if kind == "outbound" else 0.0
    pinned = any(given is not None and given.by == "supervisor" for given in (work, coming))
    return AgentNow(
        id=agent.agent_id,
        work=kind,
        since=since.timestamp(),
        idle_since=agent.idle_since.timestamp()
        if agent.state == "available" and may_be_offered(agent) and agent.idle_since and not agent.items
        else None,
        serves=bool(serves),
        movable=member and not pinned,
        leaving=coming is not None and assignments.kind_of(tenant, agent.agent_id, coming.work) != "outbound",
        starts=tally.starts,
        seconds=tally.seconds + out_for,
        places=(
            *([f"room {seat.room}"] if seat and seat.room else []),
            *(f"group {group}" for group in sorted(settings.groups)),
            *(f"queue {queue}" for queue in sorted(serves)),
        ),
    )


def _apply(work: Work, rule: BlendRule, moves: tuple[Move, ...], accepted_by: UUID | None = None) -> None:
    for move in moves:
        kind: WorkKind = "outbound" if move.to == "out" else "inbound"
        why = structs.asdict(move.why)
        given = Assignment(kind=kind, by="rule", since=work.now, rule_id=rule.id, account_id=accepted_by, why=why)
        _give(work, move.agent_id, given, "rule")


def _give(work: Work, agent_id: UUID, given: Assignment | None, by: DecidedBy, reason: str = "") -> None:
    why = given.why if given else {"reason": reason}
    agents.step(work, agent_id, GiveWork(work=given, by=by, day=_day(work.tenant, work.now), why=why))


def _keep(tenant: Tenant, rule: BlendRule, state: BlendState, seen: Measures, turn: Turn) -> None:
    blends, view = tenant.blends, _view(rule, state, seen)
    if state != blends.written.get(rule.id) or view != blends.views.get(rule.id):
        turn.blends.add(rule.id)
    blends.states[rule.id] = blends.written[rule.id] = state
    blends.views[rule.id] = view


def _view(rule: BlendRule, state: BlendState, measures: Measures) -> dict[str, Any]:
    suggestion = state.suggestion
    return {
        "id": rule.id,
        "name": rule.name,
        "mode": rule.mode,
        "queue_ids": sorted(rule.queues),
        "agent_ids": sorted(rule.agents),
        "service_level": measures.service_level,
        "waiting": measures.waiting,
        "longest_wait": round(measures.longest_wait),
        "idle": measures.idle,
        "inbound": measures.inbound,
        "outbound": sum(not agent.inbound and agent.id in rule.agents for agent in measures.agents),
        "load": blending.load(rule, measures),
        "calm_since": _time(state.calm_since),
        "suggestion": {
            **structs.asdict(suggestion),
            "why": structs.asdict(suggestion.why),
            "since": _time(suggestion.since),
        }
        if suggestion
        else None,
    }


# ── small things ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _day(tenant: Tenant, now: datetime) -> int:
    return now.astimezone(ZoneInfo(tenant.config.time_zone)).toordinal()


def _state(tenant: Tenant, rule: BlendRule) -> BlendState:
    return tenant.blends.states.get(rule.id) or BlendState()


def _signed_in(tenant: Tenant, agent_id: UUID) -> bool:
    agent = tenant.agents.get(agent_id)
    return agent is not None and agent.state != "logged_out"


def _time(moment: float | None) -> datetime | None:
    return datetime.fromtimestamp(moment, UTC) if moment is not None else None


EVENTS: dict[type, EventHandler] = {BlendingDue: _due, AssignWork: _assign, AnswerSuggestion: _answer}
