"""What supervisors do in other people's conversations, and with other people's states."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command, direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.interactions.contracts import SupervisionMode
from hujiao.kit.errors import BadField, Conflict, Forbidden
from hujiao.kit.views import Input

router = APIRouter(tags=["supervision"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
RIGHTS: dict[SupervisionMode, Right] = {
    "listen": Right.SUPERVISION_LISTEN,
    "coach": Right.SUPERVISION_COACH,
    "barge": Right.SUPERVISION_BARGE,
    "intercept": Right.SUPERVISION_INTERCEPT,
}
MOST_AGENTS = 500


class SupervisionIn(Input):
    """Listen: nobody hears the supervisor. Coach: the agent alone does. Barge in: all do. Intercept: takes the call."""

    mode: SupervisionMode


class StatesIn(Input):
    """Whom to put into which state; who has a call comes to it afterwards."""

    agent_ids: list[UUID] = Field(min_length=1, max_length=MOST_AGENTS)
    state: Literal["available", "not_ready", "logged_out"]
    reason_code_id: UUID | None = Field(default=None, description="Why not ready; none for the other states")


class StatesGiven(BaseModel):
    """How many were changed, and who is not signed in to work."""

    agents: int
    not_signed_in: list[UUID]


@router.post(
    "/interactions/{interaction_id}/supervision", name="supervise_interaction", dependencies=[need(*RIGHTS.values())]
)
async def supervise_interaction(work: InTenant, parts: _Parts, interaction_id: UUID, body: SupervisionIn) -> Done:
    """Come to the conversation by one's own phone, which rings; or, if one is there, do something else in it."""
    if not work.caller.principal.may(RIGHTS[body.mode]):
        raise Forbidden("error.forbidden")
    wanted = {"interaction_id": interaction_id, "mode": body.mode, "projects": _projects(work)}
    await direct(parts, work.caller, "interaction.supervise", **wanted)
    return Done()


@router.delete(
    "/interactions/{interaction_id}/supervision", name="end_supervision", dependencies=[need(Right.AGENT_WORK)]
)
async def end_supervision(work: InTenant, parts: _Parts, interaction_id: UUID) -> Done:
    """Leave the conversation."""
    await command(parts, work.caller, "interaction.end_supervision", interaction_id=interaction_id)
    return Done()


@router.post(
    "/interactions/{interaction_id}/disconnect",
    name="disconnect_interaction",
    dependencies=[need(Right.SUPERVISION_DISCONNECT)],
)
async def disconnect_interaction(work: InTenant, parts: _Parts, interaction_id: UUID) -> Done:
    """End the call for everybody."""
    await direct(parts, work.caller, "interaction.disconnect", interaction_id=interaction_id, projects=_projects(work))
    return Done()


@router.post("/agents/states", name="set_agent_states", dependencies=[need(Right.AGENTS_DIRECT)])
async def set_agent_states(work: InTenant, parts: _Parts, body: StatesIn) -> StatesGiven:
    """Put agents into a state; concerns those who are signed in now."""
    if body.reason_code_id and body.state != "not_ready":
        raise BadField("error.reason_with_available", field="reason_code_id")
    if body.reason_code_id:
        await agents.ReasonCodes(work.session, work.tenant_id).get(body.reason_code_id)
    known = await agents.known(work.session, work.projects, body.agent_ids)
    if set(body.agent_ids) - known:
        raise BadField("error.unknown_reference", field="agent_ids")
    principal = work.caller.principal
    live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
    away = {agent for agent in known if live.get(str(agent), {}).get("state", "logged_out") == "logged_out"}
    here = sorted(known - away)
    if not here:
        raise Conflict("error.nobody_to_give_work", code="nobody_signed_in")
    wanted = {"agent_ids": here, "state": body.state, "reason_code_id": body.reason_code_id}
    await direct(parts, work.caller, "agents.force", **wanted)
    return StatesGiven(agents=len(here), not_signed_in=sorted(away))


def _projects(work: Work) -> list[UUID] | None:
    return None if work.projects is None else sorted(work.projects)
