"""Which work an agent takes, and what the ledger says when that changes. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.agents.contracts import AgentEvent, AgentState, Assignment, GiveWork, WorkKind
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.work import Work
from hujiao.routing.blending import BlendRule


def kind(tenant: Tenant, agent: AgentState) -> WorkKind:
    """What the agent takes now."""
    return kind_of(tenant, agent.agent_id, agent.work)


def kind_of(tenant: Tenant, agent_id: UUID, work: Assignment | None) -> WorkKind:
    return work.kind if work else tenant.config.usual_work(agent_id)


def rule(tenant: Tenant, rule_id: UUID | None) -> BlendRule | None:
    return next((rule for rule in tenant.config.blend_rules if rule.id == rule_id), None)


def moved(work: Work, before: AgentState, agent: AgentState, event: AgentEvent) -> None:
    """An agent has other work, or the same for another reason: the ledger says from where, to where and why."""
    given = agent.work or (event if isinstance(event, GiveWork) else before.next_work)
    if agent.state == "logged_out" or given is None:
        given = GiveWork(work=None, by="supervisor", day=0, why={"reason": "signed_out"})
    assigned = agent.work
    by_rule = rule(work.tenant, assigned.rule_id) if assigned else None
    data: dict[str, Any] = {
        "from": kind(work.tenant, before),
        "to": kind(work.tenant, agent),
        "by": given.by,
        "rule_id": assigned.rule_id if assigned else None,
        "rule_name": by_rule.name if by_rule else None,
        "account_id": assigned.account_id if assigned else None,
        "until_at": assigned.until_at if assigned else None,
        **given.why,
    }
    work.fact("agent.moved", None, agent_id=agent.agent_id, **data)


def view(tenant: Tenant, agent_id: UUID, agent: AgentState | None) -> dict[str, Any]:
    """What is seen of it, as JSON."""
    work, coming = (agent.work, agent.next_work) if agent else (None, None)
    return {
        "work": kind_of(tenant, agent_id, work),
        "work_by": work.by if work else None,
        "work_since": work.since if work else None,
        "work_until": work.until_at if work else None,
        "work_rule_id": work.rule_id if work else None,
        "work_why": work.why if work else {},
        "next_work": kind_of(tenant, agent_id, coming.work) if coming else None,
        "outbound_starts": agent.tally.starts if agent else 0,
        "outbound_seconds": agent.tally.seconds if agent else 0.0,
    }
