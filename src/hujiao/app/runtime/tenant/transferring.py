"""Sending a call on, as commanded: who may, whether the target can be reached now, and what the machine needs. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import adjustments
from hujiao.agents.contracts import AgentState, Impossible
from hujiao.agents.forwarding import Trail
from hujiao.app.runtime.tenant import forwarding
from hujiao.app.runtime.tenant.call_backs import one_place
from hujiao.app.runtime.tenant.forwarding import Way
from hujiao.app.runtime.tenant.queueing import entering
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import EnterQueue, InteractionState, Transfer, TransferTarget

AGENT_SECONDS, SUPERVISOR_SECONDS = 30, 120  # how long the very agent, or a supervisor, is waited for
RING_SECONDS = 30  # how long an outside number rings


def event(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """`message` names the target as `to`, `target` and, for the record, `name`; `Impossible` says why not."""
    record = tenant.live.get(UUID(message["interaction_id"]))
    if record is None or not may(record.interaction, message):
        raise Impossible("not_your_interaction")
    if message["to"] == "number" and not _may_send_outside(tenant, message):
        raise Impossible("transfer_outside_taken", "to")
    return InteractionCommand(record.interaction.id, _transfer(tenant, record, message, _way(tenant, record, message)))


def send_instead(tenant: Tenant, record: Live, way: Way) -> Transfer:
    """Where this way leads a caller in place of the agent to whom they had been sent, and who did not come."""
    return _transfer(tenant, record, {"actor": {}}, way)


def _way(tenant: Tenant, record: Live, message: dict[str, Any]) -> Way | None:
    """Where a transfer to an agent leads; None of one elsewhere. A chat waits for whom it is sent to."""
    state = record.interaction
    if message["to"] != "agent" or record.chat is not None or UUID(message["target"]) == state.agent_id:
        return None
    by_agent = message["actor"].get("agent_id")
    asker = forwarding.sent_on(tenant, state, UUID(by_agent) if by_agent else None)
    return forwarding.way(tenant, asker, UUID(message["target"]))


def may(state: InteractionState, message: dict[str, Any]) -> bool:
    """The agent who talks, and who may direct the calls of its project (`projects`; None: of all)."""
    directs = message.get("directs", False)
    projects = message.get("projects")
    if directs and (projects is None or str(state.project_id) in projects):
        return True
    agent_id = message["actor"].get("agent_id")
    return agent_id is not None and UUID(agent_id) == state.agent_id and state.state == "connected"


def _transfer(tenant: Tenant, record: Live, message: dict[str, Any], way: Way | None) -> Transfer:
    state, name, seconds = record.interaction, message.get("name") or "", 0
    to: TransferTarget
    if way and way.trail.hops:
        to, target, name = way.to, way.target, way.trail.hops[-1].name
    else:
        to, target = message["to"], message.get("target") or ""
    queue_id = state.queue_id or (state.own_terms.queue_id if state.own_terms else None)
    sought: tuple[UUID, ...] = ()
    match to:
        case "agent":
            agent_id = UUID(target)
            name = _reachable(tenant, state, agent_id)
            sought, seconds = (agent_id,), message.get("wait_seconds") or AGENT_SECONDS
        case "supervisor":
            sought, seconds = _supervisors(tenant, state), message.get("wait_seconds") or SUPERVISOR_SECONDS
        case "queue":
            queue_id = UUID(target)
        case "number" if record.chat is not None:
            raise Impossible("not_for_chats", "to")
        case "number" if not state.customer_leg:  # a call-back that waits: nobody is on the line
            raise Impossible("not_possible_in_this_state")
        case "flow" if UUID(target) not in tenant.config.published:
            raise Impossible("unknown_reference", "target")
    account, agent = message["actor"].get("account_id"), message["actor"].get("agent_id")
    holder = tenant.config.agents.get(state.agent_id) if state.agent_id and state.state == "connected" else None
    if state.callback and not state.customer_leg and queue_id and queue_id != state.queue_id:
        one_place(tenant, state.caller_key, queue_id, "target")
    values = message.get("values") or {}
    priority = message.get("priority")
    needs_none = to == "flow" and queue_id not in tenant.config.queues
    enter = None if needs_none else again(tenant, record, queue_id, priority, values)
    if enter and way and queue_id and tenant.dispatch.others_serve(queue_id, way.trail.agents):
        enter = replace(enter, left_out=way.trail.agents)
    return Transfer(
        to=to,
        target=target,
        name=name or (tenant.config.queues[queue_id].name if to == "queue" and queue_id else ""),
        from_name=holder.name if holder else "",
        by_account=UUID(account) if account else None,
        by_agent=UUID(agent) if agent else None,
        priority=state.priority if priority is None else priority,
        enter=enter,
        sought=sought,
        wait_seconds=seconds,
        ring_seconds=message.get("ring_seconds") or RING_SECONDS,
        leg_id=calls.outside_leg(tenant.new_id()),
        values=values,
        note=message.get("note") or "",
        origin=message.get("origin", "desktop"),
        trail=way.trail if way else Trail(),
    )


def _may_send_outside(tenant: Tenant, message: dict[str, Any]) -> bool:
    """Of a number that the agent has chosen; a colleague's own rules may lead outside."""
    agent = message["actor"].get("agent_id")
    return agent is None or adjustments.may(tenant.agents.get(UUID(agent)), "transfer_outside")


def again(
    tenant: Tenant,
    record: Live,
    queue_id: UUID | None,
    priority: int | None = None,
    values: dict[str, Any] | None = None,
) -> EnterQueue:
    """The queue with all that the call brings along; its flow's longest wait begins anew."""
    state, place = record.interaction, record.interaction.queue
    queue = tenant.config.queues.get(queue_id) if queue_id else None
    if queue is None:
        raise Impossible("unknown_reference", "target")
    return entering(
        queue,
        state.medium,
        summary=tenant.config.summary_need(queue, state.direction),
        priority=state.priority if priority is None else priority,
        needs=place.needs if place else {},
        variables={**(record.flow.all_variables() if record.flow else state.variables), **(values or {})},
        max_wait_seconds=place.max_wait_seconds if place else None,
        on_timeout=place.on_timeout if place else None,
        after=place.after if place else None,
        keys=place.keys if place else {},
    )


def _reachable(tenant: Tenant, state: InteractionState, agent_id: UUID) -> str:
    """The agent's name, if the agent can be waited for."""
    settings = tenant.config.agents.get(agent_id)
    if settings is None:
        raise Impossible("unknown_reference", "target")
    agent = tenant.agents.get(agent_id)
    if agent is None or agent.state == "logged_out":
        raise Impossible("target_signed_out", "target")
    if agent.state == "not_ready":
        raise Impossible("target_not_ready", "target")
    if agent_id == state.agent_id:
        raise Impossible("target_has_the_call", "target")
    return settings.name


def _supervisors(tenant: Tenant, state: InteractionState) -> tuple[UUID, ...]:
    """The project's supervisors who take calls now, those who are free first, and of them who has been free longest."""
    there: list[AgentState] = []
    for settings in tenant.config.agents.values():
        agent = tenant.agents.get(settings.id)
        takes_calls = agent and agent.state not in ("logged_out", "not_ready") and settings.id != state.agent_id
        if agent and takes_calls and state.project_id in settings.supervises:
            there.append(agent)
    if not there:
        raise Impossible("no_supervisor", "to")
    there.sort(key=lambda agent: (agent.state != "available", agent.idle_since or agent.since))
    return tuple(agent.agent_id for agent in there)
