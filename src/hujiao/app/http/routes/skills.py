"""Temporary skills: a supervisor's change of what agents are asked for, at once and for a while."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hujiao.agents.temporary import TemporarySkills
from hujiao.agents.views import (
    TemporarySkillFilter,
    TemporarySkillsEnd,
    TemporarySkillsGiven,
    TemporarySkillsIn,
    TemporarySkillView,
)
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.lists import AskedList
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict
from hujiao.kit.paging import Page

router = APIRouter(prefix="/temporary-skills", tags=["routing"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
READ, WRITE = need(Right.LIVE_READ), need(Right.LIVE_SKILLS)


@router.get("", name="list_temporary_skills", dependencies=[READ])
async def list_temporary_skills(
    work: InTenant, wanted: Annotated[TemporarySkillFilter, Query()], query: AskedList
) -> Page[TemporarySkillView]:
    """Running and ended ones, last given first."""
    return await TemporarySkills(work.session, work.projects).page(wanted, query)


@router.post("", name="give_temporary_skills", status_code=201, dependencies=[WRITE])
async def give_temporary_skills(work: InTenant, parts: _Parts, body: TemporarySkillsIn) -> TemporarySkillsGiven:
    """Acts on routing at once. Until each agent's next sign-in it concerns only those who are signed in now."""
    wanted = await TemporarySkills(work.session, work.projects).whom(body, utc_now())
    principal = work.caller.principal
    away = set()
    if body.until_at is None:
        live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
        away = {agent for agent in wanted if live.get(str(agent), {}).get("state", "logged_out") == "logged_out"}
    here = [agent for agent in wanted if agent not in away]
    if not here:
        raise Conflict("error.nobody_signed_in", code="nobody_signed_in", field="until_at")
    await direct(
        parts,
        work.caller,
        "skills.give",
        agent_ids=here,
        levels=[(level.skill_id, level.level) for level in body.skills],
        until_at=body.until_at,
    )
    return TemporarySkillsGiven(agents=len(here), not_signed_in=sorted(away))


@router.post("/end", name="end_temporary_skills", dependencies=[WRITE], status_code=204)
async def end_temporary_skills(work: InTenant, parts: _Parts, body: TemporarySkillsEnd) -> None:
    """The regular levels hold again at once; what has ended meanwhile stays as it ended."""
    running = await TemporarySkills(work.session, work.projects).running(body.ids)
    if running:
        await direct(parts, work.caller, "skills.end", ids=running)
