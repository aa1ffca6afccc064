"""What people see and send about blending of inbound and outbound work."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hujiao.agents.contracts import WorkKind
from hujiao.kit.views import Input, Moment
from hujiao.routing.blending import Back, Out


class CalmView(Input):
    """All hold for `for_seconds`: idle agents go out."""

    service_level_percent: int = Field(default=90, ge=1, le=100)
    waiting_at_most: int = Field(default=0, ge=0, le=10_000)
    idle_at_least: int = Field(default=2, ge=1, le=10_000)
    for_seconds: int = Field(default=60, ge=0, le=3600)

    def threshold(self) -> Out:
        return Out(
            service_level=self.service_level_percent / 100,
            waiting_at_most=self.waiting_at_most,
            idle_at_least=self.idle_at_least,
            for_seconds=self.for_seconds,
        )


class LoadView(Input):
    """Any holds: agents come back."""

    service_level_percent: int = Field(default=80, ge=0, le=99)
    waiting_over: int = Field(default=1, ge=0, le=10_000)
    longest_wait_over: int = Field(default=15, ge=1, le=3600)

    def threshold(self) -> Back:
        return Back(
            service_level=self.service_level_percent / 100,
            waiting_over=self.waiting_over,
            longest_wait_over=self.longest_wait_over,
        )


class BlendRuleIn(Input):
    """Agents leave inbound work while the queues are calm and come back under load; between the two nobody moves."""

    name: str = Field(min_length=1, max_length=60)
    enabled: bool = True
    mode: Literal["automatic", "suggest"] = "automatic"
    queue_ids: list[UUID] = Field(min_length=1, max_length=200, description="The inbound queues that are watched")
    agent_ids: list[UUID] = Field(default=[], max_length=10_000)
    group_ids: list[UUID] = Field(default=[], max_length=50)
    out: CalmView = CalmView()
    back: LoadView = LoadView()
    level_minutes: int = Field(default=15, ge=1, le=240, description="Over which the service level is taken")
    out_per_minute: int = Field(default=2, ge=1, le=1000)
    back_per_minute: int = Field(default=10, ge=1, le=1000)
    least_outbound_seconds: int = Field(default=60, ge=0, le=14_400)
    least_inbound_seconds: int = Field(default=300, ge=0, le=14_400)
    inbound_at_least: int = Field(default=1, ge=0, le=10_000)


class BlendRuleView(BlendRuleIn):
    id: UUID


class BlendAnswer(Input):
    accept: bool


class WorkIn(Input):
    """Pins agents to a work until a time, or until they sign out; `work` null leaves them to the rules again."""

    agent_ids: list[UUID] = Field(default=[], max_length=10_000)
    group_ids: list[UUID] = Field(default=[], max_length=50)
    work: WorkKind | None
    until_at: Moment | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.agent_ids or self.group_ids):
            raise ValueError("error.nobody_named")
        return self


class WorkGiven(BaseModel):
    """`not_signed_in`: left as they are, because there is no work to be given to them."""

    agents: int
    not_signed_in: list[UUID]


class BlendWhy(BaseModel):
    reason: str
    service_level: float | None
    waiting: int
    longest_wait: float
    idle: int
    inbound: int


class BlendSuggestion(BaseModel):
    direction: Literal["out", "back"]
    agents: list[UUID]
    why: BlendWhy
    since: datetime


class BlendNow(BaseModel):
    """A rule at its last check. `load` says why agents have to come back; `service_level` is a share of 1."""

    id: UUID
    name: str
    mode: Literal["automatic", "suggest"]
    queue_ids: list[UUID]
    agent_ids: list[UUID]
    service_level: float | None
    waiting: int
    longest_wait: int
    idle: int
    inbound: int
    outbound: int
    load: str | None
    calm_since: datetime | None
    suggestion: BlendSuggestion | None
