"""What does not work, for the platform's staff: each trouble by part, tenant and object, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import text
from starlette.requests import Request

from hujiao.app import health
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.body import BoundedRoute
from hujiao.app.http.errors import reader_language
from hujiao.app.http.parts import Parts
from hujiao.app.http.work import Said, State
from hujiao.identity.contracts import Right
from hujiao.kit import i18n
from hujiao.routing.contracts import ProblemKind

router = APIRouter(
    prefix="/platform/health",
    tags=["platform"],
    route_class=BoundedRoute,
    dependencies=[need(Right.PLATFORM_TENANTS)],
)

_Parts = Annotated[Parts, Depends(parts_of)]


class TenantNamed(BaseModel):
    id: UUID
    slug: str
    name: str


class TroubleView(BaseModel):
    """`what` fails in `part`, what it `means` for callers and screens, and what to `do`.

    `impairs`: it is the part's own, not the tenant's.
    """

    part: str
    tenant: TenantNamed | None
    what: str
    means: str | None
    do: str
    impairs: bool
    count: int | None
    since: datetime | None


class TenantProblem(BaseModel):
    """What a tenant's own flow, source or expression failed with in the last minutes."""

    tenant: TenantNamed
    kind: ProblemKind
    place: str
    problem: str
    code: str | None = None
    count: int
    last_at: datetime


class PlatformHealth(BaseModel):
    parts: dict[str, State]
    troubles: list[TroubleView]
    problems: list[TenantProblem]


@router.get("", name="read_platform_health")
async def read_platform_health(parts: _Parts, request: Request) -> PlatformHealth:
    """What `./hujiao doctor` finds in the work of the processes."""
    said, tenants = await parts.work.said(), await _tenants(parts)
    found = [trouble for name, one in said.items() for trouble in health.troubles(name, one.kept)]
    found += health.unheld(parts.settings.shards, _shards(said))
    language = reader_language(request)
    return PlatformHealth(
        parts={"api": "well", **{name: one.state for name, one in said.items()}},
        troubles=[_trouble(one, tenants, language) for one in found],
        problems=[
            TenantProblem(**{**met, "tenant": tenants[met["tenant_id"]], "problem": i18n.retold(met, language)})
            for one in said.values()
            for met in one.kept.get("problems", ())
            if met["tenant_id"] in tenants
        ],
    )


async def _tenants(parts: Parts) -> dict[str, TenantNamed]:
    async with parts.database.lookup() as session:
        rows = await session.execute(text("SELECT id, slug, name FROM lookup_tenants()"))
        return {str(row.id): TenantNamed(id=row.id, slug=row.slug, name=row.name) for row in rows}


def _shards(said: Mapping[str, Said]) -> list[dict[str, Any]]:
    """The shards that the runtimes say they hold."""
    return [
        {"shard": shard["shard"], "held": True, "runtime": name}
        for name, one in said.items()
        for shard in one.kept.get("shard_states", ())
    ]


def _trouble(trouble: health.Trouble, tenants: Mapping[str, TenantNamed], language: str) -> TroubleView:
    return TroubleView(
        part=trouble.part,
        tenant=tenants.get(trouble.tenant_id or ""),
        what=trouble.in_words(trouble.what, language),
        means=trouble.in_words(trouble.means, language) or None,
        do=trouble.in_words(trouble.do, language),
        impairs=trouble.impairs,
        count=trouble.count or None,
        since=datetime.fromisoformat(trouble.since) if trouble.since else None,
    )
