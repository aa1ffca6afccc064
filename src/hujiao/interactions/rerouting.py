"""Somebody sends the caller on: away from the agent who has them, or from where they wait. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.callbacks import CallBacks
from hujiao.interactions.contracts import JoinQueue, Passed, StartFlow, Transfer, TransferOut

BACK_SECONDS = 20  # how long a caller whom the outside number did not take waits for the agent who had sent them


class Rerouting(CallBacks):
    def transfer(self, event: Transfer) -> None:
        """Time waited in queues counts in the next one, time talked does not; who waits keeps the place."""
        match self.state.state:
            case "connected":
                self._passed(event, talked=True)
                self._let_go()
                place = self.now - timedelta(seconds=self.state.waited_seconds)
                self._send_on(event, place, back=self.state.started_at)
            case "queued" | "offered" if self.state.customer_leg or event.to not in ("flow", "number"):
                self._passed(event, talked=False)
                self._withdraw()
                assert self.state.queued_at is not None
                if event.sought:
                    self.effects.append(JoinQueue())
                    return
                self.left_queue("transferred")
                self._send_on(event, self.state.queued_at, back=self.state.queued_at)
            case _:
                raise agents.Impossible("not_possible_in_this_state")

    def _passed(self, event: Transfer, *, talked: bool) -> None:
        from_agent = self.state.agent_id if talked else None
        self.fact(
            "transfer.requested",
            to=event.to,
            target=event.target,
            target_name=event.name,
            from_agent=from_agent,
            by_agent=event.by_agent,
            by_account=event.by_account,
            priority=event.enter.priority,
            wait_seconds=event.wait_seconds,
        )
        passed = Passed(
            at=self.now,
            to=event.to,
            target=event.target,
            name=event.name,
            from_agent=from_agent,
            from_name=event.from_name,
            by_agent=event.by_agent,
        )
        self.change(transfers=(*self.state.transfers, passed), priority=event.enter.priority)
        self._seek(event.sought, event.wait_seconds)

    def _seek(self, sought: tuple[UUID, ...], seconds: int) -> None:
        self.change(sought=sought, sought_until=self.now + timedelta(seconds=seconds) if sought else None)

    def _let_go(self) -> None:
        """The agent's part is over, and the customer hears nothing of it."""
        assert self.state.agent_leg is not None
        self.do(calls.HangUp(leg_id=self.state.agent_leg))
        self.disconnected("transfer")
        self.change(agent_id=None)

    def _withdraw(self) -> None:
        """From the agent whose phone rings, who is not to blame."""
        leg = self.state.agent_leg
        if self.state.state == "offered" and leg:
            self.missed("rerouted", None)
            self.do(calls.HangUp(leg_id=leg))

    def _send_on(self, event: Transfer, place: datetime, *, back: datetime) -> None:
        match event.to:
            case "flow":
                self.change(state="flow", since=self.now, wait_until=None)
                self.effects.append(StartFlow(UUID(event.target)))
            case "number":
                sender = self.state.transfers[-1].from_agent
                self.change(wait_until=None, sought=(sender,) if sender else ())
                self.transfer_out(
                    TransferOut(
                        number=event.target,
                        leg_id=event.leg_id,
                        timeout_seconds=event.ring_seconds,
                        on_failure=None,
                        back=replace(event.enter, place=back),
                    )
                )
            case _:
                self.enter_queue(replace(event.enter, place=place))

    def transfer_failed(self, cause: int) -> None:
        """Nobody is lost: back to who had sent the caller, before all who called later, then to anybody."""
        back = self.state.back
        if back is None:
            super().transfer_failed(cause)
            return
        self.leave_outside(cause)
        self.change(back=None)
        self._seek(self.state.sought, BACK_SECONDS)
        self.enter_queue(back)
