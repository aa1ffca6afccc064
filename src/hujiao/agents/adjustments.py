"""What adjustments make of an agent's usual skills, queues, media and acts, and what became of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import asdict

from hujiao.agents.contracts import (
    Act,
    Adjust,
    Adjustment,
    AdjustmentKind,
    AgentEvent,
    AgentState,
    EndAdjustments,
    SignIn,
)

# The ledger's kinds of event: of skills, and of all else.
SKILL_CHANGED = "agent.skill_changed"
CHANGED = "agent.adjusted"
EndedWhy = Literal["signed_in", "time", "replaced", "undone"]


class AdjustmentRecord(Adjustment, frozen=True, kw_only=True):
    """An adjustment from its beginning to its end: a row of the history, and what the ledger says of it."""

    agent_id: UUID
    ended_at: datetime | None = None
    ended_why: EndedWhy | None = None
    ended_by: UUID | None = None


def levels(adjustments: Iterable[Adjustment], kind: AdjustmentKind) -> dict[str, int]:
    """What is set of one kind, by its subject: of two of the same, what was given last."""
    return {one.subject: one.level for one in adjustments if one.kind == kind}


def effective(regular: Mapping[UUID, int], adjustments: Iterable[Adjustment]) -> dict[UUID, int]:
    """The levels of skills that routing goes by."""
    adjusted = {UUID(subject): level for subject, level in levels(adjustments, "skill").items()}
    return {skill_id: level for skill_id, level in (dict(regular) | adjusted).items() if level}


def served(adjustments: Iterable[Adjustment], projects: Mapping[UUID, UUID | None]) -> dict[UUID, bool]:
    """The queues of which somebody has set whether the agent serves them; `projects` are those of all queues."""
    adjustments = tuple(adjustments)
    of_projects, of_queues = levels(adjustments, "project"), levels(adjustments, "queue")
    said = {queue_id: of_projects.get(str(project_id)) for queue_id, project_id in projects.items()}
    said |= {queue_id: of_queues[str(queue_id)] for queue_id in projects if str(queue_id) in of_queues}
    return {queue_id: bool(level) for queue_id, level in said.items() if level is not None}


def may(agent: AgentState | None, act: Act, *, usually: bool = True) -> bool:
    """Whether the agent may do this at present."""
    said = levels(agent.adjustments, "act").get(act) if agent else None
    return usually if said is None else bool(said)


def records(before: AgentState, after: AgentState, event: AgentEvent, now: datetime) -> Iterator[AdjustmentRecord]:
    """What the event ended, then what it began."""
    here = {one.id for one in before.adjustments}
    stays = {one.id for one in after.adjustments}
    why, by = _ending(event)
    for one in before.adjustments:
        if one.id not in stays:
            yield AdjustmentRecord(agent_id=after.agent_id, **asdict(one), ended_at=now, ended_why=why, ended_by=by)
    for one in after.adjustments:
        if one.id not in here:
            yield AdjustmentRecord(agent_id=after.agent_id, **asdict(one))


def told(record: AdjustmentRecord) -> dict[str, Any]:
    """The data of the ledger's event."""
    data = {name: value for name, value in asdict(record).items() if name != "agent_id"}
    if record.kind != "skill":
        return data
    del data["kind"]
    return {"skill_id": UUID(data.pop("subject")), **data}


def recorded(kind: str, agent_id: UUID, data: Mapping[str, Any]) -> AdjustmentRecord:
    """The record of which the ledger's event tells."""
    if kind == SKILL_CHANGED:
        data = {name: value for name, value in data.items() if name != "skill_id"} | {"subject": str(data["skill_id"])}
    return AdjustmentRecord(agent_id=agent_id, **data)


def _ending(event: AgentEvent) -> tuple[EndedWhy, UUID | None]:
    match event:
        case SignIn():
            return "signed_in", None
        case Adjust():
            return "replaced", event.given[0].given_by
        case EndAdjustments():
            return "undone", event.by
        case _:
            return "time", None
