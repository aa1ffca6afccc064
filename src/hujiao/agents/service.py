"""Agents' configuration: seats, skills, reasons, people and their agent numbers."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import repository
from hujiao.agents.contracts import PhoneEncryption
from hujiao.agents.forwarding import Forwarding
from hujiao.agents.models import Agent, AgentGroup, CapacityProfile, ReasonCode, Seat, Skill
from hujiao.agents.views import (
    AgentFacts,
    AgentGroupIn,
    AgentGroupView,
    AgentIn,
    AgentView,
    CapacityProfileIn,
    CapacityProfileView,
    NewPerson,
    PersonIn,
    PersonView,
    PhoneKind,
    Proficiency,
    ReasonCodeIn,
    ReasonCodeView,
    SeatIn,
    SeatView,
    SkillIn,
    SkillView,
)
from hujiao.identity.accounts import Accounts
from hujiao.identity.contracts import Principal
from hujiao.identity.views import AccountIn, AccountRecord
from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.secrets import sip_digest


class Seats(Catalogue[Seat, SeatIn, SeatView]):
    row, view = Seat, SeatView
    search, order = (Seat.name, Seat.room), (Seat.room, Seat.name)


class Skills(Catalogue[Skill, SkillIn, SkillView]):
    row, view = Skill, SkillView
    search, order = (Skill.name,), (Skill.name,)


class CapacityProfiles(Catalogue[CapacityProfile, CapacityProfileIn, CapacityProfileView]):
    row, view = CapacityProfile, CapacityProfileView
    search, order = (CapacityProfile.name,), (CapacityProfile.name,)

    async def values(self, data: CapacityProfileIn, row: CapacityProfile | None) -> dict[str, Any]:
        if data.is_default:  # one at a time
            await self.session.execute(update(CapacityProfile).values(is_default=False))
        return data.model_dump(mode="json")


class AgentGroups(Catalogue[AgentGroup, AgentGroupIn, AgentGroupView]):
    row, view = AgentGroup, AgentGroupView
    search, order = (AgentGroup.name,), (AgentGroup.name,)

    async def values(self, data: AgentGroupIn, row: AgentGroup | None) -> dict[str, Any]:
        return {"name": data.name, "most_on_break": data.most_on_break}

    async def written(self, row: AgentGroup, data: AgentGroupIn) -> None:
        if not set(data.agent_ids) <= await repository.ids(self.session, data.agent_ids):
            raise BadField("error.unknown_reference", field="agent_ids")
        await repository.set_members(self.session, self.tenant_id, row.id, data.agent_ids)

    async def show(self, rows: Sequence[AgentGroup]) -> list[AgentGroupView]:
        members = await repository.members(self.session, [row.id for row in rows])
        return [
            AgentGroupView(id=row.id, name=row.name, most_on_break=row.most_on_break, agent_ids=members.get(row.id, []))
            for row in rows
        ]


async def with_skill(session: AsyncSession, skill_id: UUID) -> set[UUID]:
    """Returns the agents whose regular skill it is."""
    if skill_id not in await skill_ids(session):
        raise BadField("error.unknown_reference", field="skill_id")
    return await repository.with_skill(session, skill_id)


async def of_group(session: AsyncSession, group_id: UUID) -> set[UUID]:
    """Returns the agents of the group."""
    if group_id not in await group_ids(session):
        raise BadField("error.unknown_reference", field="group_id")
    return set((await repository.members(session, [group_id])).get(group_id, ()))


async def groups_of(session: AsyncSession, agent_id: UUID) -> Sequence[UUID]:
    """Returns the groups in which the agent is."""
    return await repository.groups_of(session, agent_id)


async def group_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(AgentGroup.id, AgentGroup.name).where(AgentGroup.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


async def accounts_of_groups(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Returns the accounts whose agents are in each of these groups."""
    return await repository.accounts_of_groups(session, ids)


async def numbers(session: AsyncSession, account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Returns the agents' numbers (工号) of those of these accounts that have one."""
    return {account: row.number for account, row in (await repository.of_accounts(session, account_ids)).items()}


async def skill_ids(session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(Skill.id)))


async def skill_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Skill.id, Skill.name).where(Skill.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


async def agent_ids(session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(Agent.id)))


async def check_exist(session: AsyncSession, agent_ids: Iterable[UUID], groups: Iterable[UUID]) -> None:
    if not set(agent_ids) <= await repository.ids(session, agent_ids):
        raise BadField("error.unknown_reference", field="agent_ids")
    if not set(groups) <= await group_ids(session):
        raise BadField("error.unknown_reference", field="group_ids")


async def visible(
    session: AsyncSession, projects: frozenset[UUID] | None, agent_ids: Iterable[UUID], groups: Sequence[UUID]
) -> list[UUID]:
    """These agents, and the groups' members of these projects (None: all). Nobody else may be named, or nobody left."""
    await check_exist(session, agent_ids, groups)
    members = await repository.members(session, groups)
    found = {*agent_ids, *(agent for group in members.values() for agent in group)}
    if projects is not None:
        found &= set(await repository.in_projects(session, projects))
    if not set(agent_ids) <= found:
        raise BadField("error.unknown_reference", field="agent_ids")
    if not found:
        raise BadField("error.group_of_nobody", field="group_ids")
    return sorted(found)


async def group_ids(session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(AgentGroup.id)))


class ReasonCodes(Catalogue[ReasonCode, ReasonCodeIn, ReasonCodeView]):
    row, view = ReasonCode, ReasonCodeView
    search, order = (ReasonCode.name, ReasonCode.code), (ReasonCode.name,)


async def reasons(session: AsyncSession) -> dict[UUID, bool]:
    """Returns the tenant's reasons for not being ready, each with whether it is a break."""
    rows = await session.execute(select(ReasonCode.id, ReasonCode.is_break))
    return {row.id: row.is_break for row in rows}


async def of_account(session: AsyncSession, principal: Principal) -> AgentFacts | None:
    row = await repository.facts(session, principal.account_id)
    return None if row is None else AgentFacts(name=principal.name, **row._mapping)


async def night_bell(session: AsyncSession, agent_id: UUID) -> bool:
    """Returns whether the agent has it on."""
    return bool(await session.scalar(select(Agent.night_bell).where(Agent.id == agent_id)))


async def set_night_bell(session: AsyncSession, agent_id: UUID, *, on: bool) -> None:
    await session.execute(update(Agent).where(Agent.id == agent_id).values(night_bell=on))


async def forwarding(session: AsyncSession, agent_id: UUID) -> Forwarding:
    found = await session.scalar(select(Agent.forwarding).where(Agent.id == agent_id))
    if found is None:
        raise NotFound("error.not_found")
    return msgspec.convert(found, Forwarding)


async def set_forwarding(session: AsyncSession, agent_id: UUID, rules: Forwarding) -> None:
    values = {"forwarding": msgspec.to_builtins(rules)}
    await session.execute(update(Agent).where(Agent.id == agent_id).values(values))


async def of_number(session: AsyncSession, number: str) -> UUID | None:
    """Returns the agent with this own number (工号)."""
    return await repository.of_number(session, number)


async def by_number(session: AsyncSession, projects: frozenset[UUID] | None) -> dict[str, UUID]:
    """Returns the agents of these projects (None: all agents) by their own numbers (工号)."""
    found = await repository.by_number(session)
    seen = None if projects is None else await in_projects(session, projects)
    return {number: agent_id for number, agent_id in found.items() if seen is None or agent_id in seen}


async def names(session: AsyncSession, agent_ids: Iterable[UUID | None]) -> dict[UUID, tuple[str, str]]:
    """Number and name of each of these agents."""
    wanted = {agent_id for agent_id in agent_ids if agent_id is not None}
    return await repository.names(session, wanted) if wanted else {}


async def known(session: AsyncSession, projects: frozenset[UUID] | None, agent_ids: Iterable[UUID]) -> set[UUID]:
    """Returns those of these agents who exist and are of these projects (None: of any)."""
    there = await repository.ids(session, agent_ids)
    return there if projects is None else there & await in_projects(session, projects)


async def seeing(session: AsyncSession, agent_ids: Iterable[UUID], projects: Collection[UUID]) -> set[UUID]:
    """Returns those of these agents who may sign in and see each of these projects."""
    return await repository.seeing(session, agent_ids, projects)


async def sees_only(session: AsyncSession, agent_id: UUID, projects: Collection[UUID] | None) -> bool:
    """Whether the agent's account sees no project but these (None: all)."""
    return await repository.sees_only(session, agent_id, projects)


async def in_projects(session: AsyncSession, projects: frozenset[UUID]) -> frozenset[UUID]:
    return frozenset(await repository.in_projects(session, projects))


class People:
    """Accounts together with their agent numbers."""

    def __init__(self, session: AsyncSession, who: Principal, *, now: datetime, password_hash: str = "") -> None:
        self.session = session
        self.who = who
        self.accounts = Accounts(
            session,
            who.tenant_id,
            who.projects,
            tenant_kind=who.tenant_kind,
            password_hash=password_hash,
            now=now,
        )

    async def page(self, query: ListQuery) -> Page[PersonView]:
        found = await self.accounts.page(query)
        items = await self._with_agents(found.items)
        return Page(items=items, total=found.total, page=found.page, page_size=found.page_size)

    async def get(self, account_id: UUID) -> PersonView:
        return (await self._with_agents([await self.accounts.get(account_id)]))[0]

    async def create(self, data: NewPerson) -> PersonView:
        record = await self.accounts.create(_account(data))
        await self._set_agent(record.id, data.agent)
        return await self.get(record.id)

    async def change(self, account_id: UUID, data: PersonIn) -> tuple[PersonView, list[UUID]]:
        """The person as changed, and the sessions that ended because the account was disabled."""
        if account_id == self.who.account_id and (data.disabled or data.role != self.who.role):
            raise Conflict("error.not_yourself", code="not_yourself")
        newly = data.disabled and not (await self.accounts.get(account_id)).disabled
        await self.accounts.change(account_id, _account(data))
        await self._set_agent(account_id, data.agent)
        ended = await self.accounts.end_access(account_id, tokens=newly and data.end_tokens) if data.disabled else []
        return await self.get(account_id), ended

    async def remove(self, account_id: UUID, *, has_worked: bool) -> None:
        await self.accounts.get(account_id)
        if account_id == self.who.account_id:
            raise Conflict("error.not_yourself", code="not_yourself")
        if has_worked:
            raise Conflict("error.has_history", code="has_history")
        await self.accounts.remove(account_id)

    async def set_phone_secret(self, account_id: UUID) -> tuple[AgentFacts, str]:
        """A new password for the person's hard phone; only its digest is kept."""
        record = await self.accounts.get(account_id)
        row = await repository.of_account(self.session, account_id)
        if row is None:
            raise Conflict("error.person_has_no_agent_number", code="no_agent_number")
        password = secrets.token_urlsafe(12)
        row.phone_digest = sip_digest(row.sip_user, password)
        await flush(self.session)
        return _facts(row, record.name), password

    async def agent_id(self, account_id: UUID) -> UUID | None:
        row = await repository.of_account(self.session, account_id)
        return None if row is None else row.id

    async def _set_agent(self, account_id: UUID, data: AgentIn | None) -> None:
        row = await repository.of_account(self.session, account_id)
        if data is None:
            if row is not None:
                raise BadField("error.agent_number_stays", field="agent")
            return
        if row is None:
            row = Agent(
                id=new_id(),
                tenant_id=self.who.tenant_id,
                account_id=account_id,
                sip_user=f"a{secrets.token_hex(6)}",
                phone_digest=None,
            )
            self.session.add(row)
        row.number = data.number
        row.phone_kind = data.phone_kind
        row.phone_encryption = data.phone_encryption
        row.site = data.site
        row.capacity_profile_id = data.capacity_profile_id
        await flush(self.session)
        skills = {entry.skill_id: entry.proficiency for entry in data.skills}
        await repository.set_skills(self.session, self.who.tenant_id, row.id, skills)
        await flush(self.session)

    async def _with_agents(self, records: list[AccountRecord]) -> list[PersonView]:
        agents = await repository.of_accounts(self.session, [record.id for record in records])
        skills = await repository.skills_of(self.session, [agent.id for agent in agents.values()])
        people = []
        for record in records:
            agent = agents.get(record.id)
            view = None
            if agent is not None:
                view = AgentView(
                    id=agent.id,
                    number=agent.number,
                    phone_kind=cast(PhoneKind, agent.phone_kind),
                    phone_encryption=cast(PhoneEncryption, agent.phone_encryption),
                    sip_user=agent.sip_user,
                    has_phone_secret=agent.phone_digest is not None,
                    site=agent.site,
                    capacity_profile_id=agent.capacity_profile_id,
                    skills=[
                        Proficiency(skill_id=row.skill_id, proficiency=row.proficiency)
                        for row in skills.get(agent.id, [])
                    ],
                )
            people.append(PersonView(**record.model_dump(), agent=view))
        return people


def _account(data: PersonIn) -> AccountIn:
    values: dict[str, Any] = data.model_dump(include=set(AccountIn.model_fields))
    return AccountIn(**values)


def _facts(row: Agent, name: str) -> AgentFacts:
    return AgentFacts(
        id=row.id,
        number=row.number,
        name=name,
        phone_kind=cast(PhoneKind, row.phone_kind),
        sip_user=row.sip_user,
        has_phone=row.phone_digest is not None,
    )
