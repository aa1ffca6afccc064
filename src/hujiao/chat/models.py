"""Tables: websites' entries, canned phrases, conversations and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hujiao.kit.db import Base, TenantKey, TenantRow, keyed, refers


class ChatEntryRow(Base, TenantRow):
    """A website's entry. `key` is public, and unique over the platform; `document` has the rest of a `ChatEntryIn`."""

    __tablename__ = "chat_entry"
    __table_args__ = keyed(
        UniqueConstraint("tenant_id", "name"),
        UniqueConstraint("key"),
        refers("flow_id", "flow"),
        refers("project_id", "project"),
        refers("business_id", "business"),
    )

    name: Mapped[str]
    key: Mapped[str]
    flow_id: Mapped[UUID]
    project_id: Mapped[UUID | None]
    business_id: Mapped[UUID | None]
    enabled: Mapped[bool]
    document: Mapped[dict[str, Any]]


class ChatPhraseRow(Base, TenantRow):
    """A text that agents insert by its shortcut; `queue_id` None: in every queue."""

    __tablename__ = "chat_phrase"
    __table_args__ = keyed(
        UniqueConstraint("tenant_id", "shortcut", "language"), refers("queue_id", "queue", on_delete="CASCADE")
    )

    shortcut: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    queue_id: Mapped[UUID | None]


class ChatConversation(Base, TenantRow):
    """A visitor's conversation, under the id of its interaction. `secret_hash` is of the visitor's token."""

    __tablename__ = "chat_conversation"
    __table_args__ = keyed(Index("ix_chat_conversation_secret", "secret_hash", unique=True))

    entry_id: Mapped[UUID]
    secret_hash: Mapped[bytes]
    language: Mapped[str]
    name: Mapped[str]
    fields: Mapped[dict[str, Any]]
    page_url: Mapped[str]
    page_title: Mapped[str]
    opened_at: Mapped[datetime]


class ChatMessage(Base, TenantKey):
    """A message, in the order of its conversation; written with the events that it led to, and never changed."""

    __tablename__ = "chat_message"
    __table_args__ = keyed(key=("interaction_id", "number", "part"))

    interaction_id: Mapped[UUID]
    number: Mapped[int]
    part: Mapped[int]
    at: Mapped[datetime]
    sender: Mapped[str]
    agent_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    data: Mapped[dict[str, Any] | None]
    client_number: Mapped[int | None]
