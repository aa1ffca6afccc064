"""The conversation with an agent, and what the agent writes up. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    AgentHangsUp,
    AgentRejects,
    CancelTimer,
    ContinueFlow,
    Hold,
    Mute,
    Prompts,
    Resume,
    SetTimer,
    TellAgent,
    WrapUp,
)
from hujiao.interactions.transfers import TRANSFER
from hujiao.interactions.waiting import OFFER, Waiting

WRAP_UP, GREETING = "wrap_up", "greeting"

LONGEST_GREETING_SECONDS = 15  # by then the two are joined, whatever became of the greeting


def wrap_up_timer(agent_id: UUID) -> str:
    return f"{WRAP_UP}:{agent_id}"


class Talking(Waiting):
    def other_leg_answered(self) -> None:
        state = self.state
        if state.state == "transferred":
            if state.connected_at is None:
                self.change(connected_at=self.now)
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
        self.fact("offer.accepted", queue_id=state.queue_id, ring_seconds=self.rang())
        self.effects += [CancelTimer(OFFER), TellAgent(state.agent_id, agents.Engaged())]

    def connect(self, rang: float) -> None:
        """Agent and customer; first the customer is told who speaks, if the queue says so."""
        self.left_queue("answered")
        self.change(state="connected", since=self.now, connected_at=self.now, held_seconds=0.0, muted=False)
        self.change(held_at_phone=False)
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
        if self.state.held_at_phone:  # while the greeting played
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
            case AgentHangsUp() if state.state in ("connected", "held") and state.agent_leg:
                self.do(calls.HangUp(leg_id=state.agent_leg))
                self.agent_left("agent", lost=False)
            case Hold() if state.state == "connected" and not state.announcement:
                self.hold()
            case Resume() if state.state == "held" and state.held_at_phone:
                raise agents.Impossible("held_at_phone")
            case Resume() if state.state == "held":
                self.resume()
            case Mute() if state.state in ("connected", "held") and state.agent_leg:
                if event.on != state.muted:
                    self.change(muted=event.on)
                    self.fact("agent.muted" if event.on else "agent.unmuted")
            case _:
                raise agents.Impossible("not_possible_in_this_state")

    def held_at_phone(self, on: bool) -> None:
        """The hold key of the agent's own phone: the same as the desktop's."""
        self.change(held_at_phone=on)
        if on and self.state.state == "connected" and not self.state.announcement:
            self.hold()
        elif not on and self.state.state == "held":
            self.resume()

    def hold(self) -> None:
        self.change(state="held", since=self.now, held_since=self.now)
        self.fact("agent.held", by="phone" if self.state.held_at_phone else "desktop")

    def resume(self) -> None:
        self.count_hold()
        self.change(state="connected", since=self.now)
        self.fact("agent.resumed")

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
            self.fact("recording.stopped", recording_id=state.recording_id)
        if state.announcement:
            self.effects.append(CancelTimer(GREETING))
        self.change(agent_leg=None, announcement=None, recording_id=None, connected_at=None, muted=False)
        seconds = 0 if lost else state.wrap_up_seconds
        self.effects.append(TellAgent(state.agent_id, agents.Released(wrap_up_seconds=seconds, lost=lost)))
        if seconds:
            until = self.now + timedelta(seconds=seconds)
            self.change(wrap_ups={**state.wrap_ups, state.agent_id: self.now})
            self.effects.append(SetTimer(name=wrap_up_timer(state.agent_id), due_at=until))
            self.fact("wrap_up.started", until=until)

    def agent_left(self, by: str, *, lost: bool) -> None:
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
        early = event.keep_open and state.state in ("connected", "held") and agent_id == state.agent_id
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
