"""Asking somebody beside the customer, by the agent who has the call."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.routes.transfers import Note, named_target
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.kit.views import Input

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]


class ConsultIn(Input):
    """Whom the agent asks while the customer hears music."""

    to: Literal["agent", "queue", "supervisor", "number"]
    target: str = Field(
        default="", max_length=40, description="An agent's or a queue's id, or the number; none for a supervisor"
    )
    ring_seconds: int | None = Field(default=None, ge=5, le=120, description="How long the phone rings (30)")
    note: Note = ""


@router.post("/interactions/{interaction_id}/consult", name="consult")
async def consult(work: InTenant, parts: _Parts, interaction_id: UUID, body: ConsultIn) -> Done:
    """Ask an agent, who is free in a queue, a supervisor, or a number; answered when the phone is being called."""
    target, _ = await named_target(work, body.to, body.target)
    wanted = {"to": body.to, "target": target, "ring_seconds": body.ring_seconds, "note": body.note}
    await command(parts, work.caller, "interaction.consult", interaction_id=interaction_id, **wanted)
    return Done()


@router.post("/interactions/{interaction_id}/parties/{leg_id}/{act}", name="act_on_party")
async def act_on_party(
    work: InTenant,
    parts: _Parts,
    interaction_id: UUID,
    leg_id: Annotated[str, Path(max_length=80)],
    act: Literal["hold", "resume", "mute", "unmute"],
) -> Done:
    """Let one of a conference hear music or come back, or speak unheard or be heard again."""
    await command(parts, work.caller, f"interaction.{act}_party", interaction_id=interaction_id, leg_id=leg_id)
    return Done()


@router.delete("/interactions/{interaction_id}/parties/{leg_id}", name="hang_up_party")
async def hang_up_party(
    work: InTenant, parts: _Parts, interaction_id: UUID, leg_id: Annotated[str, Path(max_length=80)]
) -> Done:
    """End the part of somebody who was asked, or of a member of the conference."""
    await command(parts, work.caller, "interaction.hang_up_party", interaction_id=interaction_id, leg_id=leg_id)
    return Done()
