"""PostgreSQL: the declarative base, engines, and transactions that carry the tenant.

Row-level security reads the tenant from `hujiao.tenant`, set for the transaction only, so a pooled connection never
remembers whose it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy import (
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    Uuid,
    cast,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import ColumnElement

from hujiao.kit.errors import Unavailable
from hujiao.kit.ids import new_id

log = structlog.get_logger()
Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own protocol)
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        Json: JSONB(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class TenantKey:
    """A row of one tenant; the table says `__table_args__ = keyed(…)`, so that every key starts with the tenant."""

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))


class TenantRow(TenantKey):
    """A row of one tenant with an id of its own."""

    id: Mapped[UUID] = mapped_column(default=new_id)


def keyed(*args: SchemaItem, key: tuple[str, ...] = ("id",)) -> tuple[SchemaItem, ...]:
    """Table arguments of a tenant's table: its primary key begins with the tenant."""
    return (PrimaryKeyConstraint("tenant_id", *key), *args)


def names_it(document: ColumnElement[Any] | InstrumentedAttribute[Any], row_id: UUID) -> ColumnElement[bool]:
    """Whether a JSON document has this id anywhere in it: ids are unique, so it is that very row's."""
    return cast(document, Text).contains(str(row_id))


def refers(column: str, table: str, *, on_delete: str | None = None) -> ForeignKeyConstraint:
    """A reference inside the tenant: no row can point at another tenant's."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=on_delete)


_AWAY = (
    OSError,
    NoConnectionFree,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
)


def is_away(error: BaseException | None) -> bool:
    """Whether the database does not work for anybody, so that no row and no tenant is to blame."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_away(error.orig and error.orig.__cause__)
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # that one says that a value cannot be written
    return isinstance(error, _AWAY)


# SQLSTATEs: a serialization failure, a deadlock, a lock that was not to be had in time.
_IN_EACH_OTHERS_WAY = {"40001", "40P01", "55P03"}


def collided(error: DBAPIError) -> bool:
    """Whether two writers were in each other's way: what was tried may succeed the next time."""
    return (getattr(error.orig, "sqlstate", None) or "") in _IN_EACH_OTHERS_WAY


def dangling(error: DBAPIError) -> bool:
    """Whether something refers to what is not there."""
    return getattr(error.orig, "sqlstate", None) == "23503"


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Raises `Unavailable` for what the database's absence raises."""
    try:
        yield
    except Exception as error:
        if not is_away(error):
            raise
        log.warning("database_away", reason=type(error).__name__)
        raise Unavailable("error.database_away") from error


async def when_there(read: Callable[[], Awaitable[None]], *, again_seconds: float = 1.0) -> None:
    """Read from the database, again and again while it is away; raises whatever else the reading raises."""
    while True:
        try:
            await read()
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("database_away", reason=type(error).__name__)
        else:
            return
        await asyncio.sleep(again_seconds)


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def make_engine(url: str, *, pool_size: int = 10, ping: bool = True) -> AsyncEngine:
    """`ping` asks each connection before its use whether it still stands, which costs three round trips."""
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=ping,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )


class Database:
    """Sessions of the application's role (never owner, never BYPASSRLS)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def tenant(self, tenant_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction that sees this tenant's rows alone; commits on leaving, rolls back on an exception."""
        async with self._sessions() as session, session.begin():
            await session.execute(text("SELECT set_config('hujiao.tenant', :tenant, true)"), {"tenant": str(tenant_id)})
            yield session

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncSession]:
        """One transaction without a tenant: only the `lookup_…` functions return anything in it."""
        async with self._sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        await self.engine.dispose()


async def ledger_pool(url: str, *, size: int = 4) -> asyncpg.Pool[asyncpg.Record]:
    """Connections of the ledger's role: asyncpg alone, because it is on every call's path."""

    async def prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(kind, encoder=_as_text, decoder=msgspec.json.decode, schema="pg_catalog")

    async def keep(_: asyncpg.Connection[asyncpg.Record]) -> None:
        """Nothing is ever set for a session, so nothing need be reset: a round trip less for each statement."""

    return await asyncpg.create_pool(url, min_size=1, max_size=size, init=prepare, reset=keep)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
