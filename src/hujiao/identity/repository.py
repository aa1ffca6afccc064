"""Queries of accounts, sessions and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.identity.models import Account, AccountProject, ApiToken, IdempotencyKey, Session


@dataclass(frozen=True, slots=True)
class Credential:
    """What a cookie or a token stands for."""

    tenant_id: UUID
    id: UUID
    account_id: UUID
    csrf_token: str | None
    last_seen_at: datetime | None
    expires_at: datetime | None


# What is found also enters its tenant: the rest of the transaction sees that tenant's rows.
_FIND_SESSION = text(
    "SELECT s.*, set_config('hujiao.tenant', s.tenant_id::text, true) AS entered FROM lookup_session(:secret) s"
)
_FIND_TOKEN = text(
    "SELECT t.*, set_config('hujiao.tenant', t.tenant_id::text, true) AS entered FROM lookup_token(:secret) t"
)


async def find_session(session: AsyncSession, secret: bytes) -> Credential | None:
    row = (await session.execute(_FIND_SESSION, {"secret": secret})).one_or_none()
    if row is None:
        return None
    return Credential(row.tenant_id, row.id, row.account_id, row.csrf_token, row.last_seen_at, row.expires_at)


async def find_token(session: AsyncSession, secret: bytes) -> Credential | None:
    row = (await session.execute(_FIND_TOKEN, {"secret": secret})).one_or_none()
    return None if row is None else Credential(row.tenant_id, row.id, row.account_id, None, None, row.expires_at)


# Asked with each request: in one round trip, and without an object that could be changed.
_WHO = text(
    "SELECT id, login, name, role, language, disabled_at,"
    " ARRAY(SELECT project_id FROM account_project WHERE account_id = account.id) AS projects"
    " FROM account WHERE id = :account"
)


async def who(session: AsyncSession, account_id: UUID) -> Row[Any] | None:
    """Returns the account's `id`, `login`, `name`, `role`, `language`, `disabled_at` and the ids of its `projects`."""
    return (await session.execute(_WHO, {"account": account_id})).one_or_none()


async def account_by_login(session: AsyncSession, login: str) -> Account | None:
    found: Account | None = await session.scalar(select(Account).where(Account.login == login))
    return found


async def renew_session(session: AsyncSession, session_id: UUID, now: datetime, expires_at: datetime) -> None:
    await session.execute(
        update(Session).where(Session.id == session_id).values(last_seen_at=now, expires_at=expires_at)
    )


async def use_token(session: AsyncSession, token_id: UUID, now: datetime) -> None:
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


async def remove_session(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(Session).where(Session.id == session_id))


async def set_password_hash(session: AsyncSession, account_id: UUID, password_hash: str) -> None:
    await session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))


async def remove_sessions(session: AsyncSession, account_id: UUID, *, but: UUID | None = None) -> list[UUID]:
    statement = delete(Session).where(Session.account_id == account_id)
    if but is not None:
        statement = statement.where(Session.id != but)
    return list((await session.scalars(statement.returning(Session.id))).all())


async def remove_expired_sessions(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    await session.execute(delete(Session).where(Session.account_id == account_id, Session.expires_at < now))


async def remove_ended(session: AsyncSession, *, sessions_before: datetime, keys_before: datetime) -> tuple[int, int]:
    """Sessions that expired and idempotency keys that were made before then, of the transaction's tenant; how many."""
    sessions = delete(Session).where(Session.expires_at < sessions_before).returning(Session.id)
    keys = delete(IdempotencyKey).where(IdempotencyKey.created_at < keys_before).returning(IdempotencyKey.key)
    return len((await session.scalars(sessions)).all()), len((await session.scalars(keys)).all())


async def tokens(session: AsyncSession, account_id: UUID) -> Sequence[ApiToken]:
    statement = select(ApiToken).where(ApiToken.account_id == account_id).order_by(ApiToken.created_at)
    return (await session.scalars(statement)).all()


async def token(session: AsyncSession, account_id: UUID, token_id: UUID) -> ApiToken | None:
    found: ApiToken | None = await session.scalar(
        select(ApiToken).where(ApiToken.account_id == account_id, ApiToken.id == token_id)
    )
    return found


async def count_tokens(session: AsyncSession, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    statement = (
        select(ApiToken.account_id, func.count())
        .where(ApiToken.account_id.in_(account_ids))
        .group_by(ApiToken.account_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def remove_tokens(session: AsyncSession, account_id: UUID) -> None:
    await session.execute(delete(ApiToken).where(ApiToken.account_id == account_id))


async def count_administrators(session: AsyncSession, role: str) -> int:
    return (
        await session.scalar(
            select(func.count()).select_from(Account).where(Account.role == role, Account.disabled_at.is_(None))
        )
        or 0
    )


async def projects_of(session: AsyncSession, account_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    statement = (
        select(AccountProject.account_id, AccountProject.project_id)
        .where(AccountProject.account_id.in_(account_ids))
        .order_by(AccountProject.project_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for account_id, project_id in (await session.execute(statement)).all():
        found.setdefault(account_id, []).append(project_id)
    return found


async def keys(session: AsyncSession, account_id: UUID) -> dict[str, str]:
    found: dict[str, str] = (await session.scalars(select(Account.keys).where(Account.id == account_id))).one()
    return found


async def set_keys(session: AsyncSession, account_id: UUID, keys: dict[str, str]) -> None:
    await session.execute(update(Account).where(Account.id == account_id).values(keys=keys))


async def set_language(session: AsyncSession, account_id: UUID, language: str) -> None:
    await session.execute(update(Account).where(Account.id == account_id).values(language=language))
