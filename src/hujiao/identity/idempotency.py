"""Answers to public writes, kept for their repetition."""

from __future__ import annotations

import hmac
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.identity.contracts import Principal
from hujiao.identity.models import IdempotencyKey
from hujiao.kit.errors import BadField

_LONGEST = 200


async def begin(session: AsyncSession, who: Principal, key: str, request: bytes) -> tuple[int, Any] | None:
    """The kept answer, or None when this is the first time. A second one at the same time waits for the first."""
    if len(key) > _LONGEST:
        raise BadField("error.idempotency_key_long", field="Idempotency-Key", detail={"longest": _LONGEST})
    row = {"tenant_id": who.tenant_id, "account_id": who.account_id, "key": key, "request_hash": request}
    statement = insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.key)
    if await session.scalar(statement) is not None:
        return None
    kept = (await session.scalars(select(IdempotencyKey).where(*_this(who, key)))).one()
    if not hmac.compare_digest(kept.request_hash, request):
        raise BadField("error.idempotency_key_reused", field="Idempotency-Key", code="idempotency_key_reused")
    return kept.status or 204, (kept.answer or {}).get("body")


async def keep(session: AsyncSession, who: Principal, key: str, status: int, body: Any) -> None:
    await session.execute(update(IdempotencyKey).where(*_this(who, key)).values(status=status, answer={"body": body}))


def _this(who: Principal, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return IdempotencyKey.account_id == who.account_id, IdempotencyKey.key == key
