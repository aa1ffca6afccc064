"""Tenants, and the projects and businesses inside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.catalogue import Catalogue, flush
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import ListQuery, Page
from hujiao.tenancy import repository
from hujiao.tenancy.contracts import TenantFacts
from hujiao.tenancy.models import Business, Project, Tenant
from hujiao.tenancy.views import (
    BreaksIn,
    BusinessIn,
    BusinessView,
    ByTelephoneIn,
    DiallingBounds,
    NumberRulesIn,
    ParkingIn,
    ProjectIn,
    ProjectView,
    TenantChange,
    TenantIn,
    TenantSettings,
    TenantView,
)

# A new tenant's first project and business: every queue and number belongs to one of each.
_FIRST = {"zh-CN": ("默认项目", "综合"), "zh-TW": ("預設專案", "綜合"), "en": ("Default", "General")}


class Projects(Catalogue[Project, ProjectIn, ProjectView]):
    row, view = Project, ProjectView
    search, order, project = (Project.name,), (Project.name,), "id"


class Businesses(Catalogue[Business, BusinessIn, BusinessView]):
    row, view = Business, BusinessView
    search, order, project = (Business.name,), (Business.name,), "project_id"


async def projects_by_name(session: AsyncSession, seen: frozenset[UUID] | None) -> dict[str, UUID]:
    """Returns those of these projects (None: all) by their names."""
    rows = await session.scalars(select(Project))
    return {row.name: row.id for row in rows if seen is None or row.id in seen}


async def business_name(session: AsyncSession, business_id: UUID) -> str | None:
    return await session.scalar(select(Business.name).where(Business.id == business_id))


async def check_business(session: AsyncSession, project_id: UUID, business_id: UUID) -> None:
    """A business belongs to one project; what names both must agree."""
    business = await session.scalar(select(Business).where(Business.id == business_id))
    if business is None:
        raise BadField("error.unknown_reference", field="business_id")
    if business.project_id != project_id:
        raise BadField("error.business_elsewhere", field="business_id")


async def facts(session: AsyncSession, tenant_id: UUID) -> TenantFacts | None:
    row = await repository.facts(session, tenant_id)
    return None if row is None else TenantFacts(**row._mapping)


async def enter_by_slug(session: AsyncSession, slug: str) -> UUID | None:
    """The tenant that people know by this name; the rest of the transaction sees its rows."""
    return await repository.enter_by_slug(session, slug)


async def page(session: AsyncSession, query: ListQuery) -> Page[TenantView]:
    """All tenants; needs no tenant, and gives nothing but what the platform's staff may know of one."""
    rows, total = await repository.tenants(session, query)
    items = [TenantView.model_validate(dict(row)) for row in rows]
    return Page(items=items, total=total, page=query.page, page_size=query.page_size)


async def least_used_shard(session: AsyncSession, shards: int) -> int:
    return await repository.least_used_shard(session, shards)


async def open_tenant(
    session: AsyncSession, tenant_id: UUID, data: TenantIn, *, shard: int, now: datetime
) -> TenantView:
    """The tenant with a first project and business, in a transaction of that tenant."""
    tenant = Tenant(
        id=tenant_id,
        slug=data.slug,
        name=data.name,
        kind="customer",
        language=data.language,
        time_zone=data.time_zone,
        shard=shard,
        created_at=now,
    )
    session.add(tenant)
    await flush(session)
    project_name, business_name = _FIRST[data.language]
    project = Project(id=new_id(), tenant_id=tenant_id, name=project_name)
    session.add(project)
    await flush(session)
    session.add(Business(id=new_id(), tenant_id=tenant_id, project_id=project.id, name=business_name))
    await flush(session)
    return TenantView.model_validate(tenant, from_attributes=True)


async def settings(session: AsyncSession, tenant_id: UUID) -> TenantSettings:
    tenant = await session.get_one(Tenant, tenant_id)
    return TenantSettings(
        recording_format=tenant.recording_format,
        parking=ParkingIn.model_validate(tenant.parking),
        breaks=BreaksIn.model_validate(tenant.breaks),
        by_telephone=ByTelephoneIn.model_validate(tenant.by_telephone),
        screen_view=tenant.screen_view,
        whole_screen=tenant.whole_screen,
    )


async def set_settings(session: AsyncSession, tenant_id: UUID, data: TenantSettings) -> TenantSettings:
    """What is left out stays."""
    await _set(session, tenant_id, **data.model_dump(mode="json", exclude_unset=True))
    return await settings(session, tenant_id)


async def dialling(session: AsyncSession, tenant_id: UUID) -> tuple[DiallingBounds, NumberRulesIn, str]:
    """The operator's bounds, the tenant's own rules, and its time zone."""
    tenant = await session.get_one(Tenant, tenant_id)
    return (
        DiallingBounds.model_validate(tenant.dialling),
        NumberRulesIn.model_validate(tenant.own_dialling),
        tenant.time_zone,
    )


async def set_own_dialling(session: AsyncSession, tenant_id: UUID, own: NumberRulesIn) -> None:
    await _set(session, tenant_id, own_dialling=own.model_dump())


async def _set(session: AsyncSession, tenant_id: UUID, **settings: Any) -> None:
    tenant = await session.get_one(Tenant, tenant_id, with_for_update=True)
    tenant.settings = {**tenant.settings, **settings}
    await flush(session)


async def change_tenant(session: AsyncSession, tenant_id: UUID, data: TenantChange, now: datetime) -> TenantView:
    tenant = await session.get(Tenant, tenant_id, with_for_update=True)  # both write into its `settings`
    if tenant is None:
        raise NotFound("error.not_found")
    for name in ("name", "language", "time_zone"):
        if name in data.model_fields_set:
            if (value := getattr(data, name)) is None:
                raise BadField("error.missing", field=name)
            setattr(tenant, name, value)
    if data.limits is not None:
        tenant.settings = {**tenant.settings, "limits": data.limits.model_dump(exclude_none=True)}
    if data.dialling is not None:
        tenant.settings = {**tenant.settings, "dialling": data.dialling.model_dump(exclude_defaults=True)}
    if data.suspended and tenant.kind == "operator":
        raise Conflict("error.operator_not_suspended")
    if data.suspended is not None and data.suspended != (tenant.suspended_at is not None):
        tenant.suspended_at = now if data.suspended else None
    await flush(session)
    return TenantView.model_validate(tenant, from_attributes=True)
