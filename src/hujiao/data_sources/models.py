"""Table: a tenant's data sources."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from hujiao.kit.db import Base, TenantRow, keyed


class DataSourceRow(Base, TenantRow):
    """`document` is a `DataSourceFields` without its name; `secrets_encrypted` a sealed JSON object."""

    __tablename__ = "data_source"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    document: Mapped[dict[str, Any]]
    secrets_encrypted: Mapped[bytes | None]
