"""Recording a conversation on demand, pausing it and going on: by the agent who talks, or by a supervisor."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command, direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.interactions.contracts import RecordingAct
from hujiao.kit.views import Input

router = APIRouter(route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]


class RecordingIn(Input):
    reason: str = Field(default="", max_length=200, description="Why, for the ledger")


@router.post(
    "/me/interactions/{interaction_id}/recording/{act}",
    name="control_own_recording",
    tags=["me"],
    dependencies=[need(Right.AGENT_WORK)],
)
async def control_own_recording(
    work: InTenant, parts: _Parts, interaction_id: UUID, act: RecordingAct, body: RecordingIn | None = None
) -> Done:
    """Begin to record one's conversation where its queue says on demand; pause that, and go on.

    A pause is silence in the recording, which keeps its time.
    """
    await command(parts, work.caller, "interaction.recording", **_wanted(interaction_id, act, body))
    return Done()


@router.post(
    "/interactions/{interaction_id}/recording/{act}",
    name="control_recording",
    tags=["supervision"],
    dependencies=[need(Right.SUPERVISION_RECORD)],
)
async def control_recording(
    work: InTenant, parts: _Parts, interaction_id: UUID, act: RecordingAct, body: RecordingIn | None = None
) -> Done:
    """The same in somebody else's conversation."""
    projects = None if work.projects is None else sorted(work.projects)
    wanted = _wanted(interaction_id, act, body)
    await direct(parts, work.caller, "interaction.recording", directs=True, projects=projects, **wanted)
    return Done()


def _wanted(interaction_id: UUID, act: RecordingAct, body: RecordingIn | None) -> dict[str, Any]:
    return {"interaction_id": interaction_id, "act": act, "reason": body.reason if body else ""}
