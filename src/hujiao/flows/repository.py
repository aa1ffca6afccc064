"""Queries of flows and their versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.flows.models import Flow, FlowVersion


async def versions(session: AsyncSession, flow_id: UUID) -> Sequence[FlowVersion]:
    statement = select(FlowVersion).where(FlowVersion.flow_id == flow_id).order_by(FlowVersion.version.desc())
    return (await session.scalars(statement)).all()


async def version(session: AsyncSession, flow_id: UUID, number: int) -> FlowVersion | None:
    found: FlowVersion | None = await session.scalar(
        select(FlowVersion).where(FlowVersion.flow_id == flow_id, FlowVersion.version == number)
    )
    return found


async def locked(session: AsyncSession, flow_id: UUID) -> Flow | None:
    """The flow, held until the transaction ends: two who publish at once get two versions."""
    held = select(Flow).where(Flow.id == flow_id).with_for_update()
    # What was read of it before it was held may be old.
    found: Flow | None = await session.scalar(held, execution_options={"populate_existing": True})
    return found


async def next_version(session: AsyncSession, flow_id: UUID) -> int:
    highest = await session.scalar(select(func.max(FlowVersion.version)).where(FlowVersion.flow_id == flow_id))
    return (highest or 0) + 1


_PUBLISHED = (FlowVersion.flow_id == Flow.id) & (FlowVersion.version == Flow.published_version)


async def documents(session: AsyncSession, but: UUID | None = None) -> Sequence[tuple[str, dict[str, Any]]]:
    """Name and document of every draft and every published flow, but those of one."""
    others = Flow.id != but if but else true()
    drafts = await session.execute(select(Flow.name, Flow.draft).where(others))
    published = await session.execute(
        select(Flow.name, FlowVersion.document).join(FlowVersion, _PUBLISHED).where(others)
    )
    return [(row[0], row[1]) for row in (*drafts, *published)]


async def published(
    session: AsyncSession, project_id: UUID, flow_ids: Collection[UUID]
) -> Sequence[tuple[UUID, dict[str, Any]]]:
    """The published documents of those of these flows that are the project's."""
    found = await session.execute(
        select(Flow.id, FlowVersion.document)
        .join(FlowVersion, _PUBLISHED)
        .where(Flow.project_id == project_id, Flow.id.in_(flow_ids))
    )
    return [(row[0], row[1]) for row in found]
