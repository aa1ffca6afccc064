"""An administrator's plain lists, and the tenant's settings."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter

from hujiao.agents import service as agents
from hujiao.agents.views import ReasonCodeIn, ReasonCodeView, SeatIn, SeatView, SkillIn, SkillView
from hujiao.app.http.access import need
from hujiao.app.http.in_use import unused
from hujiao.app.http.lists import administer
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.calls import service as calls
from hujiao.calls.views import DiallingView, NumberJudged, NumberTried
from hujiao.flows import service as flows
from hujiao.identity.contracts import Right
from hujiao.kit.errors import BadField
from hujiao.queues.service import Queues
from hujiao.queues.views import QueueIn, QueueView
from hujiao.speech import prompts
from hujiao.tenancy import service as tenancy
from hujiao.tenancy.views import BusinessIn, BusinessView, NumberRulesIn, ProjectIn, ProjectView, TenantSettings

log = structlog.get_logger()

router = APIRouter(tags=["configuration"], route_class=UnitRoute)


@router.get("/settings", name="read_settings", dependencies=[need(Right.CONFIG_READ)])
async def read_settings(work: InTenant) -> TenantSettings:
    return await tenancy.settings(work.session, work.tenant_id)


@router.put("/settings", name="change_settings", dependencies=[need(Right.ADMIN_TENANCY)])
async def change_settings(work: InTenant, body: TenantSettings) -> TenantSettings:
    settings = await tenancy.set_settings(work.session, work.tenant_id, body)
    work.configuration_changed()
    work.tell(work.unit.parts.bus.subjects.settings(work.tenant_id), {})
    return settings


@router.get("/settings/dialling", name="read_dialling", dependencies=[need(Right.CONFIG_READ)])
async def read_dialling(work: InTenant) -> DiallingView:
    """Which outside numbers may be called, by the operator's bounds and the tenant's own rules."""
    return await calls.read_dialling(work.session, work.tenant_id)


@router.put("/settings/dialling", name="change_dialling", dependencies=[need(Right.ADMIN_TENANCY)])
async def change_dialling(work: InTenant, body: NumberRulesIn) -> DiallingView:
    """The tenant's own rules; they act on the next call."""
    view = await calls.set_dialling(work.session, work.tenant_id, body)
    log.info("dialling_changed", tenant_id=str(work.tenant_id), account_id=str(work.caller.principal.account_id))
    work.configuration_changed()
    return view


@router.post("/settings/dialling/check", name="check_number", dependencies=[need(Right.CONFIG_READ)])
async def check_number(work: InTenant, body: NumberTried) -> NumberJudged:
    """Whether this number would be called, and as which; nothing is called."""
    return await calls.judge_number(work.session, work.tenant_id, body.number)


administer(
    router,
    "/projects",
    one="project",
    many="projects",
    catalogue=lambda work: tenancy.Projects(work.session, work.tenant_id, work.projects),
    data=ProjectIn,
    view=ProjectView,
    right=Right.ADMIN_TENANCY,
)
administer(
    router,
    "/businesses",
    one="business",
    many="businesses",
    catalogue=lambda work: tenancy.Businesses(work.session, work.tenant_id, work.projects),
    data=BusinessIn,
    view=BusinessView,
    right=Right.ADMIN_TENANCY,
)
administer(
    router,
    "/seats",
    one="seat",
    many="seats",
    catalogue=lambda work: agents.Seats(work.session, work.tenant_id),
    data=SeatIn,
    view=SeatView,
    right=Right.ADMIN_QUEUES,
    read=(Right.CONFIG_READ, Right.AGENT_WORK),
)
administer(
    router,
    "/skills",
    one="skill",
    many="skills",
    catalogue=lambda work: agents.Skills(work.session, work.tenant_id),
    data=SkillIn,
    view=SkillView,
    right=Right.ADMIN_QUEUES,
    may_go=unused,
)
administer(
    router,
    "/reason-codes",
    one="reason_code",
    many="reason_codes",
    catalogue=lambda work: agents.ReasonCodes(work.session, work.tenant_id),
    data=ReasonCodeIn,
    view=ReasonCodeView,
    right=Right.ADMIN_QUEUES,
    read=(Right.CONFIG_READ, Right.AGENT_WORK),
)


class _Queues(Queues):
    """With the prompt that greets, the flow for who waits, and the skills that it names."""

    async def values(self, data: QueueIn, row: Any) -> dict[str, Any]:
        if not {skill.skill_id for skill in data.skills} <= await agents.skill_ids(self.session):
            raise BadField("error.unknown_reference", field="skills")
        published = flows.Flows(self.session, self.tenant_id, self.projects).published_ids
        if data.waiting_flow_id and data.waiting_flow_id not in await published():
            raise BadField("error.unknown_reference", field="waiting_flow_id")
        if data.greeting and not await prompts.any_named(self.session, data.greeting):
            raise BadField("error.unknown_reference", field="greeting")
        return await super().values(data, row)


administer(
    router,
    "/queues",
    one="queue",
    many="queues",
    catalogue=lambda work: _Queues(work.session, work.tenant_id, work.projects),
    data=QueueIn,
    view=QueueView,
    right=Right.ADMIN_QUEUES,
    may_go=unused,
)
