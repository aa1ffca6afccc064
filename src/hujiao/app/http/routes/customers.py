"""Customers: records, contact points, history of changes; the tenant's own fields; where a number comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from hujiao.app.http.access import need
from hujiao.app.http.errors import reader_language
from hujiao.app.http.lists import AskedList, administer
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.calls import service as calls
from hujiao.calls.places import NumberPlace, place_of
from hujiao.customers import service as customers
from hujiao.customers.duplicates import Duplicates
from hujiao.customers.fields import CustomerFields
from hujiao.customers.hand_over import HandOver
from hujiao.customers.service import Customers
from hujiao.customers.views import (
    ApartIn,
    ApartView,
    ChangeView,
    CustomerChanges,
    CustomerFieldIn,
    CustomerFieldView,
    CustomerFilter,
    CustomerIn,
    CustomerView,
    DuplicateView,
    HandedOver,
    HandOverIn,
    MergeIn,
    PairIn,
)
from hujiao.identity.contracts import Principal, Right
from hujiao.kit.clock import utc_now
from hujiao.kit.paging import Page
from hujiao.kit.secrets import TenantSecrets

router = APIRouter(tags=["customers"], route_class=UnitRoute)

READ, WRITE, MANAGE = need(Right.CUSTOMERS_READ), need(Right.CUSTOMERS_WRITE), need(Right.CUSTOMERS_MANAGE)

Wanted = Annotated[CustomerFilter, Query()]


def hands(work: Work) -> tuple[AsyncSession, Principal, TenantSecrets, datetime]:
    """What `Customers` works with."""
    secrets = TenantSecrets(work.unit.parts.settings.secret_key, work.tenant_id)
    return work.session, work.caller.principal, secrets, utc_now()


def customers_of(work: Work) -> Customers:
    return Customers(*hands(work))


def tell_reminded(work: Work, agent_ids: Collection[UUID]) -> None:
    """These agents, and who supervises them, ask anew for the next calls."""
    if agent_ids:
        work.tell(work.unit.parts.bus.subjects.next_calls(work.tenant_id), {"agents": sorted(agent_ids)})


@router.get("/customers", name="list_customers", dependencies=[READ])
async def list_customers(work: InTenant, wanted: Wanted, query: AskedList) -> Page[CustomerView]:
    """`q` finds by name, number, address or tag; at most 10 000 of them."""
    return await customers_of(work).page(wanted, query)


@router.post("/customers", name="create_customer", dependencies=[WRITE], status_code=201)
async def create_customer(work: InTenant, body: CustomerIn) -> CustomerView:
    if not await customers.any_known(work.session):
        work.configuration_changed()  # from now on callers are looked up
    return await customers_of(work).create(body)


@router.get("/customers/duplicates", name="list_duplicate_customers", dependencies=[MANAGE])
async def list_duplicate_customers(work: InTenant) -> list[DuplicateView]:
    """Pairs of customers who may be one, at most 50."""
    return await Duplicates(*hands(work)).pairs()


@router.get("/customers/apart", name="list_customers_apart", dependencies=[MANAGE])
async def list_customers_apart(work: InTenant, query: AskedList) -> Page[ApartView]:
    """Pairs who look like one, of whom somebody said that they are two: by whom and when, the latest first."""
    return await Duplicates(*hands(work)).kept_apart(query)


@router.post("/customers/hand-over", name="hand_over_customers", dependencies=[MANAGE])
async def hand_over_customers(work: InTenant, body: HandOverIn) -> HandedOver:
    """All customers of one own agent to another, or evenly to several."""
    hand_over = HandOver(*hands(work))
    handed_over = await hand_over.move(body)
    tell_reminded(work, hand_over.reminded)
    return handed_over


@router.post("/customers/{customer_id}/apart", name="keep_customers_apart", dependencies=[MANAGE], status_code=204)
async def keep_customers_apart(work: InTenant, customer_id: UUID, body: ApartIn) -> None:
    """The two are not one: they are no duplicates until they have something more in common."""
    await Duplicates(*hands(work)).keep_apart(customer_id, body)


@router.post("/customers/{customer_id}/may-be-one", name="suspect_customers", dependencies=[MANAGE], status_code=204)
async def suspect_customers(work: InTenant, customer_id: UUID, body: PairIn) -> None:
    """Takes back that the two are not one."""
    await Duplicates(*hands(work)).may_be_one(customer_id, body.other_id)


@router.post("/customers/{customer_id}/merge", name="merge_customers", dependencies=[MANAGE])
async def merge_customers(work: InTenant, customer_id: UUID, body: MergeIn) -> CustomerView:
    """The other one is this one from now on; what both had stands in the changes."""
    duplicates = Duplicates(*hands(work))
    merged = await duplicates.merge(customer_id, body)
    tell_reminded(work, duplicates.reminded)
    return merged


@router.get("/customers/{customer_id}", name="read_customer", dependencies=[READ])
async def read_customer(work: InTenant, customer_id: UUID) -> CustomerView:
    """Who was merged into another customer is that one."""
    return await customers_of(work).get(customer_id)


@router.patch("/customers/{customer_id}", name="change_customer", dependencies=[WRITE])
async def change_customer(work: InTenant, customer_id: UUID, body: CustomerChanges) -> CustomerView:
    known = customers_of(work)
    changed = await known.change(customer_id, body)
    tell_reminded(work, known.reminded)
    return changed


@router.delete("/customers/{customer_id}", name="remove_customer", dependencies=[MANAGE], status_code=204)
async def remove_customer(work: InTenant, customer_id: UUID) -> None:
    """For ever, with what was noted of them; contacts stay in the ledger."""
    known = customers_of(work)
    await known.remove(customer_id)
    tell_reminded(work, known.reminded)


@router.get("/customers/{customer_id}/changes", name="list_customer_changes", dependencies=[READ])
async def list_customer_changes(work: InTenant, customer_id: UUID) -> list[ChangeView]:
    """What was changed by whom, the newest first."""
    return await customers_of(work).history(customer_id)


@router.get("/numbers/place", name="read_number_place", dependencies=[need(Right.CUSTOMERS_READ, Right.AGENT_WORK)])
async def read_number_place(
    work: InTenant, request: Request, number: Annotated[str, Query(min_length=1, max_length=40)]
) -> NumberPlace:
    dialling = await calls.dialling(work.session, work.tenant_id)
    return await asyncio.to_thread(place_of, number, dialling, reader_language(request))


administer(
    router,
    "/customer-fields",
    one="customer_field",
    many="customer_fields",
    catalogue=lambda work: CustomerFields(work.session, work.tenant_id),
    data=CustomerFieldIn,
    view=CustomerFieldView,
    right=Right.ADMIN_TENANCY,
    read=(Right.CUSTOMERS_READ, Right.CONFIG_READ),
)
