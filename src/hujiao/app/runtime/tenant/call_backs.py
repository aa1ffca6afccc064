"""Call-backs: asked for by a flow or from outside, they stand in the queue like who asked for them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import fragments
from hujiao.app.runtime.tenant.arrivals import Recognise
from hujiao.app.runtime.tenant.interactions import begin
from hujiao.app.runtime.tenant.queueing import entering
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import CallBackAsked, Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.flows import contracts as flows
from hujiao.interactions import contracts as interactions
from hujiao.kit.i18n import Said
from hujiao.queues.contracts import QueueSettings


class RequestCallBack(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody outside asks that this number be called. Refused with `Impossible`."""

    id: UUID
    queue_id: UUID
    number: str
    name: str = ""
    terms: interactions.CallBackTerms
    by: UUID


def one_place(tenant: Tenant, caller_key: str, queue_id: UUID, field: str | None = None) -> None:
    """Refused when this customer has a place in the queue already."""
    if _waiting(tenant, caller_key, queue_id):
        raise Impossible("already_to_be_called_back", field)


def _waiting(tenant: Tenant, caller_key: str, queue_id: UUID) -> UUID | None:
    """Who is to be called back already keeps the one place."""
    for record in tenant.live.values():
        state = record.interaction
        if state.callback and state.caller_key == caller_key and state.queue_id == queue_id and not state.answered:
            return state.id
    return None


def _requested(work: Work, event: RequestCallBack) -> None:
    """From outside: a web form, a customer's application."""
    config = work.tenant.config
    queue = config.queues.get(event.queue_id)
    if queue is None:
        raise Impossible("no_such_queue")
    refusal = config.dialling.refusal(event.number)
    if refusal:
        work.fact("number.refused", None, number=event.number, reason=refusal, by_account=event.by)
        raise Impossible(refusal, "number")
    if config.suspended:
        raise Impossible("suspended")
    key = config.dialling.canonical(event.number)
    one_place(work.tenant, key, queue.id)
    state = interactions.InteractionState(
        id=event.id,
        tenant_id=config.id,
        caller=event.number,
        called="",
        caller_key=key,
        caller_name=event.name,
        direction="callback",
        project_id=queue.project_id,
        business_id=queue.business_id,
        language=config.language,
        started_at=work.now,
        since=work.now,
        callback=_call_back(event.terms, work.now),
    )
    _enter(work, Live(interaction=state), queue, entering(queue, summary=config.summary_need(queue, state.direction)))
    work.follow(state.id, Recognise())


def _asked(work: Work, record: Live, asked: CallBackAsked) -> None:
    """By a flow: the queue is the named one, or the one that the caller left."""
    config, state, effect = work.tenant.config, record.interaction, asked.effect
    left = config.queues.get(state.queue_id) if state.queue_id else None
    queue = config.queue(effect.queue) if effect.queue else left
    if queue and _promised(work, record, queue, asked):
        work.flow(state.id, flows.GoTo(effect.next))
    elif effect.on_failure:
        work.flow(state.id, flows.GoTo(effect.on_failure))
    else:
        key = "problem.not_called_back" if queue else "problem.no_queue_to_call_back"
        work.flow(state.id, flows.Failed(Said(key, {"number": effect.number})))


def _promised(work: Work, record: Live, queue: QueueSettings, asked: CallBackAsked) -> bool:
    """At the place that the caller had; False when this number cannot be called.

    The flow that led to the queue stays with the customer, and goes on when the agent has gone.
    """
    tenant, state, number = work.tenant, record.interaction, asked.effect.number
    refusal = tenant.config.dialling.refusal(number)
    if refusal:
        work.fact("number.refused", state.id, number=number, reason=refusal)
        return False
    key = tenant.config.dialling.canonical(number)
    waiting = _waiting(tenant, key, queue.id)
    callback_id = waiting or tenant.new_id()
    already = waiting is not None
    work.fact(
        "callback.requested", state.id, callback_id=callback_id, queue_id=queue.id, number=number, already=already
    )
    if not already:
        kept = {
            name: getattr(state, name)
            for name in (
                "tenant_id", "called", "caller_name", "customer_id", "access_number_id", "language", "grade",
                "own_agent", "last_agent", "last_agent_at",
            )
        }  # fmt: skip
        if record.chat is not None:
            kept["called"] = ""  # no number of ours
        new = interactions.InteractionState(
            id=callback_id,
            caller=number,
            caller_key=key,
            direction="callback",
            project_id=queue.project_id,
            business_id=queue.business_id,
            started_at=work.now,
            since=work.now,
            callback=_call_back(asked.effect.terms, work.now, origin=state.id),
            **kept,
        )
        left, variables = state.queue, record.flow.all_variables() if record.flow else state.variables
        flow = asked.came_by
        document = fragments.document(tenant, flow, state.language) if flow else None
        enter = entering(
            queue,
            summary=tenant.config.summary_need(queue, new.direction),
            place=_kept_place(state),
            priority=state.priority,
            needs=left.needs if left else {},
            variables=variables,
            after=left.after if left and document and left.after in document.nodes else None,
        )
        kept_flow = msgspec.structs.replace(flow.without_secrets(), phase="away", variables=variables) if flow else None
        _enter(work, Live(interaction=new, flow=kept_flow), queue, enter)
    work.interaction(state.id, interactions.CallBackPromised())
    return True


def _kept_place(state: interactions.InteractionState) -> datetime | None:
    """Since when the caller has waited; None: never."""
    kept = state.journey.place if isinstance(state.journey, interactions.InFlow) else None
    return kept or (state.queue.queued_at if state.queue else None)


def _enter(work: Work, record: Live, queue: QueueSettings, enter: interactions.EnterQueue) -> None:
    callback = record.interaction.callback
    assert callback is not None
    begin(work, record, queue_id=queue.id, origin=callback.origin)
    work.interaction(record.interaction.id, enter)


def _call_back(
    terms: interactions.CallBackTerms, now: datetime, *, origin: UUID | None = None
) -> interactions.CallBack:
    expires_at = now + timedelta(seconds=terms.expires_seconds)
    return interactions.CallBack(**msgspec.structs.asdict(terms), expires_at=expires_at, origin=origin)


EVENTS: dict[type, EventHandler] = {RequestCallBack: _requested}
EFFECTS: dict[type, EffectHandler] = {CallBackAsked: _asked}
