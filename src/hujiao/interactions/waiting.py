"""How many waited, seen from later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.interactions.models import Segment

LONGEST_WAIT = timedelta(hours=12)  # who waits for longer is not looked for


async def waiting_at(session: AsyncSession, queue_ids: Iterable[UUID], moments: Sequence[datetime]) -> list[int]:
    """How many waited in these queues at each of these moments, which go forward."""
    at = select(func.unnest(cast(list(moments), ARRAY(DateTime(timezone=True)))).label("moment")).subquery().c.moment
    there = (Segment.started_at <= at, or_(Segment.ended_at.is_(None), Segment.ended_at > at))
    recent = Segment.started_at > moments[0] - LONGEST_WAIT
    named = (Segment.kind == "queue", Segment.queue_id.in_(list(queue_ids)), recent)
    statement = select(at, func.count()).join(Segment, and_(*there)).where(*named).group_by(at)
    found = {row[0]: row[1] for row in await session.execute(statement)}
    return [found.get(moment, 0) for moment in moments]
