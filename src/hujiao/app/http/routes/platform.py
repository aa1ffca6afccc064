"""Tenants, as the platform's staff keep them. Each write is a transaction of the tenant that is written."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from hujiao.app.holder import ask
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.body import BoundedRoute
from hujiao.app.http.commands import raise_refusal
from hujiao.app.http.lists import AskedList
from hujiao.calls import withheld
from hujiao.customers import contacts
from hujiao.identity import accounts
from hujiao.identity.contracts import Right
from hujiao.identity.views import NewTenant
from hujiao.interactions import service as interactions
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import NotFound
from hujiao.kit.paging import Page
from hujiao.kit.secrets import TenantSecrets
from hujiao.speech.service import install_builtin
from hujiao.tenancy import service as tenancy
from hujiao.tenancy.views import TenantChange, TenantUse, TenantView

log = structlog.get_logger()

router = APIRouter(
    prefix="/platform/tenants",
    tags=["platform"],
    route_class=BoundedRoute,
    dependencies=[need(Right.PLATFORM_TENANTS)],
)

_Tracer = Annotated[Caller, need(Right.PLATFORM_CALLERS)]


class WithheldCaller(BaseModel):
    number: str


@router.get("", name="list_tenants")
async def list_tenants(request: Request, query: AskedList) -> Page[TenantView]:
    async with parts_of(request).database.lookup() as session:
        return await tenancy.page(session, query)


@router.post("", name="create_tenant", status_code=201)
async def create_tenant(request: Request, body: NewTenant) -> TenantView:
    parts = parts_of(request)
    view = await accounts.open_tenant(
        parts.database, parts.passwords, body, shards=parts.settings.shards, now=utc_now()
    )
    async with parts.database.tenant(view.id) as session:
        await install_builtin(session, view.id, parts.settings.prompts)
    await parts.bus.configuration_changed(view.id)
    return view


@router.get("/{tenant_id}/use", name="read_tenant_use")
async def read_tenant_use(request: Request, tenant_id: UUID) -> TenantUse:
    """What the tenant has at this moment of what its limits are about."""
    parts = parts_of(request)
    async with parts.database.tenant(tenant_id) as session:
        facts = await tenancy.facts(session, tenant_id)
    if facts is None:
        raise NotFound("error.not_found")
    now = await ask(parts.bus, parts.bus.subjects.snapshot(facts.shard), {"tenant_id": tenant_id})
    raise_refusal(now)
    return TenantUse(agents=sum(agent["state"] != "logged_out" for agent in now["agents"]), **now["use"])


@router.get("/{tenant_id}/interactions/{interaction_id}/withheld-caller", name="read_withheld_caller")
async def read_withheld_caller(
    caller: _Tracer, request: Request, tenant_id: UUID, interaction_id: UUID
) -> WithheldCaller:
    """The number that a caller withheld, to trace a malicious call; who reads it is logged."""
    parts = parts_of(request)
    async with parts.database.tenant(tenant_id) as session:
        kept = await interactions.withheld_caller(session, interaction_id)
    if kept is None:
        raise NotFound("error.no_withheld_caller")
    log.warning(
        "withheld_caller_read",
        tenant_id=str(tenant_id),
        interaction_id=str(interaction_id),
        account_id=str(caller.principal.account_id),
    )
    return WithheldCaller(number=withheld.opened(kept, TenantSecrets(parts.settings.secret_key, tenant_id)))


@router.patch("/{tenant_id}", name="change_tenant")
async def change_tenant(request: Request, tenant_id: UUID, body: TenantChange) -> TenantView:
    parts = parts_of(request)
    async with parts.database.tenant(tenant_id) as session:
        view = await tenancy.change_tenant(session, tenant_id, body, utc_now())
        if body.dialling is not None or body.time_zone is not None:
            await contacts.key_again(session, tenant_id)
    await parts.bus.configuration_changed(tenant_id)
    return view
