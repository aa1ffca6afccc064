"""Queries of bulletins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import ScalarSelect

from hujiao.bulletins.models import BulletinAddressee, BulletinRead, BulletinRevision, BulletinRow
from hujiao.bulletins.views import BulletinState


def in_state(state: BulletinState, now: datetime) -> ColumnElement[bool]:
    row = BulletinRow
    begun, over = row.begins_at <= now, and_(row.ends_at.is_not(None), row.ends_at <= now)
    match state:
        case "withdrawn":
            return row.withdrawn_at.is_not(None)
        case "planned":
            return and_(row.withdrawn_at.is_(None), row.begins_at > now)
        case "ended":
            return and_(row.withdrawn_at.is_(None), begun, over)
        case "current":
            return and_(row.withdrawn_at.is_(None), begun, or_(row.ends_at.is_(None), row.ends_at > now))


def addressed_to(account_id: UUID, projects: Iterable[UUID], group_ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether it is addressed to this account, which is of these projects, and whose agent of these groups."""

    def names(*targets: UUID) -> ColumnElement[bool]:
        return exists().where(
            BulletinAddressee.bulletin_id == BulletinRow.id, BulletinAddressee.target_id.in_(list(targets))
        )

    near = or_(BulletinRow.project_ids.is_(None), BulletinRow.project_ids.overlap(list(projects)))
    return or_(
        BulletinRow.audience == "all",
        and_(BulletinRow.audience == "persons", names(account_id)),
        and_(BulletinRow.audience == "groups", names(*group_ids), near),
    )


def read_by(account_id: UUID) -> ScalarSelect[datetime]:
    """When this account has read what the bulletin says now."""
    return (
        select(BulletinRead.read_at)
        .where(
            BulletinRead.bulletin_id == BulletinRow.id,
            BulletinRead.revision == BulletinRow.revision,
            BulletinRead.account_id == account_id,
        )
        .scalar_subquery()
    )


async def addressees(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[BulletinAddressee]]:
    statement = select(BulletinAddressee).where(BulletinAddressee.bulletin_id.in_(list(ids)))
    found: dict[UUID, list[BulletinAddressee]] = {}
    for row in await session.scalars(statement.order_by(BulletinAddressee.name)):
        found.setdefault(row.bulletin_id, []).append(row)
    return found


async def set_addressees(session: AsyncSession, row: BulletinRow, names: dict[UUID, str]) -> None:
    await session.execute(delete(BulletinAddressee).where(BulletinAddressee.bulletin_id == row.id))
    session.add_all(
        BulletinAddressee(tenant_id=row.tenant_id, bulletin_id=row.id, target_id=target_id, name=name)
        for target_id, name in names.items()
    )


async def readers(session: AsyncSession, bulletin_id: UUID, revision: int) -> dict[UUID, datetime]:
    """Returns the accounts that have read this text, and when."""
    statement = select(BulletinRead.account_id, BulletinRead.read_at).where(
        BulletinRead.bulletin_id == bulletin_id, BulletinRead.revision == revision
    )
    return {row.account_id: row.read_at for row in await session.execute(statement)}


async def current_readers(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Returns the accounts that have read what each of these says now."""
    this_text = and_(BulletinRead.bulletin_id == BulletinRow.id, BulletinRead.revision == BulletinRow.revision)
    statement = select(BulletinRow.id, BulletinRead.account_id).join(BulletinRead, this_text)
    found: dict[UUID, set[UUID]] = {}
    for bulletin_id, account_id in (await session.execute(statement.where(BulletinRow.id.in_(list(ids))))).all():
        found.setdefault(bulletin_id, set()).add(account_id)
    return found


async def revisions(session: AsyncSession, bulletin_id: UUID) -> Sequence[BulletinRevision]:
    statement = select(BulletinRevision).where(BulletinRevision.bulletin_id == bulletin_id)
    return (await session.scalars(statement.order_by(BulletinRevision.revision.desc()))).all()


async def keep_read(session: AsyncSession, row: BulletinRow, revision: int, account_id: UUID, now: datetime) -> None:
    """The first time counts."""
    values = {"tenant_id": row.tenant_id, "bulletin_id": row.id, "revision": revision, "account_id": account_id}
    await session.execute(insert(BulletinRead).values(**values, read_at=now).on_conflict_do_nothing())
