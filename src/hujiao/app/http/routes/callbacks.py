"""Call-backs (回拨): asked for by a web form or an application, looked at and cancelled by supervisors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hujiao.app.holder import ask
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct, raise_refusal
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.calls.views import Written
from hujiao.identity.contracts import Right
from hujiao.interactions.views import CallBackTermsView
from hujiao.kit.errors import NotFound
from hujiao.kit.ids import new_id
from hujiao.queues.service import Queues

router = APIRouter(prefix="/callbacks", tags=["callbacks"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]


class CallBackIn(CallBackTermsView):
    """Call this number when an agent of the queue is free; its place is the time at which this was asked for."""

    queue_id: UUID
    number: Annotated[str, Written] = Field(pattern=r"^\+?[0-9]{3,20}$", description="Digits, with or without +")
    name: str = Field(default="", max_length=80)


class CallBackCreated(BaseModel):
    id: UUID


class CallBackView(BaseModel):
    """`id` is the interaction's. `state`: queued (keeps a place), scheduled (between tries), offered or calling."""

    id: UUID
    state: str
    number: str
    name: str
    queue_id: UUID
    queue_name: str
    queued_at: datetime
    position: int | None
    first: str
    tries: int
    most_tries: int
    expires_at: datetime
    origin: UUID | None


@router.post("", name="request_callback", status_code=201, dependencies=[need(Right.CALLBACKS)])
async def request_callback(work: InTenant, parts: _Parts, body: CallBackIn) -> CallBackCreated:
    await Queues(work.session, work.tenant_id, work.projects).find(body.queue_id)
    callback_id = new_id()
    asked = body.model_dump(include={"queue_id", "number", "name"})
    await direct(parts, work.caller, "callback.request", callback_id=callback_id, terms=body.terms(), **asked)
    return CallBackCreated(id=callback_id)


@router.get("", name="list_callbacks", dependencies=[need(Right.LIVE_READ)])
async def list_callbacks(work: InTenant, parts: _Parts) -> list[CallBackView]:
    """Who is to be called back, in the order of their places."""
    found = [
        CallBackView(number=record["caller"], name=record["caller_name"], **{**record["callback"], **_of(record)})
        for record in await _callbacks(work, parts)
    ]
    return sorted(found, key=lambda callback: callback.queued_at)


@router.delete("/{interaction_id}", name="cancel_callback", status_code=204, dependencies=[need(Right.LIVE_READ)])
async def cancel_callback(work: InTenant, parts: _Parts, interaction_id: UUID) -> None:
    """Only while nobody's phone rings for it."""
    if not any(record["id"] == str(interaction_id) for record in await _callbacks(work, parts)):
        raise NotFound("error.not_found")
    await direct(parts, work.caller, "callback.cancel", interaction_id=interaction_id)


def _of(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("id", "state", "queue_id", "queue_name", "queued_at", "position")}


async def _callbacks(work: Work, parts: Parts) -> list[dict[str, Any]]:
    """Those that the caller may see and whose customer has not been reached."""
    subject = parts.bus.subjects.snapshot(work.caller.principal.shard)
    snapshot = await ask(parts.bus, subject, {"tenant_id": work.tenant_id})
    raise_refusal(snapshot)
    queues = {str(queue_id) for queue_id in await Queues(work.session, work.tenant_id, work.projects).ids()}
    return [
        record
        for record in snapshot["interactions"]
        if record.get("callback") and not record["connected_at"] and record["queue_id"] in queues
    ]
