"""What agents do at their phones and not at the desktop: they call a number, ask somebody beside, send a call on. Pure.

It is the same as the desktop's command, by the same rules. `Impossible` is told to the phone.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import consulting, dialling, transferring
from hujiao.app.runtime.tenant.config import AgentSettings, TenantConfig
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.calls import contracts as calls
from hujiao.calls.numbers import is_emergency, without_separators
from hujiao.interactions.contracts import HandOver


def _placed(work: Work, event: calls.CallPlaced) -> None:
    tenant = work.tenant
    agent = tenant.config.whose_phone(event.sip_user)
    if agent is None or agent.id not in tenant.agents:
        raise Impossible("not_signed_in_to_work")
    to, target = _whom(tenant.config, agent, event.number)
    engaged = tenant.agents[agent.id].interaction_id
    record = tenant.live.get(engaged) if engaged else None
    if record and record.interaction.state == "connected" and _at_hand(tenant.config, record) == agent:
        command = consulting.consult(tenant, record, {"to": to, "target": target}, by_leg=event.leg_id)
        work.follow(record.interaction.id, command)
        return
    call = dialling.DialOut(
        id=tenant.new_id(),
        agent_id=agent.id,
        number=target if to == "number" else "",
        colleague=UUID(target) if to == "agent" else None,
        caller_number_id=None,
        business_id=None,
        project_id=None,
        ring_seconds=dialling.RING_SECONDS,
        leg_id=event.leg_id,
    )
    dialling.dial(work, call)


def _transfer(work: Work, event: calls.TransferAsked) -> None:
    tenant = work.tenant
    interaction_id = tenant.legs.get(event.leg_id)
    record = tenant.live.get(interaction_id) if interaction_id else None
    agent, other = _at_hand(tenant.config, record), record.interaction.other if record else None
    if record is None or agent is None or other is None:
        raise Impossible("not_your_interaction")
    if other.second and {event.leg_id, event.other_leg} == set(other.legs):
        work.follow(record.interaction.id, InteractionCommand(record.interaction.id, HandOver(told_by=event.leg_id)))
        return
    if event.leg_id != other.leg_id or event.other_leg or not event.number:
        raise Impossible("not_your_interaction")
    if record.interaction.internal:
        raise Impossible("not_for_internal_calls")
    to, target = _whom(tenant.config, agent, event.number)
    message = {
        "interaction_id": str(record.interaction.id),
        "actor": {"agent_id": str(agent.id)},
        "to": to,
        "target": target,
        "name": target if to == "number" else "",
        "origin": "phone",
    }
    work.follow(record.interaction.id, transferring.event(tenant, message))


def _at_hand(config: TenantConfig, record: Live | None) -> AgentSettings | None:
    """Returns the agent who has the customer."""
    other = record.interaction.other if record else None
    return config.agents.get(other.agent_id) if other and other.agent_id else None


def _whom(config: TenantConfig, agent: AgentSettings, dialled: str) -> tuple[Literal["agent", "number"], str]:
    """Returns whom the agent means: a colleague whom they may see, by extension (工号), or an outside number.

    No extension stands before an emergency number.
    """
    colleague = next((other for other in config.agents.values() if other.number == dialled), None)
    if is_emergency(dialled, config.dialling.home):
        colleague = None
    if colleague and not agent.may_see(colleague):
        raise Impossible("unknown_reference")
    if colleague:
        return "agent", str(colleague.id)
    return "number", without_separators(dialled)


EVENTS: dict[type, EventHandler] = {calls.CallPlaced: _placed, calls.TransferAsked: _transfer}
