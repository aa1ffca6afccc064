"""Agents as their colleagues look for them: by number, name, and what kind of seat theirs is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents.models import Agent, AgentGroup, AgentGroupMember, AgentSkill, Skill
from hujiao.identity import accounts


@dataclass(frozen=True, slots=True)
class Entry:
    """`kinds`: the agent's site, groups and skills by name; `supervises`: the projects that the agent leads."""

    id: UUID
    number: str
    name: str
    kinds: tuple[str, ...]
    supervises: frozenset[UUID]


async def directory(session: AsyncSession, projects: frozenset[UUID] | None) -> list[Entry]:
    """Returns the agents of these projects (None: all) whose accounts may sign in, by number."""
    known = set(await accounts.working(session))
    if projects is not None:
        known &= set(await accounts.in_projects(session, projects))
    rows = [row for row in await session.scalars(select(Agent).order_by(Agent.number)) if row.account_id in known]
    names = await accounts.names(session, [row.account_id for row in rows])
    leads = await accounts.supervisors(session)
    kinds = await _kinds(session)
    return [
        Entry(
            id=row.id,
            number=row.number,
            name=names.get(row.account_id, ""),
            kinds=((row.site,) if row.site else ()) + tuple(kinds[row.id]),
            supervises=leads.get(row.account_id, frozenset()),
        )
        for row in rows
    ]


async def _kinds(session: AsyncSession) -> defaultdict[UUID, list[str]]:
    """The names of each agent's groups, then of the skills."""
    groups = (
        select(AgentGroupMember.agent_id, AgentGroup.name)
        .join(
            AgentGroup,
            (AgentGroup.tenant_id == AgentGroupMember.tenant_id) & (AgentGroup.id == AgentGroupMember.group_id),
        )
        .order_by(AgentGroup.name)
    )
    skills = (
        select(AgentSkill.agent_id, Skill.name)
        .join(Skill, (Skill.tenant_id == AgentSkill.tenant_id) & (Skill.id == AgentSkill.skill_id))
        .order_by(Skill.name)
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for statement in (groups, skills):
        for row in await session.execute(statement):
            found[row.agent_id].append(row.name)
    return found
