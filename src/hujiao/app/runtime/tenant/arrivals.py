"""Calls arrive: what is known of the caller is asked for, and the number's flow begins. Pure."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from hujiao.app.runtime.tenant import flowing, interactions, queueing
from hujiao.app.runtime.tenant.config import NumberSettings, reached
from hujiao.app.runtime.tenant.queueing import BUSY_CAUSE
from hujiao.app.runtime.tenant.turn import CallerFound, Live, LookUpCaller
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, TimerHandler, Work
from hujiao.calls.contracts import CallArrived
from hujiao.interactions.contracts import EndCall, InteractionState, Party, Recognised

CALLER_TIMER = "caller"
CALLER_SECONDS = 0.5  # who comes to a queue sooner waits so long for what is known of them


class Recognise(msgspec.Struct, frozen=True):
    """Ask what is known of the caller, if routing looks at it."""


def _arrived(work: Work, event: CallArrived) -> None:
    tenant = work.tenant
    if event.leg_id in tenant.legs:
        return
    number = tenant.config.number(event.called)
    if number is None:
        raise LookupError(f"{event.called} is not a number of this tenant")
    record = Live(interaction=_state(work, event, number))
    kept = {"caller_sealed": event.sealed} if event.sealed else {}
    interactions.begin(work, record, node=tenant.node, leg_id=event.leg_id, **kept)
    if tenant.config.suspended:
        work.later(record.interaction.id, EndCall(reason="suspended", cause=21))
    elif reached(tenant.config.limits.calls, lambda: len(tenant.on_the_line) - 1):
        work.later(record.interaction.id, EndCall(reason="refused_full", cause=BUSY_CAUSE))
    else:
        _recognise(work, record, Recognise())
        flowing.start(work, record, number.flow_id)


def _state(work: Work, event: CallArrived, number: NumberSettings) -> InteractionState:
    config, now = work.tenant.config, work.now
    key = "" if event.withheld else config.dialling.canonical(event.caller)
    return InteractionState(
        id=work.tenant.new_id(),
        tenant_id=config.id,
        caller=event.caller if key else "",
        called=number.number,
        caller_key=key,
        caller_name=event.name if key else "",
        variables={"diverted_from": event.diverted_from} if event.diverted_from else {},
        access_number_id=number.id,
        project_id=number.project_id,
        business_id=number.business_id,
        flow_id=number.flow_id,
        flow_version=config.published.get(number.flow_id),
        language=number.language or config.language,
        started_at=now,
        since=now,
        parties=(Party(role="customer", leg_id=event.leg_id, state="in", since=now, called_at=now),),
    )


def _recognise(work: Work, record: Live, effect: Recognise) -> None:
    state = record.interaction
    if state.caller_key and work.tenant.config.knows_callers():
        wanted = LookUpCaller(
            interaction_id=state.id,
            caller_key=state.caller_key,
            project_id=state.project_id,
            meant=state.customer_id,
        )
        work.turn.callers.append(wanted)
        record.looking_up = True
        work.set_timer(record, CALLER_TIMER, work.now + timedelta(seconds=CALLER_SECONDS))


def _found(work: Work, event: CallerFound) -> None:
    record = work.tenant.live.get(event.interaction_id)
    if record is None:
        return
    if event.customer_id or event.name or event.grade or event.own_agent or event.last_agent:
        work.fact(
            "caller.recognised",
            event.interaction_id,
            customer_id=event.customer_id,
            name=event.name,
            grade=event.grade,
            own_agent=event.own_agent,
            last_agent=event.last_agent,
        )
    found = Recognised(
        arriving=record.looking_up,
        customer_id=event.customer_id,
        name=event.name,
        grade=event.grade,
        own_agent=event.own_agent,
        last_agent=event.last_agent,
        last_agent_at=event.last_agent_at,
    )
    record.looking_up = False
    record.timers.pop(CALLER_TIMER, None)
    work.later(event.interaction_id, found)


def _not_found_in_time(work: Work, record: Live) -> None:
    record.looking_up = False
    if record.interaction.state == "queued":
        queueing.join(work, record, arriving=True)


EVENTS: dict[type, EventHandler] = {CallArrived: _arrived, CallerFound: _found}
EFFECTS: dict[type, EffectHandler] = {Recognise: _recognise}
TIMERS: dict[str, TimerHandler] = {CALLER_TIMER: _not_found_in_time}
