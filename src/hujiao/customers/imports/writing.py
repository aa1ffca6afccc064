"""A batch of rows, written: whole statements for new customers, for a row each would take minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.customers.imports.rows import Row
from hujiao.customers.imports.sorting import Holder
from hujiao.kit.ids import new_id

_HOLDERS = """
SELECT p.key, c.id, c.project_id FROM contact_point p
JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id
WHERE p.tenant_id = :tenant_id AND p.key = ANY(CAST(:keys AS text[])) AND c.merged_into IS NULL
"""
_CUSTOMERS = """
INSERT INTO customer (tenant_id, id, name, grade, tags, agent_id, project_id, note, fields, created_at, created_by,
  updated_at, updated_by, import_id)
SELECT :tenant_id, id, name, grade, CAST(tags AS varchar[]), agent_id, project_id, note, CAST(fields AS jsonb), :now,
  :account_id, :now, :account_id, :import_id
FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:grades AS int[]), CAST(:tags AS text[]),
  CAST(:agents AS uuid[]), CAST(:projects AS uuid[]), CAST(:notes AS text[]), CAST(:fields AS text[]))
  AS row (id, name, grade, tags, agent_id, project_id, note, fields)
"""
_POINTS = """
INSERT INTO contact_point (tenant_id, id, customer_id, kind, value, key, label, position)
SELECT :tenant_id, * FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[]), CAST(:kinds AS text[]),
  CAST(:contents AS text[]), CAST(:keys AS text[]), CAST(:labels AS text[]), CAST(:positions AS int[]))
"""
_PRIVATE = """
INSERT INTO customer_private (tenant_id, customer_id, field_id, sealed, tail, blind)
SELECT :tenant_id, * FROM unnest(CAST(:customers AS uuid[]), CAST(:fields AS uuid[]), CAST(:sealed AS bytea[]),
  CAST(:tails AS text[]), CAST(:blinds AS bytea[]))
"""
_CHANGES = """
INSERT INTO customer_change (tenant_id, id, customer_id, at, account_id, kind, data)
SELECT :tenant_id, id, customer_id, :now, :account_id, 'created', CAST(data AS jsonb)
FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[]), CAST(:data AS text[])) AS row (id, customer_id, data)
"""
_CREATED = """
FROM customer c WHERE c.tenant_id = :tenant_id AND c.import_id = :import_id
  AND (CAST(:projects AS uuid[]) IS NULL OR c.project_id IS NULL OR c.project_id = ANY(CAST(:projects AS uuid[])))
"""
_UNTOUCHED = f"""{_CREATED} AND c.merged_into IS NULL
  AND c.updated_at = c.created_at
  AND NOT EXISTS (SELECT FROM next_call n WHERE n.tenant_id = c.tenant_id AND n.customer_id = c.id)
"""


async def holders(session: AsyncSession, tenant_id: UUID, keys: Iterable[str]) -> dict[str, list[Holder]]:
    """Who has these, by the form in which contacts are compared."""
    found: dict[str, list[Holder]] = {}
    for row in await session.execute(text(_HOLDERS), {"tenant_id": tenant_id, "keys": list(keys)}):
        found.setdefault(row.key, []).append(Holder(row.id, row.project_id))
    return found


async def create(
    session: AsyncSession, rows: Sequence[Row], tenant_id: UUID, account_id: UUID, import_id: UUID, now: datetime
) -> None:
    """A customer of each row, with all that it says and the note that they were created."""
    if not rows:
        return
    of_all = {"tenant_id": tenant_id, "now": now, "account_id": account_id}
    await session.execute(
        text(_CUSTOMERS),
        {
            **of_all,
            "import_id": import_id,
            "ids": [row.id for row in rows],
            "names": [row.values.get("name", "") for row in rows],
            "grades": [row.values.get("grade", 0) for row in rows],
            "tags": [_array(row.values.get("tags", ())) for row in rows],
            "agents": [row.values.get("agent_id") for row in rows],
            "projects": [row.project_id for row in rows],
            "notes": [row.values.get("note", "") for row in rows],
            "fields": [_json(row.fields) if row.fields else "{}" for row in rows],
        },
    )
    points = [(row.id, at, point) for row in rows for at, point in enumerate(row.points)]
    if points:
        await session.execute(
            text(_POINTS),
            {
                "tenant_id": tenant_id,
                "ids": [new_id() for _ in points],
                "customers": [customer_id for customer_id, _, _ in points],
                "kinds": [point.kind for _, _, point in points],
                "contents": [point.value for _, _, point in points],
                "keys": [point.key for _, _, point in points],
                "labels": [point.label for _, _, point in points],
                "positions": [at for _, at, _ in points],
            },
        )
    private = [(row.id, value) for row in rows for value in row.private]
    if private:
        await session.execute(
            text(_PRIVATE),
            {
                "tenant_id": tenant_id,
                "customers": [customer_id for customer_id, _ in private],
                "fields": [value.field_id for _, value in private],
                "sealed": [value.sealed for _, value in private],
                "tails": [value.tail for _, value in private],
                "blinds": [value.blind for _, value in private],
            },
        )
    await session.execute(
        text(_CHANGES),
        {
            **of_all,
            "ids": [new_id() for _ in rows],
            "customers": [row.id for row in rows],
            "data": [row.noted for row in rows],
        },
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _array(values: Iterable[str]) -> str:
    """As PostgreSQL writes an array of texts."""
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"


async def untouched(
    session: AsyncSession, tenant_id: UUID, import_id: UUID, projects: Sequence[UUID] | None
) -> tuple[int, int]:
    """How many of an import's customers nobody has changed since, or means to call; and how many others are left.

    Of these projects (None: all) and the whole company's.
    """
    ids = {"tenant_id": tenant_id, "import_id": import_id, "projects": projects}
    count = await session.scalar(text(f"SELECT count(*) {_UNTOUCHED}"), ids) or 0
    every = await session.scalar(text(f"SELECT count(*) {_CREATED}"), ids)
    return count, (every or 0) - count


async def take_back(
    session: AsyncSession, tenant_id: UUID, import_id: UUID, projects: Sequence[UUID] | None, most: int
) -> int:
    """Deletes so many of those customers, with what was noted of them. Returns how many there were."""
    of_tenant: dict[str, Any] = {"tenant_id": tenant_id}
    found = await session.scalars(
        text(f"SELECT c.id {_UNTOUCHED} ORDER BY c.id LIMIT :most FOR UPDATE"),
        {**of_tenant, "import_id": import_id, "projects": projects, "most": most},
    )
    gone = list(found)
    for table, column in (("customer_change", "customer_id"), ("customer", "id")):
        await session.execute(
            text(f"DELETE FROM {table} WHERE tenant_id = :tenant_id AND {column} = ANY(CAST(:gone AS uuid[]))"),
            {**of_tenant, "gone": gone},
        )
    return len(gone)
