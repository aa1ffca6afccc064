"""Waiting in queues: arrivals, rings, overflow, announcements, offers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hujiao.agents.forwarding import MOST_HOPS, NONE
from hujiao.app.runtime.tenant import blending, chatting, fragments
from hujiao.app.runtime.tenant.config import AgentSettings, TenantConfig, reached
from hujiao.app.runtime.tenant.look_ups import problem_here
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, TimerHandler, Work
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows
from hujiao.flows.call_back_offer import USUAL_OFFER
from hujiao.flows.machine import masked
from hujiao.interactions import contracts as interactions
from hujiao.interactions.machine import MAX_WAIT
from hujiao.kit.i18n import Said
from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import CALL, Match
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.waiting import RECHECK_SECONDS

RING_TIMER = "ring"
OVERFLOW_TIMER = "overflow"
MOST_POSITIONS = 20  # larger ones, and longer waits, are said in general words
MOST_MINUTES = 15
BUSY_CAUSE = 17  # Q.850: user busy


# ── into a queue ──────────────────────────────────────────────────────────────────────────────────────────────────────


def entering(queue: QueueSettings, medium: str = CALL, **more: Any) -> interactions.EnterQueue:
    """What is written is kept as it is: nothing but calls is recorded."""
    return interactions.EnterQueue(
        queue_id=queue.id,
        music=queue.music,
        announce_every_seconds=queue.announce_every_seconds,
        announce_first_seconds=queue.announce_first_seconds,
        wrap_up_seconds=queue.wrap_up_seconds,
        recording=queue.recording if medium == CALL else "never",
        service_level_seconds=queue.service_level_seconds,
        short_abandon_seconds=queue.short_abandon_seconds,
        **more,
    )


def _to_queue(work: Work, record: Live, effect: flows.ToQueue) -> None:
    """The flow sends the caller to a queue."""
    config, state = work.tenant.config, record.interaction
    queue = config.queue(effect.wanted) if effect.wanted else None
    if effect.wanted and queue is None:
        name = masked(record.flow, effect.wanted) if record.flow else ""
        work.follow(state.id, problem_here(work.tenant, record, "queue_from", Said("problem.no_queue", {"name": name})))
    queue = queue or config.queue(effect.queue)
    if queue is None:
        work.flow(state.id, flows.Failed(Said("problem.no_queue", {"name": str(effect.queue)})))
        return
    most, media = config.limits.of_waiting(state.medium)
    if reached(most, lambda: work.tenant.dispatch.waiting(media)):
        _full(work, record, queue.id, most, effect.on_timeout)
        return
    enter = entering(
        queue,
        state.medium,
        summary=config.summary_need(queue, state.direction),
        priority=effect.priority,
        needs={skill: level for skill, level in effect.needs.items() if skill in config.skills},
        variables=record.flow.all_variables() if record.flow else {},
        max_wait_seconds=effect.max_wait_seconds,
        on_timeout=effect.on_timeout,
        after=effect.after,
        keys=effect.keys,
        place=state.journey.place if isinstance(state.journey, interactions.InFlow) else None,
    )
    work.interaction(state.id, enter)


def _full(work: Work, record: Live, queue_id: UUID, limit: int | None, on_timeout: str | None) -> None:
    """No more may wait: the flow goes on as after the longest wait, or the caller is told and the call ends."""
    interaction_id = record.interaction.id
    work.fact("queue.refused", interaction_id, queue_id=queue_id, limit=limit)
    if on_timeout:
        work.flow(interaction_id, flows.GoTo(on_timeout))
    else:
        work.later(interaction_id, interactions.EndCall(reason="refused_full", cause=BUSY_CAUSE))


def _queue_figures(work: Work, record: Live, effect: flows.AskQueueFigures) -> None:
    """What a queue is like now, for a flow that branches by it."""
    queue, medium = work.tenant.config.queue(effect.queue), record.interaction.medium
    if queue is None:
        work.flow(record.interaction.id, flows.Failed(Said("problem.no_queue", {"name": str(effect.queue)})))
        return
    dispatch = work.tenant.dispatch
    waiting = dispatch.router.waiting_count(queue.id, medium)
    figures = {
        "waiting": waiting,
        "agents_free": dispatch.router.free_agents(queue.id, medium),
        "agents_signed_in": dispatch.signed_in[queue.id],
        "expected_minutes": _minutes(dispatch.expected(queue.id, medium, waiting)),
    }
    work.flow(record.interaction.id, flows.GoTo(effect.next, figures))


# ── while waiting ─────────────────────────────────────────────────────────────────────────────────────────────────────


def configured(work: Work, record: Live) -> None:
    """The queues' settings have changed for whoever waits."""
    state = record.interaction
    if state.state != "queued":
        return
    if state.queue_id in work.tenant.config.queues:
        _arm_ring(work, record)
        _overflow(work, record, arriving=False)
    else:
        work.later(state.id, interactions.TimerDue(MAX_WAIT))


def join(work: Work, record: Live, *, arriving: bool) -> None:
    """Wait, if it is known by now who the caller is."""
    if record.looking_up:
        return
    if not work.tenant.dispatch.join(record.interaction, work.now):
        work.later(record.interaction.id, interactions.TimerDue(MAX_WAIT))
        return
    _arm_ring(work, record)
    _overflow(work, record, arriving=arriving)


def left(work: Work, record: Live, fact: interactions.Fact) -> None:
    """A wait in a queue ended: what figures and flows make of that."""
    queue_id, outcome, waited = fact.data["queue_id"], fact.data["outcome"], fact.data["wait_seconds"]
    work.tenant.dispatch.left(record.interaction, queue_id, outcome, waited, work.now)
    blending.left_queue(work.tenant, queue_id, outcome, waited, work.now)
    fragments.stop(record)


def _joined(work: Work, record: Live, effect: interactions.JoinQueue) -> None:
    join(work, record, arriving=effect.arriving)


def _left(work: Work, record: Live, effect: interactions.LeaveQueue) -> None:
    work.tenant.dispatch.leave(record.interaction, work.now)
    record.timers.pop(RING_TIMER, None)
    record.timers.pop(OVERFLOW_TIMER, None)


def _widen(work: Work, record: Live) -> None:
    """Another ring is due for a waiting interaction."""
    state = record.interaction
    opened = work.tenant.dispatch.widen(state.id, work.now)
    if opened:
        work.fact("queue.widened", state.id, queue_id=state.queue_id, ring=opened[0], rings=opened[1])
    _arm_ring(work, record)


def _arm_ring(work: Work, record: Live) -> None:
    work.arm(record, RING_TIMER, work.tenant.dispatch.widens_at(record.interaction.id, work.now))


# ── out of it by the queue's rules ────────────────────────────────────────────────────────────────────────────────────


def _overflow_due(work: Work, record: Live) -> None:
    if record.interaction.state == "queued":
        _overflow(work, record, arriving=False)


def _overflow(work: Work, record: Live, *, arriving: bool) -> None:
    """Go elsewhere if one of the queue's rules says so, else look again when one may."""
    state, now = record.interaction, work.now
    if not state.customer_leg:
        return  # a call-back has all the time that was promised
    if record.fragment and record.fragment.offer:  # they are choosing
        work.arm(record, OVERFLOW_TIMER, now + timedelta(seconds=RECHECK_SECONDS))
        return
    rule, again = work.tenant.dispatch.overflow(state, now, arriving=arriving)
    if rule and rule.to == "callback":
        work.later(state.id, _call_back(work.tenant, state, rule))
        again = now  # whether another rule holds for who stays
    elif rule:
        work.later(state.id, _elsewhere(work.tenant, state, rule, now))
    work.arm(record, OVERFLOW_TIMER, again)


def _call_back(tenant: Tenant, state: interactions.InteractionState, rule: OverflowRule) -> interactions.OfferCallBack:
    prompts = tuple(name for name in rule.prompts or (USUAL_OFFER,) if tenant.prompts((name,), state.language))
    return interactions.OfferCallBack(
        why=rule.when,
        terms=rule.terms,
        prompts=prompts,
        impossible=tenant.config.dialling.refusal(state.caller) or (None if prompts else "no_prompt"),
    )


def _elsewhere(
    tenant: Tenant, state: interactions.InteractionState, rule: OverflowRule, now: datetime
) -> interactions.Overflow:
    place = state.queue
    assert place is not None
    left = max(1, round((place.wait_until - now).total_seconds())) if place.wait_until else None
    queue = _leads_to(tenant.config, state, rule)
    return interactions.Overflow(
        why=rule.when,
        to=rule.to,
        target=rule.target,
        enter=entering(
            queue,
            state.medium,
            summary=tenant.config.summary_need(queue, state.direction),
            place=place.queued_at,
            priority=state.priority,
            needs=place.needs if rule.to == "number" else {},
            variables=state.variables,
            max_wait_seconds=left,
            on_timeout=place.on_timeout,
            after=place.after,
            keys=place.keys,
        )
        if queue
        else None,
        leg_id=calls.outside_leg(tenant.new_id()),
        prompts=list(rule.prompts),
    )


def _leads_to(config: TenantConfig, state: interactions.InteractionState, rule: OverflowRule) -> QueueSettings | None:
    """The rule's queue, or of a number the present one, where who is not taken comes back."""
    match rule.to:
        case "queue":
            return config.queues.get(UUID(rule.target))
        case "number" if state.queue_id:
            return config.queues.get(state.queue_id)
        case _:
            return None


# ── announcements ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _announce(work: Work, record: Live, effect: interactions.AnnouncePosition) -> None:
    """What a waiting caller is told now: the queue's own flow, or the place and the wait to be expected."""
    tenant, state = work.tenant, record.interaction
    queue = tenant.config.queues.get(state.queue_id) if state.queue_id else None
    if queue is None or record.fragment:
        return
    if queue.waiting_flow_id:
        fragments.start(work, record, queue.waiting_flow_id, _figures(tenant, state))
        return
    if record.chat is not None:
        return  # visitors see it
    prompts = tenant.prompts(tuple(_told(tenant, state, queue)), state.language)
    if prompts:
        playback_id = f"{state.id}.announce-{tenant.new_id()}"
        work.later(state.id, interactions.Announce(playback_id=playback_id, prompts=prompts))


def _figures(tenant: Tenant, state: interactions.InteractionState) -> dict[str, Any]:
    """What a flow for waiting callers knows of this one's wait."""
    assert state.queue_id is not None
    position = tenant.dispatch.router.position(state.id)
    expected = tenant.dispatch.expected(state.queue_id, state.medium, max(0, position - 1))
    return {"position": position, "ahead": max(0, position - 1), "expected_minutes": _minutes(expected)}


def _told(tenant: Tenant, state: interactions.InteractionState, queue: QueueSettings) -> Iterator[str]:
    figures = _figures(tenant, state)
    position, expected = figures["position"], figures["expected_minutes"]
    if queue.announce_position and position:
        yield f"queue_position_{position}" if position <= MOST_POSITIONS else "queue_position_many"
    if queue.announce_expected_wait and expected is not None:
        yield f"expected_wait_{expected}" if expected <= MOST_MINUTES else "expected_wait_many"


def _minutes(seconds: float | None) -> int | None:
    """As it is said: whole minutes, at least one."""
    return None if seconds is None else max(1, round(seconds / 60))


# ── offers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def offer(work: Work, match: Match) -> None:
    """Routing has decided who serves whom."""
    tenant = work.tenant
    queue, agent = tenant.config.queues[match.queue_id], tenant.config.agents[match.agent_id]
    state = tenant.live[match.interaction_id].interaction
    chat = chatting.is_chat(state)
    in_person = not chat and _sought(state, work.now) == (agent.id,)
    rules = agent.forwarding if in_person and len(state.forwarded) < MOST_HOPS else NONE
    offered = interactions.OfferTo(
        agent_id=agent.id,
        sip_user=agent.sip_user,
        leg_id=chatting.leg("agent", tenant.new_id()) if chat else tenant.leg_to(agent.id),
        recording_id=tenant.new_id(),
        no_answer_seconds=rules.no_answer_seconds if rules.no_answer else queue.no_answer_seconds,
        automatic_answer=queue.automatic_answer,
        greeting=[] if chat else _greeting(tenant, queue, agent, state.language),
        customer_leg=state.customer_leg or calls.outside_leg(tenant.new_id()),
        forwards=tuple(why for why in rules.on if why != "always"),
        why=interactions.WhyOffered(
            chosen=match.chosen,
            reason=match.reason,
            among=match.among,
            ring=match.ring,
            values=dict(match.values),
            over=match.over,
        ),
    )
    work.interaction(match.interaction_id, offered)


def _sought(state: interactions.InteractionState, now: datetime) -> tuple[UUID, ...]:
    """Returns who is waited for now."""
    place = state.queue
    return place.sought if place and place.sought_until and now < place.sought_until else ()


def _greeting(tenant: Tenant, queue: QueueSettings, agent: AgentSettings, language: str) -> list[str]:
    """What the customer hears before the agent: the number, digit by digit, and the queue's words."""
    names: list[str] = []
    if queue.say_agent_number:
        digits = [f"digit_{digit}" for digit in agent.number if digit.isdigit()]
        names += ["agent_number", *digits, "at_your_service"]
    if queue.greeting:
        names.append(queue.greeting.replace("{number}", agent.number))
    return tenant.prompts(tuple(names), language)


EFFECTS: dict[type, EffectHandler] = {
    flows.ToQueue: _to_queue,
    flows.AskQueueFigures: _queue_figures,
    interactions.JoinQueue: _joined,
    interactions.LeaveQueue: _left,
    interactions.AnnouncePosition: _announce,
}
TIMERS: dict[str, TimerHandler] = {RING_TIMER: _widen, OVERFLOW_TIMER: _overflow_due}
