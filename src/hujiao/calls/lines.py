"""Trunks as a node needs them, with their passwords opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from sqlalchemy import select, text

from hujiao.calls.models import Trunk
from hujiao.calls.service import PASSWORD_PURPOSE
from hujiao.calls.views import TrunkFields
from hujiao.kit.db import Database
from hujiao.kit.faults import reason_of
from hujiao.kit.secrets import TenantSecrets

_CHOICES = {
    name: get_args(TrunkFields.model_fields[name].annotation)
    for name in ("kind", "transport", "inbound_number_format", "called_number_in", "dtmf", "media_encryption")
}


@dataclass(frozen=True, slots=True)
class Line:
    """A trunk as the node needs it."""

    id: UUID
    tenant_id: UUID
    name: str
    kind: str
    host: str
    port: int
    transport: str
    tls_authority: str
    username: str
    password: str
    match: tuple[str, ...]
    codecs: tuple[str, ...]
    max_channels: int
    caller_number: str
    inbound_number_format: str
    national_prefix: str
    country_code: str
    called_number_in: str
    dtmf: str
    media_encryption: str
    rtp_timeout_seconds: int
    qualify: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A trunk that cannot be used, and why."""

    id: UUID
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """A trunk as a call out needs it; without a number of its own the call shows the caller's."""

    id: UUID
    caller_number: str
    max_channels: int
    codecs: tuple[str, ...]


async def ways_out(database: Database) -> list[WayOut]:
    """Enabled trunks, oldest first."""
    found = []
    for tenant_id in await _operators(database):
        async with database.tenant(tenant_id) as session:
            rows = await session.scalars(select(Trunk).where(Trunk.enabled).order_by(Trunk.id))
            found += [WayOut(row.id, row.caller_number or "", row.max_channels, tuple(row.codecs)) for row in rows]
    return found


async def _operators(database: Database) -> list[UUID]:
    """Trunks belong to the platform's operator."""
    async with database.lookup() as session:
        return [
            row[0] for row in await session.execute(text("SELECT id FROM lookup_tenants() WHERE kind = 'operator'"))
        ]


async def enabled_lines(database: Database, secret_key: str) -> tuple[list[Line], list[LeftOut]]:
    """All enabled trunks, with what it takes to use them; one that cannot be read is left out alone."""
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for tenant_id in await _operators(database):
        secrets = TenantSecrets(secret_key, tenant_id)
        async with database.tenant(tenant_id) as session:
            rows = (await session.scalars(select(Trunk).where(Trunk.enabled).order_by(Trunk.id))).all()
        for row in rows:
            try:
                lines.append(_line(row, secrets))
            except Exception as error:
                left_out.append(LeftOut(row.id, row.name, reason_of(error)))
    return lines, left_out


def _line(row: Trunk, secrets: TenantSecrets) -> Line:
    for name, choices in _CHOICES.items():
        if (value := getattr(row, name)) not in choices:
            raise ValueError(f"{name} is {value!r}, not one of {', '.join(choices)}")
    sealed = row.password_encrypted
    return Line(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        kind=row.kind,
        host=row.host,
        port=row.port,
        transport=row.transport,
        tls_authority=row.tls_authority or "",
        username=row.username or "",
        password=secrets.open(sealed, purpose=PASSWORD_PURPOSE) if sealed else "",
        match=tuple(row.match),
        codecs=tuple(row.codecs),
        max_channels=row.max_channels,
        caller_number=row.caller_number or "",
        inbound_number_format=row.inbound_number_format,
        national_prefix=row.national_prefix or "",
        country_code=row.country_code or "",
        called_number_in=row.called_number_in,
        dtmf=row.dtmf,
        media_encryption=row.media_encryption,
        rtp_timeout_seconds=row.rtp_timeout_seconds,
        qualify=row.qualify,
    )
