"""Text chat: a website's entry, a conversation's state, and its messages. Plain data.

A visitor talks with the flow, then with an agent. Every message has a `number`, gapless from 1 in its conversation.
What a supervisor whispers stands after a message as its `part` 1, 2, …, so that the visitor misses nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

MEDIUM: Literal["chat"] = "chat"

Sender = Literal["visitor", "agent", "flow", "system"]
MessageKind = Literal["text", "file", "choices", "notice", "whisper"]
# What a `notice` says; readers put it into words of their language.
NoticeCode = Literal[
    "agent_joined", "agent_left", "idle_warning", "idle_closed", "ended_by_agent", "ended_by_visitor", "ended"
]  # fmt: skip
FieldKind = Literal["text", "email", "phone"]
VisitorState = Literal["flow", "queued", "offered", "connected", "ended"]

LONGEST_TEXT = 4000  # of a message, whatever the entry allows
LARGEST_FILE_MB = 20
VISITOR = "visitor"  # whose own numbers of messages these are, beside the agents' ids


class Choice(msgspec.Struct, frozen=True):
    value: str
    label: str


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was sent; `type` is what its content shows."""

    id: UUID
    name: str
    size: int
    type: str


class Message(msgspec.Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    """One message. `client_number` is the sender's own number of it, `code` says what a notice is about."""

    number: int
    part: int = 0
    at: datetime
    sender: Sender
    name: str = ""
    kind: MessageKind
    text: str = ""
    choices: tuple[Choice, ...] = ()
    file: FileFacts | None = None
    code: str = ""
    agent_id: UUID | None = None
    client_number: int | None = None


class ChatEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A website's entry as the runtime needs it."""

    id: UUID
    name: str
    flow_id: UUID
    project_id: UUID | None = None
    business_id: UUID | None = None
    enabled: bool = True
    languages: tuple[str, ...] = ()
    idle_warn_seconds: int = 180
    idle_close_seconds: int = 120
    agent_silent_seconds: int = 120
    max_message: int = 2000


class ChatState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One conversation now, beside its interaction.

    `last` is the number of the last message, `whispers` how many stand after it. `heard` is the last number that each
    sender gave to a message of their own; `unread` counts the visitor's messages that the agent has not read.
    `awaits` is whose turn it is since then; `warned` that the visitor was told. `sought` since it was asked whether a
    visitor who waits is still there.
    """

    entry_id: UUID
    name: str = ""
    address: str = ""
    fields: dict[str, str] = {}
    page_url: str = ""
    page_title: str = ""
    last: int = 0
    whispers: int = 0
    heard: dict[str, int] = {}
    unread: int = 0
    read: int = 0
    read_by_visitor: int = 0
    awaits: Literal["visitor", "agent"] | None = None
    awaits_since: datetime | None = None
    warned: bool = False
    sought: bool = False


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it is kept: who may read and write in it is told by the hash of the visitor's token."""

    id: UUID
    entry_id: UUID
    secret_hash: str
    language: str
    name: str
    fields: dict[str, str]
    page_url: str
    page_title: str
    opened_at: datetime


class ConversationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a token is."""

    tenant_id: UUID
    shard: int
    id: UUID
    entry_id: UUID
    language: str
