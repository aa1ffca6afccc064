"""Leading the customer through a flow, by the agent who has the call."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.routes.transfers import Values, named_target
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.kit.views import Input

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]


class GuidanceIn(Input):
    """The flow that both hear. The customer's keys are the flow's; what it finds comes back with the call."""

    flow_id: UUID
    values: Values = Field(default={}, description="Variables that go along")


@router.post("/interactions/{interaction_id}/guidance", name="guide")
async def guide(work: InTenant, parts: _Parts, interaction_id: UUID, body: GuidanceIn) -> Done:
    """Begin it; refused while somebody is asked beside or the customer is on hold."""
    await named_target(work, "flow", str(body.flow_id), field="flow_id")
    wanted = {"flow_id": body.flow_id, "values": body.values}
    await command(parts, work.caller, "interaction.guide", interaction_id=interaction_id, **wanted)
    return Done()


@router.delete("/interactions/{interaction_id}/guidance", name="end_guidance")
async def end_guidance(work: InTenant, parts: _Parts, interaction_id: UUID) -> Done:
    """End it before the flow does."""
    await command(parts, work.caller, "interaction.end_guidance", interaction_id=interaction_id)
    return Done()
