"""What people see and send about routing; checked here, kept as it was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hujiao.agents.contracts import MediumName
from hujiao.interactions.views import CallBackTermsView
from hujiao.kit.views import Input
from hujiao.routing.contracts import AgentCriterionKind, ItemCriterionKind
from hujiao.routing.overflow import OverflowCondition, OverflowTarget

MOST_RINGS = 1000  # nobody is known to need more; what is sent has to end somewhere
MOST_CRITERIA = 20


class NeededSkill(Input):
    skill_id: UUID
    level: int = Field(default=1, ge=1, le=10)


class _Criterion(Input):
    expression: str = Field(default="", max_length=2000, description="CEL; only for the kind `expression`")
    plugin: str = Field(default="", max_length=100, description="A strategy's name; only for the kind `plugin`")

    @model_validator(mode="after")
    def _what_belongs_to_the_kind(self) -> Self:
        kind = getattr(self, "kind", "")
        if (kind == "expression") != bool(self.expression):
            raise ValueError("error.criterion_expression")
        if (kind == "plugin") != bool(self.plugin):
            raise ValueError("error.criterion_plugin")
        return self


class AgentCriterionView(_Criterion):
    kind: AgentCriterionKind


class ItemCriterionView(_Criterion):
    kind: ItemCriterionKind


class StrategyView(BaseModel):
    """A strategy that the operator has installed; with a `problem` it cannot be chosen."""

    name: str
    package: str
    version: str
    description: str
    subjects: list[str]
    problem: str | None


class RingView(Input):
    """Whom a queue may use besides its own agents, and from when: the first condition that holds opens the ring."""

    skills: list[NeededSkill] = Field(default=[], max_length=20)
    group_ids: list[UUID] = Field(default=[], max_length=50)
    sites: list[str] = Field(default=[], max_length=50)
    queue_ids: list[UUID] = Field(default=[], max_length=50, description="Agents of these queues")
    after_seconds: int | None = Field(default=None, ge=0, le=86_400)
    expected_wait_over: int | None = Field(default=None, ge=1, le=86_400)
    free_at_most: int | None = Field(default=None, ge=0, le=10_000)

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if not (self.skills or self.group_ids or self.sites or self.queue_ids):
            raise ValueError("error.ring_without_agents")
        return self


class OverflowRuleView(Input):
    """Where a waiting interaction goes when the condition holds; the first rule that holds acts."""

    when: OverflowCondition
    over: int = Field(default=0, ge=0, le=86_400)
    expression: str = Field(default="", max_length=2000, description="CEL; only for the condition `expression`")
    to: OverflowTarget
    target: str = Field(default="", max_length=40, description="A queue's or flow's id, or a number to call")
    prompts: list[str] = Field(
        default=[], max_length=10, description="By name: what greets who leaves a message, or what offers a call-back"
    )
    callback: CallBackTermsView | None = Field(default=None, description="Only to `callback`; none: as usual")

    @model_validator(mode="after")
    def _belongs(self) -> Self:
        if (self.when == "expression") != bool(self.expression):
            raise ValueError("error.overflow_expression")
        if (self.to in ("voicemail", "callback")) == bool(self.target):
            raise ValueError("error.overflow_target")
        if self.prompts and self.to not in ("voicemail", "callback"):
            raise ValueError("error.overflow_prompts")
        if self.callback and self.to != "callback":
            raise ValueError("error.overflow_callback")
        return self


class QueueRoutingView(Input):
    """One queue's routing beyond its skills."""

    group_ids: list[UUID] = Field(default=[], max_length=50, description="Only agents of one of these groups")
    sites: list[str] = Field(default=[], max_length=50, description="Only agents at one of these sites")
    rings: list[RingView] = Field(default=[], max_length=MOST_RINGS)
    agent_order: list[AgentCriterionView] = Field(
        default=[], max_length=MOST_CRITERIA, description="Empty: the tenant's"
    )
    overflow: list[OverflowRuleView] = Field(default=[], max_length=20)
    hours_id: UUID | None = Field(default=None, description="Business hours; none: always open")
    tier: int = Field(default=0, ge=0, le=9, description="0 is the best")
    reserved: int = Field(
        default=0, ge=0, le=1000, description="Agents kept free from lower tiers; with a target, the least"
    )
    target_percent: int | None = Field(
        default=None,
        ge=1,
        le=99,
        description="So many of a hundred are answered in the queue's service level time, if keeping agents free can",
    )
    reserved_most: int = Field(default=10, ge=1, le=1000, description="With a target: kept free at most")
    last_agent_days: int = Field(default=0, ge=0, le=365)
    last_agent_seconds: int = Field(default=0, ge=0, le=3600)
    own_agent_seconds: int = Field(default=0, ge=0, le=3600)

    @model_validator(mode="after")
    def _rings_in_order(self) -> Self:
        times = [ring.after_seconds for ring in self.rings if ring.after_seconds is not None]
        if times != sorted(times):
            raise ValueError("error.rings_not_in_order")
        return self

    @model_validator(mode="after")
    def _least_below_most(self) -> Self:
        if self.target_percent is not None and self.reserved > self.reserved_most:
            raise ValueError("error.reserved_over_most")
        return self


class HeadStart(Input):
    grade: int = Field(ge=1, le=9)
    seconds: int = Field(ge=0, le=3600)


class SiteCost(Input):
    one: str = Field(min_length=1, max_length=60)
    other: str = Field(min_length=1, max_length=60)
    cost: float = Field(ge=0, le=1000)


class RoutingPolicyView(Input):
    """The order in which criteria decide; empty: the platform's."""

    item_order: list[ItemCriterionView] = Field(default=[], max_length=MOST_CRITERIA)
    agent_order: list[AgentCriterionView] = Field(default=[], max_length=MOST_CRITERIA)
    head_starts: list[HeadStart] = Field(default=[], max_length=9)
    site_costs: list[SiteCost] = Field(default=[], max_length=500)


class MediumView(BaseModel):
    name: MediumName
    weight: int
    most: int | None
    real_time: bool
    interruptible: bool


class Need(BaseModel):
    """Agents with all these skills, in one of the groups, at one of the sites (none: any)."""

    skills: list[NeededSkill]
    group_ids: list[UUID]
    sites: list[str]


class OverflowAhead(BaseModel):
    """A rule that may still pass a waiting caller on; `name` is that of the queue or flow, or the number.

    `at` is when, where that is known.
    """

    when: OverflowCondition
    over: float
    expression: str
    to: OverflowTarget
    name: str
    at: datetime | None


class WhyWaiting(BaseModel):
    """What a waiting interaction waits for. `ring` -1: `waits_for` is an agent of its own until `next_ring_at`.

    `position` is among the queue's interactions of the same medium; `free` have room for one of it.
    """

    interaction_id: UUID
    queue_id: UUID
    queue_name: str
    medium: str
    queued_at: datetime
    position: int
    grade: int
    ring: int
    rings: int
    next_ring_at: datetime | None
    waits_for: UUID | None
    needs: list[Need]
    free: list[UUID]
    busy: int
    away: int
    reserved_for: list[UUID]
    overflow: list[OverflowAhead]
