"""What temporary skills make of an agent's regular ones, and what became of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from hujiao.agents.contracts import AgentEvent, AgentState, EndSkills, GiveSkills, SignIn, TemporarySkill

CHANGED = "agent.skill_changed"  # the ledger's kind of event
EndedWhy = Literal["signed_in", "time", "replaced", "undone"]


class SkillRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A temporary skill from its beginning to its end: a row of the history, and what the ledger says of it."""

    id: UUID
    agent_id: UUID
    skill_id: UUID
    level: int
    given_by: UUID
    given_at: datetime
    until_at: datetime | None
    ended_at: datetime | None = None
    ended_why: EndedWhy | None = None
    ended_by: UUID | None = None


def effective(regular: Mapping[UUID, int], temporary: Iterable[TemporarySkill]) -> dict[UUID, int]:
    """The levels that routing goes by."""
    levels = dict(regular) | {skill.skill_id: skill.level for skill in temporary}
    return {skill_id: level for skill_id, level in levels.items() if level}


def records(before: AgentState, after: AgentState, event: AgentEvent, now: datetime) -> Iterator[SkillRecord]:
    """What the event ended, then what it began."""
    here = {skill.id for skill in before.temporary}
    stays = {skill.id for skill in after.temporary}
    why, by = _ending(event)
    for skill in before.temporary:
        if skill.id not in stays:
            yield SkillRecord(agent_id=after.agent_id, **asdict(skill), ended_at=now, ended_why=why, ended_by=by)
    for skill in after.temporary:
        if skill.id not in here:
            yield SkillRecord(agent_id=after.agent_id, **asdict(skill))


def _ending(event: AgentEvent) -> tuple[EndedWhy, UUID | None]:
    match event:
        case SignIn():
            return "signed_in", None
        case GiveSkills():
            return "replaced", event.given[0].given_by
        case EndSkills():
            return "undone", event.by
        case _:
            return "time", None
