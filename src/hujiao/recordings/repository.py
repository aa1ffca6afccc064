"""Queries of recordings."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.recordings.models import Recording


async def of_interaction(session: AsyncSession, interaction_id: UUID) -> Sequence[Recording]:
    statement = select(Recording).where(Recording.interaction_id == interaction_id).order_by(Recording.started_at)
    return (await session.scalars(statement)).all()


async def one(session: AsyncSession, recording_id: UUID) -> Recording | None:
    found: Recording | None = await session.scalar(select(Recording).where(Recording.id == recording_id))
    return found
