"""The caller goes to an outside number. Pure."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import CancelTimer, Outside, SetTimer, TransferOut
from hujiao.interactions.machine.causes import RING_MARGIN_SECONDS
from hujiao.interactions.machine.step import Handler, Step

TRANSFER = "transfer"


def transfer_out(step: Step, event: TransferOut, sought: tuple[UUID, ...] = ()) -> None:
    """Our tone bridges the time until the carrier rings or speaks, which the caller then hears.

    `sought` agents are waited for when the caller comes back to a queue.
    """
    step.answer()
    due = step.now + timedelta(seconds=event.timeout_seconds)
    step.go(Outside(on_failure=event.on_failure, back=event.back, sought=sought))
    step.called("outside", event.leg_id, number=event.number)
    step.fact("transfer.started", number=event.number, leg_id=event.leg_id)
    step.ask(SetTimer(name=TRANSFER, due_at=due + timedelta(seconds=RING_MARGIN_SECONDS)))
    step.do(
        calls.CallNumber(
            leg_id=event.leg_id,
            number=event.number,
            caller=step.state.caller,
            timeout_seconds=event.timeout_seconds,
            heard_by=step.state.customer_leg,
            bridge_id=str(step.state.id),
            not_after=due,
        ),
    )


def answered(step: Step) -> None:
    if step.state.connected_at is None:
        step.alter(step.state.agent_leg, state="in", since=step.now, joined_at=step.now)
        step.ask(CancelTimer(TRANSFER))
        step.fact("transfer.answered")


def unreached(step: Step, cause: int) -> None:
    """The outside number did not answer: the caller is alone again."""
    step.ask(CancelTimer(TRANSFER))
    step.fact("transfer.failed", cause=cause)
    step.leave(step.state.agent_leg)


def _transfer_out(step: Step, event: TransferOut) -> None:
    if step.state.state == "flow":
        transfer_out(step, event)


EVENTS: dict[type, Handler] = {TransferOut: _transfer_out}
