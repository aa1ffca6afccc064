"""Bulletins (公告): what authors publish to all, to groups or to persons, and what each person is to read.

To whom a bulletin to groups is addressed follows from who is in them now. Each audience is a right of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.agents import service as agents
from hujiao.bulletins import repository
from hujiao.bulletins.models import BulletinAddressee, BulletinRevision, BulletinRow
from hujiao.bulletins.views import (
    Addressee,
    Audience,
    BulletinDetail,
    BulletinFilter,
    BulletinIn,
    BulletinReader,
    BulletinState,
    BulletinView,
    Headline,
    MyBulletin,
    MyBulletins,
    RevisionView,
)
from hujiao.identity import accounts
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.catalogue import flush
from hujiao.kit.errors import BadField, Conflict, Forbidden, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page

RIGHT: dict[Audience, Right] = {
    "all": Right.BULLETINS_ALL,
    "groups": Right.BULLETINS_GROUPS,
    "persons": Right.BULLETINS_PERSONS,
}
LONGEST = timedelta(days=3660)
MOST_CURRENT = 200  # that somebody is shown at once


async def newest_for_all(session: AsyncSession, now: datetime, limit: int) -> list[Headline]:
    """The newest of those that are addressed to all and hold now, urgent ones first."""
    where = (BulletinRow.audience == "all", repository.in_state("current", now))
    order = (BulletinRow.urgent.desc(), BulletinRow.written_at.desc(), BulletinRow.id)
    rows = await session.scalars(select(BulletinRow).where(*where).order_by(*order).limit(limit))
    return [Headline.model_validate(row, from_attributes=True) for row in rows]


def state_of(row: BulletinRow, now: datetime) -> BulletinState:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.begins_at > now:
        return "planned"
    return "ended" if row.ends_at is not None and row.ends_at <= now else "current"


@dataclass(frozen=True, slots=True)
class Readers:
    """The accounts to tell that what they are to read has changed; `everybody` of the tenant, or these."""

    everybody: bool
    accounts: frozenset[UUID]

    def __or__(self, other: Readers) -> Readers:
        return Readers(self.everybody or other.everybody, self.accounts | other.accounts)


class Bulletins:
    """Bulletins as their authors keep them. Who sees the work of some projects alone sees what was written by somebody
    who sees no others."""

    def __init__(self, session: AsyncSession, who: Principal, now: datetime) -> None:
        self.session = session
        self.who = who
        self.now = now

    async def page(self, wanted: BulletinFilter, query: ListQuery) -> Page[BulletinView]:
        """The newest first."""
        where = self._visible()
        if wanted.state is not None:
            where.append(repository.in_state(wanted.state, self.now))
        if query.q:
            text = BulletinRow.title + "\n" + BulletinRow.text + "\n" + BulletinRow.author_name
            where.append(text.icontains(query.q, autoescape=True))
        total = await self.session.scalar(select(func.count()).select_from(BulletinRow).where(*where)) or 0
        statement = select(BulletinRow).where(*where).order_by(BulletinRow.created_at.desc(), BulletinRow.id.desc())
        rows = (await self.session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
        return Page(items=await self._show(rows), total=total, page=query.page, page_size=query.page_size)

    async def get(self, bulletin_id: UUID) -> BulletinDetail:
        row = await self._find(bulletin_id)
        (view,) = await self._show([row])
        earlier = await repository.revisions(self.session, row.id)
        shown = [RevisionView.model_validate(one, from_attributes=True) for one in earlier]
        return BulletinDetail(**view.model_dump(), earlier=shown)

    async def readers(self, bulletin_id: UUID, revision: int | None, query: ListQuery) -> Page[BulletinReader]:
        """Those to whom it is addressed, and those who have read this text: who has not is first."""
        row = await self._find(bulletin_id)
        read = await repository.readers(self.session, row.id, revision or row.revision)
        wanted = await self._addressed(row) | read.keys()
        names = await accounts.names(self.session, wanted)
        numbers = await agents.numbers(self.session, wanted)
        found = [
            BulletinReader(account_id=one, name=name, number=numbers.get(one), read_at=read.get(one))
            for one, name in names.items()
        ]
        if query.q:
            text = query.q.casefold()
            found = [one for one in found if text in one.name.casefold() or text in (one.number or "")]
        found.sort(key=lambda one: (one.read_at is not None, one.number or "", one.name, one.account_id))
        items = found[query.offset : query.offset + query.page_size]
        return Page(items=items, total=len(found), page=query.page, page_size=query.page_size)

    async def create(self, data: BulletinIn) -> tuple[BulletinDetail, Readers]:
        names = await self._targets(data)
        row = BulletinRow(
            id=new_id(),
            tenant_id=self.who.tenant_id,
            project_ids=None if self.who.projects is None else sorted(self.who.projects),
            begins_at=data.begins_at or self.now,
            ends_at=data.ends_at,
            author_id=self.who.account_id,
            author_name=self.who.name,
            created_at=self.now,
            revision=1,
            audience=data.audience,
            **self._text(data),
        )
        self._check_times(row)
        self.session.add(row)
        await flush(self.session)
        return await self._published(row, names)

    async def change(self, bulletin_id: UUID, data: BulletinIn) -> tuple[BulletinDetail, Readers]:
        """Another text is to be read anew; what it said before is kept."""
        row = await self._to_change(bulletin_id)
        if state_of(row, self.now) in ("ended", "withdrawn"):
            raise Conflict("error.bulletin_over", code="bulletin_over")
        if data.revision not in (None, row.revision):
            raise Conflict("error.changed_meanwhile", code="changed_meanwhile")
        before = await self._readers(row)
        names = await self._targets(data)
        begun = row.begins_at <= self.now
        if begun and data.begins_at not in (None, row.begins_at):
            raise BadField("error.bulletin_begun", field="begins_at")
        text = self._text(data)
        if any(getattr(row, name) != text[name] for name in ("title", "text", "urgent")):
            if begun:
                await self._keep_revision(row)
            for name, value in text.items():
                setattr(row, name, value)
        row.begins_at, row.ends_at, row.audience = data.begins_at or row.begins_at, data.ends_at, data.audience
        self._check_times(row)
        detail, now_told = await self._published(row, names)
        return detail, before | now_told

    async def withdraw(self, bulletin_id: UUID) -> Readers:
        """It is no longer shown to anybody; authors go on seeing it. Once more changes nothing."""
        row = await self._to_change(bulletin_id)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by_name = self.now, self.who.name
            await flush(self.session)
        return await self._readers(row)

    async def _published(self, row: BulletinRow, names: dict[UUID, str]) -> tuple[BulletinDetail, Readers]:
        await repository.set_addressees(self.session, row, names)
        await flush(self.session)
        if self.who.account_id in await self._addressed(row):  # who wrote it need not be told
            await repository.keep_read(self.session, row, row.revision, self.who.account_id, self.now)
        return await self.get(row.id), await self._readers(row)

    async def _keep_revision(self, row: BulletinRow) -> None:
        kept = ("tenant_id", "revision", "title", "text", "urgent", "written_by_name", "written_at")
        self.session.add(BulletinRevision(bulletin_id=row.id, **{name: getattr(row, name) for name in kept}))
        await flush(self.session)
        row.revision += 1

    def _text(self, data: BulletinIn) -> dict[str, Any]:
        written = {"written_by_name": self.who.name, "written_at": self.now}
        return {"title": data.title, "text": data.text, "urgent": data.urgent, **written}

    def _check_times(self, row: BulletinRow) -> None:
        if row.begins_at > self.now + LONGEST:
            raise BadField("error.not_a_time_to_come", field="begins_at", detail={"days": LONGEST.days})
        if row.ends_at is not None and row.ends_at <= max(row.begins_at, self.now):
            raise BadField("error.bulletin_ends", field="ends_at")
        if row.ends_at is not None and row.ends_at > self.now + LONGEST:
            raise BadField("error.not_a_time_to_come", field="ends_at", detail={"days": LONGEST.days})

    async def _targets(self, data: BulletinIn) -> dict[UUID, str]:
        """The names of those whom the bulletin names; who the author does not see is unknown."""
        self._need(data.audience)
        if data.audience == "persons":
            found = await accounts.visible_names(self.session, self.who.projects, data.account_ids)
            if found.keys() != set(data.account_ids):
                raise BadField("error.unknown_reference", field="account_ids")
            return found
        if data.audience == "groups":
            await agents.visible(self.session, self.who.projects, (), data.group_ids)
            return await agents.group_names(self.session, data.group_ids)
        return {}

    def _need(self, audience: str) -> None:
        if not self.who.may(RIGHT[cast(Audience, audience)]):
            raise Forbidden("error.bulletin_audience", field="audience")

    async def _readers(self, row: BulletinRow) -> Readers:
        everybody = row.audience == "all"
        return Readers(everybody, frozenset() if everybody else frozenset(await self._addressed(row)))

    async def _addressed(self, row: BulletinRow) -> set[UUID]:
        return (await self._addressed_by_bulletin([row], await repository.addressees(self.session, [row.id])))[row.id]

    async def _addressed_by_bulletin(
        self, rows: Sequence[BulletinRow], named: dict[UUID, list[BulletinAddressee]]
    ) -> dict[UUID, set[UUID]]:
        """The accounts to which each of these is addressed now."""
        working = set(await accounts.working(self.session)) if rows else set()
        to_groups = [row for row in rows if row.audience == "groups"]
        groups = {one.target_id for row in to_groups for one in named.get(row.id, ())}
        members = await agents.accounts_of_groups(self.session, groups)
        walls: dict[frozenset[UUID], set[UUID]] = {}
        for row in to_groups:
            if row.project_ids is not None and (wall := frozenset(row.project_ids)) not in walls:
                walls[wall] = set(await accounts.in_projects(self.session, wall))
        found: dict[UUID, set[UUID]] = {}
        for row in rows:
            targets = {one.target_id for one in named.get(row.id, ())}
            match row.audience:
                case "all":
                    found[row.id] = working
                case "persons":
                    found[row.id] = working & targets
                case _:
                    of_groups = {account for group in targets for account in members.get(group, ())}
                    near = None if row.project_ids is None else walls[frozenset(row.project_ids)]
                    found[row.id] = working & (of_groups if near is None else of_groups & near)
        return found

    async def _show(self, rows: Sequence[BulletinRow]) -> list[BulletinView]:
        named = await repository.addressees(self.session, [row.id for row in rows])
        addressed = await self._addressed_by_bulletin(rows, named)
        read = await repository.current_readers(self.session, [row.id for row in rows])
        kept = BulletinView.model_fields.keys() - {"state", "addressees", "read", "addressed"}
        return [
            BulletinView(
                **{name: getattr(row, name) for name in kept},
                state=state_of(row, self.now),
                addressees=[Addressee(id=one.target_id, name=one.name) for one in named.get(row.id, ())],
                read=len(read.get(row.id, ())),
                addressed=len(addressed[row.id] | read.get(row.id, set())),
            )
            for row in rows
        ]

    async def _to_change(self, bulletin_id: UUID) -> BulletinRow:
        row = await self._find(bulletin_id)
        self._need(row.audience)
        await self.session.refresh(row, with_for_update=True)
        return row

    async def _find(self, bulletin_id: UUID) -> BulletinRow:
        row = await self.session.scalar(select(BulletinRow).where(BulletinRow.id == bulletin_id, *self._visible()))
        if row is None:
            raise NotFound("error.not_found")
        return row

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.who.projects is None:
            return []
        own = BulletinRow.author_id == self.who.account_id
        return [own | BulletinRow.project_ids.contained_by(list(self.who.projects))]


class MyOwn:
    """What one person is to read; nothing else is there for them."""

    def __init__(self, session: AsyncSession, who: Principal, agent_id: UUID | None, now: datetime) -> None:
        self.session = session
        self.who = who
        self.agent_id = agent_id
        self.now = now

    async def current(self) -> MyBulletins:
        mine = await self._mine()
        read_at = repository.read_by(self.who.account_id)
        order = (read_at.is_not(None), BulletinRow.urgent.desc(), BulletinRow.written_at.desc(), BulletinRow.id)
        where = (mine, repository.in_state("current", self.now))
        items = await self._shown(*where, order=order, limit=MOST_CURRENT)
        unread = select(func.count()).select_from(BulletinRow).where(*where, read_at.is_(None))
        return MyBulletins(items=items, unread=await self.session.scalar(unread) or 0, next_at=await self._next(mine))

    async def earlier(self, query: ListQuery) -> Page[MyBulletin]:
        """Those that have ended, the last first."""
        where = (await self._mine(), repository.in_state("ended", self.now))
        total = await self.session.scalar(select(func.count()).select_from(BulletinRow).where(*where)) or 0
        order = (BulletinRow.ends_at.desc(), BulletinRow.id)
        items = await self._shown(*where, order=order, limit=query.page_size, offset=query.offset)
        return Page(items=items, total=total, page=query.page, page_size=query.page_size)

    async def confirm(self, bulletin_id: UUID, revision: int) -> None:
        """That this text was read. One that is not the person's, or not to be read yet, is not there."""
        row = await self.session.scalar(
            select(BulletinRow).where(
                BulletinRow.id == bulletin_id,
                await self._mine(),
                BulletinRow.withdrawn_at.is_(None),
                BulletinRow.begins_at <= self.now,
            )
        )
        if row is None:
            raise NotFound("error.not_found")
        if revision > row.revision:
            raise BadField("error.bulletin_revision", field="revision")
        await repository.keep_read(self.session, row, revision, self.who.account_id, self.now)

    async def _mine(self) -> ColumnElement[bool]:
        groups = await agents.groups_of(self.session, self.agent_id) if self.agent_id else ()
        return repository.addressed_to(self.who.account_id, self.who.projects or (), groups)

    async def _shown(
        self, *where: ColumnElement[bool], order: Iterable[Any], limit: int, offset: int = 0
    ) -> list[MyBulletin]:
        read_at = repository.read_by(self.who.account_id)
        statement = select(BulletinRow, read_at).where(*where).order_by(*order).limit(limit).offset(offset)
        kept = MyBulletin.model_fields.keys() - {"read_at"}
        return [
            MyBulletin(**{name: getattr(row, name) for name in kept}, read_at=at)
            for row, at in (await self.session.execute(statement)).all()
        ]

    async def _next(self, mine: ColumnElement[bool]) -> datetime | None:
        alive = (mine, BulletinRow.withdrawn_at.is_(None))
        moments = [
            await self.session.scalar(select(func.min(column)).where(*alive, column > self.now))
            for column in (BulletinRow.begins_at, BulletinRow.ends_at)
        ]
        return min((at for at in moments if at is not None), default=None)
