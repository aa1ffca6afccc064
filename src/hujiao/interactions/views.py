"""What people see of interactions, and how they look for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hujiao.interactions.contracts import CallBackFirst, CallBackTerms, Direction
from hujiao.kit.views import Input, Moment


class DispositionIn(Input):
    name: str = Field(min_length=1, max_length=60)
    parent_id: UUID | None = None
    position: int = Field(default=0, ge=0, le=10_000)
    retired: bool = Field(default=False, description="Nobody chooses it any more; contacts that have it keep it")


class DispositionView(DispositionIn):
    id: UUID


class DispositionRow(BaseModel):
    """How many contacts got this result (`chosen`), and how many it or one below it."""

    disposition_id: UUID
    name: str
    depth: int
    retired: bool
    chosen: int
    inbound: int
    outbound: int
    total: int


class DispositionReport(BaseModel):
    """Contacts that agents had, in the order of the tree; those without a result are in no row."""

    rows: list[DispositionRow]
    contacts: int
    without: int


class OpenSummaries(BaseModel):
    """Of how many contacts an agent has still to write, and when the first of them began."""

    agent_id: UUID
    agent_name: str
    agent_number: str
    count: int
    since: datetime


class CallBackTermsView(Input):
    """How somebody is to be called back."""

    first: CallBackFirst = Field(default="agent", description="Who is called first")
    ring_seconds: int = Field(default=30, ge=10, le=120)
    most_tries: int = Field(default=3, ge=1, le=10)
    retry_seconds: int = Field(default=300, ge=10, le=86_400)
    expires_seconds: int = Field(default=28_800, ge=60, le=604_800)

    def terms(self) -> CallBackTerms:
        return CallBackTerms(**{name: getattr(self, name) for name in CallBackTerms.__struct_fields__})


class InteractionFilter(BaseModel):
    """`queue_id` with `queued_from` and `queued_to` finds exactly what an interval of the queue report counts.

    A number is found in any of its forms: national, with +, with 00, with blanks and dashes.
    """

    model_config = ConfigDict(populate_by_name=True)

    from_: Moment | None = Field(default=None, alias="from", description="Started at or after")
    to: Moment | None = Field(default=None, description="Started before")
    queued_from: Moment | None = None
    queued_to: Moment | None = None
    customer: str | None = Field(default=None, max_length=40, description="This very caller; one withheld is nobody")
    customer_id: UUID | None = Field(default=None, description="By all contact points of this customer")
    caller: str | None = Field(default=None, max_length=40, description="Begins with")
    called: str | None = Field(default=None, max_length=40, description="Begins with")
    number: str | None = Field(default=None, max_length=40, description="Caller or called number begins with")
    agent_id: UUID | None = None
    queue_id: UUID | None = None
    project_id: UUID | None = None
    business_id: UUID | None = None
    disposition_id: UUID | None = Field(default=None, description="This result, or one below it")
    summary: Literal["none", "due"] | None = Field(
        default=None, description="An agent had it and chose no result; or somebody has still to write of it"
    )
    summary_agent_id: UUID | None = Field(default=None, description="This agent has still to write of it")
    noted: str | None = Field(default=None, min_length=2, max_length=100, description="This stands in the note")
    direction: Direction | None = None
    medium: str | None = Field(default=None, max_length=20)
    end_reason: str | None = Field(default=None, max_length=40)
    has_recording: bool | None = None
    message_left: bool | None = Field(default=None, description="Only those in which the caller left a message")
    malicious: bool | None = Field(default=None, description="Only those marked as malicious, or only the others")
    mos_below: float | None = Field(default=None, ge=1, le=5, description="Only those with a line that was worse")
    written: str | None = Field(
        default=None, min_length=2, max_length=100, description="This stands in a message of a chat"
    )
    running: bool | None = Field(default=None, description="Only those that have not ended, or only those that have")


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose interactions the reader may see: everybody's (of these projects, None: all), or those of one agent.

    `callers`: of these alone, by the form by which callers are compared.
    """

    projects: frozenset[UUID] | None = None
    own_agent: UUID | None = None
    callers: frozenset[str] | None = None


class InteractionView(BaseModel):
    id: UUID
    medium: str
    direction: str
    caller: str = Field(description="As it came; empty if it is withheld")
    called: str
    project_id: UUID | None
    business_id: UUID | None
    queue_id: UUID | None
    queue_name: str | None
    agent_id: UUID | None
    agent_name: str | None
    agent_number: str | None
    language: str | None
    started_at: datetime
    answered_at: datetime | None
    queued_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    wait_seconds: float | None
    ring_seconds: float | None
    talk_seconds: float | None
    hold_seconds: float | None
    wrap_up_seconds: float | None
    duration_seconds: float | None
    end_reason: str | None
    hangup_cause: int | None
    ended_by: str | None
    disposition_id: UUID | None
    disposition_name: str | None = Field(description="After those above it, as it was called then")
    summary_due: dict[UUID, list[str]] = Field(description="Agents who have still to write of it → which fields")
    note: str | None
    keys: str
    rating: int | None
    message_left: bool
    malicious_at: datetime | None = Field(description="When it was marked as malicious")
    malicious_by_name: str | None
    malicious_reason: str | None = Field(description="Why; empty: it was not said")
    line_mos: float | None = Field(description="Of the worst line of an agent that was measured, 1 to 4.5")
    line_loss_percent: float | None
    line_jitter_ms: float | None
    line_round_trip_ms: float | None
    recording_count: int


class LineQualityIn(Input):
    """What an agent's browser has measured of its line from the answer to the end; means, but for the lowest."""

    seconds: float = Field(ge=0, le=86_400)
    mos: float = Field(ge=1, le=5, description="ITU-T G.107")
    mos_lowest: float = Field(ge=1, le=5, description="Of the worst moment")
    loss_percent: float = Field(ge=0, le=100, description="The worse of both directions")
    jitter_ms: float = Field(ge=0, le=60_000, description="The worse of both directions")
    round_trip_ms: float = Field(ge=0, le=60_000)
    codec: str = Field(default="", max_length=40)


class MaliciousIn(Input):
    reason: str = Field(default="", max_length=500, description="Why")


class MarkedBefore(BaseModel):
    """What is known of the caller from other contacts that were marked as malicious; the last of them."""

    times: int
    at: datetime | None = None
    by_name: str | None = None
    reason: str | None = None


class SegmentView(BaseModel):
    id: UUID
    kind: Literal[
        "flow", "queue", "agent", "after", "voicemail", "outside", "consult", "colleague", "parked", "conference"
    ]
    flow_id: UUID | None
    queue_id: UUID | None
    queue_name: str | None
    agent_id: UUID | None
    agent_name: str | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    ring_seconds: float | None
    talk_seconds: float | None
    hold_seconds: float | None
    wrap_up_seconds: float | None


class EventView(BaseModel):
    seq: int
    at: datetime
    kind: str
    agent_id: UUID | None
    data: dict[str, Any]
