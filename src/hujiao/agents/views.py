"""What people see and send about agents: seats, skills, reasons, and people with their agent numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hujiao.agents.contracts import MediumName, PhoneEncryption
from hujiao.agents.forwarding import ForwardTarget
from hujiao.agents.skills import EndedWhy
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


class TemporaryLevel(Input):
    skill_id: UUID
    level: int = Field(ge=0, le=10, description="0 takes the skill away")


class TemporarySkillsIn(Input):
    """Skills for a while, at once: of agents, of whole groups, or both."""

    agent_ids: list[UUID] = Field(default=[], max_length=10_000)
    group_ids: list[UUID] = Field(default=[], max_length=50)
    skills: list[TemporaryLevel] = Field(min_length=1, max_length=100)
    until_at: Moment | None = Field(default=None, description="None: until each agent's next sign-in to work")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if not (self.agent_ids or self.group_ids):
            raise ValueError("error.nobody_named")
        if len({level.skill_id for level in self.skills}) < len(self.skills):
            raise ValueError("error.said_twice")
        return self


class TemporarySkillsGiven(BaseModel):
    """`not_signed_in`: left as they are, because nothing would end before it began."""

    agents: int
    not_signed_in: list[UUID]


class TemporarySkillsEnd(Input):
    ids: list[UUID] = Field(min_length=1, max_length=10_000)


class TemporarySkillFilter(BaseModel):
    running: bool | None = None
    agent_id: UUID | None = None


class TemporarySkillView(BaseModel):
    """Running, or ended and why. Names are None of what is gone."""

    id: UUID
    agent_id: UUID
    agent_number: str
    agent_name: str
    skill_id: UUID
    skill_name: str | None
    level: int
    given_by_name: str | None
    given_at: datetime
    until_at: datetime | None
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
