"""Sending a call on: by the agent who has it, or by who directs the calls of its project."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from hujiao.agents import service as agents
from hujiao.app.http.access import need, parts_of
from hujiao.app.http.commands import command, direct
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.calls.numbers import without_separators
from hujiao.flows.service import Flows
from hujiao.identity.contracts import Right
from hujiao.interactions.contracts import TransferTarget
from hujiao.kit.errors import BadField, NotFound
from hujiao.kit.views import Input
from hujiao.queues.service import Queues

router = APIRouter(tags=["interactions"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
_NUMBER = re.compile(r"\+?[0-9]{2,30}")


Value = Annotated[str, Field(max_length=500)] | int | float | bool
Values = Annotated[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")], Value], Field(max_length=50)]

Note = Annotated[str, Field(max_length=1000, description="For whoever has the caller next")]


class TransferIn(Input):
    """Where the caller goes. Nothing of the call is lost on the way: path, keys and variables go along."""

    to: TransferTarget
    target: str = Field(
        default="", max_length=40, description="An agent's, queue's or flow's id, or the number; none for a supervisor"
    )
    wait_seconds: int | None = Field(
        default=None,
        ge=5,
        le=600,
        description="How long the agent (30) or a supervisor (120) is waited for, before anybody of the queue",
    )
    priority: int | None = Field(default=None, ge=0, le=100, description="Added to the queue's; empty: as it was")
    ring_seconds: int | None = Field(default=None, ge=5, le=120, description="How long a number rings (30)")
    values: Values = Field(default={}, description="Variables that go along")
    note: Note = ""


@router.post(
    "/interactions/{interaction_id}/transfer",
    name="transfer_interaction",
    dependencies=[need(Right.AGENT_WORK, Right.INTERACTIONS_DIRECT)],
)
async def transfer_interaction(work: InTenant, parts: _Parts, interaction_id: UUID, body: TransferIn) -> Done:
    """Send a connected call on, or, as a supervisor, a waiting one too; answered when it is on its way."""
    target, name = await named_target(work, body.to, body.target)
    wanted = {"interaction_id": interaction_id, **body.model_dump(), "target": target, "name": name}
    if work.caller.principal.may(Right.INTERACTIONS_DIRECT):
        projects = None if work.projects is None else sorted(work.projects)
        await direct(parts, work.caller, "interaction.transfer", directs=True, projects=projects, **wanted)
    else:
        await command(parts, work.caller, "interaction.transfer", **wanted)
    return Done()


def dialled_number(written: str, field: str) -> str:
    """The number without separators."""
    number = without_separators(written)
    if not _NUMBER.fullmatch(number):
        raise BadField("error.not_a_number_to_call", field=field)
    return number


async def named_target(work: Work, to: TransferTarget, target: str, *, field: str = "target") -> tuple[str, str]:
    """The target as the runtime takes it, and its name; only what the asker may see is a target."""
    match to:
        case "supervisor":
            if target:
                raise BadField("error.transfer_target_unused", field=field)
            return "", ""
        case "number":
            number = dialled_number(target, field)
            return number, number
    try:
        return target, await _name(work, to, UUID(target))
    except ValueError:
        raise BadField("error.not_an_id", field=field) from None
    except (NotFound, KeyError):
        raise BadField("error.unknown_reference", field=field) from None


async def _name(work: Work, to: TransferTarget, target: UUID) -> str:
    if to == "queue":
        return (await Queues(work.session, work.tenant_id, work.projects).find(target)).name
    if to == "flow":
        return (await Flows(work.session, work.tenant_id, work.projects).find(target)).name
    if work.projects is not None and target not in await agents.in_projects(work.session, work.projects):
        raise NotFound("error.not_found")
    return (await agents.names(work.session, [target]))[target][1]
