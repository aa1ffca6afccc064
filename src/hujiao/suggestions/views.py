"""Suggestions as the API gives and takes them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from hujiao.kit.views import Input
from hujiao.routing.suggestions import MOST_HELPERS
from hujiao.suggestions.machine import Kind

LONGEST_MINUTES = 12 * 60


class SuggestionFilter(BaseModel):
    """`applied`: the history; false: what is suggested now."""

    applied: bool | None = None
    queue_id: UUID | None = None


class QueueFigures(BaseModel):
    """A queue at a moment. `expected_wait_seconds`: of who comes next; None: nobody would take them."""

    waiting: int
    longest_wait_seconds: float
    expected_wait_seconds: float | None
    agents_free: int
    agents_signed_in: int
    service_level: float | None = Field(default=None, description="Of the last minutes, where it is the trouble")


class AheadFigures(BaseModel):
    """Of those who come to a queue: how many, the share answered in time, the mean wait (None: most are never served),
    and the share who give up. Without anybody who comes there are none of these."""

    offered: float
    service_level: float | None
    wait_seconds: float | None
    abandoned_share: float | None


class AheadView(BaseModel):
    """The next `minutes` of a queue, simulated so often from the floor as it stands."""

    minutes: int
    runs: int
    before: AheadFigures
    after: AheadFigures


class OutcomeView(BaseModel):
    """What it does to one queue. `wait_…`: the expected one of who comes next; None: nobody would take them."""

    queue_id: UUID
    queue_name: str | None
    waiting: int
    wait_before: float | None
    wait_after: float | None
    free_before: int
    free_after: int
    ahead: AheadView | None = Field(default=None, description="None: not known yet")


class PlanView(BaseModel):
    """What it does to ask these: to the queue in trouble first, then to their own queues that you may see."""

    agent_ids: list[UUID]
    outcomes: list[OutcomeView]


class HelperView(BaseModel):
    """An agent who lacks one skill, at this `level`; `has`: at present. `queues` are their own that you may see."""

    agent_id: UUID
    agent_number: str | None
    agent_name: str | None
    skill_id: UUID
    skill_name: str | None
    level: int
    has: int
    free: bool
    queues: list[str]


class AppliedView(BaseModel):
    """Who applied it, for how long, and what became of it: the queue before, and ten minutes after."""

    at: datetime
    by: UUID
    by_name: str | None
    until_at: datetime
    agent_ids: list[UUID]
    before: QueueFigures | None
    after: QueueFigures | None
    after_at: datetime | None
    undone_at: datetime | None
    undone_by_name: str | None


class SuggestionView(BaseModel):
    """A queue in trouble. `plans` say what each choice of the helpers does; there may be none who could help."""

    id: UUID
    queue_id: UUID
    queue_name: str | None
    kind: Kind
    since: datetime
    raised_at: datetime
    updated_at: datetime
    figures: QueueFigures
    helpers: list[HelperView]
    plans: list[PlanView]
    applied: AppliedView | None


class ApplyIn(Input):
    agent_ids: list[UUID] = Field(min_length=1, max_length=MOST_HELPERS, description="Some of the helpers, or all")
    minutes: int = Field(default=30, ge=1, le=LONGEST_MINUTES)


class AbsentAgent(BaseModel):
    """An agent of the queue who is signed out. `usually`: in how many of the last `weeks` they were at work at this
    hour of this weekday."""

    id: UUID
    number: str
    name: str
    signed_out_at: datetime | None
    usually: int
    weeks: int
