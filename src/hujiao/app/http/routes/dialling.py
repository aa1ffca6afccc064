"""Agents' own calls: of a number, shown as one of the numbers that the agent may show, or of a colleague."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hujiao.agents import service as agents
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.customers import customers_of
from hujiao.app.http.routes.transfers import dialled_number, named_target
from hujiao.app.http.unit import InTenant, UnitRoute
from hujiao.calls import service as calls
from hujiao.calls.numbers import without_separators
from hujiao.customers.views import CustomerView
from hujiao.flows.service import AccessNumbers
from hujiao.identity.contracts import Right
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.paging import EVERYTHING
from hujiao.kit.views import Input
from hujiao.tenancy.service import Businesses

router = APIRouter(prefix="/me", tags=["me"], route_class=UnitRoute, dependencies=[need(Right.AGENT_WORK)])

_Parts = Annotated[Parts, Depends(parts_of)]


class CallIn(Input):
    """Whom to call: a number, or a colleague by id or by their own number (工号), which is an internal call.

    The terms (recording, wrap-up) are those of a queue that the agent serves in this business; an internal call has no
    wrap-up.
    """

    number: str = Field(default="", max_length=40, description="An outside number, or a colleague's own")
    agent_id: UUID | None = Field(default=None, description="A colleague, in place of a number")
    caller_number_id: UUID | None = Field(default=None, description="Which of our numbers is shown")
    business_id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="Whose number it is: the call is with this customer")
    ring_seconds: int | None = Field(default=None, ge=5, le=120, description="How long it rings at the other end (45)")


class CallBegun(BaseModel):
    id: UUID


class CallerNumber(BaseModel):
    id: UUID
    number: str
    label: str


@router.post("/calls", name="place_call", status_code=201)
async def place_call(work: InTenant, parts: _Parts, body: CallIn) -> CallBegun:
    """Call a number or a colleague: one's own phone first, which answers by itself where it can, then the other end."""
    business = await _named(Businesses(work.session, work.tenant_id, work.projects), body.business_id, "business_id")
    await _named(AccessNumbers(work.session, work.tenant_id, work.projects), body.caller_number_id, "caller_number_id")
    colleague = await _colleague(work, body)
    customer = await _customer(work, body)
    interaction_id = new_id()
    wanted = {
        **body.model_dump(exclude={"agent_id"}),
        "number": "" if colleague else dialled_number(body.number, "number"),
        "colleague_id": colleague,
        "project_id": business.project_id if business else customer and customer.project_id,
        "interaction_id": interaction_id,
    }
    await command(parts, work.caller, "calls.dial", **wanted)
    return CallBegun(id=interaction_id)


async def _colleague(work: InTenant, body: CallIn) -> UUID | None:
    """Returns whom of the agents the call is to; who may not be asked may not be called. None: no agent is meant."""
    found, field = body.agent_id, "agent_id"
    if found is None:
        found, field = await agents.of_number(work.session, without_separators(body.number)), "number"
    elif body.number:
        raise BadField("error.number_or_colleague", field="number")
    if found:
        await named_target(work, "agent", str(found), field=field)
    return found


async def _customer(work: InTenant, body: CallIn) -> CustomerView | None:
    """The customer who is named, and whom the agent sees. Raises when the number is not theirs."""
    if body.customer_id is None:
        return None
    customers = customers_of(work)
    try:
        found, keys = await customers.get(body.customer_id), await customers.keys(body.customer_id)
    except NotFound:
        raise BadField("error.unknown_reference", field="customer_id") from None
    dialling = await calls.dialling(work.session, work.tenant_id)
    if dialling.canonical(body.number) not in keys:
        raise BadField("error.not_the_customers_number", field="number")
    return found


async def _named(catalogue: Any, wanted: UUID | None, field: str) -> Any:
    """What the agent may see by this id; None: nothing is named."""
    try:
        return await catalogue.find(wanted) if wanted else None
    except NotFound:
        raise BadField("error.unknown_reference", field=field) from None


@router.get("/caller-numbers", name="list_own_caller_numbers")
async def list_own_caller_numbers(work: InTenant) -> list[CallerNumber]:
    """Numbers of one's projects that a call may show."""
    numbers = await AccessNumbers(work.session, work.tenant_id, work.projects).page(EVERYTHING)
    return [CallerNumber(id=one.id, number=one.number, label=one.label) for one in numbers.items]
