"""Tables: accounts, what they may see, sessions and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class Account(Base, TenantRow):
    """Somebody who signs in. `role`: platform_administrator, tenant_administrator, supervisor or agent.

    `keys`: their own keys of the desktop, by act; an act that is not named has its usual key.
    """

    __tablename__ = "account"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "login"))

    login: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str | None]
    keys: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AccountProject(Base, TenantKey):
    """What project's work this account may see; an administrator sees all."""

    __tablename__ = "account_project"
    __table_args__ = keyed(
        refers("account_id", "account", on_delete="CASCADE"),
        refers("project_id", "project", on_delete="CASCADE"),
        key=("account_id", "project_id"),
    )

    account_id: Mapped[UUID]
    project_id: Mapped[UUID]


class Session(Base, TenantRow):
    """A signed-in browser; only the hash of the cookie's secret is kept."""

    __tablename__ = "session"
    __table_args__ = keyed(refers("account_id", "account", on_delete="CASCADE"), UniqueConstraint("secret_hash"))

    account_id: Mapped[UUID]
    secret_hash: Mapped[bytes]
    csrf_token: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]


class ApiToken(Base, TenantRow):
    """A program's key, with the rights of the account that made it."""

    __tablename__ = "api_token"
    __table_args__ = keyed(refers("account_id", "account", on_delete="CASCADE"), UniqueConstraint("secret_hash"))

    account_id: Mapped[UUID]
    name: Mapped[str]
    secret_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class IdempotencyKey(Base, TenantKey):
    """The answer to a public write, sealed and kept for its repetition; `request_hash` is keyed."""

    __tablename__ = "idempotency_key"
    __table_args__ = keyed(refers("account_id", "account", on_delete="CASCADE"), key=("account_id", "key"))

    account_id: Mapped[UUID]
    key: Mapped[str]
    request_hash: Mapped[bytes]
    status: Mapped[int | None]
    answer: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ThrottleBucket(Base):
    """How many tries are left at signing in; `key` is a hash of who is tried from where (`throttle.py`)."""

    __tablename__ = "throttle_bucket"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime]
