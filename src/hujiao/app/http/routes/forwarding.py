"""Call forwarding: where calls to an agent in person go instead; by the agent, and by an administrator."""

from __future__ import annotations

from uuid import UUID

import structlog
from fastapi import APIRouter

from hujiao.agents import service as agents
from hujiao.agents.adjusting import may_by_adjustment
from hujiao.agents.forwarding import Forwarding, ForwardRule
from hujiao.agents.views import ForwardingIn, ForwardingView, ForwardRuleIn, ForwardRuleView
from hujiao.app.http.access import need
from hujiao.app.http.routes.transfers import dialled_number, named_target
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.calls import service as calls
from hujiao.identity.contracts import Right
from hujiao.kit.errors import BadField, Forbidden

log = structlog.get_logger()

router = APIRouter(tags=["agents"], route_class=UnitRoute)

OWN, ADMINISTER = need(Right.AGENT_WORK), need(Right.ADMIN_PEOPLE)


@router.get("/me/forwarding", name="read_own_forwarding", dependencies=[OWN])
async def read_own_forwarding(work: InTenant) -> ForwardingView:
    return await _shown(work, work.caller.own_agent.id)


@router.put("/me/forwarding", name="set_own_forwarding", dependencies=[OWN])
async def set_own_forwarding(work: InTenant, body: ForwardingIn) -> ForwardingView:
    """Acts on the next call. To an outside number it is a right of its own, unless somebody who has it set the rule."""
    return await _set(work, work.caller.own_agent.id, body)


@router.get("/agents/{agent_id}/forwarding", name="read_forwarding", dependencies=[ADMINISTER])
async def read_forwarding(work: InTenant, agent_id: UUID) -> ForwardingView:
    return await _shown(work, agent_id)


@router.put("/agents/{agent_id}/forwarding", name="set_forwarding", dependencies=[ADMINISTER])
async def set_forwarding(work: InTenant, agent_id: UUID, body: ForwardingIn) -> ForwardingView:
    """For the agent, who may change it."""
    return await _set(work, agent_id, body)


async def _set(work: Work, agent_id: UUID, body: ForwardingIn) -> ForwardingView:
    before = await agents.forwarding(work.session, agent_id)
    rules = Forwarding(
        always=await _rule(work, agent_id, "always", body.always, before.always),
        busy=await _rule(work, agent_id, "busy", body.busy, before.busy),
        no_answer=await _rule(work, agent_id, "no_answer", body.no_answer, before.no_answer),
        no_answer_seconds=body.no_answer_seconds,
    )
    await agents.set_forwarding(work.session, agent_id, rules)
    by = str(work.caller.principal.account_id)
    log.info("forwarding_set", tenant_id=str(work.tenant_id), agent_id=str(agent_id), account_id=by, on=rules.on)
    work.configuration_changed()
    return await _shown(work, agent_id)


async def _rule(
    work: Work, agent_id: UUID, name: str, wanted: ForwardRuleIn | None, before: ForwardRule | None
) -> ForwardRule | None:
    """Returns the rule, if whoever sets it may: one that is as it was needs nothing."""
    if wanted is None:
        return None
    field = f"{name}.target"
    if wanted.to == "number":
        return await _outside(work, agent_id, dialled_number(wanted.target, field), before, field)
    try:
        rule = ForwardRule(to=wanted.to, target=str(UUID(wanted.target)))
    except ValueError:
        raise BadField("error.not_an_id", field=field) from None
    if rule.target == str(agent_id):
        raise BadField("error.forward_to_self", field=field)
    if rule != before:
        await named_target(work, wanted.to, rule.target, field=field)
    return rule


async def _outside(work: Work, agent_id: UUID, number: str, before: ForwardRule | None, field: str) -> ForwardRule:
    """Returns the rule; who has the right themselves sets it for good, whoever was let by a supervisor for as long."""
    own = work.caller.agent is not None and work.caller.agent.id == agent_id
    said = await may_by_adjustment(work.session, agent_id, "forward_outside") if own else None
    has_right = work.caller.principal.may(Right.FORWARD_OUTSIDE)
    may = has_right if said is None else said
    as_it_was = before is not None and (before.to, before.target) == ("number", number)
    if before and as_it_was and not (before.lent and may and has_right):
        return before
    if not may:
        raise Forbidden("error.forward_outside", code="forward_outside", field=field)
    if refusal := (await calls.dialling(work.session, work.tenant_id)).refusal(number):
        raise BadField(f"error.{refusal}", code=refusal, field=field)
    return ForwardRule(to="number", target=number, lent=not has_right)


async def _shown(work: Work, agent_id: UUID) -> ForwardingView:
    rules = await agents.forwarding(work.session, agent_id)
    return ForwardingView(
        always=await _named(work, rules.always),
        busy=await _named(work, rules.busy),
        no_answer=await _named(work, rules.no_answer),
        no_answer_seconds=rules.no_answer_seconds,
    )


async def _named(work: Work, rule: ForwardRule | None) -> ForwardRuleView | None:
    if rule is None:
        return None
    try:
        _, name = await named_target(work, rule.to, rule.target)
    except BadField:
        name = ""
    return ForwardRuleView(to=rule.to, target=rule.target, name=name)
