"""Call-backs (回拨): the customer has hung up and keeps the place; when an agent is free, both are called. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    AgentHangsUp,
    CancelTimer,
    EndReason,
    EnterQueue,
    JoinQueue,
    LeaveQueue,
    OfferTo,
    Resumed,
    SetTimer,
    TellAgent,
)
from hujiao.interactions.talking import Talking

RETRY, EXPIRY, CALLING = "retry", "expiry", "calling"

CALLING_MARGIN_SECONDS = 5  # the switch ends a call that rings too long; this is for when it does not


class CallBacks(Talking):
    def nobody_on_the_line(self) -> bool:
        """A call-back whose customer has not been reached: nobody waits, only a place is kept."""
        return self.state.callback is not None and (not self.state.customer_leg or self.state.state == "calling")

    def enter_queue(self, event: EnterQueue) -> None:
        super().enter_queue(event)
        if self.state.callback:
            self.effects.append(SetTimer(name=EXPIRY, due_at=self.state.callback.expires_at))

    def offer(self, event: OfferTo, *, reserve: bool = True) -> None:
        callback = self.state.callback
        if callback is None or self.state.customer_leg:
            super().offer(event, reserve=reserve)
            return
        self.change(next_offer=event)
        if callback.first == "agent":
            super().offer(event, reserve=reserve)
        else:
            self.change(agent_id=event.agent_id)
            self.effects += [LeaveQueue(), TellAgent(event.agent_id, agents.Reserved(self.state.id))]
            self.call_customer()

    def agent_ready(self) -> None:
        if self.state.callback and not self.state.customer_leg:
            self.accepted()
            self.call_customer()
        else:
            super().agent_ready()

    def command(self, event: Any) -> None:
        if isinstance(event, AgentHangsUp) and self.state.state == "calling" and self.state.agent_leg:
            self.do(calls.HangUp(leg_id=self.state.agent_leg))
            self.agent_gone_calling(lost=False)
        else:
            super().command(event)

    # ── the customer's phone ─────────────────────────────────────────────────────────────────────────────────────────

    def call_customer(self) -> None:
        """An agent who is on the line already hears our tone until the carrier rings or speaks, then the carrier."""
        state = self.state
        assert state.callback is not None and state.next_offer is not None
        callback = replace(state.callback, tries=state.callback.tries + 1)
        self.change(state="calling", since=self.now, callback=callback)
        leg_id = state.next_offer.customer_leg
        self.called("customer", leg_id)
        due = self.now + timedelta(seconds=callback.ring_seconds)
        self.effects.append(SetTimer(name=CALLING, due_at=due + timedelta(seconds=CALLING_MARGIN_SECONDS)))
        self.fact("callback.tried", number=state.caller, leg_id=leg_id, tries=callback.tries)
        self.do(
            calls.CallNumber(
                leg_id=leg_id,
                number=state.caller,
                caller=state.called,
                timeout_seconds=callback.ring_seconds,
                heard_by=state.agent_leg or "",
                bridge_id=str(state.id) if state.agent_leg else "",
                not_after=due,
            )
        )

    def customer_answered(self) -> None:
        state = self.state
        assert state.next_offer is not None
        self.change(answered=True)
        self.alter(state.customer_leg, state="in", since=self.now)
        self.fact("interaction.answered")
        self.effects += [CancelTimer(CALLING), CancelTimer(EXPIRY)]
        if state.agent_leg:
            rang = (state.since - state.ring_started_at).total_seconds() if state.ring_started_at else 0.0
            self.connect(round(rang, 3))
        else:
            self.change(state="queued", since=self.now)
            super().offer(state.next_offer, reserve=False)

    def customer_unreached(self, cause: int, *, counted: bool = True) -> None:
        """Nobody answered, or (not counted) the call came to nothing for reasons of ours."""
        state = self.state
        assert state.callback is not None and state.agent_id is not None
        self.fact("callback.unreached", cause=cause, tries=state.callback.tries)
        self.effects.append(CancelTimer(CALLING))
        if state.agent_leg:
            self.do(calls.HangUp(leg_id=state.agent_leg))
            self.effects.append(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=0, lost=False)))
        else:
            self.effects.append(TellAgent(state.agent_id, agents.OfferEnded(None)))
        self.place_again(counted=counted)

    def agent_gone_calling(self, *, lost: bool) -> None:
        """The agent hung up before the customer answered: another one's turn, not this one's again and again."""
        state = self.state
        assert state.agent_id is not None
        self.do(calls.HangUp(leg_id=state.customer_leg))
        self.effects += [
            CancelTimer(CALLING),
            TellAgent(state.agent_id, agents.Released(wrap_up_seconds=0, lost=lost, refused=not lost)),
        ]
        self.fact("callback.given_up", by="system" if lost else "agent")
        self.place_again(counted=False)

    def place_again(self, *, counted: bool) -> None:
        callback = self.state.callback
        assert callback is not None
        if not counted:
            callback = replace(callback, tries=callback.tries - 1)
        self.change(
            state="queued",
            since=self.now,
            callback=callback,
            parties=(),
            agent_id=None,
            recording_id=None,
            next_offer=None,
        )
        if callback.tries >= callback.most_tries:
            self.over("callback_failed")
        elif callback.expires_at <= self.now:
            self.over("callback_expired")
        elif counted:
            self.change(state="scheduled")
            due = self.now + timedelta(seconds=callback.retry_seconds)
            self.effects.append(SetTimer(name=RETRY, due_at=due))
        else:
            self.effects.append(JoinQueue())

    def back_in_queue(self) -> None:
        callback = self.state.callback
        if callback and self.nobody_on_the_line() and callback.expires_at <= self.now:
            self.over("callback_expired")
        else:
            super().back_in_queue()

    def over(self, reason: EndReason) -> None:
        self.effects += [CancelTimer(RETRY), CancelTimer(EXPIRY)]
        self.left_queue(reason)
        self.end(reason, "system", 16)

    def callback_timer(self, name: str) -> None:
        state = self.state
        match name, state.state:
            case "retry", "scheduled":
                self.change(state="queued", since=self.now)
                self.wait()
            case "expiry", "queued" | "scheduled" if not state.customer_leg:
                self.over("callback_expired")
            case "calling", "calling":
                self.do(calls.HangUp(leg_id=state.customer_leg))
                self.customer_unreached(19)
            case _:
                pass

    def callback_resumed(self, event: Resumed) -> None:
        """After a take-over: what the switch still has of the two calls."""
        state = self.state
        if state.state == "offered" and state.agent_leg not in event.legs:
            self.missed("unknown", None)
            self.back_in_queue()
        elif state.state == "offered" and state.agent_leg in event.up:
            self.other_leg_answered()  # while nobody was there
        elif state.state != "calling":
            return
        elif state.agent_leg and state.agent_leg not in event.legs:
            self.agent_gone_calling(lost=True)
        elif state.customer_leg not in event.legs:
            self.customer_unreached(0, counted=False)
        elif state.customer_leg in event.up:
            self.customer_answered()
