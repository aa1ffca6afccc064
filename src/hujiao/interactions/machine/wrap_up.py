"""What agents write up after their part. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.interactions.contracts import CancelTimer, Ended, SetTimer, TellAgent, WrappingUp, WrapUp
from hujiao.interactions.machine.step import Handler, Step, TimerHandler

WRAP_UP = "wrap_up"


def begin(step: Step, agent_id: UUID, seconds: int) -> None:
    until = step.now + timedelta(seconds=seconds)
    step.change(wrap_ups={**step.state.wrap_ups, agent_id: step.now})
    step.ask(SetTimer(name=_timer(agent_id), due_at=until))
    step.fact("wrap_up.started", until=until)


def _write(step: Step, event: WrapUp) -> None:
    state = step.state
    agent_id = event.agent_id or next(iter(state.wrap_ups), state.agent_id)
    since = state.wrap_ups.get(agent_id) if agent_id else None
    early = event.keep_open and state.state == "connected" and agent_id == state.agent_id
    if agent_id is None or (since is None and not early):
        raise agents.Impossible("not_possible_in_this_state")
    wrote = (step.now - since).total_seconds() if since else 0.0
    data: dict[str, Any] = {"wrap_up_seconds": round(wrote, 3), "automatic": event.automatic}
    if event.disposition_id or event.note:
        data |= {"disposition_id": event.disposition_id, "note": event.note}
    step.fact("wrap_up.saved" if event.keep_open else "wrap_up.completed", agent_id=agent_id, **data)
    if not event.keep_open:
        step.ask(CancelTimer(_timer(agent_id)), TellAgent(agent_id, agents.WrapUpCompleted()))
        step.change(wrap_ups={other: since for other, since in state.wrap_ups.items() if other != agent_id})
        if isinstance(state.journey, WrappingUp) and not step.state.wrap_ups:
            step.go(Ended(end_reason=state.journey.end_reason))


def _time_over(step: Step, agent_id: str) -> None:
    if UUID(agent_id) in step.state.wrap_ups:
        _write(step, WrapUp(agent_id=UUID(agent_id), automatic=True))


def _timer(agent_id: UUID) -> str:
    return f"{WRAP_UP}:{agent_id}"


EVENTS: dict[type, Handler] = {WrapUp: _write}
TIMERS: dict[str, TimerHandler] = {WRAP_UP: _time_over}
