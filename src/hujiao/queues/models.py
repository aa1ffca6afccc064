"""Tables: queues and the skills they need."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class Queue(Base, TenantRow):
    """A queue. Service level counts calls answered in `service_level_seconds`; see `reporting` for the formula."""

    __tablename__ = "queue"
    __table_args__ = keyed(
        refers("project_id", "project"),
        refers("business_id", "business"),
        refers("waiting_flow_id", "flow"),
        UniqueConstraint("tenant_id", "name"),
    )

    name: Mapped[str]
    project_id: Mapped[UUID]
    business_id: Mapped[UUID]
    direction: Mapped[str] = mapped_column(server_default="inbound")
    priority: Mapped[int] = mapped_column(server_default="0")
    music: Mapped[str] = mapped_column(server_default="default")
    service_level_seconds: Mapped[int] = mapped_column(server_default="20")
    short_abandon_seconds: Mapped[int] = mapped_column(server_default="5")
    no_answer_seconds: Mapped[int] = mapped_column(server_default="20")
    wrap_up_seconds: Mapped[int] = mapped_column(server_default="30")
    announce_every_seconds: Mapped[int] = mapped_column(server_default="30")
    announce_first_seconds: Mapped[int] = mapped_column(server_default="0")
    announce_position: Mapped[bool] = mapped_column(server_default=text("true"))
    announce_expected_wait: Mapped[bool] = mapped_column(server_default=text("false"))
    waiting_flow_id: Mapped[UUID | None]
    greeting: Mapped[str] = mapped_column(server_default="")
    say_agent_number: Mapped[bool] = mapped_column(server_default=text("false"))
    automatic_answer: Mapped[bool] = mapped_column(server_default=text("false"))
    recording: Mapped[str] = mapped_column(server_default="always")


class QueueSkill(Base, TenantKey):
    """Who may serve: agents with each skill at this level or better."""

    __tablename__ = "queue_skill"
    __table_args__ = keyed(
        refers("queue_id", "queue", on_delete="CASCADE"),
        refers("skill_id", "skill"),
        key=("queue_id", "skill_id"),
    )

    queue_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    level: Mapped[int] = mapped_column(server_default="1")
