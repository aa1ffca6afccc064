"""What the ledger says when a break is asked for, granted, refused, withdrawn, begins and ends. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from hujiao.agents.contracts import AgentEvent, AgentState, BreakRequest, EndBreak, GrantBreak, RefuseBreak
from hujiao.interactions.contracts import Fact


def facts(before: AgentState, after: AgentState, event: AgentEvent, now: datetime) -> Iterator[Fact]:
    """Yields each step from one state of the agent to the next."""
    agent_id, was, request = after.agent_id, before.break_request, after.break_request
    same = was and request and (was.asked_at, was.reason) == (request.asked_at, request.reason)
    if was and not same:
        yield _over(agent_id, was, event, now)
    if request is None:
        return
    old = was if same else None
    if old is None and not isinstance(event, GrantBreak):
        yield Fact(kind="break.asked", agent_id=agent_id, data={"reason": request.reason})
    if request.granted_at and not (old and old.granted_at):
        granted = {"by_account": request.granted_by, "seconds": _seconds(request.asked_at, now)}
        yield Fact(kind="break.granted", agent_id=agent_id, data={"reason": request.reason, **granted})
    if request.began_at and not (old and old.began_at):
        yield Fact(kind="break.began", agent_id=agent_id, data={"reason": request.reason})


def _over(agent_id: UUID, request: BreakRequest, event: AgentEvent, now: datetime) -> Fact:
    reason = request.reason
    if isinstance(event, RefuseBreak):
        refused = {"reason": reason, "by_account": event.by, "word": event.word}
        return Fact(kind="break.refused", agent_id=agent_id, data=refused)
    by = event.by if isinstance(event, EndBreak | GrantBreak) else None
    since = request.began_at or request.asked_at
    data = {"reason": reason, "by_account": by, "seconds": _seconds(since, now)}
    return Fact(kind="break.ended" if request.began_at else "break.withdrawn", agent_id=agent_id, data=data)


def _seconds(since: datetime, now: datetime) -> float:
    return round((now - since).total_seconds(), 3)
