"""To whom an agent may send a caller, whom they may ask and call: who there is, and how each stands now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.agents.contracts import State
from hujiao.agents.directory import directory
from hujiao.agents.forwarding import ForwardWhy
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.app.realtime.events import Record
from hujiao.flows.service import Flows
from hujiao.identity.contracts import Right
from hujiao.queues import service as queues

router = APIRouter(prefix="/me/targets", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]


class AgentTarget(BaseModel):
    """A colleague (工号 `number`)."""

    id: UUID
    number: str
    name: str
    kinds: list[str] = Field(description="What kind of seat it is: the site, groups and skills, by name")
    supervises: list[UUID] = Field(description="Those of your projects that the colleague leads")


class NamedTarget(BaseModel):
    id: UUID
    name: str


class Targets(BaseModel):
    """The colleagues, queues and published flows of one's projects."""

    agents: list[AgentTarget]
    queues: list[NamedTarget]
    flows: list[NamedTarget]


class AgentNow(BaseModel):
    id: UUID
    state: State
    since: datetime | None
    reachable: bool = Field(description="Whether the phone can be called")
    forwards: ForwardWhy | None = Field(description="Why a call to them goes elsewhere at once, by a rule of theirs")


class QueueNow(BaseModel):
    id: UUID
    waiting: int
    longest_wait_since: datetime | None
    expected_wait_seconds: float | None = Field(
        description="Of who comes now; none: nobody is there, or nothing is known yet"
    )
    agents_available: int
    agents_signed_in: int


class TargetsNow(BaseModel):
    """Colleagues who are not named are signed out, and do not forward calls."""

    agents: list[AgentNow]
    queues: list[QueueNow]


@router.get("", name="list_targets")
async def list_targets(work: InTenant) -> Targets:
    """Whom and what a call can be sent to. Oneself is not among them."""
    own = work.caller.own_agent.id
    shared = work.projects
    people = [one for one in await directory(work.session, shared) if one.id != own]
    flows = await Flows(work.session, work.tenant_id, shared).published()
    return Targets(
        agents=[
            AgentTarget(
                id=one.id,
                number=one.number,
                name=one.name,
                kinds=list(one.kinds),
                supervises=sorted(one.supervises if shared is None else one.supervises & shared),
            )
            for one in people
        ],
        queues=[NamedTarget(id=key, name=name) for key, name in (await _queues(work)).items()],
        flows=[NamedTarget(id=flow_id, name=name) for flow_id, name in flows],
    )


@router.get("/now", name="list_targets_now")
async def list_targets_now(work: InTenant, parts: _Parts) -> TargetsNow:
    """How the colleagues who are signed in, or forward calls, and the queues stand at this moment."""
    principal = work.caller.principal
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    known = None if work.projects is None else await agents.in_projects(work.session, work.projects)
    own, there = work.caller.own_agent.id, await _queues(work)
    return TargetsNow(
        agents=[
            _agent_now(record)
            for record in view.agents.values()
            if (record["state"] != "logged_out" or record.get("forwards_now"))
            and UUID(record["id"]) != own
            and (known is None or UUID(record["id"]) in known)
        ],
        queues=[_queue_now(record) for record in view.queues.values() if UUID(record["id"]) in there],
    )


async def _queues(work: InTenant) -> dict[UUID, str]:
    return await queues.in_projects(work.session, work.projects)


def _agent_now(record: Record) -> AgentNow:
    return AgentNow(
        id=record["id"],
        state=record["state"],
        since=record["since"],
        reachable=not record.get("unreachable_since"),
        forwards=record.get("forwards_now"),
    )


def _queue_now(record: Record) -> QueueNow:
    return QueueNow(
        id=record["id"],
        waiting=record["waiting"],
        longest_wait_since=record["longest_wait_since"],
        expected_wait_seconds=record.get("expected_wait_seconds"),
        agents_available=record.get("agents_available", 0),
        agents_signed_in=record.get("agents_signed_in", 0),
    )
