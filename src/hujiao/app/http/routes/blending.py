"""Blending: rules of who moves between inbound and outbound work, their suggestions, and work given by hand."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict, NotFound
from hujiao.routing.blend_rules import BlendRules, whom
from hujiao.routing.blend_views import BlendAnswer, BlendNow, BlendRuleIn, BlendRuleView, WorkGiven, WorkIn

router = APIRouter(tags=["routing"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
READ, WRITE = need(Right.LIVE_READ), need(Right.LIVE_WORK)


async def _seen(work: Work, parts: Parts) -> list[BlendNow]:
    """The rules that watch a queue of the caller's projects."""
    principal = work.caller.principal
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    scope = await scope_of(parts, work.caller)
    return [BlendNow.model_validate(record) for record in view.blends if scope.blend(record)]


@router.get("/blending", name="read_blending", dependencies=[READ])
async def read_blending(work: InTenant, parts: _Parts) -> list[BlendNow]:
    """Every enabled rule with its figures and its suggestion, as of its last check."""
    return await _seen(work, parts)


@router.post("/blend-rules/{rule_id}/suggestion", name="answer_blend_suggestion", dependencies=[WRITE], status_code=204)
async def answer_blend_suggestion(work: InTenant, parts: _Parts, rule_id: UUID, body: BlendAnswer) -> None:
    """Move those who are suggested, or do not suggest it again for some minutes."""
    if rule_id not in {rule.id for rule in await _seen(work, parts)}:
        raise NotFound("error.not_found")
    await direct(parts, work.caller, "work.answer", rule_id=rule_id, accept=body.accept)


@router.post("/agents/work", name="give_work", dependencies=[WRITE])
async def give_work(work: InTenant, parts: _Parts, body: WorkIn) -> WorkGiven:
    """Acts at once, or after the interaction that an agent has in hand; concerns those who are signed in now."""
    wanted = await whom(work.session, work.projects, body, utc_now())
    principal = work.caller.principal
    live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
    away = {agent for agent in wanted if live.get(str(agent), {}).get("state", "logged_out") == "logged_out"}
    here = [agent for agent in wanted if agent not in away]
    if not here:
        raise Conflict("error.nobody_to_give_work", code="nobody_signed_in")
    await direct(parts, work.caller, "work.give", agent_ids=here, work=body.work, until_at=body.until_at)
    return WorkGiven(agents=len(here), not_signed_in=sorted(away))


administer(
    router,
    "/blend-rules",
    one="blend_rule",
    many="blend_rules",
    catalogue=lambda work: BlendRules(work.session, work.tenant_id),
    data=BlendRuleIn,
    view=BlendRuleView,
    right=Right.ADMIN_QUEUES,
)
