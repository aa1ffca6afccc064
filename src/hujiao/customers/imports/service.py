"""Imports of customers from files: sent, planned, checked, run, taken back. `jobs` does the long work."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.calls import service as calls
from hujiao.customers.fields import all_fields
from hujiao.customers.imports import guess, writing
from hujiao.customers.imports.files import place, refused_place
from hujiao.customers.imports.models import ACTIVE, CustomerImport
from hujiao.customers.imports.rows import Plan
from hujiao.customers.imports.tables import Head
from hujiao.customers.imports.views import (
    ColumnIn,
    ImportDetail,
    ImportProgress,
    ImportView,
    OfKnown,
    PlanIn,
    ProposedPlan,
    TakeBackCount,
    TakeBackIn,
)
from hujiao.identity import accounts
from hujiao.identity.contracts import Principal, Right
from hujiao.kit import i18n
from hujiao.kit.catalogue import flush
from hujiao.kit.errors import BadField, Conflict, HujiaoError, NotFound
from hujiao.kit.paging import ListQuery, Page
from hujiao.kit.secrets import TenantSecrets
from hujiao.tenancy import service as tenancy

KEPT = timedelta(days=1)  # files; what came of an import is kept
MOST_WAITING = 20  # files that were sent and not imported yet
_PURPOSE = "customer_import.head"
_PLANNED = ("uploaded", "checked")
_ENDED = ("done", "cancelled", "failed")


class Imports:
    """One tenant's imports, as far as `who` sees them: their own, and everybody's for who sees all projects."""

    def __init__(self, session: AsyncSession, who: Principal, secrets: TenantSecrets, home: Path) -> None:
        self.session = session
        self.who = who
        self.secrets = secrets
        self.home = home

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def page(self, query: ListQuery, language: str) -> Page[ImportView]:
        """The newest first."""
        total = await self.session.scalar(select(func.count()).select_from(CustomerImport).where(*self._seen()))
        found = select(CustomerImport).where(*self._seen()).order_by(CustomerImport.created_at.desc())
        rows = (await self.session.scalars(found.limit(query.page_size).offset(query.offset))).all()
        names = await accounts.names(self.session, {row.account_id for row in rows})
        items = [self._view(row, names, language) for row in rows]
        return Page(items=items, total=total or 0, page=query.page, page_size=query.page_size)

    async def get(self, import_id: UUID, language: str) -> ImportDetail:
        row = await self.find(import_id)
        names = await accounts.names(self.session, [row.account_id])
        rows = json.loads(self.secrets.open(row.head, purpose=_PURPOSE)) if row.head else []
        shown = self._view(row, names, language).model_dump()
        return ImportDetail(**shown, headings=row.headings, rows=rows, proposed=await self._proposed(row))

    async def find(self, import_id: UUID, *, to_write: bool = False) -> CustomerImport:
        wanted = select(CustomerImport).where(CustomerImport.id == import_id, *self._seen())
        row: CustomerImport | None = await self.session.scalar(wanted.with_for_update() if to_write else wanted)
        if row is None:
            raise NotFound("error.not_found")
        return row

    def _seen(self) -> list[ColumnElement[bool]]:
        if self.who.projects is None and self.who.may(Right.CUSTOMERS_PRIVATE):
            return []
        return [CustomerImport.account_id == self.who.account_id]

    async def _proposed(self, row: CustomerImport) -> ProposedPlan:
        """What the columns may be, going by the account's last import of a file with such headings."""
        if row.plan:
            return ProposedPlan.model_validate(row.plan)
        earlier = await self.session.scalars(
            select(CustomerImport)
            .where(CustomerImport.account_id == self.who.account_id, CustomerImport.plan.is_not(None))
            .order_by(CustomerImport.created_at.desc())
            .limit(1)
        )
        last: dict[str, ColumnIn] = {}
        known: OfKnown = "skip"
        project_id = None
        for one in earlier:
            plan = PlanIn.model_validate(one.plan)
            last = dict(zip(one.headings, plan.columns, strict=False))
            known, project_id = plan.known, plan.project_id
        projects = set((await tenancy.projects_by_name(self.session, self.who.projects)).values())
        own = [(key, field.label.values()) for key, field in (await all_fields(self.session)).items()]
        return ProposedPlan(
            columns=guess.columns(row.headings, own, last),
            known=known,
            project_id=project_id if project_id in projects else None,
        )

    def _view(self, row: CustomerImport, names: dict[UUID, str], language: str) -> ImportView:
        problem = row.problem and i18n.translate(row.problem["message"], language, row.problem.get("detail"))
        counts = {name: getattr(row, name) for name in ImportProgress.model_fields}
        return ImportView(
            **counts,
            **{name: getattr(row, name) for name in ("id", "file_name", "size", "state", "created_at", "ended_at")},
            problem=problem,
            plan=PlanIn.model_validate(row.plan) if row.plan else None,
            by=names.get(row.account_id),
            has_refused=bool(row.refused_bytes),
        )

    # ── doing ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def add(
        self, import_id: UUID, name: str, size: int, head: Head, language: str, now: datetime
    ) -> CustomerImport:
        """A file that lies in its place."""
        waiting = select(CustomerImport.id).where(CustomerImport.state.in_(_PLANNED)).limit(MOST_WAITING)
        if len((await self.session.scalars(waiting)).all()) == MOST_WAITING:
            raise Conflict("error.import_many", code="too_many", detail={"most": MOST_WAITING})
        row = CustomerImport(
            id=import_id,
            tenant_id=self.who.tenant_id,
            account_id=self.who.account_id,
            projects=_listed(self.who.projects),
            language=language,
            file_name=name,
            size=size,
            format=msgspec.to_builtins(head.format),
            headings=head.headings,
            head=self.secrets.seal(json.dumps(head.rows, ensure_ascii=False), purpose=_PURPOSE),
            state="uploaded",
            created_at=now,
        )
        self.session.add(row)
        await self.session.flush()
        return row

    async def check(self, import_id: UUID, plan: PlanIn) -> None:
        """Begins to look through all rows, and writes nothing."""
        row = await self.find(import_id, to_write=True)
        self._in_state(row, _PLANNED)
        if len(plan.columns) != len(row.headings):
            raise BadField("error.import_columns_count", field="columns", detail={"columns": len(row.headings)})
        own = await all_fields(self.session)
        for at, column in enumerate(plan.columns):
            key = (column.target or "").partition("fields.")[2]
            if key and key not in own:
                raise BadField("error.unknown_reference", field=f"columns.{at}.target")
        await _check_project(self.session, plan, self._within(row))
        row.plan = plan.model_dump(mode="json")
        row.total = 0
        await self._begin(row, "checking")

    async def run(self, import_id: UUID) -> None:
        """Begins to import what was checked."""
        row = await self.find(import_id, to_write=True)
        self._in_state(row, ("checked",))
        await _check_project(self.session, PlanIn.model_validate(row.plan), self._within(row))
        await self._begin(row, "importing")

    async def cancel(self, import_id: UUID, now: datetime) -> None:
        """Ends the checking, or the import: what is imported stays. What has ended is as it is."""
        row = await self.find(import_id, to_write=True)
        if row.state == "checking":
            row.state = "uploaded"
        elif row.state == "importing":
            row.state, row.ended_at = "cancelled", now

    async def remove(self, import_id: UUID) -> None:
        """A file that is not to be imported; what was imported is kept in mind."""
        row = await self.find(import_id, to_write=True)
        self._in_state(row, _PLANNED)
        await self.session.execute(delete(CustomerImport).where(CustomerImport.id == import_id))

    async def refused(self, import_id: UUID) -> tuple[Path, str]:
        """The file of the refused rows, and its name."""
        row = await self.find(import_id)
        path = refused_place(place(self.home, row.tenant_id, row.id))
        if not row.refused_bytes or not path.exists():
            raise NotFound("error.not_found")
        return path, row.file_name

    async def untouched(self, import_id: UUID) -> TakeBackCount:
        row = await self.find(import_id)
        count, changed = await writing.untouched(self.session, row.tenant_id, row.id, _listed(self._within(row)))
        return TakeBackCount(count=count, changed=changed)

    async def take_back(self, import_id: UUID, data: TakeBackIn) -> None:
        """Begins to remove the customers whom this import created and nobody has changed since, as far as seen."""
        row = await self.find(import_id, to_write=True)
        self._in_state(row, _ENDED)
        count, _ = await writing.untouched(self.session, row.tenant_id, row.id, _listed(self._within(row)))
        if count != data.expected:
            raise Conflict("error.import_changed", field="expected", code="changed", detail={"count": count})
        await self._begin(row, "taking_back")

    def _in_state(self, row: CustomerImport, states: Collection[str]) -> None:
        if row.state in ACTIVE:
            raise Conflict("error.import_runs", code="import_runs")
        if row.state not in states:
            raise Conflict("error.import_state", code="wrong_state")

    def _within(self, row: CustomerImport) -> frozenset[UUID] | None:
        """The projects of who sent it, and of who wants it done now; None: all."""
        if row.projects is None or self.who.projects is None:
            return self.who.projects if row.projects is None else frozenset(row.projects)
        return self.who.projects & frozenset(row.projects)

    async def _begin(self, row: CustomerImport, state: str) -> None:
        """One at a time of a tenant."""
        running = select(CustomerImport.id).where(CustomerImport.state.in_(ACTIVE)).limit(1)
        if await self.session.scalar(running):
            raise Conflict("error.import_runs", code="import_runs")
        row.state, row.rate, row.projects = state, 0.0, _listed(self._within(row))
        row.turn += 1
        if state != "taking_back":
            row.done = row.created = row.changed = row.skipped = row.refused = row.refused_bytes = 0
        await flush(self.session)


def _listed(projects: frozenset[UUID] | None) -> list[UUID] | None:
    return None if projects is None else sorted(projects)


async def _check_project(session: AsyncSession, plan: PlanIn, seen: frozenset[UUID] | None) -> None:
    if plan.project_id and plan.project_id not in (await tenancy.projects_by_name(session, seen)).values():
        raise BadField("error.unknown_reference", field="project_id")


# ── for who does the work ────────────────────────────────────────────────────────────────────────────────────────────


async def unfinished(session: AsyncSession, but: Collection[UUID]) -> UUID | None:
    """The tenant's import on which there is work to do; none of these."""
    found: UUID | None = await session.scalar(
        select(CustomerImport.id).where(CustomerImport.state.in_(ACTIVE), CustomerImport.id.not_in(list(but))).limit(1)
    )
    return found


async def plan_of(session: AsyncSession, row: CustomerImport) -> Plan:
    """All that it takes to read the file's rows, as it is now. Raises `BadField` when the project is gone."""
    planned = PlanIn.model_validate(row.plan)
    projects = None if row.projects is None else frozenset(row.projects)
    await _check_project(session, planned, projects)
    return Plan(
        columns=planned.columns,
        headings=row.headings,
        project_id=planned.project_id,
        agents=await agents.by_number(session, projects),
        projects=await tenancy.projects_by_name(session, projects),
        fields=list((await all_fields(session)).values()),
        dialling=await calls.dialling(session, row.tenant_id),
    )


async def locked(session: AsyncSession, import_id: UUID, state: str, turn: int) -> CustomerImport | None:
    """The import, if that is still to be done with it, and nobody began anew."""
    wanted = CustomerImport.id == import_id, CustomerImport.state == state, CustomerImport.turn == turn
    found: CustomerImport | None = await session.scalar(select(CustomerImport).where(*wanted).with_for_update())
    return found


async def fail(session: AsyncSession, import_id: UUID, turn: int | None, problem: HujiaoError, now: datetime) -> bool:
    """Returns whether it was still worked on, in this turn (None: any)."""
    known = {"message": problem.message, "detail": problem.detail}
    failed = await session.scalar(
        update(CustomerImport)
        .where(CustomerImport.id == import_id, CustomerImport.state.in_(ACTIVE))
        .where(true() if turn is None else CustomerImport.turn == turn)
        .values(state="failed", problem=known, ended_at=now)
        .returning(CustomerImport.id)
    )
    return failed is not None


async def purge(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Forgets the files of what has ended, and what was never imported. Returns the imports whose files may go."""
    old = now - KEPT
    never = delete(CustomerImport).where(CustomerImport.state.in_(_PLANNED), CustomerImport.created_at < old)
    gone = list(await session.scalars(never.returning(CustomerImport.id)))
    ended = (
        update(CustomerImport)
        .where(CustomerImport.ended_at < old, or_(CustomerImport.head != b"", CustomerImport.refused_bytes > 0))
        .values(head=b"", refused_bytes=0)
    )
    return [*gone, *await session.scalars(ended.returning(CustomerImport.id))]
