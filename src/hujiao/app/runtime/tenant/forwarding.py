"""Where a call to an agent in person goes now, by the rules of its agent and of those after them. Pure.

A rule leads only to whom the one who calls may see, and to numbers that may be called.
"""

from __future__ import annotations

from typing import Literal, NamedTuple
from uuid import UUID

from hujiao.agents import adjustments
from hujiao.agents.contracts import AgentState
from hujiao.agents.forwarding import MOST_HOPS, NONE, Forwarding, ForwardRule, ForwardWhy, Hop, Trail, follow
from hujiao.app.runtime.tenant.config import AgentSettings
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.interactions.contracts import InteractionState


class Asker(NamedTuple):
    """Who calls an agent: `caller` names them; the rules lead to nobody of those who are `there`."""

    caller: str
    agent: AgentSettings | None = None
    project_id: UUID | None = None
    there: frozenset[UUID] = frozenset()


class Way(NamedTuple):
    """Whom a call leads to, and by which rules. Of an agent: those of their rules that may lead on, and `seconds` is
    how long they are waited for before that, if not as usual."""

    to: Literal["agent", "queue", "number", "supervisor"]
    target: str
    trail: Trail = Trail()
    forwards: tuple[ForwardWhy, ...] = ()
    seconds: int | None = None


def colleague(agent: AgentSettings) -> Asker:
    """An agent who calls a colleague."""
    return Asker(f"{agent.number} {agent.name}", agent, there=frozenset({agent.id}))


def in_conversation(tenant: Tenant, state: InteractionState) -> Asker:
    """The agent at hand, who asks somebody beside the customer."""
    there = frozenset(party.agent_id for party in state.parties if party.agent_id)
    agent = tenant.config.agents.get(state.agent_id) if state.agent_id else None
    caller = f"{agent.number} {agent.name}" if agent else ""
    return Asker(caller, agent, state.project_id, there)


def sent_on(tenant: Tenant, state: InteractionState, by_agent: UUID | None) -> Asker:
    """A customer whom somebody sends on, or has."""
    agent = tenant.config.agents.get(by_agent) if by_agent else None
    there = frozenset({state.agent_id} if state.agent_id and state.state == "connected" else ())
    return Asker(state.caller_name or state.caller, agent, state.project_id, there)


def way(tenant: Tenant, asker: Asker, agent_id: UUID, *, why: ForwardWhy | None = None, trail: Trail = Trail()) -> Way:
    """Returns where the call goes; after `why` (the agent did not come) it was at them by this trail."""
    begins = why if why and _rules(tenant, agent_id).rule(why) else None if why else _at_once(tenant, agent_id)
    trail = follow(
        agent_id,
        begins,
        trail,
        rule=lambda one, why: _rule(tenant, one, why),
        at_once=lambda one: _at_once(tenant, one),
        hop=lambda one, why, rule: _hop(tenant, asker, one, why, rule),
        there=asker.there,
    )
    last = trail.hops[-1] if trail.hops else None
    if last and last.to != "agent":
        return Way(last.to, last.target, trail)
    rules = _rules(tenant, UUID(last.target) if last else agent_id)
    forwards = () if len(trail.hops) >= MOST_HOPS else tuple(one for one in rules.on if one != "always")
    seconds = rules.no_answer_seconds if "no_answer" in forwards else None
    return Way("agent", last.target if last else str(agent_id), trail, forwards, seconds)


def has_rule(tenant: Tenant, agent_id: UUID, why: ForwardWhy) -> bool:
    return _rules(tenant, agent_id).rule(why) is not None


def _rules(tenant: Tenant, agent_id: UUID) -> Forwarding:
    settings = tenant.config.agents.get(agent_id)
    return settings.forwarding if settings else NONE


def _rule(tenant: Tenant, agent_id: UUID, why: ForwardWhy) -> ForwardRule:
    rule = _rules(tenant, agent_id).rule(why)
    assert rule is not None
    return rule


def _at_once(tenant: Tenant, agent_id: UUID) -> ForwardWhy | None:
    agent: AgentState | None = tenant.agents.get(agent_id)
    return _rules(tenant, agent_id).at_once(agent)


def _hop(tenant: Tenant, asker: Asker, agent_id: UUID, why: ForwardWhy, rule: ForwardRule) -> Hop | None:
    if rule.to == "number":
        agent = tenant.agents.get(agent_id)
        if not adjustments.may(agent, "forward_outside", usually=not rule.lent):
            return None
    name = _name(tenant, asker, rule)
    if name is None:
        return None
    whose = tenant.config.agents[agent_id].name
    return Hop(
        agent_id=agent_id, agent_name=whose, why=why, to=rule.to, target=rule.target, name=name, caller=asker.caller
    )


def _name(tenant: Tenant, asker: Asker, rule: ForwardRule) -> str | None:
    """Returns the target's name; None of what the call may not go to, or is there no more."""
    match rule.to:
        case "number":
            return rule.target if tenant.config.dialling.refusal(rule.target) is None else None
        case "queue":
            queue = tenant.config.queues.get(UUID(rule.target))
            walled = asker.agent is not None and not asker.agent.sees(queue.project_id if queue else None)
            return queue.name if queue and not walled else None
        case "agent":
            agent = tenant.config.agents.get(UUID(rule.target))
            seen = agent and agent.sees(asker.project_id) and (asker.agent is None or asker.agent.may_see(agent))
            return agent.name if agent and seen else None
