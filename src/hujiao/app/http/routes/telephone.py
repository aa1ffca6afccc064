"""Work by telephone alone: the PIN of an agent, and the number where they work; by an administrator, and by the agent.

A PIN is hashed before the transaction begins: hashing takes its time.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from hujiao.agents import telephone
from hujiao.agents.telephone import OwnPinIn, TelephoneIn, TelephoneView
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.routes.transfers import dialled_number
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.calls import service as calls
from hujiao.flows import service as flows
from hujiao.identity.contracts import Right
from hujiao.identity.throttle import PinThrottle
from hujiao.kit.errors import BadField
from hujiao.tenancy import service as tenancy

log = structlog.get_logger()

router = APIRouter(tags=["agents"], route_class=UnitRoute)

OWN, ADMINISTER = need(Right.AGENT_WORK), need(Right.ADMIN_PEOPLE)


@router.get("/me/telephone", name="read_own_telephone", dependencies=[OWN])
async def read_own_telephone(work: InTenant) -> TelephoneView:
    return await _shown(work.session, work.tenant_id, work.caller.own_agent.id)


@router.put("/me/telephone", name="set_own_pin")
async def set_own_pin(request: Request, caller: Annotated[Caller, OWN], body: OwnPinIn) -> TelephoneView:
    """Another PIN for work by telephone, or none; the number is the administrator's to say."""
    hashed = await parts_of(request).passwords.hash_pin(body.pin) if body.pin else None
    session = await request.state.unit.open(caller, request)
    return await _set_pin(request, session, caller, caller.own_agent.id, hashed)


@router.get("/agents/{agent_id}/telephone", name="read_telephone", dependencies=[ADMINISTER])
async def read_telephone(work: InTenant, agent_id: UUID) -> TelephoneView:
    return await _shown(work.session, work.tenant_id, agent_id)


@router.put("/agents/{agent_id}/telephone", name="set_telephone")
async def set_telephone(
    request: Request, caller: Annotated[Caller, ADMINISTER], agent_id: UUID, body: TelephoneIn
) -> TelephoneView:
    hashed = await parts_of(request).passwords.hash_pin(body.pin) if body.pin else None
    session = await request.state.unit.open(caller, request)
    await telephone.of_agent(session, agent_id)
    if "number" in body.model_fields_set:
        number = dialled_number(body.number, "number") if body.number else ""
        if number and await flows.is_access_number(session, number):
            raise BadField("error.own_access_number", field="number")
        if number and (refusal := (await calls.dialling(session, caller.principal.tenant_id)).refusal(number)):
            raise BadField(f"error.{refusal}", field="number")
        await telephone.set_number(session, agent_id, number)
        request.state.unit.configuration_changed = True
    if "pin" in body.model_fields_set:
        return await _set_pin(request, session, caller, agent_id, hashed)
    return await _shown(session, caller.principal.tenant_id, agent_id)


async def _set_pin(
    request: Request, session: AsyncSession, caller: Caller, agent_id: UUID, hashed: str | None
) -> TelephoneView:
    """Who has used up the tries at the one before has new ones."""
    who = caller.principal
    await telephone.set_pin(session, agent_id, hashed)
    request.state.unit.configuration_changed = True
    agent = await telephone.of_agent(session, agent_id)
    await PinThrottle(parts_of(request).database).forget(who.tenant_id, agent.number)
    by = str(who.account_id)
    log.info("pin_set", tenant_id=str(who.tenant_id), agent_id=str(agent_id), account_id=by, removed=hashed is None)
    return await _shown(session, who.tenant_id, agent_id)


async def _shown(session: AsyncSession, tenant_id: UUID, agent_id: UUID) -> TelephoneView:
    agent = await telephone.of_agent(session, agent_id)
    settings = await tenancy.settings(session, tenant_id)
    return TelephoneView(
        has_pin=agent.pin_hash is not None,
        number=agent.work_number,
        outside_numbers=settings.by_telephone.outside_numbers,
    )
