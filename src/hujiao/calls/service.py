"""Trunks as the platform's staff keep them, and which numbers a tenant may have called.

A trunk's password is sealed before it reaches the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.calls.models import Trunk
from hujiao.calls.views import DiallingView, NumberJudged, TrunkFields, TrunkIn, TrunkView
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.countries import country_of
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import TenantSecrets
from hujiao.tenancy import service as tenancy
from hujiao.tenancy.views import DiallingBounds, NumberRulesIn

PASSWORD_PURPOSE = "trunk.password"
USUAL_HOME = "CN"  # of a tenant whose time zone is no country's


class Trunks(Catalogue[Trunk, TrunkIn, TrunkView]):
    row, view = Trunk, TrunkView
    search, order = (Trunk.name, Trunk.host), (Trunk.name,)

    def __init__(self, session: AsyncSession, tenant_id: UUID, secret_key: str) -> None:
        super().__init__(session, tenant_id)
        self.secrets = TenantSecrets(secret_key, tenant_id)

    async def values(self, data: TrunkIn, row: Trunk | None) -> dict[str, Any]:
        values = data.model_dump(exclude={"password"})
        if data.password is not None:
            values["password_encrypted"] = self.secrets.seal(data.password, purpose=PASSWORD_PURPOSE)
        has_password = data.password is not None or (row is not None and row.password_encrypted is not None)
        if data.kind == "registration" and not data.username:
            raise BadField("error.trunk_user", field="username")
        if data.kind == "registration" and not has_password:
            raise BadField("error.trunk_password", field="password")
        if data.inbound_number_format != "as_is" and not data.country_code:
            raise BadField("error.country_code", field="country_code")
        return values

    async def show(self, rows: Sequence[Trunk]) -> list[TrunkView]:
        return [
            TrunkView(
                id=row.id,
                has_password=row.password_encrypted is not None,
                **{name: getattr(row, name) for name in TrunkFields.model_fields},
            )
            for row in rows
        ]


def dialling_of(bounds: DiallingBounds, own: NumberRulesIn, time_zone: str) -> Dialling:
    return Dialling(
        home=bounds.home or country_of(time_zone) or USUAL_HOME,
        premium=bounds.premium,
        emergency=bounds.emergency,
        bounds=NumberRules(allow=tuple(bounds.allow), deny=tuple(bounds.deny)),
        own=NumberRules(allow=tuple(own.allow), deny=tuple(own.deny)),
    )


async def dialling(session: AsyncSession, tenant_id: UUID) -> Dialling:
    """The numbers that may be called for the tenant."""
    return dialling_of(*await tenancy.dialling(session, tenant_id))


async def home(session: AsyncSession) -> str:
    """The home country of the transaction's tenant."""
    tenant_id = UUID(await session.scalar(text("SELECT current_setting('hujiao.tenant')")))
    return (await dialling(session, tenant_id)).home


async def read_dialling(session: AsyncSession, tenant_id: UUID) -> DiallingView:
    bounds, own, time_zone = await tenancy.dialling(session, tenant_id)
    rules = dialling_of(bounds, own, time_zone)
    bounds = bounds.model_copy(update={"home": rules.home})
    return DiallingView(**own.model_dump(), bounds=bounds, home_prefix=rules.home_prefix)


async def set_dialling(session: AsyncSession, tenant_id: UUID, own: NumberRulesIn) -> DiallingView:
    """The tenant's own rules; what they allow lies within the operator's bounds."""
    rules = await dialling(session, tenant_id)
    for at, prefix in enumerate(own.allow):
        if not rules.lets(prefix):
            raise BadField("error.prefix_beyond_bounds", field=f"allow.{at}", detail={"prefix": prefix})
    await tenancy.set_own_dialling(session, tenant_id, own)
    return await read_dialling(session, tenant_id)


async def judge_number(session: AsyncSession, tenant_id: UUID, number: str) -> NumberJudged:
    rules = await dialling(session, tenant_id)
    return NumberJudged(e164=rules.e164(number), refusal=rules.refusal(number))
