"""What was done to customers, by whom: written with the change itself, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.models import CustomerChange
from hujiao.customers.views import ChangeKind, ChangeView
from hujiao.identity import accounts
from hujiao.identity.contracts import Principal
from hujiao.kit.ids import new_id

MOST_SHOWN = 200


def note(
    session: AsyncSession, who: Principal, customer_id: UUID, kind: ChangeKind, at: datetime, data: dict[str, Any]
) -> None:
    session.add(
        CustomerChange(
            id=new_id(),
            tenant_id=who.tenant_id,
            customer_id=customer_id,
            at=at,
            account_id=who.account_id,
            kind=kind,
            data=data,
        )
    )


async def of(session: AsyncSession, customer_ids: list[UUID]) -> list[ChangeView]:
    """What was done to these, the newest first."""
    wanted = select(CustomerChange).where(CustomerChange.customer_id.in_(customer_ids))
    newest = wanted.order_by(CustomerChange.at.desc(), CustomerChange.id.desc()).limit(MOST_SHOWN)
    rows = (await session.scalars(newest)).all()
    names = await accounts.names(session, {row.account_id for row in rows if row.account_id})
    return [
        ChangeView(
            id=row.id,
            at=row.at,
            kind=row.kind,
            account_id=row.account_id,
            by=names.get(row.account_id) if row.account_id else None,
            data=row.data,
        )
        for row in rows
    ]


def since_in_sight(told: Iterable[ChangeView], sees: Callable[[UUID | None], bool]) -> list[ChangeView]:
    """Those, the newest first, that came after the customer was last of a project that the reader does not see."""
    shown: list[ChangeView] = []
    for one in told:
        before, _ = one.data["project_id"] if one.kind == "changed" and "project_id" in one.data else (None, None)
        if before and not sees(UUID(before)):
            break
        shown.append(one)
    return shown
