"""Plain lists that an administrator keeps (skills, seats, queues …): one way to read, write and explain refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from hujiao.kit.db import Base, TenantRow
from hujiao.kit.errors import BadField, Conflict, HujiaoError, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page

Row = TypeVar("Row", bound=TenantRow)
In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)
_FOREIGN_KEY = "23503"


async def flush(session: AsyncSession, *, removing: bool = False) -> None:
    """Send what is pending; a refusal by a constraint becomes an error that names the field."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise explain(error, removing=removing) from error


def explain(error: IntegrityError, *, removing: bool = False) -> HujiaoError:
    cause = getattr(error.orig, "__cause__", None)
    name, state = getattr(cause, "constraint_name", None), getattr(cause, "sqlstate", None)
    if removing and state == _FOREIGN_KEY:
        return Conflict("error.in_use", code="in_use", detail={"used_by": getattr(cause, "table_name", "")})
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if constraint.name != name:
                continue
            field = None
            if isinstance(constraint, UniqueConstraint):
                field = constraint.info.get("field") or list(constraint.columns)[-1].name
            if isinstance(constraint, ForeignKeyConstraint):
                return BadField("error.unknown_reference", field=constraint.column_keys[-1])
            return Conflict("error.already_used", field=field, code="already_used")
    return Conflict("error.conflict")


class Catalogue(Generic[Row, In, Out]):
    """One tenant's list of one kind. `projects` limits it to these projects' rows (None: all)."""

    row: type[Row]
    view: type[Out]
    search: ClassVar[Sequence[InstrumentedAttribute[Any]]] = ()
    order: ClassVar[Sequence[InstrumentedAttribute[Any]]] = ()
    project: ClassVar[str | None] = None  # the column that says the row's project

    def __init__(self, session: AsyncSession, tenant_id: UUID, projects: frozenset[UUID] | None = None) -> None:
        self.session = session
        self.tenant_id = tenant_id
        self.projects = projects

    async def page(self, query: ListQuery) -> Page[Out]:
        where = self._visible()
        if query.q:
            where.append(or_(*await self.found_by(query.q)))
        total = await self.session.scalar(select(func.count()).select_from(self.row).where(*where)) or 0
        statement = select(self.row).where(*where).order_by(*self._order(query.sort))
        rows = (await self.session.scalars(statement.limit(query.page_size).offset(query.offset))).all()
        return Page(items=await self.show(rows), total=total, page=query.page, page_size=query.page_size)

    async def get(self, row_id: UUID) -> Out:
        return (await self.show([await self.find(row_id)]))[0]

    async def create(self, data: In) -> Out:
        row = self.row()
        values = {**await self.values(data, None), "tenant_id": self.tenant_id, "id": new_id()}
        for name, value in values.items():
            setattr(row, name, value)
        self.session.add(row)
        return await self._written(row, data)

    async def change(self, row_id: UUID, data: In) -> Out:
        row = await self.find(row_id)
        for name, value in (await self.values(data, row)).items():
            setattr(row, name, value)
        return await self._written(row, data)

    async def remove(self, row_id: UUID) -> None:
        await self.session.delete(await self.find(row_id))
        await flush(self.session, removing=True)

    async def find(self, row_id: UUID) -> Row:
        found = await self.session.scalar(select(self.row).where(self.row.id == row_id, *self._visible()))
        if found is None:
            raise NotFound("error.not_found")
        return found

    # What a list of its own kind changes:

    async def values(self, data: In, row: Row | None) -> dict[str, Any]:
        """The row's columns for what was sent."""
        return data.model_dump()

    async def found_by(self, text: str) -> list[ColumnElement[bool]]:
        """Which rows a search finds, by one of these."""
        return [column.icontains(text, autoescape=True) for column in self.search]

    async def written(self, row: Row, data: In) -> None:
        """What hangs on the row (a queue's skills, say), written after it."""

    async def show(self, rows: Sequence[Row]) -> list[Out]:
        return [self.view.model_validate(row, from_attributes=True) for row in rows]

    async def _written(self, row: Row, data: In) -> Out:
        await flush(self.session)
        await self.written(row, data)
        await flush(self.session)
        await self.session.refresh(row)
        return (await self.show([row]))[0]

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.projects is None or self.project is None:
            return []
        return [getattr(self.row, self.project).in_(self.projects)]

    def _order(self, sort: str | None) -> list[ColumnElement[Any]]:
        by_name = {column.key: column for column in {*self.search, *self.order}}
        if sort:
            column = by_name.get(sort.removeprefix("-"))
            if column is None:
                raise BadField("error.unknown_sort", field="sort", detail={"known": ", ".join(sorted(by_name))})
            return [column.desc() if sort.startswith("-") else column.asc(), self.row.id.asc()]
        return [*(column.asc() for column in self.order), self.row.id.asc()]


class RevisedCatalogue(Catalogue[Row, In, Out]):
    """A list whose rows two people may have open: who saves what the other has changed meanwhile is refused. Its rows
    have a `revision`, and so have those that are sent."""

    async def change(self, row_id: UUID, data: Any) -> Out:
        """Who comes second waits, and then sees what the first has made of it."""
        await self.session.execute(select(self.row.id).where(self.row.id == row_id).with_for_update())
        return await super().change(row_id, data)

    async def values(self, data: Any, row: Any) -> dict[str, Any]:
        if row is not None and data.revision not in (None, row.revision):
            raise Conflict("error.changed_meanwhile", field="revision", code="changed_meanwhile")
        await self.check(data, row)
        return {**self.columns(data), "revision": row.revision + 1 if row else 1}

    async def check(self, data: In, row: Row | None) -> None:
        """Raises `BadField` for what can never work."""

    def columns(self, data: In) -> dict[str, Any]:
        return data.model_dump(exclude={"revision"})
