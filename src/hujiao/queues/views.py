"""What people see and send about queues."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from hujiao.kit.views import Input
from hujiao.queues.contracts import Direction, RecordingRule


class NeededSkill(Input):
    skill_id: UUID
    level: int = Field(default=1, ge=1, le=10)


class QueueIn(Input):
    name: str = Field(min_length=1, max_length=60)
    project_id: UUID
    business_id: UUID
    music: str = Field(default="default", min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")
    service_level_seconds: int = Field(default=20, ge=1, le=3600)
    short_abandon_seconds: int = Field(default=5, ge=0, le=600)
    no_answer_seconds: int = Field(default=20, ge=5, le=120)
    wrap_up_seconds: int = Field(default=30, ge=0, le=3600)
    announce_every_seconds: int = Field(default=30, ge=0, le=3600)
    announce_first_seconds: int = Field(default=0, ge=0, le=3600, description="0: like every other")
    announce_position: bool = True
    announce_expected_wait: bool = False
    waiting_flow_id: UUID | None = Field(default=None, description="Played instead of place and expected wait")
    greeting: str = Field(
        default="", max_length=80, description="A prompt before the agent speaks; {number}: the agent's number"
    )
    say_agent_number: bool = False
    automatic_answer: bool = False
    recording: RecordingRule = Field(default="always", description="`on_demand`: an agent begins it")
    direction: Direction = Field(default="inbound", description="`outbound`: for work that agents start")
    priority: int = Field(default=0, ge=-100, le=100)
    skills: list[NeededSkill] = Field(default=[], max_length=50)


class QueueView(QueueIn):
    id: UUID
