"""Breaks (小休): agents ask for one, supervisors see who rests and who waits, and decide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command, direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import BreakLive, BreakState, Done
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.kit.errors import NotFound
from hujiao.kit.views import Input

router = APIRouter(tags=["breaks"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
_OWN = [need(Right.AGENT_WORK)]
_DIRECTS = [need(Right.BREAKS_DIRECT)]


class BreakAsk(Input):
    reason_code_id: UUID = Field(description="A reason that is a break")


class BreakAnswer(BaseModel):
    """`granted`: it begins when nothing is in hand. `place` of who waits, among those who wait for the same."""

    state: BreakState | Literal["refused"]
    place: int | None = None


class RefusalIn(Input):
    word: str = Field(default="", max_length=200, description="What the agent is told")


class AgentOnBreak(BreakLive):
    """An agent who rests, or waits for a break; `since` is when the agent began to."""

    agent_id: UUID
    number: str
    name: str
    since: datetime


@router.post("/me/break", name="ask_for_break", tags=["me"], dependencies=_OWN)
async def ask_for_break(work: InTenant, parts: _Parts, body: BreakAsk) -> BreakAnswer:
    """Rest now where there is a place, after what is in hand; else wait for one, or be refused, as the tenant says."""
    await agents.ReasonCodes(work.session, work.tenant_id).get(body.reason_code_id)
    answer = await command(parts, work.caller, "break.ask", reason_code_id=body.reason_code_id)
    return BreakAnswer(state=answer["break"], place=answer["place"])


@router.delete("/me/break", name="withdraw_break", tags=["me"], dependencies=_OWN)
async def withdraw_break(work: InTenant, parts: _Parts) -> Done:
    """Withdraw what has not begun. A break itself ends with another state."""
    await command(parts, work.caller, "break.withdraw")
    return Done()


@router.get("/breaks", name="list_breaks", dependencies=_DIRECTS)
async def list_breaks(work: InTenant, parts: _Parts) -> list[AgentOnBreak]:
    """Who rests, longest first; then who will, and who waits, in their order."""
    principal = work.caller.principal
    view, scope = await parts.hub.view(principal.tenant_id, principal.shard), await scope_of(parts, work.caller)
    found = [
        AgentOnBreak.model_validate(
            {
                **asked,
                "agent_id": agent["id"],
                "number": agent["number"],
                "name": agent["name"],
                "since": asked["began_at"] or asked["asked_at"],
            }
        )
        for agent in view.agents.values()
        if (asked := agent.get("break_request")) and scope.agent(agent)
    ]
    order = ("began", "granted", "waiting")
    return sorted(found, key=lambda one: (order.index(one.state), one.since))


@router.post("/breaks/{agent_id}/grant", name="grant_break", dependencies=_DIRECTS)
async def grant_break(work: InTenant, parts: _Parts, agent_id: UUID) -> Done:
    """Let an agent who waits rest, whatever the limit."""
    await _of_ones_projects(work, agent_id)
    await direct(parts, work.caller, "breaks.grant", agent_id=agent_id)
    return Done()


@router.post("/breaks/{agent_id}/refuse", name="refuse_break", dependencies=_DIRECTS)
async def refuse_break(work: InTenant, parts: _Parts, agent_id: UUID, body: RefusalIn) -> Done:
    """Refuse a break that has not begun."""
    await _of_ones_projects(work, agent_id)
    await direct(parts, work.caller, "breaks.refuse", agent_id=agent_id, word=body.word)
    return Done()


@router.post("/breaks/{agent_id}/end", name="end_break", dependencies=_DIRECTS)
async def end_break(work: InTenant, parts: _Parts, agent_id: UUID) -> Done:
    """End a break: the agent is available."""
    await _of_ones_projects(work, agent_id)
    await direct(parts, work.caller, "breaks.end", agent_id=agent_id)
    return Done()


async def _of_ones_projects(work: Work, agent_id: UUID) -> None:
    if not await agents.known(work.session, work.projects, [agent_id]):
        raise NotFound("error.not_found")
