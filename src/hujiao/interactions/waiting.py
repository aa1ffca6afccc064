"""In the queue, and offered to an agent. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    ContinueFlow,
    EnterQueue,
    JoinQueue,
    LeaveByChoice,
    LeaveQueue,
    OfferCallBack,
    OfferTo,
    Overflow,
    SetTimer,
    StartCallBackOffer,
    StartFlow,
    StartVoicemail,
    TellAgent,
    TransferOut,
)
from hujiao.interactions.transfers import Transfers
from hujiao.interactions.working import ANNOUNCE, MAX_WAIT

OFFER = "offer"
OVERFLOW_RING_SECONDS = 45  # how long an outside number rings


class Waiting(Transfers):
    def enter_queue(self, event: EnterQueue) -> None:
        self.answer()
        self.change(
            state="queued",
            since=self.now,
            queue_id=event.queue_id,
            queued_at=event.place or self.now,
            entered_at=self.now,
            priority=event.priority,
            needs=event.needs,
            variables=event.variables,
            after=event.after,
            on_timeout=event.on_timeout,
            max_wait_seconds=event.max_wait_seconds,
            music=event.music,
            announce_every_seconds=event.announce_every_seconds,
            announce_first_seconds=event.announce_first_seconds,
            keys=event.keys,
            place=None,
            wrap_up_seconds=event.wrap_up_seconds,
            recorded=event.recorded,
        )
        more: dict[str, Any] = {"callback": True} if self.state.callback and not self.state.customer_leg else {}
        self.fact(
            "queue.entered",
            queue_id=event.queue_id,
            service_level_seconds=event.service_level_seconds,
            short_abandon_seconds=event.short_abandon_seconds,
            **more,
        )
        self.wait(arriving=True)
        self.arm_longest_wait()

    def wait(self, *, arriving: bool = False) -> None:
        self.effects.append(JoinQueue(arriving=arriving))
        self.arm_announcement(first=arriving)

    def arm_longest_wait(self) -> None:
        seconds = self.state.max_wait_seconds
        until = self.now + timedelta(seconds=seconds) if seconds else None
        self.change(wait_until=until)
        if until:
            self.effects.append(SetTimer(name=MAX_WAIT, due_at=until))

    def arm_announcement(self, *, first: bool = False) -> None:
        state = self.state
        seconds = (state.announce_first_seconds if first else 0) or state.announce_every_seconds
        if seconds and state.customer_leg:
            due = self.now + timedelta(seconds=seconds)
            self.effects.append(SetTimer(name=ANNOUNCE, due_at=due))

    def overflow(self, event: Overflow) -> None:
        """Out of this queue by its own rule; in another queue the place is kept."""
        self.left_queue("overflowed")
        self.fact("queue.overflowed", queue_id=self.state.queue_id, why=event.why, to=event.to, target=event.target)
        passed = [*self.state.overflowed_from, str(self.state.queue_id)]
        self.change(state="flow", since=self.now, wait_until=None, overflowed_from=passed)
        if event.to == "queue" and event.enter:
            self.enter_queue(event.enter)
        elif event.to == "flow":
            self.effects.append(StartFlow(UUID(event.target)))
        elif event.to == "voicemail" and self.state.queue_id:
            self.effects.append(StartVoicemail(self.state.queue_id, tuple(event.prompts)))
        elif event.to == "number":
            self.change(sought=(), sought_until=None)
            self.transfer_out(
                TransferOut(
                    number=event.target,
                    leg_id=event.leg_id,
                    timeout_seconds=OVERFLOW_RING_SECONDS,
                    on_failure=self.state.on_timeout,
                    back=None if self.state.on_timeout else event.enter,
                )
            )
        else:
            self.hang_up_customer("no_agent", "system")

    def offer_call_back(self, event: OfferCallBack) -> None:
        """Once in a queue; who cannot be called back, or does not want it, waits on."""
        queue_id = self.state.queue_id
        assert queue_id is not None
        self.change(callback_offered=queue_id)
        if event.impossible:
            self.fact("callback.not_offered", queue_id=queue_id, why=event.why, reason=event.impossible)
            return
        self.fact("callback.offered", queue_id=queue_id, why=event.why)
        self.effects.append(StartCallBackOffer(queue_id=queue_id, terms=event.terms, prompts=event.prompts))

    def leave_by_choice(self, event: LeaveByChoice) -> None:
        """Out of the queue because the caller wants to; who waits again keeps the place."""
        self.left_queue("left")
        self.change(state="flow", since=self.now, wait_until=None, place=self.state.queued_at)
        if event.node:
            self.effects.append(ContinueFlow(event.node))

    def wait_over(self) -> None:
        """The longest wait is reached: the flow goes on, or the call ends."""
        self.left_queue("timeout")
        if self.state.on_timeout:
            self.change(state="flow", since=self.now, wait_until=None)
            self.effects.append(ContinueFlow(self.state.on_timeout))
        else:
            self.hang_up_customer("no_agent", "system")

    # ── the offer ────────────────────────────────────────────────────────────────────────────────────────────────────

    def offer(self, event: OfferTo, *, reserve: bool = True) -> None:
        """Call the agent; `reserve` is False when they are kept for this one already."""
        state = self.state
        self.change(
            state="offered",
            since=self.now,
            agent_id=event.agent_id,
            recording_id=event.recording_id,
            greeting=event.greeting,
        )
        self.called("agent", event.leg_id, agent_id=event.agent_id)
        self.fact("offer.made", queue_id=state.queue_id, leg_id=event.leg_id, **structs.asdict(event.why))
        due = self.now + timedelta(seconds=event.no_answer_seconds)
        if reserve:
            self.effects += [LeaveQueue(), TellAgent(event.agent_id, agents.Reserved(state.id))]
        self.effects.append(SetTimer(name=OFFER, due_at=due))
        self.do(
            calls.CallAgent(
                leg_id=event.leg_id,
                sip_user=event.sip_user,
                caller=state.caller,
                caller_name=state.caller_name,
                timeout_seconds=event.no_answer_seconds + 5,
                interaction_id=state.id,
                automatic_answer=event.automatic_answer,
                not_after=due,
            )
        )

    def missed(self, reason: str, blame: str | None) -> None:
        """The offer came to nothing: the agent by `blame`, the caller back at the old place."""
        state = self.state
        assert state.agent_id is not None
        self.fact("offer.missed", queue_id=state.queue_id, reason=reason, ring_seconds=self.rang())
        self.effects += [CancelTimer(OFFER), TellAgent(state.agent_id, agents.OfferEnded(blame))]
        self.leave(state.agent_leg)
        self.change(state="queued", since=self.now, agent_id=None, recording_id=None)

    def back_in_queue(self) -> None:
        if self.state.wait_until and self.state.wait_until <= self.now:
            self.wait_over()
        else:
            self.effects.append(JoinQueue())
