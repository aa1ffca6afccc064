"""Queues' configuration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.catalogue import Catalogue
from hujiao.queues import repository
from hujiao.queues.contracts import Direction
from hujiao.queues.models import Queue
from hujiao.queues.views import NeededSkill, QueueIn, QueueView
from hujiao.tenancy import service as tenancy


class Queues(Catalogue[Queue, QueueIn, QueueView]):
    row, view = Queue, QueueView
    search, order, project = (Queue.name,), (Queue.name,), "project_id"

    async def values(self, data: QueueIn, row: Queue | None) -> dict[str, Any]:
        await tenancy.check_business(self.session, data.project_id, data.business_id)
        return data.model_dump(exclude={"skills"})

    async def written(self, row: Queue, data: QueueIn) -> None:
        skills = {entry.skill_id: entry.level for entry in data.skills}
        await repository.set_skills(self.session, self.tenant_id, row.id, skills)

    async def ids(self, direction: Direction | None = None) -> set[UUID]:
        where = self._visible() + ([Queue.direction == direction] if direction else [])
        return set(await self.session.scalars(select(Queue.id).where(*where)))

    async def show(self, rows: Sequence[Queue]) -> list[QueueView]:
        skills = await repository.skills_of(self.session, [row.id for row in rows])
        return [
            QueueView(
                skills=[NeededSkill(skill_id=skill, level=level) for skill, level in skills.get(row.id, [])],
                **{name: getattr(row, name) for name in QueueView.model_fields if name != "skills"},
            )
            for row in rows
        ]


async def names(session: AsyncSession, queue_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {queue_id for queue_id in queue_ids if queue_id is not None}
    return await repository.names(session, wanted) if wanted else {}


async def greeting_with(session: AsyncSession, prompt: str) -> str | None:
    """The name of a queue that greets with this prompt."""
    return await session.scalar(select(Queue.name).where(Queue.greeting == prompt).limit(1))


async def projects_of(session: AsyncSession, queue_ids: Iterable[UUID]) -> set[UUID]:
    """Returns the projects of these queues."""
    return set(await session.scalars(select(Queue.project_id).where(Queue.id.in_(list(queue_ids)))))


async def in_projects(session: AsyncSession, projects: frozenset[UUID] | None) -> dict[UUID, str]:
    """Queues of these projects (None: all), by id."""
    return await repository.in_projects(session, projects)
