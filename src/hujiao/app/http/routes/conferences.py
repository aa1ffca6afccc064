"""Conferences of several calls (多方会议): looked at, and each of the parties controlled, by supervisors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.identity.contracts import Right
from hujiao.interactions.contracts import ConferenceAct, PartyState, Role

router = APIRouter(prefix="/conferences", tags=["conferences"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]


class ConferencePartyView(BaseModel):
    """`waiting`: not let in yet; `held`: out again, with music. `host` and `interaction_id` are those of the call."""

    leg_id: str
    interaction_id: UUID
    role: Role = Field(description="A customer has called; an outside number was called for one")
    state: PartyState
    since: datetime
    number: str = Field(description="Empty if it is withheld")
    name: str
    host: bool
    muted: bool


class ConferenceView(BaseModel):
    id: UUID
    room: str = Field(description="Its name, as the flow gave it")
    parties: list[ConferencePartyView]


@router.get("", name="list_conferences", dependencies=[need(Right.LIVE_READ)])
async def list_conferences(work: InTenant, parts: _Parts) -> list[ConferenceView]:
    """Those that go on, with the parties of your projects' calls, who came first first."""
    principal = work.caller.principal
    view = await parts.hub.view(principal.tenant_id, principal.shard)
    found: dict[str, ConferenceView] = {}
    for record in sorted(view.interactions.values(), key=lambda record: str(record.get("since"))):
        conference = record.get("conference")
        if conference is None or not _seen(work, record):
            continue
        one = found.setdefault(conference["id"], ConferenceView(parties=[], **_named(conference)))
        one.parties += [_party(record, party) for party in record["parties"]]
    return sorted(found.values(), key=lambda one: one.room)


@router.post(
    "/{conference_id}/parties/{leg_id}/{act}", name="control_party", dependencies=[need(Right.CONFERENCES_DIRECT)]
)
async def control_party(
    work: InTenant,
    parts: _Parts,
    conference_id: UUID,
    leg_id: Annotated[str, Path(max_length=80)],
    act: ConferenceAct,
) -> Done:
    """Let one in or take them back, hold them out with music, mute or unmute them, or end their part."""
    wanted = {"conference_id": conference_id, "leg_id": leg_id, "act": act, "projects": _projects(work)}
    await direct(parts, work.caller, "conference.control", **wanted)
    return Done()


@router.delete(
    "/{conference_id}", name="end_conference", status_code=204, dependencies=[need(Right.CONFERENCES_DIRECT)]
)
async def end_conference(work: InTenant, parts: _Parts, conference_id: UUID) -> None:
    """End it for everybody, who go on in their flows; only if all its calls are of your projects."""
    await direct(parts, work.caller, "conference.end", conference_id=conference_id, projects=_projects(work))


def _seen(work: Work, record: dict[str, Any]) -> bool:
    return work.projects is None or str(record.get("project_id")) in set(map(str, work.projects))


def _named(conference: dict[str, Any]) -> dict[str, Any]:
    return {"id": conference["id"], "room": conference["room"]}


def _party(record: dict[str, Any], party: dict[str, Any]) -> ConferencePartyView:
    known = {name: party[name] for name in ("leg_id", "role", "state", "since", "number", "name", "muted")}
    host = record["conference"]["host"] and party["role"] == "customer"
    return ConferencePartyView(interaction_id=record["id"], host=host, **known)


def _projects(work: Work) -> list[UUID] | None:
    return None if work.projects is None else sorted(work.projects)
