"""Customers of whom somebody said that they are two: not suspected of being one for what both had then.

What that was is kept as keyed digests: it can be found again in what both have, and not be read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.models import CustomersApart
from hujiao.kit.secrets import TenantSecrets

Pair = tuple[UUID, UUID]

# Of what was said twice the later one's time and name stay, and the reasons of both.
_KEEP = text("""
INSERT INTO customers_apart AS kept (tenant_id, one_id, other_id, reasons, at, account_id)
VALUES (:tenant_id, :one_id, :other_id, CAST(:reasons AS bytea[]), :at, :account_id)
ON CONFLICT (tenant_id, one_id, other_id) DO UPDATE SET
  reasons = ARRAY(SELECT DISTINCT unnest(kept.reasons || excluded.reasons)),
  account_id = CASE WHEN excluded.at < kept.at THEN kept.account_id ELSE excluded.account_id END,
  at = greatest(kept.at, excluded.at)
""")


class Reason(NamedTuple):
    """Why two are suspected: `by` is `contact` or `field`, `what` its key; a field has an equal value."""

    by: str
    what: str
    value: str

    def digest(self, secrets: TenantSecrets) -> bytes:
        return secrets.blind("\0".join(self), purpose="customers_apart")


def pair_of(one: UUID, other: UUID) -> Pair:
    """The two in the order in which they are kept."""
    return (one, other) if one < other else (other, one)


async def reasons_of(session: AsyncSession, customer_ids: Collection[UUID]) -> dict[Pair, set[bytes]]:
    """The digests of why these were suspected before it was said that they are two."""
    ids = any_(literal(list(customer_ids), ARRAY(Uuid)))
    rows = await session.scalars(
        select(CustomersApart).where(CustomersApart.one_id == ids, CustomersApart.other_id == ids)
    )
    return {(row.one_id, row.other_id): set(row.reasons) for row in rows}


async def count(session: AsyncSession) -> int:
    """How many reasons are kept."""
    return await session.scalar(select(func.sum(func.cardinality(CustomersApart.reasons)))) or 0


async def keep(
    session: AsyncSession, tenant_id: UUID, pair: Pair, reasons: Collection[bytes], by: UUID | None, at: datetime
) -> None:
    """They are two, whatever of these reasons, and of those kept before, spoke against it."""
    values = {"tenant_id": tenant_id, "one_id": pair[0], "other_id": pair[1], "at": at, "account_id": by}
    await session.execute(_KEEP, values | {"reasons": sorted(reasons)})


async def forget(session: AsyncSession, pair: Pair) -> bool:
    """Returns whether it had been said that they are two."""
    these = delete(CustomersApart).where(CustomersApart.one_id == pair[0], CustomersApart.other_id == pair[1])
    return (await session.scalar(these.returning(CustomersApart.one_id))) is not None


async def merged(session: AsyncSession, to: UUID, of: UUID) -> None:
    """Who is not the customer `of` is not the customer `to` either, who stands for them now."""
    of_it = or_(CustomersApart.one_id == of, CustomersApart.other_id == of)
    for row in (await session.scalars(delete(CustomersApart).where(of_it).returning(CustomersApart))).all():
        third = row.other_id if row.one_id == of else row.one_id
        if third != to:
            await keep(session, row.tenant_id, pair_of(third, to), row.reasons, row.account_id, row.at)
