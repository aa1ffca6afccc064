"""Suggestions for queues in trouble: kept up to date, applied once, undone, looked back at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.identity import accounts
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page
from hujiao.queues import service as queues
from hujiao.suggestions.machine import LASTS, Trouble
from hujiao.suggestions.models import OPEN, QueueSuggestion
from hujiao.suggestions.views import (
    AppliedView,
    HelperView,
    OutcomeView,
    PlanView,
    QueueFigures,
    SuggestionFilter,
    SuggestionView,
)

KEPT_DAYS = 90
MEASURED_AFTER = timedelta(minutes=10)
STALE_AFTER = timedelta(seconds=60)  # what nobody renewed for so long counts as gone: nobody watches the queue


class Suggestions:
    """Those for queues of these projects (None: all); agents and queues of others are left out of them."""

    def __init__(self, session: AsyncSession, projects: frozenset[UUID] | None) -> None:
        self.session = session
        self.projects = projects

    async def page(self, wanted: SuggestionFilter, query: ListQuery) -> Page[SuggestionView]:
        """What was applied last comes first, then what was raised last; what is stale is left out."""
        fresh = QueueSuggestion.updated_at > utc_now() - STALE_AFTER
        where = [*await self._visible(), or_(QueueSuggestion.applied_at.is_not(None), fresh)]
        if wanted.applied is not None:
            applied = QueueSuggestion.applied_at
            where.append(applied.is_not(None) if wanted.applied else applied.is_(None))
        if wanted.queue_id:
            where.append(QueueSuggestion.queue_id == wanted.queue_id)
        total = await self.session.scalar(select(func.count()).select_from(QueueSuggestion).where(*where)) or 0
        order = (QueueSuggestion.applied_at.desc().nulls_last(), QueueSuggestion.raised_at.desc(), QueueSuggestion.id)
        statement = select(QueueSuggestion).where(*where).order_by(*order)
        rows = (await self.session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
        return Page(items=await self.show(rows), total=total, page=query.page, page_size=query.page_size)

    async def one_at_a_time(self, tenant_id: UUID) -> None:
        """Nobody else of the tenant applies any until the end of the transaction."""
        key = func.hashtextextended(f"{tenant_id} queue suggestions", 0)
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))

    async def find(self, suggestion_id: UUID) -> QueueSuggestion:
        """The row, which nobody else changes until the end of the transaction."""
        mine = select(QueueSuggestion).where(QueueSuggestion.id == suggestion_id, *await self._visible())
        row = await self.session.scalar(mine.with_for_update())
        if row is None:
            raise NotFound("error.not_found")
        return row

    async def chosen(self, row: QueueSuggestion, agent_ids: Collection[UUID]) -> list[HelperView]:
        """These helpers of it."""
        (shown,) = await self.show([row])
        found = [one for one in shown.helpers if one.agent_id in agent_ids]
        if len(found) < len(set(agent_ids)):
            raise BadField("error.unknown_reference", field="agent_ids")
        return found

    async def outdated(self, row: QueueSuggestion, agent_ids: Collection[UUID]) -> bool:
        """Whether one of these, or somebody else of their queues, has been asked elsewhere since it was reckoned."""
        newer = select(QueueSuggestion).where(QueueSuggestion.applied_at > row.updated_at)
        concerned = _concerned(row, agent_ids)
        others = await self.session.scalars(newer)
        return any(not concerned.isdisjoint(_concerned(other, other.agent_ids or ())) for other in others)

    async def show(self, rows: Sequence[QueueSuggestion]) -> list[SuggestionView]:
        helpers = [helper for row in rows for helper in row.helpers]
        mine = await agents.known(self.session, self.projects, {UUID(one["agent_id"]) for one in helpers})
        people = await agents.names(self.session, mine)
        skills = await agents.skill_names(self.session, {UUID(one["skill_id"]) for one in helpers})
        named = await queues.in_projects(self.session, self.projects)
        by = {account for row in rows for account in (row.applied_by, row.undone_by) if account}
        names = await accounts.names(self.session, by)
        return [_view(row, people, skills, named, names) for row in rows]

    async def _visible(self) -> list[ColumnElement[bool]]:
        if self.projects is None:
            return []
        return [QueueSuggestion.queue_id.in_(await queues.in_projects(self.session, self.projects))]


def _concerned(row: QueueSuggestion, agent_ids: Collection[UUID]) -> set[str]:
    """These helpers and their own queues."""
    chosen = [one for one in row.helpers if UUID(one["agent_id"]) in agent_ids]
    return {one["agent_id"] for one in chosen} | {queue_id for one in chosen for queue_id in one["queues"]}


def _view(
    row: QueueSuggestion,
    people: Mapping[UUID, tuple[str, str]],
    skills: Mapping[UUID, str],
    named: Mapping[UUID, str],
    accounts_named: Mapping[UUID, str],
) -> SuggestionView:
    helpers = [_helper(one, people, skills, named) for one in row.helpers if UUID(one["agent_id"]) in people]
    plans = [_plan(one, named) for one in row.plans if all(UUID(agent_id) in people for agent_id in one["agent_ids"])]
    return SuggestionView(
        id=row.id,
        queue_id=row.queue_id,
        queue_name=named.get(row.queue_id),
        kind=row.kind,
        since=row.since,
        raised_at=row.raised_at,
        updated_at=row.updated_at,
        figures=QueueFigures.model_validate(row.figures),
        helpers=helpers,
        plans=plans,
        applied=_applied(row, people, accounts_named),
    )


def _helper(
    one: Mapping[str, Any],
    people: Mapping[UUID, tuple[str, str]],
    skills: Mapping[UUID, str],
    named: Mapping[UUID, str],
) -> HelperView:
    number, name = people[UUID(one["agent_id"])]
    return HelperView(
        agent_id=one["agent_id"],
        agent_number=number,
        agent_name=name,
        skill_id=one["skill_id"],
        skill_name=skills.get(UUID(one["skill_id"])),
        level=one["level"],
        has=one["has"],
        free=one["free"],
        queues=[named[queue_id] for queue_id in map(UUID, one["queues"]) if queue_id in named],
    )


def _plan(one: Mapping[str, Any], named: Mapping[UUID, str]) -> PlanView:
    seen = [outcome for outcome in one["outcomes"] if UUID(outcome["queue_id"]) in named]
    outcomes = [OutcomeView(queue_name=named[UUID(outcome["queue_id"])], **outcome) for outcome in seen]
    return PlanView(agent_ids=one["agent_ids"], outcomes=outcomes)


def _applied(row: QueueSuggestion, people: Collection[UUID], accounts_named: Mapping[UUID, str]) -> AppliedView | None:
    if row.applied_at is None or row.applied_by is None or row.until_at is None:
        return None
    return AppliedView(
        at=row.applied_at,
        by=row.applied_by,
        by_name=accounts_named.get(row.applied_by),
        until_at=row.until_at,
        agent_ids=[agent_id for agent_id in row.agent_ids or () if agent_id in people],
        before=QueueFigures.model_validate(row.before) if row.before else None,
        after=QueueFigures.model_validate(row.after) if row.after else None,
        after_at=row.after_at,
        undone_at=row.undone_at,
        undone_by_name=accounts_named.get(row.undone_by) if row.undone_by else None,
    )


# ── what the watch does ──────────────────────────────────────────────────────────────────────────────────────────────


async def put(
    session: AsyncSession, tenant_id: UUID, queue_id: UUID, trouble: Trouble, found: Mapping[str, Any], now: datetime
) -> None:
    """The queue's open suggestion is this from now on."""
    row = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "queue_id": queue_id,
        "raised_at": now,
        "kind": trouble.kind,
        "since": trouble.since,
        "updated_at": now,
        "figures": found["figures"],
        "helpers": found["helpers"],
        "plans": found["plans"],
    }
    stays = {"tenant_id", "id", "queue_id", "raised_at"}
    new = insert(QueueSuggestion).values(row)
    changed = {name: new.excluded[name] for name in row.keys() - stays}
    await session.execute(
        new.on_conflict_do_update(index_elements=["tenant_id", "queue_id"], index_where=OPEN, set_=changed)
    )


async def open_one(session: AsyncSession, queue_id: UUID) -> QueueSuggestion | None:
    """What is suggested for the queue now, for whoever changes it within the transaction."""
    mine = select(QueueSuggestion).where(OPEN, QueueSuggestion.queue_id == queue_id)
    found: QueueSuggestion | None = await session.scalar(mine.with_for_update())
    return found


async def withdraw(session: AsyncSession, but: Iterable[UUID]) -> set[UUID]:
    """Forget what was not applied, but for these queues; returns the queues of what is gone."""
    over = delete(QueueSuggestion).where(OPEN, QueueSuggestion.queue_id.not_in(list(but)))
    return set(await session.scalars(over.returning(QueueSuggestion.queue_id)))


async def just_applied(session: AsyncSession, now: datetime) -> set[UUID]:
    """The queues whose helpers have just been asked: what that does shows in a while."""
    recent = QueueSuggestion.applied_at > now - LASTS
    where = (recent, QueueSuggestion.undone_at.is_(None))
    return set(await session.scalars(select(QueueSuggestion.queue_id).where(*where)))


async def unmeasured(session: AsyncSession) -> list[QueueSuggestion]:
    """What was applied, and is still to be looked back at; the oldest first."""
    where = (QueueSuggestion.applied_at.is_not(None), QueueSuggestion.after_at.is_(None))
    return list(await session.scalars(select(QueueSuggestion).where(*where).order_by(QueueSuggestion.applied_at)))


async def purge(session: AsyncSession, now: datetime) -> None:
    """Forget what was applied long ago."""
    await session.execute(delete(QueueSuggestion).where(QueueSuggestion.raised_at < now - timedelta(days=KEPT_DAYS)))
