"""A tenant's data sources, and trying one out before it is saved."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import Request

from hujiao.app.http.access import SignedIn, need, parts_of
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import UnitRoute, Work
from hujiao.data_sources import service
from hujiao.data_sources.models import DataSourceRow
from hujiao.data_sources.views import DataSourceIn, DataSourceView, TryIn, TryResult
from hujiao.flows import service as flows
from hujiao.identity.contracts import Right
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.ids import new_id
from hujiao.routing.problems import Problems
from hujiao.screen_pop import service as screen_pop

router = APIRouter(tags=["data sources"], route_class=UnitRoute)

LARGEST_SHOWN = 16_000
_Parts = Annotated[Parts, Depends(parts_of)]


class _DataSources(service.DataSourceCatalogue):
    """With what else hangs on a source: flows that ask it, and the problems that were met with it."""

    async def written(self, row: DataSourceRow, data: DataSourceIn) -> None:
        await Problems(self.session, self.tenant_id).clear(about=row.id)

    async def remove(self, row_id: UUID) -> None:
        await self.find(row_id)
        if flow := await flows.flow_with_source(self.session, str(row_id)):
            raise Conflict("error.source_used", code="in_use", detail={"flow": flow})
        if name := await screen_pop.name_using(self.session, row_id):
            raise Conflict("error.used_by_screen_pop", code="in_use", detail={"name": name})
        await super().remove(row_id)
        await Problems(self.session, self.tenant_id).clear(about=row_id)


def _sources(work: Work) -> _DataSources:
    settings = work.unit.parts.settings
    return _DataSources(work.session, work.tenant_id, settings.secret_key, settings.source_networks)


@router.post("/data-sources/try", name="try_data_source", dependencies=[need(Right.ADMIN_FLOWS)])
async def try_data_source(request: Request, caller: SignedIn, parts: _Parts, body: TryIn) -> TryResult:
    """Ask the source with these values, as a flow would, and show what it answers; nothing is saved."""
    tenant_id, settings = caller.principal.tenant_id, parts.settings
    async with parts.database.tenant(tenant_id) as session:
        kept = service.DataSourceCatalogue(session, tenant_id, settings.secret_key, settings.source_networks)
        try:
            row = await kept.find(body.source_id) if body.source_id else None
        except NotFound:
            raise BadField("error.unknown_reference", field="source_id") from None
        secrets = await kept.checked(body.source, row, "source.")
    source = service.as_source(body.source_id or new_id(), body.source)
    async with parts.trying:
        found = await parts.data_sources.try_out(source, secrets, body.values)
    answer = found.answer
    content = answer.content if answer else None
    shown = msgspec.json.encode(content)
    return TryResult(
        outcome=found.outcome,
        seconds=found.seconds,
        status=answer.status or None if answer else None,
        answer=content if len(shown) <= LARGEST_SHOWN else shown[:LARGEST_SHOWN].decode(errors="ignore") + "…",
        values=found.values,
        rows=list(found.rows),
        problem=found.problem or None,
    )


administer(
    router,
    "/data-sources",
    one="data_source",
    many="data_sources",
    catalogue=_sources,
    data=DataSourceIn,
    view=DataSourceView,
    right=Right.ADMIN_FLOWS,
)
