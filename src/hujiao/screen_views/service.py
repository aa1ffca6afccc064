"""Screen views: who may look at whose screen, and what is kept of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import service as agents
from hujiao.identity import accounts
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict, Forbidden, NotFound, Throttled
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.slots import AGAIN_SECONDS
from hujiao.screen_views.contracts import (
    KEPT,
    LONGEST,
    LOST,
    OF_ACCOUNT,
    OF_AGENT,
    OF_TENANT,
    EndReason,
    Permission,
)
from hujiao.screen_views.models import ScreenView
from hujiao.screen_views.views import ScreenViewFilter, ScreenViewView
from hujiao.tenancy import service as tenancy

_ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended('screen_view ' || cast(:tenant AS text), 0))")


async def permitted(
    session: AsyncSession, tenant_id: UUID, agent_id: UUID, projects: frozenset[UUID] | None
) -> Permission:
    """What the tenant allows who sees these projects (None: all) and has the agent in sight.

    An agent who sees other projects, too, may have them on the screen: it is not for who sees fewer.
    """
    chosen = await tenancy.settings(session, tenant_id)
    if chosen.screen_view == "off":
        raise Conflict("error.screen_view_off", code="screen_view_off")
    if not await agents.known(session, None, [agent_id]):
        raise NotFound("error.not_found")
    if not await agents.sees_only(session, agent_id, projects):
        if projects is not None and agent_id not in await agents.in_projects(session, projects):
            raise NotFound("error.not_found")
        raise Forbidden("error.sees_other_projects", code="sees_other_projects")
    return Permission(announced=chosen.screen_view == "announced", whole_screen=chosen.whole_screen != "off")


async def begin(
    session: AsyncSession, tenant_id: UUID, view_id: UUID, agent_id: UUID, account_id: UUID, *, announced: bool
) -> datetime:
    """Returns until when it lasts, unless it is asked on; `Throttled` when as many go on as may."""
    now = utc_now()
    await session.execute(_ONE_BY_ONE, {"tenant": str(tenant_id)})  # those who begin together count each other
    await _check_places(session, agent_id, account_id, now)
    view = ScreenView(
        tenant_id=tenant_id,
        id=view_id,
        agent_id=agent_id,
        account_id=account_id,
        announced=announced,
        started_at=now,
        until_at=now + LONGEST,
        seen_at=now,
    )
    session.add(view)
    await session.flush()
    return view.until_at


async def _check_places(session: AsyncSession, agent_id: UUID, account_id: UUID, now: datetime) -> None:
    going_on = _going_on(now)
    by_account = func.count().filter(ScreenView.account_id == account_id)
    of_agent = func.count().filter(ScreenView.agent_id == agent_id)
    counts = (await session.execute(select(func.count(), by_account, of_agent).where(*going_on))).one()
    if any(count >= most for count, most in zip(counts, (OF_TENANT, OF_ACCOUNT, OF_AGENT), strict=True)):
        raise Throttled("error.too_many_at_once", detail={"retry_after_seconds": AGAIN_SECONDS})


def _going_on(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ScreenView.ended_at.is_(None), ScreenView.seen_at > now - LOST


async def seen(session: AsyncSession, view_id: UUID) -> None:
    """It goes on."""
    await session.execute(update(ScreenView).where(ScreenView.id == view_id).values(seen_at=utc_now()))


async def looked_at_all(session: AsyncSession, view_id: UUID) -> None:
    """All of the screen is looked at, too."""
    first = func.coalesce(ScreenView.whole_screen_at, utc_now())
    await session.execute(update(ScreenView).where(ScreenView.id == view_id).values(whole_screen_at=first))


async def prolong(session: AsyncSession, view_id: UUID) -> datetime:
    until = utc_now() + LONGEST
    await session.execute(update(ScreenView).where(ScreenView.id == view_id).values(until_at=until))
    return until


async def end(session: AsyncSession, view_id: UUID, reason: EndReason) -> None:
    ended = {"ended_at": utc_now(), "end_reason": reason}
    await session.execute(update(ScreenView).where(ScreenView.id == view_id).values(**ended))


async def was_viewed(session: AsyncSession, agent_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(ScreenView.agent_id == agent_id))))


async def purge(session: AsyncSession, now: datetime) -> None:
    """Forget who looked long ago."""
    await session.execute(delete(ScreenView).where(ScreenView.started_at < now - KEPT))


async def page(
    session: AsyncSession, projects: frozenset[UUID] | None, wanted: ScreenViewFilter, query: ListQuery
) -> Page[ScreenViewView]:
    """Of agents of these projects (None: of all), last begun first."""
    where: list[ColumnElement[bool]] = []
    if wanted.agent_id is not None:
        where.append(ScreenView.agent_id == wanted.agent_id)
    if wanted.account_id is not None:
        where.append(ScreenView.account_id == wanted.account_id)
    if wanted.now:
        where += _going_on(utc_now())
    if projects is not None:
        where.append(ScreenView.agent_id.in_(await agents.in_projects(session, projects)))
    total = await session.scalar(select(func.count()).select_from(ScreenView).where(*where)) or 0
    statement = select(ScreenView).where(*where).order_by(ScreenView.started_at.desc(), ScreenView.id.desc())
    rows = (await session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
    watched = await agents.names(session, {row.agent_id for row in rows})
    people = await accounts.names(session, {row.account_id for row in rows})
    items = [_shown(row, watched[row.agent_id], people.get(row.account_id), utc_now()) for row in rows]
    return Page(items=items, total=total, page=query.page, page_size=query.page_size)


def _shown(row: ScreenView, agent: tuple[str, str], by_name: str | None, now: datetime) -> ScreenViewView:
    ended_at = row.ended_at or (row.seen_at if row.seen_at < now - LOST else None)
    return ScreenViewView.model_validate(
        {
            "id": row.id,
            "agent_id": row.agent_id,
            "agent_number": agent[0],
            "agent_name": agent[1],
            "account_id": row.account_id,
            "by_name": by_name,
            "announced": row.announced,
            "started_at": row.started_at,
            "whole_screen_at": row.whole_screen_at,
            "ended_at": ended_at,
            "end_reason": row.end_reason,
        }
    )
