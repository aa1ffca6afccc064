"""Next calls follow their customers: to the agent who has them now, and to who stands for them since a merge.

Of two that meet the earlier one's time stays, with both notes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.models import Customer, NextCall

LONGEST_NOTE = 500


async def handed_over(session: AsyncSession, customer_ids: Collection[UUID], before: UUID, now: datetime) -> set[UUID]:
    """Those of the agent `before` go to whoever has these customers now. Returns the agents whom that concerns."""
    known = await _open(session, customer_ids)
    owned = select(Customer.id, Customer.agent_id).where(Customer.id == any_(literal(list(customer_ids), ARRAY(Uuid))))
    concerned: set[UUID] = set()
    for customer_id, owner in (await session.execute(owned)).all():
        row = known.get((customer_id, before))
        if row is None or owner is None or owner == before:
            continue
        concerned |= {before, owner}
        other = known.get((customer_id, owner))
        if other is None:
            row.agent_id = owner
        else:
            _join(row, other, now)
    await session.flush()
    return concerned


async def merged(session: AsyncSession, to: UUID, of: UUID, now: datetime) -> set[UUID]:
    """Those of the customer `of` are the customer `to`'s. Returns the agents whom that concerns."""
    known = await _open(session, [to, of])
    concerned = {agent_id for customer_id, agent_id in known if customer_id == of}
    for agent_id in concerned:
        row, other = known[of, agent_id], known.get((to, agent_id))
        if other is not None:
            _join(row, other, now)
    await session.flush()
    await session.execute(update(NextCall).where(NextCall.customer_id == of).values(customer_id=to))
    return concerned


async def agents_of(session: AsyncSession, customer_ids: Collection[UUID]) -> set[UUID]:
    """Who is to call these customers."""
    return {agent_id for _, agent_id in await _open(session, customer_ids)}


async def _open(session: AsyncSession, customer_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], NextCall]:
    """Open next calls by customer and agent, locked in one order."""
    of_these = NextCall.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid)))
    wanted = select(NextCall).where(of_these, NextCall.closed_at.is_(None)).order_by(NextCall.id).with_for_update()
    rows = await session.scalars(wanted.execution_options(populate_existing=True))
    return {(row.customer_id, row.agent_id): row for row in rows}


def _join(row: NextCall, other: NextCall, now: datetime) -> None:
    if row.due_at < other.due_at:
        other.due_at, other.remind_at = row.due_at, row.remind_at
    notes = dict.fromkeys(note for note in (other.note, row.note) if note)
    other.note = "\n".join(notes)[:LONGEST_NOTE]
    row.closed_at, row.outcome = now, "joined"
