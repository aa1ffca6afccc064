"""Accounts as administrators keep them, and tenants as the platform's staff open them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from hujiao.identity import repository
from hujiao.identity.contracts import Right, Role
from hujiao.identity.models import Account, AccountProject
from hujiao.identity.passwords import Passwords
from hujiao.identity.rights import ALL_PROJECTS, RIGHTS, assignable
from hujiao.identity.views import AccountIn, AccountRecord, NewTenant
from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.db import Database
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.ids import new_id
from hujiao.tenancy import service as tenancy
from hujiao.tenancy.views import TenantView


async def names(session: AsyncSession, account_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Account.id, Account.name).where(Account.id.in_(list(account_ids))))
    return {row.id: row.name for row in rows}


async def working(session: AsyncSession) -> Sequence[UUID]:
    """Returns the accounts that may sign in."""
    return (await session.scalars(select(Account.id).where(Account.disabled_at.is_(None)))).all()


async def visible_names(
    session: AsyncSession, projects: frozenset[UUID] | None, account_ids: Iterable[UUID]
) -> dict[UUID, str]:
    """Names of those of these accounts that share one of these projects (None: of all that exist)."""
    wanted = set(account_ids)
    return await names(session, wanted if projects is None else wanted & set(await in_projects(session, projects)))


async def in_projects(session: AsyncSession, projects: Iterable[UUID]) -> Sequence[UUID]:
    """Accounts that may see any of these projects."""
    statement = select(AccountProject.account_id).where(AccountProject.project_id.in_(list(projects))).distinct()
    return (await session.scalars(statement)).all()


async def seeing(session: AsyncSession, account_ids: Collection[UUID], projects: Collection[UUID]) -> set[UUID]:
    """Those of these accounts that may sign in and see each of these projects."""
    own = select(func.count()).where(
        AccountProject.account_id == Account.id, AccountProject.project_id.in_(list(projects))
    )
    sees = or_(Account.role.in_(ALL_PROJECTS), own.scalar_subquery() == len({*projects}))
    wanted = select(Account.id).where(Account.id.in_(list(account_ids)), Account.disabled_at.is_(None), sees)
    return set(await session.scalars(wanted))


async def sees_only(session: AsyncSession, account_id: UUID, projects: Collection[UUID] | None) -> bool:
    """Whether this account sees no project but these (None: all)."""
    if projects is None:
        return True
    others = exists().where(AccountProject.account_id == Account.id, AccountProject.project_id.not_in(list(projects)))
    sees_more = select(Account.id).where(Account.id == account_id, or_(Account.role.in_(ALL_PROJECTS), others))
    return await session.scalar(sees_more) is None


async def may(session: AsyncSession, account_id: UUID, right: Right) -> bool:
    """Whether this account may sign in and has this right."""
    signs_in = select(Account.role).where(Account.id == account_id, Account.disabled_at.is_(None))
    role = await session.scalar(signs_in)
    return role is not None and right in RIGHTS[Role(role)]


async def supervisors(session: AsyncSession) -> dict[UUID, frozenset[UUID]]:
    """Returns the projects that each supervisor leads."""
    led = select(AccountProject.account_id, AccountProject.project_id).join(
        Account, (Account.tenant_id == AccountProject.tenant_id) & (Account.id == AccountProject.account_id)
    )
    found: dict[UUID, set[UUID]] = {}
    for row in await session.execute(led.where(Account.role == Role.SUPERVISOR)):
        found.setdefault(row.account_id, set()).add(row.project_id)
    return {account_id: frozenset(projects) for account_id, projects in found.items()}


class Accounts(Catalogue[Account, AccountIn, AccountRecord]):
    """A supervisor sees those who share a project; `kind` of the tenant decides which roles there are."""

    row, view = Account, AccountRecord
    search, order = (Account.login, Account.name), (Account.login,)

    def __init__(
        self,
        session: AsyncSession,
        tenant_id: UUID,
        projects: frozenset[UUID] | None = None,
        *,
        tenant_kind: str = "customer",
        password_hash: str = "",
        now: datetime | None = None,
    ) -> None:
        super().__init__(session, tenant_id, projects)
        self.tenant_kind = tenant_kind
        self.password_hash = password_hash
        self.now = now

    async def values(self, data: AccountIn, row: Account | None) -> dict[str, Any]:
        if Role(data.role) not in assignable(self.tenant_kind):
            raise BadField("error.role_not_here", field="role")
        values: dict[str, Any] = {
            "login": data.login.lower(),
            "name": data.name,
            "role": data.role,
            "language": data.language,
            "disabled_at": ((row and row.disabled_at) or self.now) if data.disabled else None,
        }
        if row is None:
            values["password_hash"] = self.password_hash
        elif (data.disabled or data.role != row.role) and row.disabled_at is None:
            await self._keep_an_administrator(row)
        return values

    async def written(self, row: Account, data: AccountIn) -> None:
        await self.session.execute(delete(AccountProject).where(AccountProject.account_id == row.id))
        self.session.add_all(
            AccountProject(tenant_id=self.tenant_id, account_id=row.id, project_id=project_id)
            for project_id in dict.fromkeys(data.project_ids)
        )

    async def show(self, rows: Any) -> list[AccountRecord]:
        of_account = await repository.projects_of(self.session, [row.id for row in rows])
        tokens = await repository.count_tokens(self.session, [row.id for row in rows])
        return [
            AccountRecord(
                id=row.id,
                login=row.login,
                name=row.name,
                role=row.role,
                language=row.language,
                disabled=row.disabled_at is not None,
                project_ids=of_account.get(row.id, []),
                tokens=tokens.get(row.id, 0),
            )
            for row in rows
        ]

    async def remove(self, row_id: UUID) -> None:
        row = await self.find(row_id)
        await self._keep_an_administrator(row)
        await super().remove(row_id)

    async def set_password(self, row_id: UUID, password_hash: str, *, end_tokens: bool) -> list[UUID]:
        """The sessions that end with the old password."""
        row = await self.find(row_id)
        row.password_hash = password_hash
        await flush(self.session)
        return await self.end_access(row_id, tokens=end_tokens)

    async def end_access(self, row_id: UUID, *, tokens: bool) -> list[UUID]:
        """The sessions that ended; the account's API tokens are gone, too, if it is said."""
        if tokens:
            await repository.remove_tokens(self.session, row_id)
        return await repository.remove_sessions(self.session, row_id)

    async def _keep_an_administrator(self, row: Account) -> None:
        """A tenant without an administrator could not be helped from inside."""
        if row.role not in (Role.TENANT_ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR) or row.disabled_at is not None:
            return
        if await repository.count_administrators(self.session, row.role) <= 1:
            raise Conflict("error.last_administrator", code="last_administrator")

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.projects is None:
            return []
        shared = select(AccountProject).where(
            AccountProject.account_id == Account.id, AccountProject.project_id.in_(self.projects)
        )
        return [exists(shared)]


async def open_tenant(
    database: Database, passwords: Passwords, data: NewTenant, *, shards: int, now: datetime
) -> TenantView:
    """A tenant with its first administrator, in one transaction of its own."""
    hashed = await passwords.hash(data.administrator.password)
    async with database.lookup() as session:
        shard = await tenancy.least_used_shard(session, shards)
    tenant_id = new_id()
    async with database.tenant(tenant_id) as session:
        view = await tenancy.open_tenant(session, tenant_id, data, shard=shard, now=now)
        session.add(
            Account(
                id=new_id(),
                tenant_id=tenant_id,
                login=data.administrator.login.lower(),
                name=data.administrator.name,
                role=Role.TENANT_ADMINISTRATOR.value,
                password_hash=hashed,
                created_at=now,
            )
        )
        await flush(session)
        return view
