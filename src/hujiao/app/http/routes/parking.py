"""Customers whom agents park for any of their colleagues to pick up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]


class Place(BaseModel):
    """Where the customer is parked."""

    place: int


class ParkedCustomer(BaseModel):
    """They ring back at `by_agent` at `until`; `picking_agent` is whose phone is called to pick them up."""

    id: UUID
    place: int
    caller: str
    caller_name: str = ""
    queue_name: str | None = None
    by_agent: UUID
    by_name: str = ""
    since: datetime
    until: datetime
    picking_agent: UUID | None = None


@router.post("/interactions/{interaction_id}/park", name="park")
async def park(work: InTenant, parts: _Parts, interaction_id: UUID) -> Place:
    """Park the customer at the first free place: they hear music, and one is free again at once."""
    answer = await command(parts, work.caller, "interaction.park", interaction_id=interaction_id)
    return Place(place=answer["place"])


@router.get("/parked", name="list_parked")
async def list_parked(work: InTenant, parts: _Parts) -> list[ParkedCustomer]:
    """Who is parked in one's projects, by place."""
    principal = work.caller.principal
    view, scope = await parts.hub.view(principal.tenant_id, principal.shard), await scope_of(parts, work.caller)
    seen = (record for record in view.interactions.values() if record.get("parked") and scope.interaction(record))
    found = [ParkedCustomer.model_validate({**record, **record["parked"]}) for record in seen]
    return sorted(found, key=lambda one: one.place)


@router.post("/parked/{interaction_id}/pick-up", name="pick_up")
async def pick_up(work: InTenant, parts: _Parts, interaction_id: UUID) -> Done:
    """Take a parked customer: one's own phone is called, which answers by itself where it can."""
    projects = None if work.projects is None else sorted(work.projects)
    await command(parts, work.caller, "interaction.pick_up", interaction_id=interaction_id, projects=projects)
    return Done()
