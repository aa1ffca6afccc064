"""Agents: what happens to their machines, and what others are told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hujiao.agents import machine
from hujiao.agents.contracts import (
    AT_NUMBER,
    NO_ANSWER,
    AdjustmentKind,
    AgentEvent,
    AgentState,
    Impossible,
    OfferEnded,
    PhoneSeen,
    Released,
    SetNotReady,
    SignIn,
    SignOut,
)
from hujiao.app.runtime.tenant import adjusted, agent_adjustments, assignments, break_facts, returning
from hujiao.app.runtime.tenant.config import reached
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import AgentCommand, Live, PhonesSeen
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.interactions.contracts import AgentAway, PhoneGone, TellAgent

CALLED = ("reserved", "engaged")


def step(work: Work, agent_id: UUID, event: AgentEvent) -> None:
    """Give the agent's machine this event. Raises `Impossible` for what it refuses."""
    tenant, turn, now = work.tenant, work.turn, work.now
    before = tenant.agents.get(agent_id) or AgentState(agent_id=agent_id, since=now)
    arriving = isinstance(event, SignIn) and before.state == "logged_out"
    if arriving and reached(tenant.config.limits.agents, tenant.signed_in):
        raise Impossible("too_many_agents")
    agent = machine.step(before, event, now)
    if agent is before:
        return
    work.changed = True
    tenant.agents[agent_id] = agent
    turn.agents.add(agent_id)
    turn.queues |= tenant.dispatch.router.queues_of(agent_id)
    if (agent.state, agent.reason) != (before.state, before.reason):
        work.fact(
            "agent.state",
            None,
            agent_id=agent_id,
            state=agent.state,
            reason=agent.reason,
            previous=before.state,
            phone_kind=agent.phone_kind,
            seat_id=agent.seat_id,
        )
    if agent.state != "logged_out" and agent.unreachable_since != before.unreachable_since:
        _reach(work, agent, before)
    if agent.work != before.work:
        turn.queues |= tenant.dispatch.router.queues_of(agent_id, any_work=True)
        assignments.moved(work, before, agent, event)
    tenant.dispatch.agent(before, agent, now)
    if agent.state == "logged_out" and before.state != "logged_out":
        for item in agent.items:
            work.later(item.interaction_id, AgentAway(agent_id))
    if agent.adjustments != before.adjustments:
        turn.queues |= tenant.dispatch.router.queues_of(agent_id)
        turn.timers += agent_adjustments.timers(agent, before)
        turn.facts += [(now, None, fact) for fact in agent_adjustments.facts(before, agent, event, now)]
    if agent.break_request != before.break_request:
        _breaks(work, before, agent, event)
    if isinstance(event, SignIn) or (before.state in CALLED and agent.state not in CALLED):
        look_at_phone(work, agent_id)


def _breaks(work: Work, before: AgentState, agent: AgentState, event: AgentEvent) -> None:
    """What the ledger says of it; and who waits may have another place."""
    requests = work.tenant.break_requests
    work.tenant.breaks_changed = True
    if agent.break_request:
        requests.add(agent.agent_id)
    else:
        requests.discard(agent.agent_id)
    work.turn.facts += [(work.now, None, fact) for fact in break_facts.facts(before, agent, event, work.now)]
    work.turn.agents |= {one for one in requests if not machine.has_break(work.tenant.agents[one])}


def sign_out(work: Work, agent_ids: Iterable[UUID]) -> None:
    """Who is no agent any more, when their call is over."""
    for agent_id in sorted(agent_ids):
        if work.tenant.agents[agent_id].next_state != "logged_out":
            step(work, agent_id, SignOut())


def phones_seen(work: Work, event: PhonesSeen) -> None:
    work.tenant.phones = event.users
    for agent_id in list(work.tenant.agents):
        look_at_phone(work, agent_id)


def look_at_phone(work: Work, agent_id: UUID) -> None:
    tenant = work.tenant
    before = tenant.agents.get(agent_id)
    reachable = _reachable(tenant, before) if before else None
    if before is None or reachable is None:
        return
    step(work, agent_id, PhoneSeen(reachable))
    agent = tenant.agents[agent_id]
    if agent.unreachable_since and not before.unreachable_since and agent.interaction_id:
        work.later(agent.interaction_id, PhoneGone(agent_id))
    elif before.unreachable_since and not agent.unreachable_since and agent.interaction_id in tenant.live:
        state = tenant.live[agent.interaction_id].interaction
        work.later(state.id, returning.phone_back(tenant, state, agent_id))


def _reachable(tenant: Tenant, agent: AgentState) -> bool | None:
    """Whether a call can reach the agent now; None: that is not known. Nobody is called at the number from which they
    are just pressing keys, or to which there was no line a moment ago."""
    if agent.phone_kind == AT_NUMBER:
        waits = agent.agent_id in tenant.without_line
        return agent.state in CALLED or not (waits or tenant.calls_in(agent))
    settings = tenant.config.agents.get(agent.agent_id)
    return settings.sip_user in tenant.phones if settings and tenant.phones is not None else None


def _reach(work: Work, agent: AgentState, before: AgentState) -> None:
    """That no call reaches the agent any more, or that one does again, and after how long."""
    if agent.unreachable_since:
        work.fact("agent.unreachable", None, agent_id=agent.agent_id, phone_kind=agent.phone_kind)
        return
    away = (work.now - before.unreachable_since).total_seconds() if before.unreachable_since else 0.0
    seconds = round(away, 3)
    work.fact("agent.reachable", None, agent_id=agent.agent_id, phone_kind=agent.phone_kind, seconds=seconds)


def _commanded(work: Work, event: AgentCommand) -> None:
    if event.agent_id not in work.tenant.config.agents and event.agent_id not in work.tenant.agents:
        raise Impossible("not_an_agent")
    step(work, event.agent_id, event.event)


def _adjustments(work: Work, event: agent_adjustments.Asked) -> None:
    tenant, known = work.tenant, work.tenant.config.agents

    def level_now(agent_id: UUID, kind: AdjustmentKind, subject: str) -> int | None:
        queues = tenant.dispatch.router.queues_of(agent_id, any_work=True)
        return adjusted.level_now(tenant.config, known[agent_id], tenant.agents.get(agent_id), queues, kind, subject)

    changes = agent_adjustments.each(event, tenant.agents, known, tenant.new_id, level_now, work.now)
    for agent_id, change in list(changes):
        step(work, agent_id, change)


def _told(work: Work, record: Live, effect: TellAgent) -> None:
    """A chat leaves the phone alone: whose it is, is told by what they have in hand. Who let it lie gets no other."""
    if record.chat is None:
        step(work, effect.agent_id, effect.event)
        return
    resting = machine.has_break(work.tenant.agents[effect.agent_id])
    match effect.event:
        case OfferEnded(reason=reason) if reason and not resting:
            step(work, effect.agent_id, SetNotReady(reason))
        case Released(lost=True) if not resting and work.tenant.agents[effect.agent_id].state != "logged_out":
            step(work, effect.agent_id, SetNotReady(NO_ANSWER))


EVENTS: dict[type, EventHandler] = {
    AgentCommand: _commanded,
    PhonesSeen: phones_seen,
    agent_adjustments.AdjustAgents: _adjustments,
    agent_adjustments.EndOfAgents: _adjustments,
    agent_adjustments.AdjustmentTimer: _adjustments,
}
EFFECTS: dict[type, EffectHandler] = {TellAgent: _told}
