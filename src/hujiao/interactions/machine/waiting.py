"""In the queue, until an agent is chosen or another way leads out. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    Announce,
    AnnouncePosition,
    CallBackPromised,
    CancelCallBack,
    CancelTimer,
    ContinueFlow,
    EndReason,
    EnterQueue,
    InFlow,
    JoinQueue,
    LeaveByChoice,
    LeaveQueue,
    OfferCallBack,
    Overflow,
    Prompts,
    Queued,
    QueuePlace,
    QueueTerms,
    Recognised,
    SetTimer,
    StartCallBackOffer,
    StartFlow,
    StartVoicemail,
    StopAnnouncing,
    TransferOut,
)
from hujiao.interactions.machine import guiding
from hujiao.interactions.machine.outside import transfer_out
from hujiao.interactions.machine.step import Handler, Step, TimerHandler

ANNOUNCE, MAX_WAIT = "announce", "max_wait"
RETRY, EXPIRY = "retry", "expiry"  # of a call-back's place

OVERFLOW_RING_SECONDS = 45  # how long an outside number rings


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def enter_queue(step: Step, event: EnterQueue, sought: tuple[UUID, ...] = (), seconds: int = 0) -> None:
    """`sought` agents are waited for so many seconds, then anybody of the queue."""
    step.answer()
    place = QueuePlace(
        **{name: getattr(event, name) for name in QueueTerms.__struct_fields__},
        queued_at=event.place or step.now,
        entered_at=step.now,
        **sought_for(step, sought, seconds),
    )
    step.go(Queued(), queue=place, priority=event.priority, variables=event.variables)
    more: dict[str, Any] = {"callback": True} if step.state.callback and not step.state.customer_leg else {}
    step.fact(
        "queue.entered",
        queue_id=event.queue_id,
        service_level_seconds=event.service_level_seconds,
        short_abandon_seconds=event.short_abandon_seconds,
        **more,
    )
    wait(step, arriving=True)
    arm_longest_wait(step)
    if step.state.callback:
        step.ask(SetTimer(name=EXPIRY, due_at=step.state.callback.expires_at))


def sought_for(step: Step, sought: tuple[UUID, ...], seconds: int) -> dict[str, Any]:
    """Whom somebody waits for, as their place says it."""
    return {"sought": sought, "sought_until": step.now + timedelta(seconds=seconds) if sought else None}


def wait(step: Step, *, arriving: bool = False) -> None:
    step.ask(JoinQueue(arriving=arriving))
    _arm_announcement(step, first=arriving)


def arm_longest_wait(step: Step) -> None:
    seconds = step.state.queue.max_wait_seconds if step.state.queue else None
    until = step.now + timedelta(seconds=seconds) if seconds else None
    step.in_queue(wait_until=until)
    if until:
        step.ask(SetTimer(name=MAX_WAIT, due_at=until))


def _arm_announcement(step: Step, *, first: bool = False) -> None:
    terms = step.state.queue
    assert terms is not None
    seconds = (terms.announce_first_seconds if first else 0) or terms.announce_every_seconds
    if seconds and step.state.customer_leg:
        step.ask(SetTimer(name=ANNOUNCE, due_at=step.now + timedelta(seconds=seconds)))


def back_in_queue(step: Step) -> None:
    """At the old place, after an offer that came to nothing."""
    state = step.state
    if state.place_only and state.callback and state.callback.expires_at <= step.now:
        place_over(step, "callback_expired")
    elif state.queue and state.queue.wait_until and state.queue.wait_until <= step.now:
        wait_over(step)
    else:
        step.ask(JoinQueue())


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def left_queue(step: Step, outcome: str) -> None:
    state, place = step.state, step.state.queue
    assert place is not None
    step.ask(CancelTimer(ANNOUNCE), CancelTimer(MAX_WAIT), LeaveQueue())
    step.in_queue(keys={})
    waited = (step.now - place.entered_at).total_seconds()
    step.change(waited_seconds=state.waited_seconds + waited)
    step.fact("queue.left", queue_id=state.queue_id, outcome=outcome, wait_seconds=round(waited, 3))


def wait_over(step: Step) -> None:
    """The longest wait is reached: the flow goes on, or the call ends."""
    left_queue(step, "timeout")
    if step.state.queue and (node := step.state.queue.on_timeout):
        step.go(InFlow())
        step.ask(ContinueFlow(node))
    else:
        step.hang_up_customer("no_agent", "system")


def place_over(step: Step, reason: EndReason) -> None:
    """Nobody is to be called back any more."""
    step.ask(CancelTimer(RETRY), CancelTimer(EXPIRY))
    left_queue(step, reason)
    step.end(reason, "system", 16)


def leave_by_choice(step: Step, event: LeaveByChoice) -> None:
    """Out of the queue because the caller wants to; who waits again keeps the place."""
    left_queue(step, "left")
    step.go(InFlow(place=step.state.queue.queued_at if step.state.queue else None))
    if event.node:
        step.ask(ContinueFlow(event.node))


def overflow(step: Step, event: Overflow) -> None:
    """Out of this queue by its own rule; in another queue the place is kept."""
    left_queue(step, "overflowed")
    step.fact("queue.overflowed", queue_id=step.state.queue_id, why=event.why, to=event.to, target=event.target)
    passed = [*step.state.overflowed_from, str(step.state.queue_id)]
    on_timeout = step.state.queue.on_timeout if step.state.queue else None
    step.go(InFlow(), overflowed_from=passed)
    if event.to == "queue" and event.enter:
        enter_queue(step, event.enter)
    elif event.to == "flow":
        step.ask(StartFlow(UUID(event.target)))
    elif event.to == "voicemail" and step.state.queue_id:
        step.ask(StartVoicemail(step.state.queue_id, tuple(event.prompts)))
    elif event.to == "number":
        transfer = TransferOut(
            number=event.target,
            leg_id=event.leg_id,
            timeout_seconds=OVERFLOW_RING_SECONDS,
            on_failure=on_timeout,
            back=None if on_timeout else event.enter,
        )
        transfer_out(step, transfer)
    else:
        step.hang_up_customer("no_agent", "system")


def _offer_call_back(step: Step, event: OfferCallBack) -> None:
    """Once in a queue; who cannot be called back, or does not want it, waits on."""
    queue_id = step.state.queue_id
    assert queue_id is not None
    step.change(callback_offered=queue_id)
    if event.impossible:
        step.fact("callback.not_offered", queue_id=queue_id, why=event.why, reason=event.impossible)
        return
    step.fact("callback.offered", queue_id=queue_id, why=event.why)
    step.ask(StartCallBackOffer(queue_id=queue_id, terms=event.terms, prompts=event.prompts))


# ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _entered(step: Step, event: EnterQueue) -> None:
    if step.state.state == "flow":
        enter_queue(step, event)


def _overflowed(step: Step, event: Overflow) -> None:
    if step.state.state == "queued":
        overflow(step, event)


def _chose(step: Step, event: LeaveByChoice) -> None:
    if step.state.state == "queued":
        leave_by_choice(step, event)


def pressed(step: Step, event: calls.KeyPressed) -> None:
    if step.state.state == "queued" and step.state.queue and event.key in step.state.queue.keys:
        leave_by_choice(step, LeaveByChoice(node=step.state.queue.keys[event.key]))


def _recognised(step: Step, event: Recognised) -> None:
    step.change(
        caller_name=event.name or step.state.caller_name,
        customer_id=event.customer_id,
        grade=event.grade,
        own_agent=event.own_agent,
        last_agent=event.last_agent,
        last_agent_at=event.last_agent_at,
    )
    if step.state.state == "queued":
        step.ask(JoinQueue(arriving=event.arriving))


def _call_back_due(step: Step, event: OfferCallBack) -> None:
    if step.state.state == "queued" and step.state.callback_offered != step.state.queue_id:
        _offer_call_back(step, event)


def _promised(step: Step, event: CallBackPromised) -> None:
    step.change(promised=True)


def _cancelled(step: Step, event: CancelCallBack) -> None:
    if step.state.state not in ("queued", "scheduled") or not step.state.place_only:
        raise agents.Impossible("not_possible_in_this_state")
    place_over(step, "callback_cancelled")


def _announce(step: Step, event: Announce) -> None:
    if step.state.state in ("queued", "offered"):
        step.on_the_way(announcement=Prompts(event.playback_id, event.prompts))
    else:
        guiding.prompts(step, Prompts(event.playback_id, event.prompts))


def _stop_announcing(step: Step, event: StopAnnouncing) -> None:
    if step.state.state in ("queued", "offered") and step.state.announcement:
        step.on_the_way(announcement=None)
    else:
        guiding.prompts(step, None)


def _announcement_due(step: Step, about: str) -> None:
    if step.state.state in ("queued", "offered"):
        _arm_announcement(step)
    if step.state.state == "queued":
        step.ask(AnnouncePosition())  # last: its flow may lead out of the queue


def _longest_wait_reached(step: Step, about: str) -> None:
    if step.state.state == "queued":
        wait_over(step)


def _retry_due(step: Step, about: str) -> None:
    if step.state.state == "scheduled":
        step.go(Queued())
        wait(step)


def _expired(step: Step, about: str) -> None:
    if step.state.state in ("queued", "scheduled") and not step.state.customer_leg:
        place_over(step, "callback_expired")


EVENTS: dict[type, Handler] = {
    EnterQueue: _entered,
    Overflow: _overflowed,
    LeaveByChoice: _chose,
    Recognised: _recognised,
    OfferCallBack: _call_back_due,
    CallBackPromised: _promised,
    CancelCallBack: _cancelled,
    Announce: _announce,
    StopAnnouncing: _stop_announcing,
}
TIMERS: dict[str, TimerHandler] = {
    ANNOUNCE: _announcement_due,
    MAX_WAIT: _longest_wait_reached,
    RETRY: _retry_due,
    EXPIRY: _expired,
}
