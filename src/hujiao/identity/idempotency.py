"""Answers to public writes, kept for their repetition. Requests and answers may carry secrets: neither is readable."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.identity.contracts import Principal
from hujiao.identity.models import IdempotencyKey
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import TenantSecrets

_LONGEST = 200
_REQUEST, _ANSWER = "idempotency_key.request_hash", "idempotency_key.answer"


async def begin(
    session: AsyncSession, who: Principal, key: str, request: bytes, secrets: TenantSecrets
) -> tuple[int, bytes] | None:
    """The kept answer, or None when this is the first time. A second one at the same time waits for the first."""
    if len(key) > _LONGEST:
        raise BadField("error.idempotency_key_long", field="Idempotency-Key", detail={"longest": _LONGEST})
    row = {"tenant_id": who.tenant_id, "account_id": who.account_id, "key": key}
    row["request_hash"] = hashed = secrets.blind(hashlib.sha256(request).hexdigest(), purpose=_REQUEST)
    statement = insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.key)
    if await session.scalar(statement) is not None:
        return None
    kept = (await session.scalars(select(IdempotencyKey).where(*_this(who, key)))).one()
    if not hmac.compare_digest(kept.request_hash, hashed):
        raise BadField("error.idempotency_key_reused", field="Idempotency-Key", code="idempotency_key_reused")
    body = secrets.open(kept.answer, purpose=_ANSWER).encode() if kept.answer else b""
    return kept.status or 204, body


async def keep(
    session: AsyncSession, who: Principal, key: str, status: int, body: bytes, secrets: TenantSecrets
) -> None:
    answer = secrets.seal(body.decode(), purpose=_ANSWER)
    await session.execute(update(IdempotencyKey).where(*_this(who, key)).values(status=status, answer=answer))


def _this(who: Principal, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return IdempotencyKey.account_id == who.account_id, IdempotencyKey.key == key
