"""Signing in and out, and finding out who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.identity import repository
from hujiao.identity.contracts import Principal, Role
from hujiao.identity.models import ApiToken, Session
from hujiao.identity.passwords import Passwords
from hujiao.identity.rights import ALL_PROJECTS, RIGHTS
from hujiao.identity.throttle import Attempt, SignInThrottle
from hujiao.identity.views import NewToken, OwnKeys, TokenIn, TokenView
from hujiao.kit.db import Database
from hujiao.kit.errors import Forbidden, NotFound, NotSignedIn, Throttled
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import new_secret, secret_hash
from hujiao.tenancy import service as tenancy

SESSION_LASTS = timedelta(hours=12)  # since it was last used
SESSION_LONGEST = timedelta(days=7)
RENEW_AFTER = timedelta(minutes=5)  # a session's use is written at most this often
IDEMPOTENCY_LASTS = timedelta(hours=24)  # a write is answered from memory when it is repeated within this time
TOKEN_PREFIX = "hujiao_"


@dataclass(frozen=True, slots=True)
class Checked:
    """Whose password was right."""

    tenant_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class SignedIn:
    principal: Principal
    cookie: str


async def principal_of(
    session: AsyncSession, credential: repository.Credential, now: datetime, *, by_session: bool
) -> Principal:
    """Who the credential stands for, as of now; the transaction is inside the tenant already."""
    if credential.expires_at is not None and credential.expires_at <= now:
        raise NotSignedIn("error.session_ended")
    account = await repository.who(session, credential.account_id)
    tenant = await tenancy.facts(session, credential.tenant_id)
    if account is None or tenant is None or account.disabled_at is not None:
        raise NotSignedIn("error.session_ended")
    if tenant.suspended:
        raise Forbidden("error.tenant_suspended", code="tenant_suspended")
    role = Role(account.role)
    return Principal(
        tenant_id=tenant.id,
        tenant_slug=tenant.slug,
        tenant_name=tenant.name,
        tenant_kind=tenant.kind,
        tenant_language=tenant.language,
        tenant_time_zone=tenant.time_zone,
        shard=tenant.shard,
        account_id=account.id,
        login=account.login,
        name=account.name,
        role=role,
        language=account.language,
        rights=RIGHTS[role],
        projects=None if role in ALL_PROJECTS else frozenset(account.projects),
        session_id=credential.id if by_session else None,
        csrf_token=credential.csrf_token,
        expires_at=credential.expires_at,
    )


async def by_cookie(session: AsyncSession, cookie: str, now: datetime) -> Principal:
    credential = await repository.find_session(session, secret_hash(cookie))
    if credential is None:
        raise NotSignedIn("error.session_ended")
    principal = await principal_of(session, credential, now, by_session=True)
    if credential.last_seen_at is not None and now - credential.last_seen_at > RENEW_AFTER:
        row = await session.get_one(Session, (credential.tenant_id, credential.id))
        latest = row.created_at + SESSION_LONGEST
        await repository.renew_session(session, credential.id, now, min(now + SESSION_LASTS, latest))
    return principal


async def by_token(session: AsyncSession, token: str, now: datetime) -> Principal:
    credential = await repository.find_token(session, secret_hash(token.removeprefix(TOKEN_PREFIX)))
    if credential is None:
        raise NotSignedIn("error.token_unknown")
    principal = await principal_of(session, credential, now, by_session=False)
    await repository.use_token(session, credential.id, now)
    return principal


def account_key(tenant: str, login: str) -> str:
    """One account as it is typed, whether there is one or not."""
    return f"{tenant.strip().lower()}/{login.strip().lower()}"


async def check_password(
    database: Database,
    passwords: Passwords,
    throttle: SignInThrottle,
    *,
    tenant: str,
    login: str,
    password: str,
    attempt: Attempt,
    now: datetime,
) -> Checked:
    """Who signs in with the right password. No connection is held while it is hashed."""
    tenant, login = tenant.strip().lower(), login.strip().lower()
    if wait := await throttle.before(attempt, now):
        raise throttled(wait)
    async with database.lookup() as session:
        tenant_id = await tenancy.enter_by_slug(session, tenant)
        account = await repository.account_by_login(session, login) if tenant_id is not None else None
    right = await passwords.verify(account.password_hash if account else None, password)
    if not right or account is None or tenant_id is None or account.disabled_at is not None:
        if wait := await throttle.failed(attempt, known=account is not None, now=now):
            raise throttled(wait)
        raise NotSignedIn("error.wrong_sign_in", code="wrong_sign_in")
    await throttle.succeeded(attempt)
    return Checked(tenant_id, account.id)


async def open_session(session: AsyncSession, checked: Checked, now: datetime) -> SignedIn:
    """A new session, in a transaction of the tenant; the account's ended ones go."""
    cookie, csrf = new_secret(), new_secret()
    row = Session(
        id=new_id(),
        tenant_id=checked.tenant_id,
        account_id=checked.account_id,
        secret_hash=secret_hash(cookie),
        csrf_token=csrf,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LASTS,
    )
    credential = repository.Credential(checked.tenant_id, row.id, checked.account_id, csrf, now, row.expires_at)
    principal = await principal_of(session, credential, now, by_session=True)
    await repository.remove_expired_sessions(session, checked.account_id, now)
    session.add(row)
    return SignedIn(principal, cookie)


def throttled(wait: float) -> Throttled:
    seconds = max(1, round(wait))
    return Throttled("error.too_many_tries", detail={"retry_after_seconds": seconds})


class Tokens:
    """The keys that one account made for its programs."""

    def __init__(self, session: AsyncSession, principal: Principal) -> None:
        self.session = session
        self.principal = principal

    async def all(self) -> list[TokenView]:
        rows = await repository.tokens(self.session, self.principal.account_id)
        return [TokenView.model_validate(row, from_attributes=True) for row in rows]

    async def create(self, data: TokenIn, now: datetime) -> NewToken:
        secret = new_secret()
        row = ApiToken(
            id=new_id(),
            tenant_id=self.principal.tenant_id,
            account_id=self.principal.account_id,
            name=data.name,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=data.expires_at,
            last_used_at=None,
        )
        self.session.add(row)
        await self.session.flush()
        view = TokenView.model_validate(row, from_attributes=True)
        return NewToken(**view.model_dump(), token=TOKEN_PREFIX + secret)

    async def remove(self, token_id: UUID) -> None:
        row = await repository.token(self.session, self.principal.account_id, token_id)
        if row is None:
            raise NotFound("error.not_found")
        await self.session.delete(row)


async def own_keys(session: AsyncSession, who: Principal) -> OwnKeys:
    return OwnKeys.model_validate({"keys": await repository.keys(session, who.account_id)})


async def set_own_keys(session: AsyncSession, who: Principal, own: OwnKeys) -> None:
    await repository.set_keys(session, who.account_id, own.model_dump()["keys"])


async def set_language(session: AsyncSession, who: Principal, language: str) -> Principal:
    await repository.set_language(session, who.account_id, language)
    return replace(who, language=language)


async def set_own_password(
    session: AsyncSession, who: Principal, password_hash: str, *, end_tokens: bool
) -> list[UUID]:
    """Returns the caller's other sessions, which end with the old password; the API tokens go, too, if it is said."""
    await repository.set_password_hash(session, who.account_id, password_hash)
    if end_tokens:
        await repository.remove_tokens(session, who.account_id)
    return await repository.remove_sessions(session, who.account_id, but=who.session_id)


async def sign_out(session: AsyncSession, who: Principal, *, everywhere: bool = False) -> list[UUID]:
    """Returns the sessions that ended: the caller's own, which a token has not, or all of its account."""
    if everywhere:
        return await repository.remove_sessions(session, who.account_id)
    if who.session_id is None:
        return []
    await repository.remove_session(session, who.session_id)
    return [who.session_id]


async def purge(session: AsyncSession, now: datetime) -> tuple[int, int]:
    """Delete the tenant's sessions and idempotency keys that nobody can use any more; how many of each."""
    return await repository.remove_ended(session, sessions_before=now, keys_before=now - IDEMPOTENCY_LASTS)
