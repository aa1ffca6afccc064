"""The conversation with an agent, and what the agent writes up. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    BESIDE,
    MAIN,
    AgentHangsUp,
    AgentRejects,
    CancelTimer,
    Consult,
    ContinueFlow,
    EndConsultation,
    HandOver,
    HangUpParty,
    Hold,
    Join,
    Mute,
    Prompts,
    Resume,
    SetTimer,
    Swap,
    TellAgent,
    WrapUp,
)
from hujiao.interactions.rooms import CONSULTATION, Rooms, whom
from hujiao.interactions.transfers import TRANSFER
from hujiao.interactions.waiting import OFFER

WRAP_UP, GREETING = "wrap_up", "greeting"

LONGEST_GREETING_SECONDS = 15  # by then the two are joined, whatever became of the greeting


def wrap_up_timer(agent_id: UUID) -> str:
    return f"{WRAP_UP}:{agent_id}"


class Talking(Rooms):
    def other_leg_answered(self) -> None:
        state = self.state
        if state.state == "transferred":
            if state.connected_at is None:
                self.alter(state.agent_leg, state="in", since=self.now, joined_at=self.now)
                self.effects.append(CancelTimer(TRANSFER))
                self.fact("transfer.answered")
            return
        if state.state == "offered":
            self.agent_ready()

    def agent_ready(self) -> None:
        """The agent has taken the offer: now both can talk."""
        rang = self.rang()
        self.accepted()
        self.connect(rang)

    def accepted(self) -> None:
        state = self.state
        assert state.agent_id is not None
        self.alter(state.agent_leg, state="in", since=self.now)
        self.fact("offer.accepted", queue_id=state.queue_id, ring_seconds=self.rang())
        self.effects += [CancelTimer(OFFER), TellAgent(state.agent_id, agents.Engaged())]

    def connect(self, rang: float) -> None:
        """Agent and customer; first the customer is told who speaks, if the queue says so."""
        self.left_queue("answered")
        self.change(state="connected", since=self.now, held_seconds=0.0)
        self.alter(self.state.agent_leg, joined_at=self.now)
        state = self.state
        if state.greeting:
            self.change(announcement=Prompts(f"{state.id}.greeting-{state.agent_leg}", state.greeting))
            due = self.now + timedelta(seconds=LONGEST_GREETING_SECONDS)
            self.effects.append(SetTimer(name=GREETING, due_at=due))
        self.fact("agent.connected", queue_id=state.queue_id, ring_seconds=rang)
        if state.recorded and state.recording_id:
            self.fact("recording.started", recording_id=state.recording_id)

    def greeted(self) -> None:
        """The greeting is over, or takes too long."""
        self.effects.append(CancelTimer(GREETING))
        self.change(announcement=None)
        if self.state.other and self.state.other.held_at_phone:  # while the greeting played
            self.hold()

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
            case AgentHangsUp() if state.state == "connected" and state.agent_leg:
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.agent_left("agent", lost=False)
            case Consult():
                self.consult(event)
            case Swap():
                self.swap()
            case EndConsultation():
                self.end_consultation()
            case Join():
                self.join()
            case HandOver():
                self.hand_over()
            case HangUpParty():
                self.hang_up_party(event.leg_id)
            case Hold() if state.state == "connected" and not (state.held or state.announcement or state.consulted):
                self.hold()
            case Resume() if state.held and state.other and state.other.held_at_phone:
                raise agents.Impossible("held_at_phone")
            case Resume() if state.held and not state.consulted:
                self.resume()
            case Mute() if state.state == "connected" and state.other:
                if event.on != state.other.muted:
                    self.alter(state.agent_leg, muted=event.on)
                    self.fact("agent.muted" if event.on else "agent.unmuted")
            case _:
                raise agents.Impossible("not_possible_in_this_state")

    def disconnected(self, by: str, *, lost: bool = False, goes_on: bool = False) -> None:
        """The agent's part of the talk is over; the agent writes up. `goes_on`: the others talk on."""
        state = self.state
        assert state.agent_id is not None and state.connected_at is not None
        if not goes_on:
            self.dismiss_all()
        self.end_hold()
        held = self.state.held_seconds
        talked = max(0.0, (self.now - state.connected_at).total_seconds() - held)
        self.fact(
            "agent.disconnected",
            queue_id=state.queue_id,
            by=by,
            talk_seconds=round(talked, 3),
            hold_seconds=round(held, 3),
        )
        if state.recorded and state.recording_id and not goes_on:
            self.fact("recording.stopped", recording_id=state.recording_id)
            self.change(recording_id=None)
        if state.announcement:
            self.effects.append(CancelTimer(GREETING))
        self.leave(state.agent_leg)
        self.change(announcement=None)
        seconds = 0 if lost else state.wrap_up_seconds
        self.effects.append(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=seconds, lost=lost)))
        if seconds:
            until = self.now + timedelta(seconds=seconds)
            self.change(wrap_ups={**state.wrap_ups, state.agent_id: self.now})
            self.effects.append(SetTimer(name=wrap_up_timer(state.agent_id), due_at=until))
            self.fact("wrap_up.started", until=until)

    def hand_over(self) -> None:
        state, consulted = self.state, self.state.consulted
        if not state.other or consulted is None or consulted.state == "calling":
            raise agents.Impossible("not_possible_in_this_state")
        self.do(calls.HangUp(leg_id=state.other.leg_id))
        self._goes_on_without_agent("transfer", lost=False)

    def _goes_on_without_agent(self, by: str, *, lost: bool) -> None:
        """Who was asked has the customer from here on, the first of them if there are more."""
        consulted = self.state.consulted
        if consulted and consulted.state == "calling":
            self.dismiss(consulted)
        elif consulted:
            self.alter(consulted.leg_id, state="in", since=self.now)
        rooms = {party.leg_id: party.room for party in self.state.parties}
        for leg in rooms:
            self.alter(leg, room=MAIN)
        self.disconnected(by, lost=lost, goes_on=True)
        successor = self.state.other
        assert successor is not None and successor.joined_at is not None
        beside = (self.now - successor.joined_at).total_seconds()
        self.effects.append(CancelTimer(CONSULTATION))
        kind = "consultation.ended" if rooms[successor.leg_id] == BESIDE else "party.left"
        self.fact(kind, talk_seconds=round(beside, 3), **whom(successor))
        self.alter(successor.leg_id, since=self.now, joined_at=self.now)
        self.change(since=self.now, held_seconds=0.0)
        if successor.agent_id:
            self.change(agent_id=successor.agent_id)
            self.fact("agent.connected", queue_id=self.state.queue_id, ring_seconds=0.0)
            return
        if self.state.recorded and self.state.recording_id:
            self.fact("recording.stopped", recording_id=self.state.recording_id)
        self.change(state="transferred", on_timeout=None, back=None, recording_id=None)
        self.fact("transfer.started", number=successor.number, leg_id=successor.leg_id)
        self.fact("transfer.answered")

    def agent_left(self, by: str, *, lost: bool) -> None:
        """The agent at hand has gone; guests go on with the customer, and so does who was asked if nobody was lost."""
        others = [party for party in self.state.parties if party.role != "customer" and party != self.state.other]
        if any(party.joined_at and (party.room == MAIN or not lost) for party in others):
            self._goes_on_without_agent(by, lost=lost)
            return
        self.disconnected(by, lost=lost)
        state = self.state
        if lost:
            self.change(state="queued", since=self.now, entered_at=self.now, agent_id=None)
            self.fact("queue.entered", queue_id=state.queue_id, again=True)
            self.wait()
            self.arm_longest_wait()
        elif state.after:
            self.change(state="flow", since=self.now)
            self.effects.append(ContinueFlow(state.after))
        else:
            self.hang_up_customer("completed", by)

    def wrap_up(self, event: WrapUp) -> None:
        state = self.state
        agent_id = event.agent_id or next(iter(state.wrap_ups), state.agent_id)
        since = state.wrap_ups.get(agent_id) if agent_id else None
        early = event.keep_open and state.state == "connected" and agent_id == state.agent_id
        if agent_id is None or (since is None and not early):
            raise agents.Impossible("not_possible_in_this_state")
        wrote = (self.now - since).total_seconds() if since else 0.0
        data: dict[str, Any] = {"wrap_up_seconds": round(wrote, 3), "automatic": event.automatic}
        if event.disposition_id or event.note:
            data |= {"disposition_id": event.disposition_id, "note": event.note}
        self.fact("wrap_up.saved" if event.keep_open else "wrap_up.completed", agent_id=agent_id, **data)
        if not event.keep_open:
            self.effects += [CancelTimer(wrap_up_timer(agent_id)), TellAgent(agent_id, agents.WrapUpCompleted())]
            self.change(wrap_ups={other: since for other, since in state.wrap_ups.items() if other != agent_id})
            if state.state == "wrap_up" and not self.state.wrap_ups:
                self.change(state="ended", since=self.now)
