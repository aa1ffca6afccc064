"""Thresholds and alarms as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from hujiao.alarms.contracts import Level, Watched
from hujiao.kit.views import Input, Moment

LONGEST_SECONDS = 24 * 3600
MOST_AT_ONCE = 500


class StateThresholdIn(Input):
    """For everybody, unless it says whose: a group's agents, or the callers of a queue."""

    state: Watched
    group_id: UUID | None = Field(default=None, description="An agent group; none of a caller who waits")
    queue_id: UUID | None = Field(default=None, description="A queue; of callers who wait alone")
    reason_code_id: UUID | None = Field(default=None, description="Why not ready; none for the other states")
    amber_seconds: int | None = Field(default=None, ge=1, le=LONGEST_SECONDS, description="None: no first level")
    red_seconds: int | None = Field(default=None, ge=1, le=LONGEST_SECONDS, description="None: no second level")


class StateThresholdView(BaseModel):
    id: UUID
    state: Watched
    group_id: UUID | None
    queue_id: UUID | None
    reason_code_id: UUID | None
    amber_seconds: int | None
    red_seconds: int | None


class UsualThreshold(BaseModel):
    """What holds for a state of which the company says nothing."""

    state: Watched
    amber_seconds: int | None
    red_seconds: int | None


class AlarmFilter(BaseModel):
    """`open`: whose state goes on."""

    open: bool | None = None
    acknowledged: bool | None = None
    level: Level | None = None
    agent_id: UUID | None = None
    queue_id: UUID | None = None
    raised_from: Moment | None = None
    raised_to: Moment | None = None


class AlarmView(BaseModel):
    """A state that lasted too long: whose, since when, when that was told, and who has seen to it."""

    id: UUID
    level: Level
    state: Watched
    since: datetime
    after_seconds: int
    raised_at: datetime
    ended_at: datetime | None
    agent_id: UUID | None
    agent_number: str | None
    agent_name: str | None
    interaction_id: UUID | None
    queue_id: UUID | None
    queue_name: str | None
    reason_code_id: str | None
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    acknowledged_by_name: str | None


class AcknowledgeIn(Input):
    alarm_ids: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Acknowledged(BaseModel):
    """How many are acknowledged by this; those that were before stay as they were."""

    alarms: int
