"""What supervisors do in other people's conversations, and with other people's states."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.agents.contracts import State
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command, direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.interactions.contracts import SupervisionMode
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, Conflict, Forbidden
from hujiao.kit.views import Input
from hujiao.reporting import agent_day

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


class HearableAgent(BaseModel):
    """An agent whose conversations you may hear. `heard_today`: how often a supervisor came to one of them."""

    id: UUID
    number: str
    name: str
    state: State
    interaction_id: UUID | None = Field(description="The conversation, or what else the agent is busy with")
    heard_today: int
    last_heard_at: datetime | None


@router.get("/supervision/agents", name="find_agents_to_hear", dependencies=[need(Right.SUPERVISION_LISTEN)])
async def find_agents_to_hear(
    work: InTenant,
    parts: _Parts,
    number: Annotated[str | None, Query(max_length=40, description="The agent's own number (工号)")] = None,
    skill_id: Annotated[UUID | None, Query(description="Who has it now, for a while included")] = None,
    group_id: UUID | None = None,
    unheard: Annotated[bool, Query(description="Only who was not heard today")] = False,
) -> list[HearableAgent]:
    """Those whom you see live to whom all of this applies; who was heard least and longest ago comes first."""
    session, principal, now = work.session, work.caller.principal, utc_now()
    live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
    scope = await scope_of(parts, work.caller)
    seen = (agent for agent in live.values() if scope.agent(agent))
    found = {UUID(agent["id"]) for agent in seen if number is None or agent["number"] == number}
    if group_id is not None:
        found &= await agents.of_group(session, group_id)
    if skill_id is not None:
        regular = await agents.with_skill(session, skill_id)
        found = {agent for agent in found if _has_skill(live[str(agent)], skill_id, regular=agent in regular)}
    since, _ = agent_day.day_of(now, principal.tenant_time_zone)
    heard = await interactions.heard(session, since, now)
    listed = []
    for agent in found:
        times, last = heard.get(agent, (0, None))
        if not (unheard and times):
            listed.append(HearableAgent(**live[str(agent)] | {"heard_today": times, "last_heard_at": last}))
    listed.sort(key=lambda one: (one.heard_today, one.last_heard_at or since, one.number))
    return listed


def _has_skill(agent: dict[str, Any], skill_id: UUID, *, regular: bool) -> bool:
    """What the agent has for a while counts in place of what they have else."""
    of_skill = ("skill", str(skill_id))
    levels = [one["level"] for one in agent["adjustments"] if (one["kind"], one["subject"]) == of_skill]
    return any(levels) if levels else regular


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
