"""Temporary skills of many agents at once: what supervisors ask for and what time brings, agent by agent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from hujiao.agents import skills
from hujiao.agents.contracts import AgentEvent, AgentState, EndSkills, GiveSkills, SkillsDue, TemporarySkill
from hujiao.interactions.contracts import Fact


class GiveToAgents(msgspec.Struct, frozen=True, kw_only=True):
    """`levels`: (skill, level), 0 takes it away. Without `until_at` only who is signed in gets them."""

    agent_ids: tuple[UUID, ...]
    levels: tuple[tuple[UUID, int], ...]
    by: UUID
    until_at: datetime | None


class EndOfAgents(msgspec.Struct, frozen=True, kw_only=True):
    """These temporary skills, whosever they are, give way to the regular ones."""

    ids: frozenset[UUID]
    by: UUID


class SkillTimer(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: UUID
    due_at: datetime


Change = GiveToAgents | EndOfAgents | SkillTimer


def each(
    change: Change,
    agents: Mapping[UUID, AgentState],
    known: Collection[UUID],
    new_id: Callable[[], UUID],
    now: datetime,
) -> Iterator[tuple[UUID, GiveSkills | EndSkills | SkillsDue]]:
    """The change as events of the agents' machines. `known`: the agents of the configuration."""
    match change:
        case GiveToAgents():
            for agent_id in change.agent_ids:
                state = agents.get(agent_id)
                signed_in = state is not None and state.state != "logged_out"
                if agent_id in known and (signed_in or change.until_at):
                    yield agent_id, GiveSkills(tuple(_given(change, new_id, now)))
        case EndOfAgents():
            for agent_id, state in agents.items():
                if any(skill.id in change.ids for skill in state.temporary):
                    yield agent_id, EndSkills(change.ids, change.by)
        case SkillTimer() if change.agent_id in known:
            yield change.agent_id, SkillsDue()


def timers(agent: AgentState, before: AgentState | None = None) -> Iterator[SkillTimer]:
    """For what has a time and had none set before."""
    for skill in agent.temporary:
        if skill.until_at and (before is None or skill not in before.temporary):
            yield SkillTimer(agent_id=agent.agent_id, due_at=skill.until_at)


def facts(before: AgentState, after: AgentState, event: AgentEvent, now: datetime) -> Iterator[Fact]:
    for record in skills.records(before, after, event, now):
        data = asdict(record)
        yield Fact(kind=skills.CHANGED, agent_id=data.pop("agent_id"), data=data)


def _given(change: GiveToAgents, new_id: Callable[[], UUID], now: datetime) -> Iterator[TemporarySkill]:
    for skill_id, level in change.levels:
        yield TemporarySkill(
            id=new_id(),
            skill_id=skill_id,
            level=level,
            given_by=change.by,
            given_at=now,
            until_at=change.until_at,
        )
