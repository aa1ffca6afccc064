"""Queries of agents and their skills."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents.models import Agent, AgentGroupMember, AgentSkill
from hujiao.identity import accounts


async def of_account(session: AsyncSession, account_id: UUID) -> Agent | None:
    found: Agent | None = await session.scalar(select(Agent).where(Agent.account_id == account_id))
    return found


# Asked with each request.
_FACTS = text(
    "SELECT id, number, phone_kind, sip_user, phone_digest IS NOT NULL AS has_phone FROM agent"
    " WHERE account_id = :account"
)


async def facts(session: AsyncSession, account_id: UUID) -> Row[Any] | None:
    """Returns the columns of the account's `AgentFacts`, without the name, which is the account's."""
    return (await session.execute(_FACTS, {"account": account_id})).one_or_none()


async def of_accounts(session: AsyncSession, account_ids: Iterable[UUID]) -> dict[UUID, Agent]:
    rows = await session.scalars(select(Agent).where(Agent.account_id.in_(list(account_ids))))
    return {row.account_id: row for row in rows}


async def of_number(session: AsyncSession, number: str) -> UUID | None:
    found: UUID | None = await session.scalar(select(Agent.id).where(Agent.number == number))
    return found


async def by_number(session: AsyncSession) -> dict[str, UUID]:
    return {row.number: row.id for row in await session.execute(select(Agent.number, Agent.id))}


async def skills_of(session: AsyncSession, agent_ids: Iterable[UUID]) -> dict[UUID, list[AgentSkill]]:
    statement = select(AgentSkill).where(AgentSkill.agent_id.in_(list(agent_ids))).order_by(AgentSkill.skill_id)
    found: dict[UUID, list[AgentSkill]] = {}
    for row in await session.scalars(statement):
        found.setdefault(row.agent_id, []).append(row)
    return found


async def with_skill(session: AsyncSession, skill_id: UUID) -> set[UUID]:
    """Those whose regular skill it is."""
    return set(await session.scalars(select(AgentSkill.agent_id).where(AgentSkill.skill_id == skill_id)))


async def set_skills(session: AsyncSession, tenant_id: UUID, agent_id: UUID, skills: dict[UUID, int]) -> None:
    await session.execute(delete(AgentSkill).where(AgentSkill.agent_id == agent_id))
    session.add_all(
        AgentSkill(tenant_id=tenant_id, agent_id=agent_id, skill_id=skill_id, proficiency=proficiency)
        for skill_id, proficiency in skills.items()
    )


async def names(session: AsyncSession, agent_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Number and name of each agent."""
    agents = (await session.scalars(select(Agent).where(Agent.id.in_(list(agent_ids))))).all()
    called = await accounts.names(session, [agent.account_id for agent in agents])
    return {agent.id: (agent.number, called.get(agent.account_id, "")) for agent in agents}


async def in_projects(session: AsyncSession, projects: Iterable[UUID]) -> Sequence[UUID]:
    accounts_there = await accounts.in_projects(session, projects)
    return (await session.scalars(select(Agent.id).where(Agent.account_id.in_(accounts_there)))).all()


async def seeing(session: AsyncSession, wanted: Iterable[UUID], projects: Collection[UUID]) -> set[UUID]:
    """Those of these agents whose accounts may sign in and see each of these projects."""
    rows = await session.execute(select(Agent.id, Agent.account_id).where(Agent.id.in_(list(wanted))))
    account_of = {row.id: row.account_id for row in rows}
    there = await accounts.seeing(session, account_of.values(), projects)
    return {agent_id for agent_id, account_id in account_of.items() if account_id in there}


async def sees_only(session: AsyncSession, agent_id: UUID, projects: Collection[UUID] | None) -> bool:
    """Whether the agent's account sees no project but these (None: all)."""
    account_id = (await session.scalars(select(Agent.account_id).where(Agent.id == agent_id))).one()
    return await accounts.sees_only(session, account_id, projects)


async def ids(session: AsyncSession, wanted: Iterable[UUID]) -> set[UUID]:
    """Those of these agents who exist."""
    return set(await session.scalars(select(Agent.id).where(Agent.id.in_(list(wanted)))))


async def members(session: AsyncSession, group_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    statement = select(AgentGroupMember).where(AgentGroupMember.group_id.in_(list(group_ids)))
    found: dict[UUID, list[UUID]] = {}
    for row in await session.scalars(statement.order_by(AgentGroupMember.agent_id)):
        found.setdefault(row.group_id, []).append(row.agent_id)
    return found


async def groups_of(session: AsyncSession, agent_id: UUID) -> Sequence[UUID]:
    statement = select(AgentGroupMember.group_id).where(AgentGroupMember.agent_id == agent_id)
    return (await session.scalars(statement)).all()


async def accounts_of_groups(session: AsyncSession, group_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    statement = (
        select(AgentGroupMember.group_id, Agent.account_id)
        .join(Agent, Agent.id == AgentGroupMember.agent_id)
        .where(AgentGroupMember.group_id.in_(list(group_ids)))
    )
    found: dict[UUID, set[UUID]] = {}
    for group_id, account_id in (await session.execute(statement)).all():
        found.setdefault(group_id, set()).add(account_id)
    return found


async def set_members(session: AsyncSession, tenant_id: UUID, group_id: UUID, agent_ids: Iterable[UUID]) -> None:
    await session.execute(delete(AgentGroupMember).where(AgentGroupMember.group_id == group_id))
    session.add_all(
        AgentGroupMember(tenant_id=tenant_id, group_id=group_id, agent_id=agent_id) for agent_id in set(agent_ids)
    )
