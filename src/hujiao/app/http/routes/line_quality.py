"""How well an agent and a customer heard each other, as the agent's browser has measured it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.parts import Parts
from hujiao.app.http.presence import has_a_part
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.views import LineQualityIn
from hujiao.kit.errors import NotFound

MOST_LINES = 50

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])


@router.post("/interactions/{interaction_id}/line-quality", name="tell_line_quality", status_code=204)
async def tell_line_quality(
    work: InTenant, parts: Annotated[Parts, Depends(parts_of)], interaction_id: UUID, body: LineQualityIn
) -> None:
    """While the call goes on or when it has ended; the interaction keeps the worst line. Of one agent's lines in it the
    first fifty are kept."""
    if not await has_a_part(work, interaction_id):
        raise NotFound("error.not_found")
    if await interactions.lines_measured(work.session, interaction_id, work.caller.own_agent.id) >= MOST_LINES:
        return
    await command(parts, work.caller, "interaction.measure", interaction_id=interaction_id, measured=body.model_dump())
