"""Adjustments of many agents at once: what supervisors ask for and what time brings, agent by agent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from hujiao.agents import adjustments
from hujiao.agents.contracts import (
    Adjust,
    Adjustment,
    AdjustmentKind,
    AdjustmentsDue,
    AgentEvent,
    AgentState,
    EndAdjustments,
)
from hujiao.interactions.contracts import Fact

Change = tuple[AdjustmentKind, str, int]  # kind, subject, level


class AdjustAgents(msgspec.Struct, frozen=True, kw_only=True):
    """Without `until_at`, and not `for_good`, it concerns only who is signed in."""

    agent_ids: tuple[UUID, ...]
    changes: tuple[Change, ...]
    by: UUID
    until_at: datetime | None
    for_good: bool = False
    reason: str = ""


class EndOfAgents(msgspec.Struct, frozen=True, kw_only=True):
    """These adjustments, whosever they are, give way to what is usual."""

    ids: frozenset[UUID]
    by: UUID


class AdjustmentTimer(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: UUID
    due_at: datetime


Asked = AdjustAgents | EndOfAgents | AdjustmentTimer
LevelNow = Callable[[UUID, AdjustmentKind, str], int | None]


def each(
    asked: Asked,
    agents: Mapping[UUID, AgentState],
    known: Collection[UUID],
    new_id: Callable[[], UUID],
    level_now: LevelNow,
    now: datetime,
) -> Iterator[tuple[UUID, Adjust | EndAdjustments | AdjustmentsDue]]:
    """What is asked as events of the agents' machines. `known`: the agents of the configuration."""
    match asked:
        case AdjustAgents():
            for agent_id in asked.agent_ids:
                state = agents.get(agent_id)
                signed_in = state is not None and state.state != "logged_out"
                if agent_id in known and (signed_in or asked.until_at or asked.for_good):
                    yield agent_id, Adjust(tuple(_given(asked, agent_id, new_id, level_now, now)))
        case EndOfAgents():
            for agent_id, state in agents.items():
                if any(one.id in asked.ids for one in state.adjustments):
                    yield agent_id, EndAdjustments(asked.ids, asked.by)
        case AdjustmentTimer() if asked.agent_id in known:
            yield asked.agent_id, AdjustmentsDue()


def timers(agent: AgentState, before: AgentState | None = None) -> Iterator[AdjustmentTimer]:
    """For what has a time and had none set before."""
    for one in agent.adjustments:
        if one.until_at and (before is None or one not in before.adjustments):
            yield AdjustmentTimer(agent_id=agent.agent_id, due_at=one.until_at)


def facts(before: AgentState, after: AgentState, event: AgentEvent, now: datetime) -> Iterator[Fact]:
    for record in adjustments.records(before, after, event, now):
        if record.kind == "skill":
            yield Fact(kind=adjustments.SKILL_CHANGED, agent_id=record.agent_id, data=adjustments.told(record))
        else:
            yield Fact(kind=adjustments.CHANGED, agent_id=record.agent_id, data=adjustments.told(record))


def _given(
    asked: AdjustAgents, agent_id: UUID, new_id: Callable[[], UUID], level_now: LevelNow, now: datetime
) -> Iterator[Adjustment]:
    for kind, subject, level in asked.changes:
        yield Adjustment(
            id=new_id(),
            kind=kind,
            subject=subject,
            level=level,
            before=level_now(agent_id, kind, subject),
            given_by=asked.by,
            given_at=now,
            until_at=asked.until_at,
            for_good=asked.for_good,
            reason=asked.reason,
        )
