"""What failed while calls were routed: told to the administrator until it is saved anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.errors import NotFound
from hujiao.kit.i18n import Said, retold
from hujiao.kit.ids import new_id
from hujiao.routing.contracts import ProblemKind
from hujiao.routing.models import RoutingProblem

CRITERIA: frozenset[ProblemKind] = frozenset({"criterion", "plugin"})
MOST_SHOWN = 50
LONGEST = 500


class ProblemView(BaseModel):
    """`place` is the expression, the plug-in's name, the source's name, or flow and node; `about` the object's id.

    `problem` is in the reader's language when it has a `code`, of which `values` are the figures; else it is what
    another program said.
    """

    id: UUID
    kind: ProblemKind
    place: str
    about: UUID | None
    problem: str
    code: str | None
    values: dict[str, Any]
    count: int
    first_at: datetime
    last_at: datetime


class Problems:
    def __init__(self, session: AsyncSession, tenant_id: UUID) -> None:
        self.session = session
        self.tenant_id = tenant_id

    async def all(self, language: str = "en") -> list[ProblemView]:
        latest = select(RoutingProblem).order_by(RoutingProblem.last_at.desc()).limit(MOST_SHOWN)
        found = []
        for row in await self.session.scalars(latest):
            view = ProblemView.model_validate(row, from_attributes=True)
            view.problem = retold(vars(view), language)
            found.append(view)
        return found

    async def remove(self, problem_id: UUID) -> None:
        gone = await self.session.execute(
            delete(RoutingProblem).where(RoutingProblem.id == problem_id).returning(RoutingProblem.id)
        )
        if gone.scalar_one_or_none() is None:
            raise NotFound("error.not_found")

    async def clear(self, *, kinds: Collection[ProblemKind] = (), about: UUID | None = None) -> None:
        """What these problems are about has been saved anew."""
        theirs = RoutingProblem.kind.in_(kinds)
        await self.session.execute(
            delete(RoutingProblem).where(or_(theirs, RoutingProblem.about == about) if about else theirs)
        )

    async def record(
        self, kind: ProblemKind, place: str, about: UUID | None, said: Said, count: int, at: datetime
    ) -> bool:
        """It has happened so many more times; true when it was not known yet."""
        row = insert(RoutingProblem).values(
            tenant_id=self.tenant_id,
            id=new_id(),
            kind=kind,
            place=place[:LONGEST],
            about=about,
            problem=str(said)[:LONGEST],
            code=said.code,
            values=dict(said.values),
            count=count,
            first_at=at,
            last_at=at,
        )
        merged = row.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "place"],
            set_={
                "count": RoutingProblem.count + count,
                "last_at": at,
                "problem": row.excluded.problem,
                "code": row.excluded.code,
                "values": row.excluded["values"],
                "about": row.excluded.about,
            },
        )
        total = await self.session.scalar(merged.returning(RoutingProblem.count))
        return bool(total == count)
