"""Agents' own calls: who may call which number or colleague, what it shows, and whose rules hold. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents.adjustments import may
from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import forwarding
from hujiao.app.runtime.tenant.arrivals import Recognise
from hujiao.app.runtime.tenant.config import AgentSettings, reached
from hujiao.app.runtime.tenant.consulting import longest_free, must_be_free, of_queue
from hujiao.app.runtime.tenant.forwarding import Way
from hujiao.app.runtime.tenant.interactions import begin
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.supervising import free
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import Dial, InteractionState, OwnTerms
from hujiao.queues.contracts import QueueSettings

RING_SECONDS, PHONE_SECONDS = 45, 20
# Of a call for which no queue says anything.
NO_QUEUES_TERMS = OwnTerms(music="default", wrap_up_seconds=30, recording="always")


class DialOut(msgspec.Struct, frozen=True, kw_only=True):
    """An agent calls a number, the `customer`'s if one is meant, or the `colleague`; by `leg_id` if their phone has
    called. Without a queue that the agent serves in that business the usual terms hold."""

    id: UUID
    agent_id: UUID
    number: str
    colleague: UUID | None
    caller_number_id: UUID | None
    business_id: UUID | None
    project_id: UUID | None
    ring_seconds: int
    leg_id: str = ""
    customer: UUID | None = None


def event(tenant: Tenant, message: dict[str, Any]) -> DialOut:
    """The API has checked that number, business and colleague may be seen by this agent."""

    def named(field: str) -> UUID | None:
        return UUID(message[field]) if message.get(field) else None

    return DialOut(
        id=UUID(message["interaction_id"]),
        agent_id=UUID(message["actor"]["agent_id"]),
        number=message.get("number") or "",
        colleague=named("colleague_id"),
        caller_number_id=named("caller_number_id"),
        business_id=named("business_id"),
        project_id=named("project_id"),
        ring_seconds=message.get("ring_seconds") or RING_SECONDS,
        customer=named("customer_id"),
    )


def dial(work: Work, event: DialOut) -> None:
    """Begin the call; `Impossible` says why not."""
    tenant, config = work.tenant, work.tenant.config
    agent = config.agents.get(event.agent_id)
    if agent is None:
        raise Impossible("not_an_agent")
    free(tenant, agent.id)
    if config.suspended:
        raise Impossible("suspended")
    if reached(config.limits.calls, lambda: len(tenant.on_the_line)):
        raise Impossible("too_many_calls")
    if event.colleague:
        _call_colleague(work, event, agent, event.colleague)
    else:
        _call_number(work, event, agent)


def _call_number(work: Work, event: DialOut, agent: AgentSettings) -> None:
    tenant, config = work.tenant, work.tenant.config
    may_dial = config.dialling.is_emergency(event.number) or may(tenant.agents.get(agent.id), "dial_out")
    if not may_dial:
        raise Impossible("dial_out_taken", "number")
    if refusal := config.dialling.refusal(event.number, by_agent=True):
        work.fact("number.refused", None, number=event.number, reason=refusal, by_agent=agent.id)
        raise Impossible(refusal, "number")
    queue = _queue(tenant, agent, event)
    shown = _shown(tenant, event, queue)
    key = config.dialling.canonical(event.number)
    project_id, business_id = event.project_id, event.business_id
    if queue and event.business_id is None:
        project_id, business_id = queue.project_id, queue.business_id
    state = InteractionState(
        id=event.id,
        tenant_id=config.id,
        caller=event.number,
        called=shown,
        caller_key=key,
        customer_id=event.customer,
        direction="outbound",
        project_id=project_id,
        business_id=business_id,
        language=config.language,
        started_at=work.now,
        since=work.now,
        own_terms=replace(_terms(queue), summary=config.summary_need(queue, "outbound", business_id)),
    )
    begin(work, Live(interaction=state), node=tenant.node, queue_id=queue.id if queue else None)
    work.follow(state.id, Recognise())
    leg_id = calls.outside_leg(tenant.new_id())
    work.interaction(state.id, _dial(tenant, event, agent, number=event.number, customer_leg=leg_id, caller=shown))


def _call_colleague(work: Work, event: DialOut, agent: AgentSettings, colleague_id: UUID) -> None:
    """Nothing is written up; the rules of the agent's queue say whether it is recorded."""
    tenant, config = work.tenant, work.tenant.config
    if colleague_id == agent.id:
        raise Impossible("your_own_number", "number")
    if colleague_id not in config.agents:
        raise Impossible("unknown_reference", "number")
    way = forwarding.way(tenant, forwarding.colleague(agent), colleague_id)
    other_end = _other_end(tenant, agent, way, event.ring_seconds)
    colleague, queue = config.agents[colleague_id], _queue(tenant, agent, event)
    state = InteractionState(
        id=event.id,
        tenant_id=config.id,
        caller=colleague.number,
        caller_name=colleague.name,
        called=agent.number,
        direction="internal",
        project_id=event.project_id or (queue.project_id if queue else None),
        language=config.language,
        started_at=work.now,
        since=work.now,
        own_terms=replace(_terms(queue), wrap_up_seconds=0),
    )
    begin(work, Live(interaction=state), node=tenant.node, queue_id=queue.id if queue else None)
    work.interaction(state.id, _dial(tenant, event, agent, **other_end))


def call_instead(tenant: Tenant, dial: Dial, way: Way) -> Dial:
    """The call with whom this way leads to in place of the colleague who did not come."""
    return replace(dial, **_other_end(tenant, tenant.config.agents[dial.agent_id], way, RING_SECONDS))


def _other_end(tenant: Tenant, agent: AgentSettings, way: Way, seconds: int) -> dict[str, Any]:
    """Whom an agent's call to a colleague leads to, as the machine needs it; of a queue, who has been free longest."""
    if way.to == "number":
        return {
            "number": way.target,
            "customer_leg": calls.outside_leg(tenant.new_id()),
            "caller": "",
            "caller_name": "",
            "colleague": None,
            "colleague_user": "",
            "ring_seconds": seconds,
            "trail": way.trail,
            "forwards": (),
        }
    if way.to == "queue":
        reached = longest_free(tenant, of_queue(tenant, UUID(way.target)), {agent.id, *way.trail.agents}, "number")
    else:
        reached = UUID(way.target)
        must_be_free(tenant, reached, "number")
    colleague = tenant.config.agents[reached]
    return {
        "number": colleague.number,
        "customer_leg": tenant.leg_to(colleague.id),
        "caller": agent.number,
        "caller_name": agent.name,
        "colleague": colleague.id,
        "colleague_user": colleague.sip_user,
        "ring_seconds": way.seconds or seconds,
        "trail": way.trail,
        "forwards": way.forwards,
    }


def _dial(tenant: Tenant, event: DialOut, agent: AgentSettings, **whom: Any) -> Dial:
    whom = {"ring_seconds": event.ring_seconds, **whom}
    return Dial(
        agent_id=agent.id,
        sip_user=agent.sip_user,
        agent_leg=event.leg_id or tenant.leg_to(agent.id),
        recording_id=tenant.new_id(),
        phone_seconds=PHONE_SECONDS,
        origin="phone" if event.leg_id else "desktop",
        **whom,
    )


def _queue(tenant: Tenant, agent: AgentSettings, event: DialOut) -> QueueSettings | None:
    """Returns whose rules hold: of the agent's queues of that business or project one for outbound work first."""
    config = tenant.config
    own = (config.queues[queue] for queue in tenant.dispatch.router.queues_of(agent.id, any_work=True))
    own = (queue for queue in own if event.project_id in (None, queue.project_id))
    fitting = [queue for queue in own if event.business_id in (None, queue.business_id)]
    return min(fitting, key=lambda queue: (queue.direction != "outbound", queue.name), default=None)


def _shown(tenant: Tenant, event: DialOut, queue: QueueSettings | None) -> str:
    """Returns the number that the other end sees: the chosen one, else one of the business; "": the trunk's own."""
    numbers = {number.id: number for number in tenant.config.numbers.values()}
    if event.caller_number_id:
        if event.caller_number_id not in numbers:
            raise Impossible("unknown_reference", "caller_number_id")
        return numbers[event.caller_number_id].number
    business = event.business_id or (queue.business_id if queue else None)
    return min((number.number for number in numbers.values() if number.business_id == business), default="")


def _terms(queue: QueueSettings | None) -> OwnTerms:
    if queue is None:
        return NO_QUEUES_TERMS
    return OwnTerms(
        music=queue.music, wrap_up_seconds=queue.wrap_up_seconds, recording=queue.recording, queue_id=queue.id
    )


EVENTS: dict[type, EventHandler] = {DialOut: dial}
