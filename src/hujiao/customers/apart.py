"""Customers of whom somebody said that they are two: not suspected of being one for what both had then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.models import CustomersApart

Pair = tuple[UUID, UUID]
Reason = tuple[str, str]  # `contact` or `field`, and which


def pair_of(one: UUID, other: UUID) -> Pair:
    """The two in the order in which they are kept."""
    return (one, other) if one < other else (other, one)


async def reasons_of(session: AsyncSession, customer_ids: Collection[UUID]) -> dict[Pair, set[Reason]]:
    """Why these were suspected before it was said that they are two."""
    ids = any_(literal(list(customer_ids), ARRAY(Uuid)))
    rows = await session.scalars(
        select(CustomersApart).where(CustomersApart.one_id == ids, CustomersApart.other_id == ids)
    )
    return {
        (row.one_id, row.other_id): {
            *(("contact", what) for what in row.contacts),
            *(("field", what) for what in row.fields),
        }
        for row in rows
    }


async def keep(
    session: AsyncSession, tenant_id: UUID, pair: Pair, reasons: Collection[Reason], by: UUID | None, at: datetime
) -> None:
    """They are two, whatever of these reasons spoke against it."""
    values = {
        "contacts": sorted(what for kind, what in reasons if kind == "contact"),
        "fields": sorted(what for kind, what in reasons if kind == "field"),
        "at": at,
        "account_id": by,
    }
    row = insert(CustomersApart).values(tenant_id=tenant_id, one_id=pair[0], other_id=pair[1], **values)
    await session.execute(row.on_conflict_do_update(index_elements=["tenant_id", "one_id", "other_id"], set_=values))


async def forget(session: AsyncSession, pair: Pair) -> None:
    one_id, other_id = pair
    await session.execute(
        delete(CustomersApart).where(CustomersApart.one_id == one_id, CustomersApart.other_id == other_id)
    )


async def merged(session: AsyncSession, to: UUID, of: UUID) -> None:
    """Who is not the customer `of` is not the customer `to` either, who stands for them now."""
    of_it = or_(CustomersApart.one_id == of, CustomersApart.other_id == of)
    for row in (await session.scalars(delete(CustomersApart).where(of_it).returning(CustomersApart))).all():
        third = row.other_id if row.one_id == of else row.one_id
        if third == to:
            continue
        one_id, other_id = pair_of(third, to)
        moved = {name: getattr(row, name) for name in ("tenant_id", "contacts", "fields", "at", "account_id")}
        again = insert(CustomersApart).values(one_id=one_id, other_id=other_id, **moved)
        await session.execute(again.on_conflict_do_nothing())
