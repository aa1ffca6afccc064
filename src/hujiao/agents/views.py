"""What people see and send about agents: seats, skills, reasons, and people with their agent numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from hujiao.agents.adjustments import EndedWhy
from hujiao.agents.contracts import AdjustmentKind, MediumName, PhoneEncryption
from hujiao.agents.forwarding import ForwardTarget
from hujiao.identity.views import AccountIn, AccountRecord, Password
from hujiao.kit.views import Input, Moment

AT_THE_PHONE = ("voice", "video", "web_call")  # one conversation at a time
PhoneKind = Literal["browser", "phone"]


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """An account's agent number."""

    id: UUID
    number: str
    name: str
    phone_kind: PhoneKind
    sip_user: str
    has_phone: bool


class SeatIn(Input):
    name: str = Field(min_length=1, max_length=40)
    room: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=80)


class SeatView(SeatIn):
    id: UUID


class RoomIn(Input):
    name: str = Field(min_length=1, max_length=80)


class RoomView(BaseModel):
    """`plan` tells one picture from another; None: there is none. `seats`: how many are placed."""

    id: UUID
    name: str
    plan: str | None
    seats: int


class SeatPlaceIn(Input):
    """From the upper left corner of the plan, as shares of its width and height."""

    seat_id: UUID
    x: float = Field(ge=0, le=1, allow_inf_nan=False)
    y: float = Field(ge=0, le=1, allow_inf_nan=False)


class RoomPlaces(Input):
    places: list[SeatPlaceIn] = Field(max_length=2000)


class SeatPlaceView(BaseModel):
    room_id: UUID
    seat_id: UUID
    seat_name: str
    x: float
    y: float


class SkillIn(Input):
    name: str = Field(min_length=1, max_length=60)


class SkillView(SkillIn):
    id: UUID


class AgentGroupIn(Input):
    name: str = Field(min_length=1, max_length=60)
    most_on_break: int | None = Field(
        default=None, ge=0, le=10_000, description="How many may rest at once; none: as the tenant's settings say"
    )
    agent_ids: list[UUID] = Field(default=[], max_length=10_000)


class AgentGroupView(AgentGroupIn):
    id: UUID


class MediumShare(Input):
    """`weight`: points of an agent's 100 that one item takes; `most` items at once (None: as many as fit; 0: none).

    `interruptible`: it is put aside for a call or whatever else cannot be (None: as usual, e-mails but not chats).
    """

    medium: MediumName
    weight: int = Field(ge=1, le=100)
    most: int | None = Field(default=None, ge=0, le=100)
    interruptible: bool | None = None

    @model_validator(mode="after")
    def _one_at_the_phone(self) -> Self:
        if self.medium in AT_THE_PHONE and self.weight <= 50:
            raise ValueError("error.one_conversation_at_the_phone")
        if self.medium in AT_THE_PHONE and self.interruptible:
            raise ValueError("error.one_conversation_at_the_phone")
        return self


class CapacityProfileIn(Input):
    """Media that are not named are as in the default profile, and there as the platform has them."""

    name: str = Field(min_length=1, max_length=60)
    is_default: bool = False
    media: list[MediumShare] = Field(default=[], max_length=7)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({share.medium for share in self.media}) < len(self.media):
            raise ValueError("error.said_twice")
        return self


class CapacityProfileView(CapacityProfileIn):
    id: UUID


class ReasonCodeIn(Input):
    code: str = Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_-]+$")
    name: str = Field(min_length=1, max_length=60)
    is_break: bool = Field(default=False, description="A break, of which only so many agents may have one at once")


class ReasonCodeView(ReasonCodeIn):
    id: UUID


class Proficiency(Input):
    skill_id: UUID
    proficiency: int = Field(ge=1, le=10)


class AgentIn(Input):
    number: str = Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9]+$")
    phone_kind: PhoneKind = "browser"
    phone_encryption: PhoneEncryption = Field(
        default="optional",
        description="A desk phone's sound by SRTP (keys in SDES): never, if the phone does, or no call without",
    )
    site: str = Field(default="", max_length=60, description="Where the agent works; routing can prefer the near")
    skills: list[Proficiency] = Field(default=[], max_length=100)
    capacity_profile_id: UUID | None = Field(default=None, description="None: the tenant's default")


class AgentView(BaseModel):
    id: UUID
    number: str
    phone_kind: PhoneKind
    phone_encryption: PhoneEncryption
    sip_user: str
    has_phone_secret: bool
    site: str
    skills: list[Proficiency]
    capacity_profile_id: UUID | None


# The lowest and the highest level of each kind; of media at the phone there is one at a time.
LEVELS: dict[AdjustmentKind, tuple[int, int]] = {
    "skill": (0, 10),
    "rank": (-5, 5),
    "queue": (0, 1),
    "project": (0, 1),
    "medium": (0, 10),
    "act": (0, 1),
}


class AdjustmentChange(Input):
    kind: AdjustmentKind
    subject: str = Field(
        min_length=1, max_length=40, description="The skill's, queue's or project's id, the medium, or the act"
    )
    level: int = Field(
        description="A skill's 0 to 10; a rank -5 to 5, who ranks higher is asked first; how many of a medium at once;"
        " 1 gives a queue, a project or an act. 0 takes it away"
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        least, most = LEVELS[self.kind]
        if self.kind == "medium" and self.subject in AT_THE_PHONE:
            most = 1
        if not least <= self.level <= most or (self.kind == "rank" and self.level == 0):
            raise ValueError("error.not_a_level")
        return self

    @field_validator("subject")
    @classmethod
    def _as_written(cls, subject: str) -> str:
        """An id in the one form in which it is compared."""
        try:
            return str(UUID(subject))
        except ValueError:
            return subject


class AdjustmentsIn(Input):
    """Changes at once: of agents, of whole groups, or both."""

    agent_ids: list[UUID] = Field(default=[], max_length=10_000)
    group_ids: list[UUID] = Field(default=[], max_length=50)
    changes: list[AdjustmentChange] = Field(min_length=1, max_length=100)
    until_at: Moment | None = Field(default=None, description="None: until each agent's next sign-in to work")
    for_good: bool = Field(default=False, description="Until somebody ends it; `until_at` is not given then")
    reason: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if not (self.agent_ids or self.group_ids):
            raise ValueError("error.nobody_named")
        if len({(change.kind, change.subject) for change in self.changes}) < len(self.changes):
            raise ValueError("error.said_twice")
        if self.for_good and self.until_at:
            raise ValueError("error.for_good_has_no_end")
        return self


class AdjustmentsGiven(BaseModel):
    """`not_signed_in`: left as they are, because nothing would end before it began."""

    agents: int
    not_signed_in: list[UUID]


class AdjustmentsEnd(Input):
    ids: list[UUID] = Field(min_length=1, max_length=10_000)


class AdjustmentFilter(BaseModel):
    running: bool | None = None
    agent_id: UUID | None = None
    kind: AdjustmentKind | None = None


class AdjustmentView(BaseModel):
    """Running, or ended and why. Names are None of what is gone; media and acts have none."""

    id: UUID
    agent_id: UUID
    agent_number: str
    agent_name: str
    kind: AdjustmentKind
    subject: str
    name: str | None
    level: int
    before: int | None
    reason: str
    given_by_name: str | None
    given_at: datetime
    until_at: datetime | None
    for_good: bool
    ended_at: datetime | None
    ended_why: EndedWhy | None
    ended_by_name: str | None


class ForwardRuleIn(Input):
    to: ForwardTarget
    target: str = Field(min_length=1, max_length=40, description="A colleague's or a queue's id, or the number")


class ForwardRuleView(ForwardRuleIn):
    name: str = Field(description="Of the colleague or queue; empty: not there any more, or not yours to see")


class ForwardingIn(Input):
    """Where calls to the agent in person go instead; what queues offer stays as it is."""

    always: ForwardRuleIn | None = Field(default=None, description="Before the phone rings; the others wait meanwhile")
    busy: ForwardRuleIn | None = Field(default=None, description="In a call, not ready, or the call was declined")
    no_answer: ForwardRuleIn | None = Field(default=None, description="Not answered in time, or no phone is there")
    no_answer_seconds: int = Field(default=20, ge=5, le=60, description="How long the phone rings before that")


class ForwardingView(BaseModel):
    always: ForwardRuleView | None = None
    busy: ForwardRuleView | None = None
    no_answer: ForwardRuleView | None = None
    no_answer_seconds: int


class PersonIn(AccountIn):
    agent: AgentIn | None = None


class NewPerson(PersonIn):
    password: Password


class PersonView(AccountRecord):
    agent: AgentView | None


class PhoneSecret(BaseModel):
    """What to type into a hard phone; the password is shown this once. `tls_port` None: there is no TLS here."""

    server: str
    port: int
    tls_port: int | None = None
    transport: Literal["udp", "tcp"]
    user: str
    password: str
