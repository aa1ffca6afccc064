"""The screen pop: its layouts, pages and rules by the administrator; what a call shows, by the agent who has it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.agents import service as agents
from hujiao.app.http.access import Caller, SignedIn, need, parts_of
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import InteractionLive
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.data_sources import service as data_sources
from hujiao.identity.contracts import Right
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import NotFound
from hujiao.kit.secrets import TenantSecrets
from hujiao.queues import service as queues
from hujiao.screen_pop import service
from hujiao.screen_pop.contracts import Call, source_parameters
from hujiao.screen_pop.popping import Popped, Popping, shown, usable_origins
from hujiao.screen_pop.views import (
    CallBackShown,
    LayoutIn,
    LayoutView,
    LinkedPageIn,
    LinkedPageView,
    PopRuleIn,
    PopRuleView,
    PopView,
    SourceAnswer,
)
from hujiao.tenancy import service as tenancy

router = APIRouter(tags=["configuration"], route_class=UnitRoute)
mine = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]
Record = dict[str, Any]


# What they hold may be of several projects: they are read by who sees all.
_BY_ADMINISTRATORS: dict[str, Any] = {"right": Right.ADMIN_TENANCY, "read": (Right.ADMIN_TENANCY,)}


def _pages(work: Work) -> service.LinkedPages:
    return service.LinkedPages(work.session, work.tenant_id, work.unit.host)


administer(
    router,
    "/screen-layouts",
    one="screen_layout",
    many="screen_layouts",
    catalogue=lambda work: service.Layouts(work.session, work.tenant_id),
    data=LayoutIn,
    view=LayoutView,
    **_BY_ADMINISTRATORS,
)
administer(
    router,
    "/linked-pages",
    one="linked_page",
    many="linked_pages",
    catalogue=_pages,
    data=LinkedPageIn,
    view=LinkedPageView,
    **_BY_ADMINISTRATORS,
)
administer(
    router,
    "/pop-rules",
    one="pop_rule",
    many="pop_rules",
    catalogue=lambda work: service.PopRules(work.session, work.tenant_id),
    data=PopRuleIn,
    view=PopRuleView,
    **_BY_ADMINISTRATORS,
)


@mine.get("/interactions/{interaction_id}/pop", name="read_pop")
async def read_pop(work: InTenant, parts: _Parts, interaction_id: UUID) -> PopView:
    """What the agent's own call shows: the layout filled, the customer, the pages. Sources are asked one by one."""
    live, records = await _own_record(parts, work.caller, interaction_id)
    popped = await _popped(work.session, parts, work.caller, live)
    return shown(popped, await _call_backs(work, live, records), work.unit.host)


@mine.get("/interactions/{interaction_id}/pop/sources/{source_id}", name="read_pop_source")
async def read_pop_source(caller: SignedIn, parts: _Parts, interaction_id: UUID, source_id: UUID) -> SourceAnswer:
    """What a data source of the call's layout or pages says of this call."""
    live, _ = await _own_record(parts, caller, interaction_id)
    tenant_id = caller.principal.tenant_id
    async with parts.database.tenant(tenant_id) as session:
        popped = await _popped(session, parts, caller, live)
        source = await data_sources.source(session, source_id) if source_id in popped.sources else None
    if source is None:
        raise NotFound("error.not_found")
    found = await parts.data_sources.ask(tenant_id, source, source_parameters(source.parameters, popped.told))
    return SourceAnswer(outcome=found.outcome, values=found.values, rows=list(found.rows))


@mine.get("/linked-pages/{page_id}/frame", name="read_page_frame", response_class=HTMLResponse)
async def read_page_frame(work: InTenant, page_id: UUID) -> HTMLResponse:
    """An empty document in which the desktop puts the page's frame: its policy lets in the page's origins alone."""
    page = await service.page_for(work.session, page_id, work.projects)
    origins = usable_origins(page, work.unit.host) if page else []
    if not origins:
        raise NotFound("error.not_found")
    headers = {
        "content-security-policy": f"default-src 'none'; frame-src {' '.join(origins)}; style-src 'unsafe-inline'; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
        "x-frame-options": "SAMEORIGIN",
    }
    return HTMLResponse("<!doctype html><meta charset=utf-8><title>hujiao</title><body>", headers=headers)


async def _own_record(parts: Parts, caller: Caller, interaction_id: UUID) -> tuple[InteractionLive, list[Record]]:
    """The agent's own interaction as it is now, and all records of the tenant."""
    _ = caller.own_agent
    view = await parts.hub.view(caller.principal.tenant_id, caller.principal.shard)
    record, scope = view.interactions.get(str(interaction_id)), await scope_of(parts, caller)
    if record is None or not scope.own(record):
        raise NotFound("error.not_found")
    return InteractionLive.model_validate(record), list(view.interactions.values())


async def _popped(session: AsyncSession, parts: Parts, caller: Caller, live: InteractionLive) -> Popped:
    agent, secrets = caller.own_agent, TenantSecrets(parts.settings.secret_key, caller.principal.tenant_id)
    groups = await agents.group_names(session, await agents.groups_of(session, agent.id))
    business = await tenancy.business_name(session, live.business_id) if live.business_id else None
    call = Call(
        interaction_id=live.id,
        agent_number=agent.number,
        agent_name=agent.name,
        groups=tuple(groups.values()),
        queue_id=live.queue_id,
        queue=live.queue_name or "",
        business=business or "",
        language=live.language or "",
        **live.model_dump(include={"medium", "direction", "caller", "called", "keys", "variables"}),
    )
    popping = Popping(session, caller.principal, secrets, utc_now())
    return await popping.of(call, live.project_id, live.customer_id)


async def _call_backs(work: Work, live: InteractionLive, records: list[Record]) -> list[CallBackShown]:
    """Those that this caller is still to get, in queues of the agent's projects."""
    of_caller = [one for one in records if live.caller and one.get("callback") and one["caller"] == live.caller]
    others = [one for one in map(InteractionLive.model_validate, of_caller) if one.id != live.id]
    visible = await queues.in_projects(work.session, work.projects) if others else {}
    return [
        CallBackShown(
            id=one.id,
            queue_name=one.queue_name or "",
            queued_at=one.queued_at or one.started_at,
            expires_at=one.callback.expires_at,
        )
        for one in others
        if one.callback and not one.connected_at and one.queue_id in visible
    ]
