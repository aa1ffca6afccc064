"""Adjustments: a supervisor's change of what agents are asked for and may do, at once, for a while or for good."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hujiao.agents import service as agents
from hujiao.agents.adjusting import Adjustments
from hujiao.agents.views import AdjustmentFilter, AdjustmentsEnd, AdjustmentsGiven, AdjustmentsIn, AdjustmentView
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import BadField, Conflict
from hujiao.kit.paging import Page
from hujiao.queues import service as queues
from hujiao.tenancy import service as tenancy

router = APIRouter(prefix="/adjustments", tags=["routing"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
SERVED = ("queue", "project")
READ, WRITE = need(Right.LIVE_READ), need(Right.LIVE_SKILLS)


async def _of_asker(work: Work) -> Adjustments:
    names = await queues.in_projects(work.session, work.projects)
    projects = await tenancy.projects_by_name(work.session, work.projects)
    return Adjustments(work.session, work.projects, names, {key: name for name, key in projects.items()})


@router.get("", name="list_adjustments", dependencies=[READ])
async def list_adjustments(
    work: InTenant, wanted: Annotated[AdjustmentFilter, Query()], query: AskedList
) -> Page[AdjustmentView]:
    """Running and ended ones, last given first."""
    return await (await _of_asker(work)).page(wanted, query)


@router.post("", name="give_adjustments", status_code=201, dependencies=[WRITE])
async def give_adjustments(work: InTenant, parts: _Parts, body: AdjustmentsIn) -> AdjustmentsGiven:
    """Acts on routing at once. Until each agent's next sign-in it concerns only those who are signed in now."""
    principal = work.caller.principal
    wanted = await (await _of_asker(work)).whom(body, principal, utc_now())
    wanted = await _who_may_serve(work, body, wanted)
    away = set()
    if body.until_at is None and not body.for_good:
        live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
        away = {agent for agent in wanted if live.get(str(agent), {}).get("state", "logged_out") == "logged_out"}
    here = [agent for agent in wanted if agent not in away]
    if not here:
        raise Conflict("error.nobody_signed_in", code="nobody_signed_in", field="until_at")
    await direct(
        parts,
        work.caller,
        "adjustments.give",
        agent_ids=here,
        changes=[(change.kind, change.subject, change.level) for change in body.changes],
        until_at=body.until_at,
        for_good=body.for_good,
        reason=body.reason,
    )
    return AdjustmentsGiven(agents=len(here), not_signed_in=sorted(away))


async def _who_may_serve(work: Work, body: AdjustmentsIn, wanted: list[UUID]) -> list[UUID]:
    """Those of them who see the projects of what is given; who is named must, and somebody of the groups."""
    given = {kind: [UUID(one.subject) for one in body.changes if one.kind == kind and one.level] for kind in SERVED}
    projects = {*given["project"], *await queues.projects_of(work.session, given["queue"])}
    able = await agents.seeing(work.session, wanted, projects) if projects else set(wanted)
    if not able or not able.issuperset(body.agent_ids):
        raise BadField("error.not_of_the_project", field="agent_ids" if body.agent_ids else "group_ids")
    return [agent_id for agent_id in wanted if agent_id in able]


@router.post("/end", name="end_adjustments", dependencies=[WRITE], status_code=204)
async def end_adjustments(work: InTenant, parts: _Parts, body: AdjustmentsEnd) -> None:
    """What is usual holds again at once; what has ended meanwhile stays as it ended."""
    running = await (await _of_asker(work)).running(body.ids, work.caller.principal)
    if running:
        await direct(parts, work.caller, "adjustments.end", ids=running)
