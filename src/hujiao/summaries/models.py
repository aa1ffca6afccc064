"""Tables: what has to be written of which contacts, and texts that agents insert."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class SummaryRuleRow(Base, TenantRow):
    """Of a queue's contacts, or a business's, or of all (neither is named)."""

    __tablename__ = "summary_rule"
    __table_args__ = keyed(
        refers("queue_id", "queue", on_delete="CASCADE"),
        refers("business_id", "business", on_delete="CASCADE"),
        UniqueConstraint("tenant_id", "queue_id", "business_id", "direction", postgresql_nulls_not_distinct=True),
    )

    queue_id: Mapped[UUID | None]
    business_id: Mapped[UUID | None]
    direction: Mapped[str] = mapped_column(server_default="both")
    disposition_required: Mapped[bool] = mapped_column(server_default=text("false"))
    note_required: Mapped[bool] = mapped_column(server_default=text("false"))


class SummaryRuleDisposition(Base, TenantKey):
    """A part of the tree of results that the rule offers, by its top."""

    __tablename__ = "summary_rule_disposition"
    __table_args__ = keyed(
        refers("rule_id", "summary_rule", on_delete="CASCADE"),
        refers("disposition_id", "disposition"),
        key=("rule_id", "disposition_id"),
    )

    rule_id: Mapped[UUID]
    disposition_id: Mapped[UUID]


class NoteTemplateRow(Base, TenantRow):
    """A text for notes, inserted by choice or by `/` and its key; of a queue's contacts, with a result, or of all."""

    __tablename__ = "note_template"
    __table_args__ = keyed(
        UniqueConstraint("tenant_id", "shortcut"),
        refers("queue_id", "queue", on_delete="CASCADE"),
        refers("disposition_id", "disposition", on_delete="CASCADE"),
    )

    shortcut: Mapped[str]
    name: Mapped[str]
    text: Mapped[str]
    queue_id: Mapped[UUID | None]
    disposition_id: Mapped[UUID | None]
