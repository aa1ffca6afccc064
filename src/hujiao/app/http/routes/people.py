"""People: accounts, their agent numbers and their hard phones."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from hujiao.agents.service import People
from hujiao.agents.views import NewPerson, PersonIn, PersonView, PhoneSecret
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.lists import AskedList
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.identity.contracts import Right
from hujiao.identity.views import NewPassword
from hujiao.interactions import service as interactions
from hujiao.kit.clock import utc_now
from hujiao.kit.paging import Page
from hujiao.screen_views import service as screen_views

router = APIRouter(prefix="/people", tags=["people"], route_class=UnitRoute)

READ, WRITE = need(Right.CONFIG_READ, Right.ADMIN_PEOPLE), need(Right.ADMIN_PEOPLE)


def _people(work: InTenant, **more: Any) -> People:
    return People(work.session, work.caller.principal, now=utc_now(), **more)


@router.get("", name="list_people", dependencies=[READ])
async def list_people(work: InTenant, query: AskedList) -> Page[PersonView]:
    return await _people(work).page(query)


@router.post("", name="create_person", status_code=201)
async def create_person(request: Request, caller: Annotated[Caller, WRITE], body: NewPerson) -> PersonView:
    """The password is hashed before the transaction begins: hashing takes its time."""
    hashed = await parts_of(request).passwords.hash(body.password)
    unit = request.state.unit
    session = await unit.open(caller, request)
    unit.configuration_changed = True
    return await People(session, caller.principal, now=utc_now(), password_hash=hashed).create(body)


@router.get("/{account_id}", name="read_person", dependencies=[READ])
async def read_person(work: InTenant, account_id: UUID) -> PersonView:
    return await _people(work).get(account_id)


@router.put("/{account_id}", name="change_person", dependencies=[WRITE])
async def change_person(work: InTenant, account_id: UUID, body: PersonIn) -> PersonView:
    person, ended = await _people(work).change(account_id, body)
    work.unit.ended_sessions += ended
    work.configuration_changed()
    return person


@router.delete("/{account_id}", name="remove_person", dependencies=[WRITE], status_code=204)
async def remove_person(work: InTenant, account_id: UUID) -> None:
    people = _people(work)
    agent_id = await people.agent_id(account_id)
    worked = agent_id is not None and (
        await interactions.has_worked(work.session, agent_id) or await screen_views.was_viewed(work.session, agent_id)
    )
    await people.remove(account_id, has_worked=worked)
    work.configuration_changed()


@router.post("/{account_id}/password", name="set_password", status_code=204)
async def set_password(request: Request, caller: Annotated[Caller, WRITE], account_id: UUID, body: NewPassword) -> None:
    """The person's sessions end with the old password, and by default the API tokens."""
    hashed = await parts_of(request).passwords.hash(body.password)
    unit = request.state.unit
    session = await unit.open(caller, request)
    people = People(session, caller.principal, now=utc_now())
    ended = await people.accounts.set_password(account_id, hashed, end_tokens=body.end_tokens)
    unit.ended_sessions += ended


@router.post("/{account_id}/phone-secret", name="create_phone_secret", dependencies=[WRITE], status_code=201)
async def create_phone_secret(work: InTenant, request: Request, account_id: UUID) -> PhoneSecret:
    """What to type into the person's hard phone; the one before stops working."""
    agent, password = await _people(work).set_phone_secret(account_id)
    work.configuration_changed()
    settings = parts_of(request).settings
    return PhoneSecret(
        server=settings.address,
        port=settings.sip_port,
        tls_port=settings.sip_tls_port,
        transport="udp",
        user=agent.sip_user,
        password=password,
    )
