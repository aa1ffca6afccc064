"""Queries of tenants; they run outside any tenant by the lookup function, or inside the one that is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.paging import ListQuery

_SORTABLE = {"slug", "name", "created_at"}


async def tenants(session: AsyncSession, query: ListQuery) -> tuple[Sequence[RowMapping], int]:
    where, values = "", dict[str, Any]()
    if query.q:
        where = "WHERE strpos(lower(name), lower(:q)) > 0 OR strpos(slug, lower(:q)) > 0"
        values["q"] = query.q
    name = (query.sort or "slug").removeprefix("-")
    order = (name if name in _SORTABLE else "slug") + (" DESC" if (query.sort or "").startswith("-") else "")
    total = await session.scalar(text(f"SELECT count(*) FROM lookup_tenants() {where}"), values) or 0
    rows = await session.execute(
        text(f"SELECT * FROM lookup_tenants() {where} ORDER BY {order} LIMIT :size OFFSET :start"),
        {**values, "size": query.page_size, "start": query.offset},
    )
    return rows.mappings().all(), total


async def least_used_shard(session: AsyncSession, shards: int) -> int:
    rows = await session.execute(text("SELECT shard, count(*) FROM lookup_tenants() GROUP BY shard"))
    used = {row.shard: row.count for row in rows}
    return min(range(shards), key=lambda shard: (used.get(shard, 0), shard))


# Asked with each request.
_FACTS = text(
    "SELECT id, slug, name, kind, language, time_zone, shard, suspended_at IS NOT NULL AS suspended"
    " FROM tenant WHERE id = :tenant"
)


async def facts(session: AsyncSession, tenant_id: UUID) -> Row[Any] | None:
    """Returns the columns of `TenantFacts`."""
    return (await session.execute(_FACTS, {"tenant": tenant_id})).one_or_none()


async def enter_by_slug(session: AsyncSession, slug: str) -> UUID | None:
    """The tenant of this name; the rest of the transaction sees its rows."""
    statement = text("SELECT id, set_config('hujiao.tenant', id::text, true) FROM lookup_tenants() WHERE slug = :slug")
    found: UUID | None = await session.scalar(statement, {"slug": slug})
    return found
