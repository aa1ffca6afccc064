"""What people see and send about trials: a change of the set-up on the tenant's own history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.kit.views import Day, Input
from hujiao.routing.views import NeededSkill, QueueRoutingView, RoutingPolicyView

TrialState = Literal["queued", "running", "done", "failed", "cancelled"]


class QueueDraft(Input):
    """A queue as it might be; what is left out stays."""

    queue_id: UUID
    routing: QueueRoutingView | None = None
    skills: list[NeededSkill] | None = Field(default=None, max_length=50)


class DraftSkill(Input):
    skill_id: UUID
    proficiency: int = Field(ge=1, le=10)


class AgentDraft(Input):
    """An agent with these skills instead."""

    agent_id: UUID
    skills: list[DraftSkill] = Field(max_length=200)


class TrialIn(Input):
    """A change of the set-up, and the days to try it on.

    `load_percent` is how many callers come, in both set-ups; `more_agents` is how many more (or fewer) of the queue's
    agents there are with the change.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Day = Field(alias="from", description="First day, by the tenant's clock")
    to: Day = Field(description="Last day")
    queue_id: UUID | None = Field(default=None, description="Whose course is shown, and whose agents are more or fewer")
    queues: list[QueueDraft] = Field(default=[], max_length=20)
    policy: RoutingPolicyView | None = None
    agents: list[AgentDraft] = Field(default=[], max_length=500)
    load_percent: int = Field(default=100, ge=10, le=300)
    more_agents: int = Field(default=0, ge=-200, le=200)


class Known(BaseModel):
    """A mean over the runs and half of its 95 % confidence interval; nothing where there is none."""

    mean: float | None
    half: float | None


class Change(BaseModel):
    """`difference` is taken run by run, over the same callers."""

    before: Known
    after: Known
    difference: Known


class BesideReal(BaseModel):
    real: float | None
    simulated: Known


class Calibration(BaseModel):
    """What happened, and what the simulation of the present set-up makes of it."""

    agrees: bool
    offered: BesideReal
    answered: BesideReal
    service_level: BesideReal
    abandoned_share: BesideReal
    asa_seconds: BesideReal


class Calibrations(BaseModel):
    queues: dict[UUID, Calibration]
    all: Calibration


class Piece(BaseModel):
    offered: float
    service_level: float | None
    wait_seconds: float | None


class Course(BaseModel):
    """By the time of the day at which callers came, from midnight, over all days."""

    step_seconds: float
    before: list[Piece]
    after: list[Piece]


class Note(BaseModel):
    """What the reader should know of the history."""

    kind: Literal[
        "handle_of_all", "patience_of_all", "nobody_gives_up", "agents_gone", "fewer_agents", "expression_failed"
    ]
    queue_ids: list[UUID] = []
    count: int = 0


class TrialResult(BaseModel):
    runs: int
    callers: int
    agents: int
    service_level_formula: str
    calibration: Calibrations
    queues: dict[UUID, dict[str, Change]]
    tiers: dict[str, dict[str, Change]]
    all: dict[str, Change]
    occupancy: dict[str, Change]
    course: Course
    notes: list[Note]


class TrialView(BaseModel):
    """`done` of `total` days are simulated. `problem` says why it failed."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    state: TrialState
    from_: date = Field(alias="from")
    to: date
    done: int
    total: int
    created_at: datetime
    problem: str | None
    result: TrialResult | None
