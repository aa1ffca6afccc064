"""The caller goes to an outside number. Pure."""

from __future__ import annotations

from datetime import timedelta

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    ContinueFlow,
    SetTimer,
    TransferOut,
)
from hujiao.interactions.working import Working

TRANSFER = "transfer"

TRANSFER_MARGIN_SECONDS = 5  # the switch ends a call that rings too long; this is for when it does not


class Transfers(Working):
    def transfer_out(self, event: TransferOut) -> None:
        """Our tone bridges the time until the carrier rings or speaks, which the caller then hears."""
        self.answer()
        due = self.now + timedelta(seconds=event.timeout_seconds)
        self.change(
            state="transferred",
            since=self.now,
            on_timeout=event.on_failure,
            back=event.back,
        )
        self.called("outside", event.leg_id, number=event.number)
        self.fact("transfer.started", number=event.number, leg_id=event.leg_id)
        self.effects.append(SetTimer(name=TRANSFER, due_at=due + timedelta(seconds=TRANSFER_MARGIN_SECONDS)))
        self.do(
            calls.CallNumber(
                leg_id=event.leg_id,
                number=event.number,
                caller=self.state.caller,
                timeout_seconds=event.timeout_seconds,
                heard_by=self.state.customer_leg,
                bridge_id=str(self.state.id),
                not_after=due,
            ),
        )

    def transfer_failed(self, cause: int) -> None:
        self.leave_outside(cause)
        on_failure = self.state.on_timeout
        self.change(state="flow", since=self.now, on_timeout=None)
        if on_failure:
            self.effects.append(ContinueFlow(on_failure))
        else:
            self.hang_up_customer("no_agent", "system")

    def leave_outside(self, cause: int) -> None:
        """The outside number did not answer: the caller is alone again."""
        self.effects.append(CancelTimer(TRANSFER))
        self.fact("transfer.failed", cause=cause)
        self.leave(self.state.agent_leg)
