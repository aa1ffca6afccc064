"""Supervising, as commanded: who may, whether it is possible now, and what the machines need. Pure."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec

from hujiao.agents.contracts import AgentEvent, GrantBreak, Impossible, SetAvailable, SetNotReady, SignOut
from hujiao.agents.machine import BUSY
from hujiao.app.runtime.tenant import agents, chatting
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.interactions.contracts import Disconnect, EndSupervision, InteractionState, Supervise


class ForceState(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor puts agents into a state; who has a call comes to it afterwards."""

    agent_ids: tuple[UUID, ...]
    state: Literal["available", "not_ready", "logged_out"]
    reason: str | None = None
    by: UUID


def supervise(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """`message` has the `mode`; the supervisor's own phone is called."""
    state, agent_id = _directed(tenant, message), message["actor"].get("agent_id")
    settings = tenant.config.agents.get(UUID(agent_id)) if agent_id else None
    if settings is None:
        raise Impossible("no_agent_number")
    chat = chatting.is_chat(state)
    if state.supervisor(settings.id) is None:
        if settings.id == state.agent_id:
            raise Impossible("your_own_call")
        free(tenant, settings.id, by_phone=not chat)
    watched = tenant.config.agents.get(state.agent_id) if state.agent_id else None
    event = Supervise(
        mode=message["mode"],
        agent_id=settings.id,
        sip_user=settings.sip_user,
        leg_id=chatting.leg("supervisor", tenant.new_id()) if chat else tenant.leg_to(settings.id),
        caller=watched.number if watched else "",
        caller_name=watched.name if watched else "",
        by_account=UUID(message["actor"]["account_id"]),
    )
    return InteractionCommand(state.id, event)


def free(tenant: Tenant, agent_id: UUID, *, by_phone: bool = True) -> None:
    """Refused for who cannot be called now, ready or not."""
    agent = tenant.agents.get(agent_id)
    if agent is None or agent.state == "logged_out":
        raise Impossible("not_signed_in_to_work")
    if not by_phone:
        return
    if agent.state in BUSY:
        raise Impossible("you_have_a_call")
    if agent.unreachable_since:
        raise Impossible("your_phone_is_unreachable")


def end(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """One's own part is over, whatever one may direct by now."""
    agent_id = message["actor"].get("agent_id")
    record = tenant.live.get(UUID(message["interaction_id"]))
    if record is None or agent_id is None or record.interaction.supervisor(UUID(agent_id)) is None:
        raise Impossible("not_your_interaction")
    return InteractionCommand(record.interaction.id, EndSupervision(UUID(agent_id)))


def disconnect(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    state, actor = _directed(tenant, message), message["actor"]
    by_agent = UUID(actor["agent_id"]) if actor.get("agent_id") else None
    return InteractionCommand(state.id, Disconnect(by_account=UUID(actor["account_id"]), by_agent=by_agent))


def force(tenant: Tenant, message: dict[str, Any]) -> ForceState:
    """The API has checked whom."""
    return ForceState(
        agent_ids=tuple(map(UUID, message["agent_ids"])),
        state=message["state"],
        reason=message.get("reason_code_id"),
        by=UUID(message["actor"]["account_id"]),
    )


def _directed(tenant: Tenant, message: dict[str, Any]) -> InteractionState:
    """The interaction, if it is of a project whose calls one directs (`projects`; None: of all)."""
    record = tenant.live.get(UUID(message["interaction_id"]))
    projects = message.get("projects")
    if record is None or (projects is not None and str(record.interaction.project_id) not in projects):
        raise Impossible("not_your_interaction")
    return record.interaction


def _force(work: Work, event: ForceState) -> None:
    """Who is not signed in stays so."""
    tenant = work.tenant
    there = [agent_id for agent_id in event.agent_ids if _signed_in(tenant, agent_id)]
    if not there:
        raise Impossible("nobody_signed_in")
    changes: dict[str, AgentEvent] = {
        "available": SetAvailable(),
        "not_ready": _not_ready(tenant, event),
        "logged_out": SignOut(),
    }
    for agent_id in there:
        work.fact("agent.forced", None, agent_id=agent_id, state=event.state, reason=event.reason, by_account=event.by)
        agents.step(work, agent_id, changes[event.state])


def _not_ready(tenant: Tenant, event: ForceState) -> AgentEvent:
    """For a reason that is a break: one granted by the supervisor."""
    if event.reason in tenant.config.breaks.reasons:
        return GrantBreak(by=event.by, reason=event.reason)
    return SetNotReady(event.reason)


def _signed_in(tenant: Tenant, agent_id: UUID) -> bool:
    agent = tenant.agents.get(agent_id)
    return agent is not None and agent.state != "logged_out"


EVENTS: dict[type, EventHandler] = {ForceState: _force}
