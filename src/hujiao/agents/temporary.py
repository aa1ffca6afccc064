"""Temporary skills as supervisors give, end and look up: who may be meant, and what is kept of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import repository, service
from hujiao.agents.models import TemporarySkillRow
from hujiao.agents.views import TemporarySkillFilter, TemporarySkillsIn, TemporarySkillView
from hujiao.identity import accounts
from hujiao.kit.errors import BadField
from hujiao.kit.paging import ListQuery, Page

LONGEST = timedelta(days=366)


class TemporarySkills:
    """`projects` limits it to the agents of these projects (None: all)."""

    def __init__(self, session: AsyncSession, projects: frozenset[UUID] | None) -> None:
        self.session = session
        self.projects = projects

    async def whom(self, data: TemporarySkillsIn, now: datetime) -> list[UUID]:
        """The agents that are meant: those named, and the groups' members whom the asker may see."""
        if data.until_at is not None and not now < data.until_at <= now + LONGEST:
            raise BadField("error.not_a_time_to_come", field="until_at", detail={"days": LONGEST.days})
        if not {level.skill_id for level in data.skills} <= await service.skill_ids(self.session):
            raise BadField("error.unknown_reference", field="skills")
        return await service.visible(self.session, self.projects, data.agent_ids, data.group_ids)

    async def running(self, ids: list[UUID]) -> list[UUID]:
        """Those of these that still run, of agents whom the asker may see; one that never was is refused."""
        seen = await self._seen(ids)
        if len(seen) < len(set(ids)):
            raise BadField("error.unknown_reference", field="ids")
        return [row.id for row in seen if row.ended_at is None]

    async def running_in_sight(self, ids: list[UUID]) -> list[UUID]:
        """Those of these that still run, of agents whom the asker may see; others are left out."""
        return [row.id for row in await self._seen(ids) if row.ended_at is None]

    async def given(self, agent_ids: list[UUID], skill_id: UUID, by: UUID, until_at: datetime) -> list[UUID]:
        """Those that this account has given these agents until then, and that still run."""
        same = {"skill_id": skill_id, "given_by": by, "until_at": until_at, "ended_at": None}
        statement = select(TemporarySkillRow.id).filter_by(**same).where(TemporarySkillRow.agent_id.in_(agent_ids))
        return list(await self.session.scalars(statement))

    async def page(self, wanted: TemporarySkillFilter, query: ListQuery) -> Page[TemporarySkillView]:
        """Last given first."""
        where: list[ColumnElement[bool]] = []
        if wanted.running is not None:
            ended = TemporarySkillRow.ended_at
            where.append(ended.is_(None) if wanted.running else ended.is_not(None))
        if wanted.agent_id is not None:
            where.append(TemporarySkillRow.agent_id == wanted.agent_id)
        if self.projects is not None:
            where.append(TemporarySkillRow.agent_id.in_(await repository.in_projects(self.session, self.projects)))
        total = await self.session.scalar(select(func.count()).select_from(TemporarySkillRow).where(*where)) or 0
        order = (TemporarySkillRow.given_at.desc(), TemporarySkillRow.id.desc())
        statement = select(TemporarySkillRow).where(*where).order_by(*order)
        rows = (await self.session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
        agents = await service.names(self.session, {row.agent_id for row in rows})
        people = await accounts.names(self.session, {by for row in rows for by in (row.given_by, row.ended_by) if by})
        skills = await service.skill_names(self.session, {row.skill_id for row in rows})
        items = [
            TemporarySkillView(
                id=row.id,
                agent_id=row.agent_id,
                agent_number=agents[row.agent_id][0],
                agent_name=agents[row.agent_id][1],
                skill_id=row.skill_id,
                skill_name=skills.get(row.skill_id),
                level=row.level,
                given_by_name=people.get(row.given_by),
                given_at=row.given_at,
                until_at=row.until_at,
                ended_at=row.ended_at,
                ended_why=row.ended_why,
                ended_by_name=people.get(row.ended_by) if row.ended_by else None,
            )
            for row in rows
        ]
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def _seen(self, ids: list[UUID]) -> list[TemporarySkillRow]:
        rows = (await self.session.scalars(select(TemporarySkillRow).where(TemporarySkillRow.id.in_(ids)))).all()
        visible = await self._visible([row.agent_id for row in rows])
        return [row for row in rows if row.agent_id in visible]

    async def _visible(self, agent_ids: list[UUID]) -> set[UUID]:
        here = await repository.ids(self.session, agent_ids)
        if self.projects is None:
            return here
        return here & set(await repository.in_projects(self.session, self.projects))
