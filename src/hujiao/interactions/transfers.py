"""The caller goes to an outside number. Pure."""

from __future__ import annotations

from datetime import timedelta

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    ContinueFlow,
    TransferOut,
)
from hujiao.interactions.working import Working


class Transfers(Working):
    def transfer_out(self, event: TransferOut) -> None:
        self.answer()
        self.change(
            state="transferred",
            since=self.now,
            agent_leg=event.leg_id,
            on_timeout=event.on_failure,
            back=event.back,
            connected_at=None,
        )
        self.fact("transfer.started", number=event.number, leg_id=event.leg_id)
        self.do(
            calls.Ring(leg_id=self.state.customer_leg),
            calls.CallNumber(
                leg_id=event.leg_id,
                number=event.number,
                caller=self.state.caller,
                timeout_seconds=event.timeout_seconds,
                not_after=self.now + timedelta(seconds=event.timeout_seconds),
            ),
        )

    def transfer_failed(self, cause: int) -> None:
        self.fact("transfer.failed", cause=cause)
        on_failure = self.state.on_timeout
        self.change(state="flow", since=self.now, agent_leg=None, on_timeout=None)
        self.do(calls.StopRing(leg_id=self.state.customer_leg))
        if on_failure:
            self.effects.append(ContinueFlow(on_failure))
        else:
            self.hang_up_customer("no_agent", "system")
