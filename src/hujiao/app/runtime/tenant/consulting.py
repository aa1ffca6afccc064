"""Asking somebody beside the customer, as commanded: who may be asked, and what the machine needs. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import Consult, EndSupervision, HangUpParty

RING_SECONDS = 30


def consult(tenant: Tenant, record: Live, message: dict[str, Any]) -> InteractionCommand:
    """`message` names the target as `to` and `target`; `Impossible` says why it cannot be asked now."""
    state, seconds = record.interaction, message.get("ring_seconds") or RING_SECONDS
    if message["to"] == "number":
        event = Consult(leg_id=calls.outside_leg(tenant.new_id()), ring_seconds=seconds, number=message["target"])
        return InteractionCommand(state.id, event)
    agent_id = UUID(message["target"])
    settings, agent = tenant.config.agents.get(agent_id), tenant.agents.get(agent_id)
    if settings is None:
        raise Impossible("unknown_reference", "target")
    if any(party.agent_id == agent_id for party in state.parties):
        raise Impossible("target_has_the_call", "target")
    if agent is None or agent.state == "logged_out":
        raise Impossible("target_signed_out", "target")
    if agent.state == "not_ready":
        raise Impossible("target_not_ready", "target")
    if agent.state != "available" or agent.unreachable_since:
        raise Impossible("target_busy", "target")
    asking = tenant.config.agents.get(state.agent_id) if state.agent_id else None
    event = Consult(
        leg_id=calls.agent_leg(agent_id, tenant.new_id()),
        ring_seconds=seconds,
        agent_id=agent_id,
        sip_user=settings.sip_user,
        caller=asking.number if asking else "",
        caller_name=asking.name if asking else "",
    )
    return InteractionCommand(state.id, event)


def leave(record: Live, agent_id: UUID) -> InteractionCommand:
    """Who was asked leaves, or does not want to be asked."""
    for party in record.interaction.parties:
        if party.agent_id == agent_id and party.role == "supervisor":
            return InteractionCommand(record.interaction.id, EndSupervision(agent_id))
        if party.agent_id == agent_id:
            return InteractionCommand(record.interaction.id, HangUpParty(party.leg_id))
    raise Impossible("not_your_interaction")
