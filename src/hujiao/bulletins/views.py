"""Bulletins as authors write them and as their readers get them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hujiao.kit.views import Input, Moment

Audience = Literal["all", "groups", "persons"]
BulletinState = Literal["planned", "current", "ended", "withdrawn"]


class BulletinIn(Input):
    title: str = Field(min_length=1, max_length=100)
    text: str = Field(min_length=1, max_length=5000, description="Plain text; lines and paragraphs are kept")
    urgent: bool = Field(default=False, description="Stays on the screen until its reader confirms it")
    begins_at: Moment | None = Field(default=None, description="None: at once; of one that has begun: as it is")
    ends_at: Moment | None = Field(default=None, description="When it ends by itself; None: long-term")
    audience: Audience
    group_ids: list[UUID] = Field(default=[], max_length=200)
    account_ids: list[UUID] = Field(default=[], max_length=500)
    revision: int | None = Field(default=None, description="Of the text that is changed; refused if it is another now")

    @model_validator(mode="after")
    def _addressed(self) -> Self:
        if (self.audience == "groups") != bool(self.group_ids):
            raise ValueError("error.bulletin_groups")
        if (self.audience == "persons") != bool(self.account_ids):
            raise ValueError("error.bulletin_persons")
        return self


class BulletinFilter(BaseModel):
    state: BulletinState | None = None


class Addressee(BaseModel):
    id: UUID
    name: str


class BulletinView(BaseModel):
    """`read` of `addressed` persons have read what it says now; groups count with their members of now."""

    id: UUID
    title: str
    text: str
    urgent: bool
    audience: Audience
    addressees: list[Addressee]
    state: BulletinState
    begins_at: datetime
    ends_at: datetime | None
    author_name: str
    created_at: datetime
    revision: int
    written_by_name: str
    written_at: datetime
    withdrawn_by_name: str | None
    withdrawn_at: datetime | None
    read: int
    addressed: int


class RevisionView(BaseModel):
    """What it said before."""

    revision: int
    title: str
    text: str
    urgent: bool
    written_by_name: str
    written_at: datetime


class BulletinDetail(BulletinView):
    earlier: list[RevisionView] = Field(description="The newest first")


class ReaderFilter(BaseModel):
    revision: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Which text; none: what it says now")


class BulletinReader(BaseModel):
    """Somebody to whom it is addressed, or who has read it."""

    account_id: UUID
    name: str
    number: str | None = Field(description="The agent's number (工号)")
    read_at: datetime | None


class MyBulletin(BaseModel):
    """A bulletin as its reader gets it."""

    id: UUID
    title: str
    text: str
    urgent: bool
    begins_at: datetime
    ends_at: datetime | None
    author_name: str
    written_at: datetime
    revision: int
    read_at: datetime | None


class Headline(BaseModel):
    """A bulletin as everybody may see it at a glance."""

    title: str
    text: str
    urgent: bool
    written_at: datetime


class MyBulletins(BaseModel):
    """Those that hold now: what is not read first, then the newest."""

    items: list[MyBulletin]
    unread: int
    next_at: datetime | None = Field(description="When the next one begins or ends: to be asked again then")


class BulletinConfirmed(Input):
    revision: int = Field(ge=1, le=2**31 - 1, description="Which text was read")
