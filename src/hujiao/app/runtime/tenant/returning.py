"""Calling the phone of an agent again who has lost their line in a conversation. Pure."""

from __future__ import annotations

from uuid import UUID

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EffectHandler, Work
from hujiao.interactions.contracts import AgentReturns, InteractionState, SeekPhone


def returns(tenant: Tenant, record: Live, agent_id: UUID, leg_id: str) -> InteractionCommand:
    """Commanded by the agent, whose phone does not know this leg of theirs any more."""
    state = record.interaction
    if state.state not in ("connected", "transferred") or agent_id not in tenant.config.agents:
        raise Impossible("not_possible_in_this_state")
    return InteractionCommand(state.id, phone_back(tenant, state, agent_id, instead_of=leg_id))


def phone_back(tenant: Tenant, state: InteractionState, agent_id: UUID, *, instead_of: str = "") -> AgentReturns:
    """The phone shows the customer, or, to who is in it beside the agent at hand, that agent."""
    at_hand = tenant.config.agents.get(state.agent_id) if state.agent_id and state.agent_id != agent_id else None
    return AgentReturns(
        agent_id=agent_id,
        sip_user=tenant.config.agents[agent_id].sip_user,
        leg_id=tenant.leg_to(agent_id),
        recording_id=tenant.new_id(),
        caller=at_hand.number if at_hand else state.caller,
        caller_name=at_hand.name if at_hand else state.caller_name,
        instead_of=instead_of,
    )


def _seek(work: Work, record: Live, effect: SeekPhone) -> None:
    """A desk phone that is still there is called at once; a browser asks for it when its page is loaded."""
    tenant, agent_id = work.tenant, effect.agent_id
    agent = tenant.agents.get(agent_id) if agent_id in tenant.config.agents else None
    if agent and agent.phone_kind != "browser" and agent.unreachable_since is None:
        work.later(record.interaction.id, phone_back(tenant, record.interaction, agent_id))


EFFECTS: dict[type, EffectHandler] = {SeekPhone: _seek}
