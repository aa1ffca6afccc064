"""Tables: agents (by number, 工号), seats, skills, reasons, and the agents' live states."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class Agent(Base, TenantRow):
    """An agent number (工号) of an account. `sip_user` is ours and unique over the platform."""

    __tablename__ = "agent"
    __table_args__ = keyed(
        refers("account_id", "account", on_delete="CASCADE"),
        refers("capacity_profile_id", "capacity_profile"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "account_id"),
        UniqueConstraint("sip_user"),
    )

    account_id: Mapped[UUID]
    number: Mapped[str]
    phone_kind: Mapped[str] = mapped_column(server_default="browser")
    sip_user: Mapped[str]
    phone_digest: Mapped[str | None]
    pin_hash: Mapped[str | None]  # for work by telephone
    work_number: Mapped[str] = mapped_column(server_default="")  # by telephone; "": where the agent calls from
    phone_encryption: Mapped[str] = mapped_column(server_default="optional")  # a `PhoneEncryption`
    site: Mapped[str] = mapped_column(server_default="")
    night_bell: Mapped[bool] = mapped_column(server_default="false")
    capacity_profile_id: Mapped[UUID | None]
    forwarding: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # a `Forwarding`


class CapacityProfile(Base, TenantRow):
    """How much of which medium agents have at once, where it differs from the default; `media` as it was sent."""

    __tablename__ = "capacity_profile"
    __table_args__ = keyed(
        UniqueConstraint("tenant_id", "name"),
        Index("uq_capacity_profile_default", "tenant_id", unique=True, postgresql_where=text("is_default")),
    )

    name: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default="false")
    media: Mapped[list[Any]]


class Seat(Base, TenantRow):
    """A physical place (座席位), apart from who sits there."""

    __tablename__ = "seat"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    room: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")


class Room(Base, TenantRow):
    """A room with its plan, a picture on which seats are placed; `plan_mark` changes with the picture."""

    __tablename__ = "room"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    plan: Mapped[bytes | None] = mapped_column(deferred=True)
    plan_type: Mapped[str | None]
    plan_mark: Mapped[str | None]


class SeatPlace(Base, TenantKey):
    """Where on the plan of its room a seat is, as shares of its width and height."""

    __tablename__ = "seat_place"
    __table_args__ = keyed(
        refers("seat_id", "seat", on_delete="CASCADE"),
        refers("room_id", "room", on_delete="CASCADE"),
        Index("ix_seat_place_room", "tenant_id", "room_id"),
        key=("seat_id",),
    )

    seat_id: Mapped[UUID]
    room_id: Mapped[UUID]
    x: Mapped[float]
    y: Mapped[float]


class Skill(Base, TenantRow):
    __tablename__ = "skill"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]


class AgentSkill(Base, TenantKey):
    """Proficiency 1 to 10."""

    __tablename__ = "agent_skill"
    __table_args__ = keyed(
        refers("agent_id", "agent", on_delete="CASCADE"),
        refers("skill_id", "skill"),
        key=("agent_id", "skill_id"),
    )

    agent_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    proficiency: Mapped[int]


class AgentGroup(Base, TenantRow):
    """A logical group of agents, apart from their skills: who sits together, a team, a partner's people."""

    __tablename__ = "agent_group"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    most_on_break: Mapped[int | None]


class AgentGroupMember(Base, TenantKey):
    __tablename__ = "agent_group_member"
    __table_args__ = keyed(
        refers("group_id", "agent_group", on_delete="CASCADE"),
        refers("agent_id", "agent", on_delete="CASCADE"),
        key=("group_id", "agent_id"),
    )

    group_id: Mapped[UUID]
    agent_id: Mapped[UUID]


class ReasonCode(Base, TenantRow):
    """Why an agent is not ready (示忙原因)."""

    __tablename__ = "reason_code"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "code"))

    code: Mapped[str]
    name: Mapped[str]
    is_break: Mapped[bool] = mapped_column(server_default="false")


class AdjustmentRow(Base, TenantRow):
    """What was set of agents, running and ended; written by the runtime alone. Subjects and accounts may be gone."""

    __tablename__ = "adjustment"
    __table_args__ = keyed(
        refers("agent_id", "agent", on_delete="CASCADE"),
        Index("ix_adjustment_agent", "tenant_id", "agent_id", "given_at"),
        Index("ix_adjustment_running", "tenant_id", postgresql_where=text("ended_at IS NULL")),
    )

    agent_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(server_default="skill")  # an `AdjustmentKind`
    subject: Mapped[str]
    level: Mapped[int]
    before: Mapped[int | None]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    for_good: Mapped[bool] = mapped_column(server_default="false")
    reason: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]  # an `EndedWhy`
    ended_by: Mapped[UUID | None]


class AgentLive(Base, TenantKey):
    """The agent's machine as last committed; written by the runtime alone."""

    __tablename__ = "agent_live"
    __table_args__ = keyed(refers("agent_id", "agent", on_delete="CASCADE"), key=("agent_id",))

    agent_id: Mapped[UUID]
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
