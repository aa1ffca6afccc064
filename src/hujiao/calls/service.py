"""Trunks as the platform's staff keep them. A password is sealed before it reaches the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.calls.models import Trunk
from hujiao.calls.views import TrunkFields, TrunkIn, TrunkView
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import TenantSecrets

PASSWORD_PURPOSE = "trunk.password"


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
