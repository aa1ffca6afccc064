"""Queries of queues."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.queues.models import Queue, QueueSkill


async def skills_of(session: AsyncSession, queue_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    statement = select(QueueSkill).where(QueueSkill.queue_id.in_(list(queue_ids))).order_by(QueueSkill.skill_id)
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    for row in await session.scalars(statement):
        found.setdefault(row.queue_id, []).append((row.skill_id, row.level))
    return found


async def set_skills(session: AsyncSession, tenant_id: UUID, queue_id: UUID, skills: dict[UUID, int]) -> None:
    await session.execute(delete(QueueSkill).where(QueueSkill.queue_id == queue_id))
    session.add_all(
        QueueSkill(tenant_id=tenant_id, queue_id=queue_id, skill_id=skill_id, level=level)
        for skill_id, level in skills.items()
    )


async def names(session: AsyncSession, queue_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Queue.id, Queue.name).where(Queue.id.in_(list(queue_ids))))
    return {row.id: row.name for row in rows}


async def in_projects(session: AsyncSession, projects: frozenset[UUID] | None) -> dict[UUID, str]:
    statement = select(Queue.id, Queue.name).order_by(Queue.name)
    if projects is not None:
        statement = statement.where(Queue.project_id.in_(projects))
    return {row.id: row.name for row in await session.execute(statement)}
