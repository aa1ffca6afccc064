"""The machine of a voice interaction: from the first ring to the agent's last note. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import structs
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    AgentHangsUp,
    AgentRejects,
    Announce,
    AnnouncePosition,
    Answer,
    CancelTimer,
    ContinueFlow,
    Effect,
    EndCall,
    EndReason,
    EnterQueue,
    Fact,
    Hold,
    InteractionState,
    JoinQueue,
    LeaveQueue,
    Message,
    MessageTaken,
    Mute,
    OfferTo,
    Overflow,
    Recognised,
    Resume,
    Resumed,
    SetTimer,
    StartFlow,
    TakeMessage,
    TellAgent,
    TimerDue,
    TransferOut,
    WrapUp,
)

OFFER, ANNOUNCE, MAX_WAIT, WRAP_UP, MESSAGE = "offer", "announce", "max_wait", "wrap_up", "message"

# Q.850: how an agent's phone says no, and how its line breaks.
REJECTED_CAUSES = frozenset({17, 21})
NO_ANSWER_CAUSES = frozenset({16, 18, 19})
NORMAL_CAUSES = frozenset({16, 17, 31})
UNALLOCATED, NO_ROUTE, NO_CIRCUIT = 1, 3, 34

OVERFLOW_RING_SECONDS = 45  # how long an outside number rings

# Who hangs up before this has left no message.
SHORTEST_MESSAGE_SECONDS = 1.0
# The switch ends a message by itself, but counts only sound: of who sends none the end is ours. Its tone comes first.
MESSAGE_MARGIN_SECONDS = 2.0

AnyEffect = Effect | calls.AnyEffect


def step(state: InteractionState, event: Any, now: datetime) -> tuple[InteractionState, list[AnyEffect]]:
    """The interaction after the event, and what follows. An event that means nothing here changes nothing.

    Raises `agents.Impossible` for an agent's command that this state does not allow.
    """
    machine = _Machine(state, now)
    machine.take(event)
    return machine.state, machine.effects


class _Machine:
    def __init__(self, state: InteractionState, now: datetime) -> None:
        self.state = state
        self.now = now
        self.effects: list[AnyEffect] = []

    def take(self, event: Any) -> None:
        state = self.state
        match event:
            case calls.LegEnded(leg_id=leg) if leg == state.customer_leg:
                self.customer_gone(event)
            case calls.LegEnded(leg_id=leg) if leg == state.agent_leg:
                self.other_leg_gone(event)
            case calls.LegAnswered(leg_id=leg) if leg == state.agent_leg:
                self.other_leg_answered()
            case calls.LegRinging(leg_id=leg) if leg == state.agent_leg and state.state == "offered":
                self.fact("offer.ringing")
            case calls.PlaybackFinished(playback_id=playback) if playback == state.announcement:
                self.change(announcement=None)
                if state.state in ("queued", "offered"):
                    self.do(calls.StartMusic(leg_id=state.customer_leg, music=state.music))
            case calls.EffectFailed():
                self.effect_failed(event)
            case Answer():
                self.answer()
            case Recognised():
                self.change(
                    grade=event.grade,
                    own_agent=event.own_agent,
                    last_agent=event.last_agent,
                    last_agent_at=event.last_agent_at,
                )
                if state.state == "queued":
                    self.effects.append(JoinQueue())
            case EnterQueue() if state.state == "flow":
                self.enter_queue(event)
            case Overflow() if state.state == "queued":
                self.overflow(event)
            case OfferTo() if state.state == "queued":
                self.offer(event)
            case Announce() if state.state == "queued":
                self.change(announcement=event.playback_id)
                self.do(
                    calls.StopMusic(leg_id=state.customer_leg),
                    calls.Play(leg_id=state.customer_leg, playback_id=event.playback_id, prompts=event.prompts),
                )
            case TransferOut() if state.state == "flow":
                self.transfer_out(event)
            case TakeMessage() if state.state == "flow" and state.message is None:
                self.take_message(event)
            case calls.MessageRecorded(name=name) if state.message and name == str(state.message.recording_id):
                self.message_recorded(failed=event.failed, hung_up=event.hung_up)
            case EndCall() if state.state not in ("wrap_up", "ended"):
                self.end_call(event)
            case Hold() | Resume() | Mute() | AgentHangsUp() | AgentRejects() | WrapUp():
                self.command(event)
            case TimerDue():
                self.timer(event.name)
            case Resumed():
                self.resumed(event)
            case _:
                pass

    # ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self) -> None:
        if not self.state.answered:
            self.change(answered=True)
            self.do(calls.AnswerLeg(leg_id=self.state.customer_leg))
            self.fact("interaction.answered")

    def enter_queue(self, event: EnterQueue) -> None:
        self.answer()
        until = self.now + timedelta(seconds=event.max_wait_seconds) if event.max_wait_seconds else None
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
            wait_until=until,
            music=event.music,
            announce_every_seconds=event.announce_every_seconds,
            wrap_up_seconds=event.wrap_up_seconds,
            recorded=event.recorded,
        )
        self.fact(
            "queue.entered",
            queue_id=event.queue_id,
            service_level_seconds=event.service_level_seconds,
            short_abandon_seconds=event.short_abandon_seconds,
        )
        self.wait(arriving=True)
        if until:
            self.effects.append(SetTimer(name=MAX_WAIT, due_at=until))

    def wait(self, *, arriving: bool = False) -> None:
        """Stand in the queue, with music."""
        self.effects.append(JoinQueue(arriving=arriving))
        self.do(calls.StartMusic(leg_id=self.state.customer_leg, music=self.state.music))
        self.arm_announcement()

    def arm_announcement(self) -> None:
        if self.state.announce_every_seconds:
            due = self.now + timedelta(seconds=self.state.announce_every_seconds)
            self.effects.append(SetTimer(name=ANNOUNCE, due_at=due))

    def left_queue(self, outcome: str) -> None:
        state = self.state
        assert state.queued_at is not None
        self.effects += [CancelTimer(ANNOUNCE), CancelTimer(MAX_WAIT), LeaveQueue()]
        waited = (self.now - (state.entered_at or state.queued_at)).total_seconds()
        self.fact("queue.left", queue_id=state.queue_id, outcome=outcome, wait_seconds=round(waited, 3))

    def overflow(self, event: Overflow) -> None:
        """Out of this queue by its own rule; in another queue the place is kept."""
        self.silence()
        self.left_queue("overflowed")
        self.fact("queue.overflowed", queue_id=self.state.queue_id, why=event.why, to=event.to, target=event.target)
        passed = [*self.state.overflowed_from, str(self.state.queue_id)]
        self.change(state="flow", since=self.now, wait_until=None, overflowed_from=passed)
        if event.enter:
            self.enter_queue(event.enter)
        elif event.to == "flow":
            self.effects.append(StartFlow(UUID(event.target)))
        elif event.to == "number":
            self.transfer_out(
                TransferOut(
                    number=event.target,
                    leg_id=event.leg_id,
                    timeout_seconds=OVERFLOW_RING_SECONDS,
                    on_failure=self.state.on_timeout,
                )
            )
        else:
            self.hang_up_customer("no_agent", "system")

    def wait_over(self) -> None:
        """The longest wait is reached: the flow goes on, or the call ends."""
        self.silence()
        self.left_queue("timeout")
        if self.state.on_timeout:
            self.change(state="flow", since=self.now, wait_until=None)
            self.effects.append(ContinueFlow(self.state.on_timeout))
        else:
            self.hang_up_customer("no_agent", "system")

    def silence(self) -> None:
        """Nothing plays on the customer's leg when it is moved."""
        if self.state.announcement:
            self.do(calls.StopPlayback(leg_id=self.state.customer_leg, playback_id=self.state.announcement))
            self.change(announcement=None)
        else:
            self.do(calls.StopMusic(leg_id=self.state.customer_leg))

    # ── the offer ────────────────────────────────────────────────────────────────────────────────────────────────────

    def offer(self, event: OfferTo) -> None:
        state = self.state
        self.change(
            state="offered",
            since=self.now,
            agent_id=event.agent_id,
            agent_leg=event.leg_id,
            recording_id=event.recording_id,
            ring_started_at=self.now,
        )
        self.fact("offer.made", queue_id=state.queue_id, leg_id=event.leg_id, **structs.asdict(event.why))
        due = self.now + timedelta(seconds=event.no_answer_seconds)
        self.effects += [
            LeaveQueue(),
            TellAgent(event.agent_id, agents.Reserved(state.id)),
            SetTimer(name=OFFER, due_at=due),
        ]
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
        self.change(
            state="queued", since=self.now, agent_id=None, agent_leg=None, recording_id=None, ring_started_at=None
        )

    def back_in_queue(self) -> None:
        if self.state.wait_until and self.state.wait_until <= self.now:
            self.wait_over()
        else:
            self.effects.append(JoinQueue())

    def other_leg_answered(self) -> None:
        state = self.state
        if state.state == "transferred":
            if state.connected_at is None:
                self.change(connected_at=self.now)
                self.do(calls.StopRing(leg_id=state.customer_leg))
                self.join()
                self.fact("transfer.answered")
            return
        if state.state != "offered" or state.agent_id is None:
            return
        rang = self.rang()
        self.silence()
        self.fact("offer.accepted", queue_id=state.queue_id, ring_seconds=rang)
        self.left_queue("answered")
        self.effects += [CancelTimer(OFFER), TellAgent(state.agent_id, agents.Engaged())]
        self.change(state="connected", since=self.now, connected_at=self.now, held_seconds=0.0, muted=False)
        self.join()
        self.fact("agent.connected", queue_id=state.queue_id, ring_seconds=rang)
        if state.recorded and state.recording_id:
            self.do(calls.StartRecording(leg_id=state.customer_leg, recording_id=state.recording_id))
            self.fact("recording.started", recording_id=state.recording_id)

    def join(self) -> None:
        bridge = self.state.bridge_id or str(self.state.id)
        self.change(bridge_id=bridge)
        assert self.state.agent_leg is not None
        self.do(calls.Bridge(bridge_id=bridge, legs=[self.state.customer_leg, self.state.agent_leg]))

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

    def command(self, event: Any) -> None:
        state = self.state
        match event:
            case WrapUp():
                self.wrap_up(event)
            case AgentRejects() if state.state == "offered" and state.agent_leg:
                leg = state.agent_leg
                self.missed("rejected", agents.REJECTED)
                self.do(calls.HangUp(leg_id=leg, cause=21))
                self.back_in_queue()
            case AgentHangsUp() if state.state in ("connected", "held") and state.agent_leg:
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.agent_left("agent", lost=False)
            case Hold() if state.state == "connected" and state.bridge_id:
                self.change(state="held", since=self.now, held_since=self.now)
                self.do(
                    calls.LeaveBridge(bridge_id=state.bridge_id, leg_id=state.customer_leg),
                    calls.StartMusic(leg_id=state.customer_leg, music=state.music),
                )
                self.fact("agent.held")
            case Resume() if state.state == "held":
                self.count_hold()
                self.change(state="connected", since=self.now)
                self.do(calls.StopMusic(leg_id=state.customer_leg))
                self.join()
                self.fact("agent.resumed")
            case Mute() if state.state in ("connected", "held") and state.agent_leg:
                if event.on != state.muted:
                    self.change(muted=event.on)
                    self.do(calls.MuteLeg(leg_id=state.agent_leg, on=event.on))
                    self.fact("agent.muted" if event.on else "agent.unmuted")
            case _:
                raise agents.Impossible("not_possible_in_this_state")

    def count_hold(self) -> None:
        if self.state.held_since:
            held = self.state.held_seconds + (self.now - self.state.held_since).total_seconds()
            self.change(held_seconds=held, held_since=None)

    def disconnected(self, by: str, *, lost: bool = False) -> None:
        """The agent's part of the talk is over; the agent writes up."""
        state = self.state
        assert state.agent_id is not None and state.connected_at is not None
        self.count_hold()
        held = self.state.held_seconds
        talked = max(0.0, (self.now - state.connected_at).total_seconds() - held)
        self.fact(
            "agent.disconnected",
            queue_id=state.queue_id,
            by=by,
            talk_seconds=round(talked, 3),
            hold_seconds=round(held, 3),
        )
        if state.recorded and state.recording_id:
            self.do(calls.StopRecording(leg_id=state.customer_leg, recording_id=state.recording_id))
            self.fact("recording.stopped", recording_id=state.recording_id)
        if state.bridge_id:
            self.do(calls.EndBridge(bridge_id=state.bridge_id))
        self.change(agent_leg=None, bridge_id=None, recording_id=None, connected_at=None, muted=False)
        seconds = 0 if lost else state.wrap_up_seconds
        self.effects.append(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=seconds, lost=lost)))
        if seconds:
            if state.wrapping:
                self.wrap_up(WrapUp(automatic=True))
            until = self.now + timedelta(seconds=seconds)
            self.change(wrapping=state.agent_id, wrap_up_since=self.now)
            self.effects.append(SetTimer(name=WRAP_UP, due_at=until))
            self.fact("wrap_up.started", until=until)

    def agent_left(self, by: str, *, lost: bool) -> None:
        self.disconnected(by, lost=lost)
        state = self.state
        if lost:
            self.change(state="queued", since=self.now, agent_id=None)
            self.fact("queue.entered", queue_id=state.queue_id, again=True)
            self.wait()
        elif state.after:
            self.change(state="flow", since=self.now)
            self.effects.append(ContinueFlow(state.after))
        else:
            self.hang_up_customer("completed", by)

    def wrap_up(self, event: WrapUp) -> None:
        state = self.state
        if not state.wrapping and not (event.keep_open and state.state in ("connected", "held")):
            raise agents.Impossible("not_possible_in_this_state")
        wrote = (self.now - state.wrap_up_since).total_seconds() if state.wrap_up_since else 0.0
        data: dict[str, Any] = {"wrap_up_seconds": round(wrote, 3), "automatic": event.automatic}
        if event.disposition_id or event.note:
            data |= {"disposition_id": event.disposition_id, "note": event.note}
        self.fact("wrap_up.saved" if event.keep_open else "wrap_up.completed", agent_id=state.wrapping, **data)
        if not event.keep_open:
            self.effects.append(CancelTimer(WRAP_UP))
            assert state.wrapping is not None
            self.effects.append(TellAgent(state.wrapping, agents.WrapUpCompleted()))
            self.change(wrapping=None, wrap_up_since=None)
            if state.state == "wrap_up":
                self.change(state="ended", since=self.now)

    # ── transfers ────────────────────────────────────────────────────────────────────────────────────────────────────

    def transfer_out(self, event: TransferOut) -> None:
        self.answer()
        self.change(
            state="transferred", since=self.now, agent_leg=event.leg_id, on_timeout=event.on_failure, connected_at=None
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

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_message(self, event: TakeMessage) -> None:
        self.answer()
        self.record(Message(since=self.now, **structs.asdict(event)))
        self.fact("recording.started", recording_id=event.recording_id, started_at=self.now, channels=1)

    def record(self, message: Message) -> None:
        self.change(message=message)
        due = message.since + timedelta(seconds=message.max_seconds + MESSAGE_MARGIN_SECONDS)
        self.effects.append(SetTimer(name=MESSAGE, due_at=due))
        self.do(
            calls.RecordMessage(
                leg_id=self.state.customer_leg,
                name=str(message.recording_id),
                max_seconds=message.max_seconds,
                silence_seconds=message.silence_seconds,
            )
        )

    def message_recorded(self, *, failed: bool = False, hung_up: bool = False) -> None:
        """The flow goes on, unless the caller has hung up: the end of the leg comes next."""
        message = self.state.message
        assert message is not None
        self.message_over(failed=failed)
        if not hung_up:
            self.effects.append(MessageTaken(recording_id=message.recording_id, failed=failed))

    def message_over(self, *, failed: bool = False) -> None:
        message = self.state.message
        if message is None:
            return
        left = not failed and (self.now - message.since).total_seconds() >= SHORTEST_MESSAGE_SECONDS
        self.change(message=None, message_left=self.state.message_left or left)
        self.effects.append(CancelTimer(MESSAGE))
        self.fact("recording.stopped", recording_id=message.recording_id, channels=1)

    # ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def other_leg_gone(self, event: calls.LegEnded) -> None:
        match self.state.state:
            case "offered" if event.cause in REJECTED_CAUSES:
                self.missed("rejected", agents.REJECTED)
                self.back_in_queue()
            case "offered" if event.gone:
                self.missed("unknown", None)
                self.back_in_queue()
            case "offered" if event.cause in NO_ANSWER_CAUSES:
                self.missed("no_answer", agents.NO_ANSWER)
                self.back_in_queue()
            case "offered":
                self.missed("unreachable", agents.UNREACHABLE)
                self.back_in_queue()
            case "connected" | "held":
                lost = event.gone or event.cause not in NORMAL_CAUSES
                self.agent_left("system" if lost else "agent", lost=lost)
            case "transferred" if self.state.connected_at is None:
                self.transfer_failed(event.cause)
            case "transferred":
                self.fact("transfer.ended", talk_seconds=self.talked())
                self.hang_up_customer("completed", "agent")
            case _:
                pass

    def customer_gone(self, event: calls.LegEnded) -> None:
        self.message_over()
        state = self.state
        gone: EndReason | None = None
        if event.gone:
            gone = "switch_lost" if event.switch_lost else "system_failure"
        match state.state:
            case "flow":
                done = state.connected_at is not None or state.wrapping or state.agent_id is not None
                alone: EndReason = "flow_ended" if state.message_left else "abandoned_in_flow"
                self.end(gone or ("completed" if done else alone), "customer", event.cause)
            case "queued":
                self.left_queue("abandoned")
                self.end(gone or "abandoned_in_queue", "customer", event.cause)
            case "offered":
                assert state.agent_leg is not None
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.missed("caller_gone", None)
                self.left_queue("abandoned")
                self.end(gone or "abandoned_ringing", "customer", event.cause)
            case "connected" | "held":
                assert state.agent_leg is not None
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.disconnected("customer")
                self.end(gone or "completed", "customer", event.cause)
            case "transferred":
                if state.agent_leg:
                    self.do(calls.HangUp(leg_id=state.agent_leg))
                if state.bridge_id:
                    self.do(calls.EndBridge(bridge_id=state.bridge_id))
                talked = state.connected_at is not None
                if talked:
                    self.fact("transfer.ended", talk_seconds=self.talked())
                self.end(gone or ("completed" if talked else "abandoned_ringing"), "customer", event.cause)
            case _:
                pass

    def end_call(self, event: EndCall) -> None:
        self.message_over()
        if self.state.state == "queued":
            self.left_queue("ended")
        if not self.state.answered or event.reason == "refused_full":
            self.do(calls.Refuse(leg_id=self.state.customer_leg, cause=event.cause))
        else:
            self.do(calls.HangUp(leg_id=self.state.customer_leg, cause=event.cause))
        talked = self.state.agent_id is not None
        self.end("completed" if talked and event.reason == "flow_ended" else event.reason, "system", event.cause)

    def hang_up_customer(self, reason: EndReason, by: str) -> None:
        self.do(calls.HangUp(leg_id=self.state.customer_leg))
        self.end(reason, by, 16)

    def end(self, reason: EndReason, by: str, cause: int) -> None:
        self.change(
            state="wrap_up" if self.state.wrapping else "ended",
            since=self.now,
            end_reason=reason,
            announcement=None,
        )
        self.fact("interaction.ended", end_reason=reason, hangup_cause=cause, ended_by=by)

    # ── timers, crashes ──────────────────────────────────────────────────────────────────────────────────────────────

    def timer(self, name: str) -> None:
        state = self.state
        match name, state.state:
            case "offer", "offered":
                assert state.agent_leg is not None
                leg = state.agent_leg
                self.missed("no_answer", agents.NO_ANSWER)
                self.do(calls.HangUp(leg_id=leg, cause=19))
                self.back_in_queue()
            case "announce", "queued":
                self.effects.append(AnnouncePosition())
                self.arm_announcement()
            case "announce", "offered":
                self.arm_announcement()
            case "max_wait", "queued":
                self.wait_over()
            case "message", _ if state.message:
                self.do(calls.StopMessage(leg_id=state.customer_leg, name=str(state.message.recording_id)))
                self.message_recorded()
            case "wrap_up", _ if state.wrapping:
                self.wrap_up(WrapUp(automatic=True))
            case _:
                pass

    def effect_failed(self, event: calls.EffectFailed) -> None:
        """Only what leaves somebody waiting for nothing matters: a phone that was never called."""
        if event.leg_id == self.state.agent_leg and event.effect in ("CallAgent", "CallNumber"):
            without = NO_CIRCUIT if event.reason == calls.TRUNK_FULL else NO_ROUTE
            cause = UNALLOCATED if event.unknown else without
            self.other_leg_gone(calls.LegEnded(leg_id=event.leg_id, at=event.at, cause=cause, gone=event.unknown))
        elif event.effect == "RecordMessage" and self.state.message:
            self.message_recorded(failed=True)

    def resumed(self, event: Resumed) -> None:
        state = self.state
        if state.state in ("ended", "wrap_up"):
            return
        if state.customer_leg not in event.legs:
            if state.agent_leg and state.agent_leg in event.legs:
                self.do(calls.HangUp(leg_id=state.agent_leg))
            lost = event.switch_since > state.started_at
            self.customer_gone(
                calls.LegEnded(leg_id=state.customer_leg, at=self.now, cause=0, gone=True, switch_lost=lost)
            )
            return
        if state.agent_leg and state.agent_leg not in event.legs:
            self.other_leg_gone(calls.LegEnded(leg_id=state.agent_leg, at=self.now, cause=0, gone=True))
            return
        if state.message and str(state.message.recording_id) in event.recording:
            return  # any command would wait in the switch until the caller has finished
        if state.answered and state.customer_leg not in event.up:
            # Who is up and hears a prompt would be "answered" at its end, and until then no command would be done that
            # follows on the same socket: other callers would hear nothing.
            self.do(calls.AnswerLeg(leg_id=state.customer_leg))
        match state.state:
            case "flow" if state.message and str(state.message.recording_id) in event.recorded:
                self.message_recorded()
            case "flow" if state.message:
                self.record(replace(state.message, since=self.now))
            case "queued" | "offered":
                self.change(announcement=None)
                self.do(calls.StartMusic(leg_id=state.customer_leg, music=state.music))
            case "held":
                self.do(calls.StartMusic(leg_id=state.customer_leg, music=state.music))
            case "connected":
                self.do(calls.StopMusic(leg_id=state.customer_leg))
                self.join()
            case "transferred" if state.connected_at:
                self.do(calls.StopRing(leg_id=state.customer_leg))
                self.join()
            case "transferred":
                self.do(calls.Ring(leg_id=state.customer_leg))
            case _:
                pass

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def rang(self) -> float:
        began = self.state.ring_started_at
        return round((self.now - began).total_seconds(), 3) if began else 0.0

    def talked(self) -> float:
        began = self.state.connected_at
        return round((self.now - began).total_seconds(), 3) if began else 0.0

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def do(self, *effects: calls.AnyEffect) -> None:
        self.effects += effects

    def fact(self, kind: str, agent_id: UUID | None = None, **data: Any) -> None:
        self.effects.append(Fact(kind=kind, data=data, agent_id=agent_id or self.state.agent_id))
