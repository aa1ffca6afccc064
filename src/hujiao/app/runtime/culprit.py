"""Names the object that a tenant's failing event belongs to, for people who are to mend it. Pure, and never raises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live


def of(tenant: Tenant, event: Any) -> str:
    """The flow and node, agent, queue or interaction of the event, as `kind name-or-id …`; else the event's type."""
    interaction_id = getattr(event, "interaction_id", None) or tenant.legs.get(getattr(event, "leg_id", ""))
    record = tenant.live.get(interaction_id) if isinstance(interaction_id, UUID) else None
    if record:
        return of_call(tenant, record)
    if number := tenant.config.numbers.get(getattr(event, "called", "")):
        return f"number {number.number}, flow {tenant.config.flow_names.get(number.flow_id, number.flow_id)}"
    agent_id = getattr(event, "agent_id", None)
    if isinstance(agent_id, UUID):
        agent = tenant.config.agents.get(agent_id)
        return f"agent {agent.number if agent else agent_id}"
    return f"event {type(event).__name__}"


def of_call(tenant: Tenant, record: Live) -> str:
    state, run = record.interaction, record.run
    parts = []
    if run and (state.state == "flow" or record.fragment):
        document = tenant.config.flows.get((run.flow_id, run.version))
        node = document.nodes.get(run.node) if document else None
        parts.append(f"flow {tenant.config.flow_names.get(run.flow_id, run.flow_id)} v{run.version}")
        parts.append(f"step {(node.label if node else '') or run.node}")
    elif state.queue_id:
        queue = tenant.config.queues.get(state.queue_id)
        parts.append(f"queue {queue.name if queue else state.queue_id}")
    return ", ".join([*parts, f"interaction {state.id}"])
