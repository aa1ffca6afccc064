"""Tables: customers, how they are reached, fields of a tenant's own, what was changed of whom, and next calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class Customer(Base, TenantRow):
    """A customer. `project_id` None: the whole company's; `agent_id` is the customer's own agent.

    `fields` has the values of the tenant's own fields that are not private. `merged_into` is the customer who stands
    for this one since they were merged, and `import_id` says with which file they came: no reference, which would cost
    every row a look.
    """

    __tablename__ = "customer"
    __table_args__ = keyed(
        refers("agent_id", "agent", on_delete="SET NULL (agent_id)"),
        refers("project_id", "project"),
        refers("merged_into", "customer", on_delete="CASCADE"),
        # All customers are counted, and the newest shown, by this alone.
        Index(
            "ix_customer_updated",
            "tenant_id",
            "updated_at",
            "id",
            postgresql_include=["project_id"],
            postgresql_where=text("merged_into IS NULL"),
        ),
        Index("ix_customer_sorted", "tenant_id", "name"),
        Index("ix_customer_agent", "tenant_id", "agent_id", postgresql_where=text("agent_id IS NOT NULL")),
        Index("ix_customer_import", "tenant_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
        Index("ix_customer_merged", "tenant_id", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("ix_customer_tags", "tags", postgresql_using="gin"),
        Index("ix_customer_text", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    )

    name: Mapped[str] = mapped_column(server_default="")
    grade: Mapped[int] = mapped_column(server_default="0")
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    agent_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(server_default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    updated_by: Mapped[UUID | None]
    merged_into: Mapped[UUID | None]
    import_id: Mapped[UUID | None]


class ContactPoint(Base, TenantRow):
    """A way to reach a customer; `key` is the form by which callers are compared.

    `shared`: somebody said that another customer has it, too (a family's number).
    """

    __tablename__ = "contact_point"
    __table_args__ = keyed(
        refers("customer_id", "customer", on_delete="CASCADE"),
        Index("ix_contact_point_key", "tenant_id", "key"),
        Index("ix_contact_point_customer", "tenant_id", "customer_id", "position"),
        Index("ix_contact_point_text", "key", postgresql_using="gin", postgresql_ops={"key": "gin_trgm_ops"}),
    )

    customer_id: Mapped[UUID]
    kind: Mapped[str]
    value: Mapped[str]
    key: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int] = mapped_column(server_default="0")
    shared: Mapped[bool] = mapped_column(server_default=text("false"))


class CustomerField(Base, TenantRow):
    """A field of the tenant's own; `kind` is a `FieldKind`, `label` has one for each language."""

    __tablename__ = "customer_field"
    __table_args__ = keyed(UniqueConstraint("tenant_id", "key"))

    key: Mapped[str]
    label: Mapped[dict[str, Any]]
    kind: Mapped[str]
    required: Mapped[bool] = mapped_column(server_default=text("false"))
    private: Mapped[bool] = mapped_column(server_default=text("false"))
    options: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    position: Mapped[int] = mapped_column(server_default="0")


class CustomerPrivate(Base, TenantKey):
    """A private field's value: `sealed`, its end that everybody may see, and the index that finds an equal one."""

    __tablename__ = "customer_private"
    __table_args__ = keyed(
        refers("customer_id", "customer", on_delete="CASCADE"),
        refers("field_id", "customer_field", on_delete="CASCADE"),
        Index("ix_customer_private_found", "tenant_id", "field_id", "blind"),
        key=("customer_id", "field_id"),
    )

    customer_id: Mapped[UUID]
    field_id: Mapped[UUID]
    sealed: Mapped[bytes]
    tail: Mapped[str] = mapped_column(server_default="")
    blind: Mapped[bytes]


class CustomersApart(Base, TenantKey):
    """Two customers who look like one: `account_id` said that they are two, though both had what `reasons` are the
    digests of. `one_id` is the smaller one.
    """

    __tablename__ = "customers_apart"
    __table_args__ = keyed(
        refers("one_id", "customer", on_delete="CASCADE"),
        refers("other_id", "customer", on_delete="CASCADE"),
        CheckConstraint("one_id < other_id", name="ordered"),
        Index("ix_customers_apart_other", "tenant_id", "other_id"),
        Index("ix_customers_apart_at", "tenant_id", "at"),
        key=("one_id", "other_id"),
    )

    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    reasons: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]


class CustomerChange(Base, TenantRow):
    """What was done to a customer: `kind` is a `ChangeKind`; `data` has what was before and after.

    Private values are masked in it.

    No reference: that a customer was deleted is kept when the customer is not.
    """

    __tablename__ = "customer_change"
    __table_args__ = keyed(Index("ix_customer_change_customer", "tenant_id", "customer_id", "at"))

    customer_id: Mapped[UUID]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]


class NextCall(Base, TenantRow):
    """An agent is to call a customer at `due_at`; `remind_at` is later while the reminder is snoozed.

    Open until `closed_at`, of which there is one of a customer and an agent; `outcome` is a `NextCallOutcome`, and
    `interaction_id` the call with which it was done.
    """

    __tablename__ = "next_call"
    __table_args__ = keyed(
        refers("customer_id", "customer", on_delete="CASCADE"),
        refers("agent_id", "agent", on_delete="CASCADE"),
        Index(
            "uq_next_call_open",
            "tenant_id",
            "customer_id",
            "agent_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_next_call_due", "tenant_id", "agent_id", "remind_at", postgresql_where=text("closed_at IS NULL")),
        Index("ix_next_call_customer", "tenant_id", "customer_id", "created_at"),
    )

    customer_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    interaction_id: Mapped[UUID | None]
