"""Queues as the runtime needs them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

Direction = Literal["inbound", "outbound"]
RecordingRule = Literal["never", "always", "on_demand"]  # on demand: an agent begins it


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's settings; durations in seconds, `skills` skill id → needed level (1 to 10).

    `announce_first_seconds` 0: like every other. `waiting_flow_id` is played instead of place and expected wait.
    `greeting` is a prompt; `{number}` in it is the agent's, so that each may have their own.
    """

    id: UUID
    name: str
    project_id: UUID
    business_id: UUID
    direction: Direction = "inbound"
    priority: int = 0
    music: str = "default"
    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    no_answer_seconds: int = 20
    wrap_up_seconds: int = 30
    announce_every_seconds: int = 30
    announce_first_seconds: int = 0
    announce_position: bool = True
    announce_expected_wait: bool = False
    waiting_flow_id: UUID | None = None
    greeting: str = ""
    say_agent_number: bool = False
    automatic_answer: bool = False
    recording: RecordingRule = "always"
    skills: dict[UUID, int] = {}
