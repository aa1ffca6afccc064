"""What agents write up after their part. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hujiao.agents import contracts as agents
from hujiao.interactions.contracts import (
    CancelTimer,
    Ended,
    ExtendWrapUp,
    SetTimer,
    SummaryNeed,
    TellAgent,
    WrappingUp,
    WrapUp,
    Written,
)
from hujiao.interactions.machine.step import Handler, Step, TimerHandler

WRAP_UP = "wrap_up"

LONGEST_SECONDS = 600  # with all that it is extended by


def begin(step: Step, agent_id: UUID, seconds: int) -> None:
    """The agent writes up for so long; 0: what has to be written is written later."""
    needed = _needed(step, agent_id)
    if not seconds:
        _over(step, agent_id, needed)
        return
    until = step.now + timedelta(seconds=seconds)
    step.change(wrap_ups={**step.state.wrap_ups, agent_id: step.now}, **_with(step, agent_id, needed))
    step.ask(SetTimer(name=_timer(agent_id), due_at=until))
    step.fact("wrap_up.started", until=until)


def _write(step: Step, event: WrapUp) -> None:
    state = step.state
    agent_id = event.agent_id or next(iter(state.wrap_ups), state.agent_id)
    since = state.wrap_ups.get(agent_id) if agent_id else None
    early = event.keep_open and state.state == "connected" and agent_id == state.agent_id
    if agent_id is None or (since is None and not early):
        raise agents.Impossible("not_possible_in_this_state")
    needed = _needed(step, agent_id).without(event)
    if needed.lacks and not event.keep_open and not event.automatic:
        raise agents.Impossible("summary_needed", needed.lacks[0])
    wrote = (step.now - since).total_seconds() if since else 0.0
    data: dict[str, Any] = {"wrap_up_seconds": round(wrote, 3), "automatic": event.automatic}
    if event.disposition_id or event.note:
        data |= {
            "disposition_id": event.disposition_id,
            "disposition_name": event.disposition_name,
            "note": event.note,
        }
    if event.disposition_id or event.note or not event.automatic:
        step.change(written=_written(step, agent_id, event))
    step.fact("wrap_up.saved" if event.keep_open else "wrap_up.completed", agent_id=agent_id, **data)
    if event.keep_open:
        step.change(**_with(step, agent_id, needed))
    else:
        _over(step, agent_id, needed)
        step.ask(CancelTimer(_timer(agent_id)), TellAgent(agent_id, agents.WrapUpCompleted()))
        step.change(wrap_ups={other: since for other, since in state.wrap_ups.items() if other != agent_id})
        if isinstance(state.journey, WrappingUp) and not step.state.wrap_ups:
            step.go(Ended(end_reason=state.journey.end_reason))


def _written(step: Step, agent_id: UUID, event: WrapUp) -> tuple[Written, ...]:
    """What each agent has written, this one last; who has cleared it has written nothing."""
    others = tuple(one for one in step.state.written if one.agent_id != agent_id)
    if not event.disposition_id and not event.note:
        return others
    said = Written(at=step.now, agent_id=agent_id, disposition_name=event.disposition_name, note=event.note)
    return (*others, said)


def _extend(step: Step, event: ExtendWrapUp) -> None:
    agent_id, until = event.agent_id, event.until
    since = step.state.wrap_ups.get(agent_id)
    if since is None:
        raise agents.Impossible("not_possible_in_this_state")
    if until > since + timedelta(seconds=LONGEST_SECONDS):
        raise agents.Impossible("wrap_up_is_long_enough")
    step.ask(SetTimer(name=_timer(agent_id), due_at=until), TellAgent(agent_id, agents.WrapUpExtended(until)))
    step.fact("wrap_up.extended", agent_id=agent_id, until=until)


def _needed(step: Step, agent_id: UUID) -> SummaryNeed:
    terms = step.state.terms
    return step.state.summaries.get(agent_id, terms.summary if terms else SummaryNeed())


def _with(step: Step, agent_id: UUID, needed: SummaryNeed) -> dict[str, Any]:
    return {"summaries": {**step.state.summaries, agent_id: needed}}


def _over(step: Step, agent_id: UUID, needed: SummaryNeed) -> None:
    """The agent goes on; what has not been written is still to be written."""
    step.change(summaries={other: need for other, need in step.state.summaries.items() if other != agent_id})
    if needed.lacks:
        step.fact("summary.due", agent_id=agent_id, lacks=needed.lacks)


def _time_over(step: Step, agent_id: str) -> None:
    if UUID(agent_id) in step.state.wrap_ups:
        _write(step, WrapUp(agent_id=UUID(agent_id), automatic=True))


def _timer(agent_id: UUID) -> str:
    return f"{WRAP_UP}:{agent_id}"


EVENTS: dict[type, Handler] = {WrapUp: _write, ExtendWrapUp: _extend}
TIMERS: dict[str, TimerHandler] = {WRAP_UP: _time_over}
