"""Names the object that a tenant's failing event belongs to, for people who are to mend it. Pure, and never raises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.turn import Live


def of(engine: Engine, event: Any) -> str:
    """The flow and node, agent, queue or interaction of the event, as `kind name-or-id …`; else the event's type."""
    interaction_id = getattr(event, "interaction_id", None) or engine.legs.get(getattr(event, "leg_id", ""))
    record = engine.live.get(interaction_id) if isinstance(interaction_id, UUID) else None
    if record:
        return of_call(engine, record)
    if number := engine.config.numbers.get(getattr(event, "called", "")):
        return f"number {number.number}, flow {engine.config.flow_names.get(number.flow_id, number.flow_id)}"
    agent_id = getattr(event, "agent_id", None)
    if isinstance(agent_id, UUID):
        agent = engine.config.agents.get(agent_id)
        return f"agent {agent.number if agent else agent_id}"
    return f"event {type(event).__name__}"


def of_call(engine: Engine, record: Live) -> str:
    state, run = record.interaction, record.run
    parts = []
    if run and (state.state == "flow" or record.fragment):
        document = engine.config.flows.get((run.flow_id, run.version))
        node = document.nodes.get(run.node) if document else None
        parts.append(f"flow {engine.config.flow_names.get(run.flow_id, run.flow_id)} v{run.version}")
        parts.append(f"step {(node.label if node else '') or run.node}")
    elif state.queue_id:
        queue = engine.config.queues.get(state.queue_id)
        parts.append(f"queue {queue.name if queue else state.queue_id}")
    return ", ".join([*parts, f"interaction {state.id}"])
