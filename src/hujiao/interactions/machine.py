"""The machine of a voice interaction: from the first ring to the agent's last note. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions import sound
from hujiao.interactions.contracts import (
    AgentHangsUp,
    AgentRejects,
    Announce,
    AnnouncePosition,
    Answer,
    CallBackPromised,
    CancelCallBack,
    Consult,
    EndCall,
    EndConsultation,
    EndReason,
    EnterQueue,
    HandOver,
    HangUpParty,
    Hold,
    InteractionState,
    Join,
    JoinQueue,
    LeaveByChoice,
    Mute,
    OfferCallBack,
    OfferTo,
    Overflow,
    PhoneGone,
    Prompts,
    Recognised,
    Resume,
    Resumed,
    StopAnnouncing,
    Swap,
    TakeMessage,
    TimerDue,
    Transfer,
    TransferOut,
    WrapUp,
)
from hujiao.interactions.messages import Messages
from hujiao.interactions.rerouting import Rerouting
from hujiao.interactions.talking import WRAP_UP
from hujiao.interactions.working import MAX_WAIT, AnyEffect

__all__ = ["MAX_WAIT", "AnyEffect", "step"]

# Q.850: how an agent's phone says no, and how its line breaks.
REJECTED_CAUSES = frozenset({17, 21})
NO_ANSWER_CAUSES = frozenset({16, 18, 19})
NORMAL_CAUSES = frozenset({16, 17, 31})
UNALLOCATED, NO_ROUTE, NO_ANSWER, NO_CIRCUIT, NO_SOUND = 1, 3, 19, 34, 44


def step(state: InteractionState, event: Any, now: datetime) -> tuple[InteractionState, list[AnyEffect]]:
    """The interaction after the event, and what follows. An event that means nothing here changes nothing.

    Raises `agents.Impossible` for an agent's command that this state does not allow.
    """
    machine = _Machine(state, now)
    machine.take(event)
    if machine.state is not state or machine.resuming:
        machine.command_sound(state, over=event.playback_id if isinstance(event, calls.PlaybackFinished) else "")
    return machine.state, machine.effects


class _Machine(Rerouting, Messages):
    resuming = False  # nobody knows which commands were performed

    def take(self, event: Any) -> None:
        state = self.state
        match event:
            case calls.LegEnded(leg_id=leg) if leg == state.customer_leg:
                self.customer_gone(event)
            case calls.LegEnded(leg_id=leg) if leg == state.agent_leg:
                self.other_leg_gone(event)
            case calls.LegAnswered(leg_id=leg) if leg == state.agent_leg:
                self.other_leg_answered()
            case calls.LegAnswered(leg_id=leg) if leg == state.customer_leg and state.state == "calling":
                self.customer_answered()
            case calls.KeyPressed(key=key) if key in state.keys and state.state == "queued":
                self.leave_by_choice(LeaveByChoice(node=state.keys[key]))
            case calls.LegAnswered(leg_id=leg) if (party := state.party(leg)) and party == state.consulted:
                if party.state == "calling":
                    self.consulted_answered(party)
            case calls.LegEnded(leg_id=leg) if party := state.party(leg):
                self.party_gone(party, event.cause)
            case calls.LegHeld(leg_id=leg) if leg == state.agent_leg and state.state == "connected":
                self.held_at_phone(event.on)
            case calls.LegRinging(leg_id=leg) if leg == state.agent_leg and state.state == "offered":
                self.fact("offer.ringing")
            case calls.PlaybackFinished(playback_id=playback) if state.announcement and (
                playback == state.announcement.playback_id
            ):
                if state.state == "connected":
                    self.greeted()
                else:
                    self.change(announcement=None)
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
                    self.effects.append(JoinQueue(arriving=event.arriving))
            case EnterQueue() if state.state == "flow":
                self.enter_queue(event)
            case Overflow() if state.state == "queued":
                self.overflow(event)
            case OfferTo() if state.state == "queued":
                self.offer(event)
            case OfferCallBack() if state.state == "queued" and state.callback_offered != state.queue_id:
                self.offer_call_back(event)
            case LeaveByChoice() if state.state == "queued":
                self.leave_by_choice(event)
            case CallBackPromised():
                self.change(promised=True)
            case CancelCallBack():
                if state.state not in ("queued", "scheduled") or not self.nobody_on_the_line():
                    raise agents.Impossible("not_possible_in_this_state")
                self.over("callback_cancelled")
            case Announce() if state.state in ("queued", "offered"):
                self.change(announcement=Prompts(event.playback_id, event.prompts))
            case StopAnnouncing() if state.state in ("queued", "offered") and state.announcement:
                self.change(announcement=None)
            case TransferOut() if state.state == "flow":
                self.transfer_out(event)
            case Transfer():
                self.transfer(event)
            case TakeMessage() if state.state == "flow" and state.message is None:
                self.take_message(event)
            case calls.MessageRecorded(name=name) if state.message and name == str(state.message.recording_id):
                self.message_recorded(failed=event.failed, hung_up=event.hung_up)
            case EndCall() if state.state not in ("wrap_up", "ended"):
                self.end_call(event)
            case (
                Hold() | Resume() | Mute() | AgentHangsUp() | AgentRejects() | WrapUp()
                | Consult() | Swap() | EndConsultation() | Join() | HandOver() | HangUpParty()
            ):  # fmt: skip
                self.command(event)
            case PhoneGone():
                self.phone_gone(event.agent_id)
            case TimerDue():
                self.timer(event.name)
            case Resumed():
                self.resumed(event)
            case _:
                pass

    def command_sound(self, before: InteractionState, *, over: str) -> None:
        """Before whatever else the step led to, but for the answer that lets the caller hear anything."""
        told = sound.changes(sound.declared(before), sound.declared(self.state), over=over, ensure=self.resuming)
        answers = [effect for effect in self.effects if isinstance(effect, calls.AnswerLeg)]
        others = [effect for effect in self.effects if not isinstance(effect, calls.AnswerLeg)]
        self.effects = [*answers, *told, *others]

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
            case "calling":
                self.agent_gone_calling(lost=event.gone)
            case "connected":
                lost = event.gone or event.cause not in NORMAL_CAUSES
                self.agent_left("system" if lost else "agent", lost=lost)
            case "transferred" if self.state.connected_at is None:
                self.transfer_failed(event.cause)
            case "transferred":
                self.fact("transfer.ended", talk_seconds=self.talked())
                self.hang_up_customer("completed", "agent" if event.cause in NORMAL_CAUSES else "system")
            case _:
                pass

    def phone_gone(self, agent_id: UUID) -> None:
        """Nobody hears an offer there; a conversation ends unless sound still comes."""
        state = self.state
        party = next((party for party in state.parties if party.agent_id == agent_id), None)
        if party is None:
            return
        if party != state.other:
            if party.state == "calling":
                self.dismiss(party)
            else:
                self.do(calls.EndIfSilent(leg_id=party.leg_id))
            return
        assert state.agent_leg is not None
        if state.state == "offered":
            leg = state.agent_leg
            self.missed("phone_gone", None)
            self.do(calls.HangUp(leg_id=leg))
            self.back_in_queue()
        elif state.state in ("connected", "calling"):
            self.do(calls.EndIfSilent(leg_id=state.agent_leg))

    def customer_gone(self, event: calls.LegEnded) -> None:
        self.message_over()
        state = self.state
        by = "system" if event.cause == NO_SOUND else "customer"
        gone: EndReason | None = None
        if event.gone:
            gone = "switch_lost" if event.switch_lost else "system_failure"
        match state.state:
            case "flow":
                alone: EndReason = "flow_ended" if state.message_left else "abandoned_in_flow"
                if state.promised:
                    alone = "callback_requested"
                self.end(gone or ("completed" if self.served() else alone), by, event.cause)
            case "calling":
                self.customer_unreached(event.cause, counted=not event.gone)
            case "queued":
                self.left_queue("abandoned")
                self.end(gone or "abandoned_in_queue", by, event.cause)
            case "offered":
                assert state.agent_leg is not None
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.missed("caller_gone", None)
                self.left_queue("abandoned")
                self.end(gone or "abandoned_ringing", by, event.cause)
            case "connected":
                assert state.agent_leg is not None
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.disconnected(by)
                self.end(gone or "completed", by, event.cause)
            case "transferred":
                self.dismiss_all()
                if state.agent_leg:
                    self.do(calls.HangUp(leg_id=state.agent_leg))
                talked = state.connected_at is not None
                if talked:
                    self.fact("transfer.ended", talk_seconds=self.talked())
                self.end(gone or ("completed" if talked else "abandoned_ringing"), by, event.cause)
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
        reason = event.reason
        if reason == "flow_ended" and self.served():
            reason = "completed"
        elif reason == "flow_ended" and self.state.promised:
            reason = "callback_requested"
        self.end(reason, "system", event.cause)

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
                self.arm_announcement()
                self.effects.append(AnnouncePosition())  # last: its flow may lead out of the queue
            case "announce", "offered":
                self.arm_announcement()
            case "max_wait", "queued":
                self.wait_over()
            case "message", _ if state.message:
                self.do(calls.StopMessage(leg_id=state.customer_leg, name=str(state.message.recording_id)))
                self.message_recorded()
            case _ if name.startswith(WRAP_UP):
                agent_id = UUID(name.removeprefix(f"{WRAP_UP}:"))
                if agent_id in state.wrap_ups:
                    self.wrap_up(WrapUp(agent_id=agent_id, automatic=True))
            case "transfer", "transferred" if state.connected_at is None and state.agent_leg:
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.transfer_failed(NO_ANSWER)
            case "greeting", "connected":
                self.greeted()
            case "consultation", _ if state.consulted and state.consulted.state == "calling":
                self.do(calls.HangUp(leg_id=state.consulted.leg_id, cause=NO_ANSWER))
                self.party_gone(state.consulted, NO_ANSWER)
            case _ if state.callback:
                self.callback_timer(name)
            case _:
                pass

    def effect_failed(self, event: calls.EffectFailed) -> None:
        """Only what leaves somebody waiting for nothing matters: a phone that was never called."""
        state = self.state
        if event.leg_id == self.state.agent_leg and event.effect in ("CallAgent", "CallNumber"):
            without = NO_CIRCUIT if event.reason == calls.TRUNK_FULL else NO_ROUTE
            cause = UNALLOCATED if event.unknown else without
            self.other_leg_gone(calls.LegEnded(leg_id=event.leg_id, at=event.at, cause=cause, gone=event.unknown))
        elif state.consulted and event.leg_id == state.consulted.leg_id and event.effect in ("CallAgent", "CallNumber"):
            self.party_gone(state.consulted, NO_CIRCUIT if event.reason == calls.TRUNK_FULL else NO_ROUTE)
        elif event.leg_id == self.state.customer_leg and self.state.state == "calling":
            self.customer_unreached(NO_CIRCUIT if event.reason == calls.TRUNK_FULL else NO_ROUTE)
        elif event.effect == "RecordMessage" and self.state.message:
            self.message_recorded(failed=True)

    def resumed(self, event: Resumed) -> None:
        state = self.state
        if state.state in ("ended", "wrap_up"):
            return
        if self.nobody_on_the_line():
            self.callback_resumed(event)
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
            if state.state == "connected":
                # The switch has the caller still, so it ran all the time: the agent has simply hung up.
                self.agent_left("agent", lost=False)
            else:
                self.other_leg_gone(calls.LegEnded(leg_id=state.agent_leg, at=self.now, cause=0, gone=True))
            return
        self.resuming = True
        if state.other and state.other.held_at_phone:  # that it takes the call back may have been said meanwhile
            self.alter(state.agent_leg, held_at_phone=False)
        if state.message and str(state.message.recording_id) in event.recording:
            self.resuming = False  # any command would wait in the switch until the caller has finished
            return
        for party in state.parties:
            if party.role == "customer" or party == state.other:
                continue
            if party.leg_id not in event.legs:
                self.party_gone(party, 0)
            elif party.state == "calling" and party.leg_id in event.up:
                self.consulted_answered(party)
        if state.answered and state.customer_leg not in event.up:
            # Who is up and hears a prompt would be "answered" at its end, and until then no command would be done that
            # follows on the same socket: other callers would hear nothing.
            self.do(calls.AnswerLeg(leg_id=state.customer_leg))
        match state.state:
            case "flow" if state.message and str(state.message.recording_id) in event.recorded:
                self.message_recorded()
            case "flow" if state.message:
                self.record(replace(state.message, since=self.now))
            case "offered" | "transferred" if state.agent_leg in event.up and state.connected_at is None:
                self.other_leg_answered()  # while nobody was there
            case "queued" | "offered":
                self.change(announcement=None)  # whatever follows on the same socket would wait for its end
            case "connected" if state.announcement:
                self.greeted()
            case _:
                pass
