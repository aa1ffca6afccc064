"""Somebody sends the caller on: away from the agent who has them, or from where they wait. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    ContinueFlow,
    InFlow,
    JoinQueue,
    Outside,
    Party,
    Passed,
    StartFlow,
    TakeAlong,
    Transfer,
    TransferOut,
)
from hujiao.interactions.machine import redirecting
from hujiao.interactions.machine.causes import NO_ANSWER, NORMAL
from hujiao.interactions.machine.conversation import disconnected
from hujiao.interactions.machine.offer import missed
from hujiao.interactions.machine.outside import TRANSFER, transfer_out, unreached
from hujiao.interactions.machine.step import Handler, Step, TimerHandler
from hujiao.interactions.machine.unreached import tell
from hujiao.interactions.machine.waiting import enter_queue, left_queue, sought_for

BACK_SECONDS = 20  # how long a caller whom the outside number did not take waits for the agent who had sent them


def _transfer(step: Step, event: Transfer) -> None:
    """Time waited in queues counts in the next one, time talked does not; who waits keeps the place."""
    match step.state.state:
        case "connected":
            _passed(step, event, talked=True)
            _let_go(step, event)
            place = step.now - timedelta(seconds=step.state.waited_seconds)
            _send_on(step, event, place, back=step.state.started_at)
        case "queued" | "offered" if step.state.customer_leg or event.to not in ("flow", "number"):
            _passed(step, event, talked=False)
            _withdraw(step)
            _elsewhere(step, event)
        case _:
            raise agents.Impossible("not_possible_in_this_state")


def send_instead(step: Step, event: Transfer) -> None:
    """To somebody else than the agent to whom the caller had been sent, and who did not come."""
    redirecting.note(step, event.trail, known=len(step.state.forwarded))
    _elsewhere(step, event)


def _elsewhere(step: Step, event: Transfer) -> None:
    """Who waits keeps the place."""
    assert step.state.queue is not None
    if event.sought:
        step.in_queue(**sought_for(step, event.sought, event.wait_seconds))
        step.ask(JoinQueue())
        return
    left_queue(step, "transferred")
    _send_on(step, event, step.state.queue.queued_at, back=step.state.queue.queued_at)


def _passed(step: Step, event: Transfer, *, talked: bool) -> None:
    from_agent = step.state.agent_id if talked else None
    asked = event.trail.hops[0] if event.trail.hops else None
    step.fact(
        "transfer.requested",
        to="agent" if asked else event.to,
        target=str(asked.agent_id) if asked else event.target,
        target_name=asked.agent_name if asked else event.name,
        from_agent=from_agent,
        by_agent=event.by_agent,
        by_account=event.by_account,
        priority=event.priority,
        wait_seconds=event.wait_seconds,
        origin=event.origin,
        note=event.note,
    )
    redirecting.note(step, event.trail)
    if event.values:
        step.ask(TakeAlong(values=event.values, by_agent=event.by_agent))
    passed = Passed(
        at=step.now,
        to=event.to,
        target=event.target,
        name=event.name,
        from_agent=from_agent,
        from_name=event.from_name,
        by_agent=event.by_agent,
        note=event.note,
    )
    step.change(transfers=(*step.state.transfers, passed), priority=event.priority)


def _let_go(step: Step, event: Transfer) -> None:
    """The agent's part is over, and the customer hears nothing of it."""
    assert step.state.agent_leg is not None
    if event.origin == "phone":
        step.do(calls.TellTransfer(leg_id=step.state.agent_leg, done=True))
    step.do(calls.HangUp(leg_id=step.state.agent_leg))
    disconnected(step, "transfer")
    step.change(agent_id=None)


def _withdraw(step: Step) -> None:
    """From the agent whose phone rings, who is not to blame."""
    if step.state.state == "offered":
        missed(step, "rerouted", None, hang_up=NORMAL)


def _send_on(step: Step, event: Transfer, place: datetime, *, back: datetime) -> None:
    if event.to == "flow":
        step.go(InFlow())
        step.ask(StartFlow(UUID(event.target)))
        return
    assert event.enter is not None
    if event.to == "number":
        sender = step.state.transfers[-1].from_agent
        transfer = TransferOut(
            number=event.target,
            leg_id=event.leg_id,
            timeout_seconds=event.ring_seconds,
            on_failure=None,
            back=replace(event.enter, place=back),
        )
        transfer_out(step, transfer, (sender,) if sender else ())
    else:
        enter_queue(step, replace(event.enter, place=place), event.sought, event.wait_seconds)


def transfer_failed(step: Step, cause: int) -> None:
    """Nobody is lost: back to who had sent the caller, before all who called later, then to anybody."""
    outside = step.state.journey
    assert isinstance(outside, Outside)
    party = step.state.other
    unreached(step, cause)
    _tell_senders(step, cause, outside, party)
    if outside.back:
        enter_queue(step, outside.back, outside.sought, BACK_SECONDS)
        return
    step.go(InFlow())
    if outside.on_failure:
        step.ask(ContinueFlow(outside.on_failure))
    else:
        step.hang_up_customer("no_agent", "system")


def _tell_senders(step: Step, cause: int, outside: Outside, party: Party | None) -> None:
    """Who had the caller and who sent them on; nobody, if a flow or a queue's rule has sent them there."""
    passed = step.state.transfers[-1] if step.state.transfers else None
    if passed is None or passed.to != "number" or passed.at != step.state.since:
        return
    for agent_id in dict.fromkeys((passed.from_agent, passed.by_agent)):
        back = outside.back is not None and agent_id in outside.sought
        tell(step, agent_id, "transfer", cause, party, number=passed.target, comes_back=back)


def _not_answered(step: Step, about: str) -> None:
    state = step.state
    if state.state == "transferred" and state.connected_at is None and state.agent_leg:
        step.do(calls.HangUp(leg_id=state.agent_leg))
        transfer_failed(step, NO_ANSWER)


EVENTS: dict[type, Handler] = {Transfer: _transfer}
TIMERS: dict[str, TimerHandler] = {TRANSFER: _not_answered}
