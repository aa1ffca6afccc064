"""Asking somebody beside the customer, as commanded: who may be asked, and what the machine needs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from hujiao.agents import adjustments
from hujiao.agents.contracts import AgentState, Impossible
from hujiao.app.runtime.tenant import forwarding
from hujiao.app.runtime.tenant.forwarding import Way
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    ColleagueLeaves,
    Consult,
    Declines,
    EndSupervision,
    HangUpParty,
    InteractionState,
)

RING_SECONDS = 30


def consult(tenant: Tenant, record: Live, message: dict[str, Any], *, by_leg: str = "") -> InteractionCommand:
    """`message` names the target as `to` and `target`; `Impossible` says why it cannot be asked now."""
    state, way = record.interaction, Way(message["to"], message["target"])
    asker = tenant.agents.get(state.agent_id) if state.agent_id else None
    if way.to == "number" and not adjustments.may(asker, "transfer_outside"):
        raise Impossible("transfer_outside_taken", "to")
    if way.to == "agent" and not _in_it(state, UUID(way.target)):
        way = forwarding.way(tenant, forwarding.in_conversation(tenant, state), UUID(way.target))
    seconds, note = message.get("ring_seconds") or RING_SECONDS, message.get("note") or ""
    return InteractionCommand(state.id, asking(tenant, state, way, seconds=seconds, by_leg=by_leg, note=note))


def asking(
    tenant: Tenant, state: InteractionState, way: Way, *, seconds: int, by_leg: str = "", note: str = ""
) -> Consult:
    """What the machine needs to ask whom the way leads to."""
    if way.to == "number":
        leg_id = calls.outside_leg(tenant.new_id())
        return Consult(
            leg_id=leg_id, ring_seconds=seconds, number=way.target, by_leg=by_leg, note=note, trail=way.trail
        )
    agent_id = _whom(tenant, state, way)
    settings = tenant.config.agents[agent_id]
    asking = tenant.config.agents.get(state.agent_id) if state.agent_id else None
    return Consult(
        leg_id=tenant.leg_to(agent_id),
        ring_seconds=way.seconds or seconds,
        agent_id=agent_id,
        sip_user=settings.sip_user,
        caller=asking.number if asking else "",
        caller_name=asking.name if asking else "",
        by_leg=by_leg,
        note=note,
        trail=way.trail,
        forwards=way.forwards,
    )


def _whom(tenant: Tenant, state: InteractionState, way: Way) -> UUID:
    """Returns the named agent, or who of the queue or of the supervisors has been free longest: nobody who is in it
    already, nor whose rules lead there."""
    match way.to:
        case "agent":
            return _named(tenant, state, UUID(way.target))
        case "queue":
            asked = of_queue(tenant, UUID(way.target))
        case _:
            asked = [one.id for one in tenant.config.agents.values() if state.project_id in one.supervises]
    return longest_free(tenant, asked, {*way.trail.agents, *(party.agent_id for party in state.parties)}, "to")


def of_queue(tenant: Tenant, queue_id: UUID) -> list[UUID]:
    if queue_id not in tenant.config.queues:
        raise Impossible("unknown_reference", "target")
    router = tenant.dispatch.router
    return [agent for agent in tenant.config.agents if queue_id in router.queues_of(agent)]


def longest_free(tenant: Tenant, asked: Iterable[UUID], without: Collection[UUID | None], field: str) -> UUID:
    """Returns who of these has been free longest."""
    free = [
        agent
        for agent_id in asked
        if agent_id not in without and (agent := tenant.agents.get(agent_id)) and is_free(agent)
    ]
    if not free:
        raise Impossible("nobody_free_to_ask", field)
    return min(free, key=lambda agent: agent.idle_since or agent.since).agent_id


def _in_it(state: InteractionState, agent_id: UUID) -> bool:
    return any(party.agent_id == agent_id for party in state.parties)


def _named(tenant: Tenant, state: InteractionState, agent_id: UUID) -> UUID:
    if _in_it(state, agent_id):
        raise Impossible("target_has_the_call", "target")
    must_be_free(tenant, agent_id, "target")
    return agent_id


def must_be_free(tenant: Tenant, agent_id: UUID, field: str) -> None:
    """`Impossible` says why this agent cannot be called now."""
    agent = tenant.agents.get(agent_id)
    if agent_id not in tenant.config.agents:
        raise Impossible("unknown_reference", field)
    if agent is None or agent.state == "logged_out":
        raise Impossible("target_signed_out", field)
    if agent.state == "not_ready":
        raise Impossible("target_not_ready", field)
    if not is_free(agent):
        raise Impossible("target_busy", field)


def is_free(agent: AgentState) -> bool:
    """Whether a call of a colleague can come to the agent now."""
    return agent.state == "available" and not agent.unreachable_since


def leave(record: Live, agent_id: UUID) -> InteractionCommand:
    """Who was asked or called leaves, or does not want to talk."""
    if record.interaction.colleague == agent_id:
        return InteractionCommand(record.interaction.id, ColleagueLeaves())
    for party in record.interaction.parties:
        if party.agent_id == agent_id and party.role == "supervisor":
            return InteractionCommand(record.interaction.id, EndSupervision(agent_id))
        if party.agent_id == agent_id and party == record.interaction.consulted:
            return InteractionCommand(record.interaction.id, Declines(party.leg_id))
        if party.agent_id == agent_id:
            return InteractionCommand(record.interaction.id, HangUpParty(party.leg_id))
    raise Impossible("not_your_interaction")
