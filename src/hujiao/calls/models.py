"""Tables: trunks to carriers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantRow, keyed


class Trunk(Base, TenantRow):
    """A carrier's trunk, by address or by registration. Its password is encrypted with the tenant's key."""

    __tablename__ = "trunk"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    kind: Mapped[str]
    host: Mapped[str]
    port: Mapped[int] = mapped_column(server_default="5060")
    transport: Mapped[str] = mapped_column(server_default="udp")
    tls_authority: Mapped[str | None]
    username: Mapped[str | None]
    password_encrypted: Mapped[bytes | None]
    match: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    codecs: Mapped[list[Any]] = mapped_column(server_default=text("""'["alaw", "ulaw"]'"""))
    max_channels: Mapped[int] = mapped_column(server_default="30")
    caller_number: Mapped[str | None]
    inbound_number_format: Mapped[str] = mapped_column(server_default="as_is")
    national_prefix: Mapped[str | None]
    country_code: Mapped[str | None]
    called_number_in: Mapped[str] = mapped_column(server_default="auto")
    dtmf: Mapped[str] = mapped_column(server_default="auto")
    media_encryption: Mapped[str] = mapped_column(server_default="off")
    rtp_timeout_seconds: Mapped[int] = mapped_column(server_default="60")
    qualify: Mapped[bool] = mapped_column(server_default=text("true"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
