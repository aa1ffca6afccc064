"""The kinds of events that the ledger has, as they are published: what `events` of an interaction may hold."""

from __future__ import annotations

import inspect

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hujiao.app.events import CAPABILITIES
from hujiao.app.http.access import need
from hujiao.app.http.routes.interactions import READERS
from hujiao.app.http.unit import UnitRoute
from hujiao.kit.events import described

router = APIRouter(tags=["interactions"], route_class=UnitRoute)


class EventField(BaseModel):
    """A field of an event's data. Others may be added: leave out what you do not know."""

    name: str
    type: str = Field(description="text, id, time (UTC), number, integer, boolean, null, list of …, map to …")
    required: bool
    meaning: str = ""
    unit: str = Field(default="", description="s: seconds")
    values: list[str] = Field(default=[], description="What is written; take others, too")


class EventKind(BaseModel):
    kind: str
    capability: str
    version: int
    meaning: str
    fields: list[EventField]


@router.get("/event-kinds", name="list_event_kinds", dependencies=[need(*READERS)])
async def list_event_kinds() -> list[EventKind]:
    """Every kind with its fields; those that no tenant is shown are left out."""
    return [
        EventKind(
            kind=kind,
            capability=capability,
            version=event.schema_version,
            meaning=inspect.getdoc(event) or "",
            fields=[
                EventField.model_validate(field, from_attributes=True)
                for field in described(event)
                if not field.withheld
            ],
        )
        for capability, kinds in CAPABILITIES.items()
        for kind, event in kinds.items()
    ]
