"""What is named in flows and in routing stays until it is named there no more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.flows import service as flows
from hujiao.kit.errors import Conflict
from hujiao.routing import service as routing


async def unused(session: AsyncSession, row_id: UUID) -> None:
    """Refused with the name of the flow, the queue or the rule to be changed first."""
    if flow := await flows.flow_naming(session, row_id):
        raise Conflict("error.used_by_flow", code="in_use", detail={"name": flow})
    if found := await routing.named_by(session, row_id):
        kind, name = found
        raise Conflict(f"error.used_by_{kind}", code="in_use", detail={"name": name})
