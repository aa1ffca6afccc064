"""Adjustments as supervisors give, end and look up: who may be meant, what may be given, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import repository, service
from hujiao.agents.contracts import ACTS, Act, AdjustmentKind, MediumName
from hujiao.agents.models import AdjustmentRow
from hujiao.agents.views import AdjustmentChange, AdjustmentFilter, AdjustmentsIn, AdjustmentView
from hujiao.identity import accounts
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.errors import BadField, Forbidden
from hujiao.kit.paging import ListQuery, Page

LONGEST = timedelta(days=366)
MOST_AT_ONCE = 2000  # changes of single agents: the runtime makes them in one turn, in which no call is served

# Who may do one of these may let others do the same.
MAY_GIVE: dict[Act, tuple[Right, ...]] = {
    "dial_out": (Right.AGENT_WORK, Right.INTERACTIONS_DIRECT),
    "transfer_outside": (Right.INTERACTIONS_DIRECT,),
    "record": (Right.SUPERVISION_RECORD,),
    "forward_outside": (Right.FORWARD_OUTSIDE,),
}


async def may_by_adjustment(session: AsyncSession, agent_id: UUID, act: Act) -> bool | None:
    """Whether a supervisor has let the agent do this, or has not; None: nothing is said."""
    level = (await _levels(session, agent_id)).get(("act", act))
    return None if level is None else bool(level)


async def _levels(session: AsyncSession, agent_id: UUID) -> dict[tuple[str, str], int]:
    """What is set of the agent; what is given for a while lies above what holds for good."""
    running = select(AdjustmentRow).filter_by(agent_id=agent_id, ended_at=None)
    rows = await session.scalars(running.order_by(AdjustmentRow.for_good.desc()))
    return {(row.kind, row.subject): row.level for row in rows}


class Adjustments:
    """Of the asker's projects alone. `queues` and `project_names` are those that the asker sees."""

    def __init__(
        self,
        session: AsyncSession,
        projects: frozenset[UUID] | None,
        queues: Mapping[UUID, str] | None = None,
        project_names: Mapping[UUID, str] | None = None,
    ) -> None:
        self.session = session
        self.projects = projects
        self.queues = queues or {}
        self.project_names = project_names or {}

    async def whom(self, data: AdjustmentsIn, asker: Principal, now: datetime) -> list[UUID]:
        """The agents that are meant: those named, and the groups' members whom the asker may see. Rights are given to
        nobody by themselves, nor by who does not have them."""
        if data.until_at is not None and not now < data.until_at <= now + LONGEST:
            raise BadField("error.not_a_time_to_come", field="until_at", detail={"days": LONGEST.days})
        for at, change in enumerate(data.changes):
            if not await self._known(change):
                raise BadField("error.unknown_reference", field=f"changes.{at}.subject")
            if change.kind == "act" and change.level and not asker.may(*MAY_GIVE[_act(change.subject)]):
                raise _not_yours(f"changes.{at}.subject")
        wanted = await service.visible(self.session, self.projects, data.agent_ids, data.group_ids)
        _bounded(len(wanted) * len(data.changes), "agent_ids" if data.agent_ids else "group_ids")
        if all(change.kind == "skill" for change in data.changes):
            return wanted
        own = await repository.of_account(self.session, asker.account_id)
        if own is None:
            return wanted
        if own.id in data.agent_ids or wanted == [own.id]:
            raise BadField("error.not_to_yourself", field="agent_ids")
        await self._check_own(own.id, data.changes)
        return [agent_id for agent_id in wanted if agent_id != own.id]

    async def running(self, ids: list[UUID], asker: Principal) -> list[UUID]:
        """Those of these that still run and that the asker may see; one that never was is refused, and so is what was
        set of the asker. To end what takes something away is to give it back."""
        seen = await self._seen(ids)
        if len(seen) < len(set(ids)):
            raise BadField("error.unknown_reference", field="ids")
        running = [row for row in seen if row.ended_at is None]
        _bounded(len(running), "ids")
        own = await repository.of_account(self.session, asker.account_id)
        if own and any(row.agent_id == own.id and row.kind != "skill" for row in running):
            raise BadField("error.not_to_yourself", field="ids")
        given_back = [row for row in running if row.level == 0]
        if any(row.kind == "act" and not asker.may(*MAY_GIVE[_act(row.subject)]) for row in given_back):
            raise _not_yours("ids")
        taken = await self._taken(own.id) if own else set()
        if any(row.kind != "skill" and (row.kind, row.subject) in taken for row in given_back):
            raise _not_yours("ids")
        return [row.id for row in running]

    async def running_in_sight(self, ids: list[UUID]) -> list[UUID]:
        """Those of these that still run and that the asker may see; others are left out."""
        return [row.id for row in await self._seen(ids) if row.ended_at is None]

    async def given(self, agent_ids: list[UUID], skill_id: UUID, by: UUID, until_at: datetime) -> list[UUID]:
        """The skills that this account has given these agents until then, and that still run."""
        same = {"kind": "skill", "subject": str(skill_id), "given_by": by, "until_at": until_at, "ended_at": None}
        statement = select(AdjustmentRow.id).filter_by(**same).where(AdjustmentRow.agent_id.in_(agent_ids))
        return list(await self.session.scalars(statement))

    async def page(self, wanted: AdjustmentFilter, query: ListQuery) -> Page[AdjustmentView]:
        """Last given first."""
        where: list[ColumnElement[bool]] = []
        if wanted.running is not None:
            ended = AdjustmentRow.ended_at
            where.append(ended.is_(None) if wanted.running else ended.is_not(None))
        if wanted.agent_id is not None:
            where.append(AdjustmentRow.agent_id == wanted.agent_id)
        if wanted.kind is not None:
            where.append(AdjustmentRow.kind == wanted.kind)
        if self.projects is not None:
            where.append(AdjustmentRow.agent_id.in_(await repository.in_projects(self.session, self.projects)))
            where.append(self._about_theirs())
        total = await self.session.scalar(select(func.count()).select_from(AdjustmentRow).where(*where)) or 0
        order = (AdjustmentRow.given_at.desc(), AdjustmentRow.id.desc())
        statement = select(AdjustmentRow).where(*where).order_by(*order)
        rows = (await self.session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
        agents = await service.names(self.session, {row.agent_id for row in rows})
        people = await accounts.names(self.session, {by for row in rows for by in (row.given_by, row.ended_by) if by})
        names = await self._names(rows)
        items = [
            AdjustmentView(
                id=row.id,
                agent_id=row.agent_id,
                agent_number=agents[row.agent_id][0],
                agent_name=agents[row.agent_id][1],
                kind=_kind(row.kind),
                subject=row.subject,
                name=names.get((row.kind, row.subject)),
                level=row.level,
                before=row.before,
                reason=row.reason,
                given_by_name=people.get(row.given_by),
                given_at=row.given_at,
                until_at=row.until_at,
                for_good=row.for_good,
                ended_at=row.ended_at,
                ended_why=row.ended_why,
                ended_by_name=people.get(row.ended_by) if row.ended_by else None,
            )
            for row in rows
        ]
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def _known(self, change: AdjustmentChange) -> bool:
        match change.kind:
            case "skill":
                return _id(change.subject) in await service.skill_ids(self.session)
            case "rank" | "queue":
                return _id(change.subject) in self.queues
            case "project":
                return _id(change.subject) in self.project_names
            case "medium":
                return change.subject in get_args(MediumName)
            case "act":
                return change.subject in ACTS

    async def _check_own(self, own: UUID, changes: list[AdjustmentChange]) -> None:
        """What somebody has taken from the asker is not theirs to give."""
        taken = await self._taken(own)
        for at, change in enumerate(changes):
            if change.level and (change.kind, change.subject) in taken:
                raise _not_yours(f"changes.{at}.subject")

    async def _taken(self, own: UUID) -> set[tuple[str, str]]:
        return {key for key, level in (await _levels(self.session, own)).items() if level == 0}

    def _about_theirs(self) -> ColumnElement[bool]:
        """What is set of the asker's queues and projects; skills, media and acts are the tenant's."""
        kind, subject = AdjustmentRow.kind, AdjustmentRow.subject
        return or_(
            kind.not_in(("rank", "queue", "project")),
            kind.in_(("rank", "queue")) & subject.in_([str(key) for key in self.queues]),
            (kind == "project") & subject.in_([str(key) for key in self.project_names]),
        )

    async def _names(self, rows: Iterable[AdjustmentRow]) -> dict[tuple[str, str], str]:
        rows = list(rows)
        skills = {UUID(row.subject) for row in rows if row.kind == "skill"}
        of_skills = await service.skill_names(self.session, skills)
        named = {("skill", str(key)): name for key, name in of_skills.items()}
        named |= {(kind, str(key)): name for kind in ("rank", "queue") for key, name in self.queues.items()}
        return named | {("project", str(key)): name for key, name in self.project_names.items()}

    async def _seen(self, ids: list[UUID]) -> list[AdjustmentRow]:
        wanted = select(AdjustmentRow).where(AdjustmentRow.id.in_(ids))
        if self.projects is not None:
            wanted = wanted.where(self._about_theirs())
        rows = (await self.session.scalars(wanted)).all()
        visible = await self._visible([row.agent_id for row in rows])
        return [row for row in rows if row.agent_id in visible]

    async def _visible(self, agent_ids: list[UUID]) -> set[UUID]:
        here = await repository.ids(self.session, agent_ids)
        if self.projects is None:
            return here
        return here & set(await repository.in_projects(self.session, self.projects))


def _bounded(number: int, field: str) -> None:
    if number > MOST_AT_ONCE:
        raise BadField("error.too_many_adjustments", field=field, detail={"number": number, "most": MOST_AT_ONCE})


def _not_yours(field: str) -> Forbidden:
    return Forbidden("error.not_yours_to_give", code="not_yours_to_give", field=field)


def _id(subject: str) -> UUID | None:
    """None of what is no id."""
    try:
        return UUID(subject)
    except ValueError:
        return None


def _kind(kind: str) -> AdjustmentKind:
    return next(known for known in get_args(AdjustmentKind) if known == kind)


def _act(subject: str) -> Act:
    return next(act for act in ACTS if act == subject)
