"""What people see and send about tenants, projects and businesses."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Self
from uuid import UUID

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from hujiao.kit.views import Input, Language
from hujiao.tenancy.contracts import RecordingFormat, ScreenViewRule, WholeScreenRule


class ProjectIn(Input):
    name: str = Field(min_length=1, max_length=80)


class ProjectView(ProjectIn):
    id: UUID


class BusinessIn(Input):
    name: str = Field(min_length=1, max_length=80)
    project_id: UUID


class BusinessView(BusinessIn):
    id: UUID


@cache
def iana_zones() -> frozenset[str]:
    """The zones and links of the IANA database; what systems add beside them (`localtime`, `posix/…`) is none."""
    names = (files("tzdata") / "zones").read_text("utf-8").split()
    return frozenset(names) - {"Factory", "localtime", "posixrules"}


def known_zone(value: str | None) -> str | None:
    if value is not None and value not in iana_zones():
        raise ValueError("error.time_zone")
    return value


class TenantLimits(Input):
    """What the operator lets a tenant have at the same time; nothing: no limit."""

    agents: int | None = Field(default=None, ge=0, le=100_000, description="Agents signed in to work")
    calls: int | None = Field(default=None, ge=0, le=100_000, description="Calls, in flows, queues and conversations")
    waiting: int | None = Field(default=None, ge=0, le=100_000, description="Callers by phone who wait in queues")
    waiting_web: int | None = Field(
        default=None, ge=0, le=100_000, description="Who waits in queues over the web: calls, video, chats"
    )
    chats: int | None = Field(
        default=None, ge=0, le=100_000, description="Chats, with flows, in queues and with agents"
    )


Prefix = Annotated[str, StringConstraints(pattern=r"^\+[0-9]{0,15}$")]


class NumberRulesIn(Input):
    """Prefixes of numbers in E.164, with +; "+" alone is every number. The longest that fits a number decides."""

    allow: list[Prefix] = Field(default=[], max_length=200)
    deny: list[Prefix] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({*self.allow, *self.deny}) < len(self.allow) + len(self.deny):
            raise ValueError("error.said_twice")
        return self


class DiallingBounds(NumberRulesIn):
    """Which outside numbers the operator lets be called for a tenant: the home country's, besides and except these."""

    home: str | None = Field(default=None, description="ISO 3166; none: the country of the time zone")
    premium: bool = Field(default=False, description="Numbers of raised price, too")
    emergency: bool = Field(default=False, description="Emergency numbers, by agents; never by flows and call-backs")

    @field_validator("home")
    @classmethod
    def _country(cls, value: str | None) -> str | None:
        if value is not None and value not in SUPPORTED_REGIONS:
            raise ValueError("error.country")
        return value


class TenantUse(BaseModel):
    """What a tenant has now of what its limits are about."""

    agents: int
    calls: int
    waiting: int
    waiting_web: int
    chats: int


class TenantIn(Input):
    slug: str = Field(min_length=1, max_length=32, pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=1, max_length=80)
    language: Language = "zh-CN"
    time_zone: str = "Asia/Shanghai"

    _zone = field_validator("time_zone")(known_zone)


class TenantChange(Input):
    """What is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=80)
    language: Language | None = None
    time_zone: str | None = None
    suspended: bool | None = None
    limits: TenantLimits | None = None
    dialling: DiallingBounds | None = None

    _zone = field_validator("time_zone")(known_zone)


class ParkingIn(Input):
    """Customers whom agents park for others to pick up (驻留)."""

    places: int = Field(default=20, ge=1, le=200, description="How many can be parked at the same time")
    seconds: int = Field(default=60, ge=5, le=600, description="After how long one rings back at who parked them")


class BreaksIn(Input):
    """Breaks (小休) of agents; which reasons are breaks, the reason codes say."""

    most: int | None = Field(
        default=None,
        ge=0,
        le=10_000,
        description="How many may rest at once of those in no group with a number of its own; none: all",
    )
    waits: bool = Field(default=True, description="Who finds no place waits for one; else the request is refused")


class ByTelephoneIn(Input):
    """Agents who work by telephone alone (电话签入)."""

    outside_numbers: bool = Field(
        default=False, description="Offers may ring at the outside number that an agent signed in from"
    )


class TenantSettings(Input):
    """What a tenant's administrator chooses for the whole tenant."""

    recording_format: RecordingFormat = Field(description="Of recordings that are prepared from now on")
    parking: ParkingIn = ParkingIn()
    breaks: BreaksIn = BreaksIn()
    by_telephone: ByTelephoneIn = ByTelephoneIn()
    screen_view: ScreenViewRule = Field(
        default="off",
        description="Whether supervisors may view agents' desktops: `announced` says so there while it lasts, `silent` "
        "only at sign-in to work",
    )
    whole_screen: WholeScreenRule = Field(
        default="off",
        description="Whether agents are asked at sign-in to work to share all of their screen with those who may view "
        "it: they may say no (`asked`), or the desktop does not sign them in then (`required`). Nothing of it holds "
        "while `screen_view` is `off`",
    )

    @property
    def whole_screen_now(self) -> WholeScreenRule:
        return "off" if self.screen_view == "off" else self.whole_screen


class TenantView(BaseModel):
    id: UUID
    slug: str
    name: str
    kind: str
    language: Language
    time_zone: str
    shard: int
    limits: TenantLimits
    dialling: DiallingBounds
    suspended_at: datetime | None
    created_at: datetime
