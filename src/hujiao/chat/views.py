"""What administrators, agents and visitors see and send of chats."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from hujiao.chat.contracts import (
    LARGEST_FILE_MB,
    LONGEST_TEXT,
    FieldKind,
    MessageKind,
    Sender,
    VisitorState,
)
from hujiao.chat.files import TYPES
from hujiao.kit.views import Input, Language

Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Number = Annotated[int, Field(ge=1, le=1_000_000_000)]

# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class ChatField(Input):
    """Something that a visitor is asked before the conversation; `name`, `email` and `phone` also say who it is."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    label: dict[Language, Label] = Field(min_length=1)
    required: bool = False
    kind: FieldKind = "text"


class ChatLook(Input):
    """What visitors are shown of an entry."""

    languages: list[Language] = Field(default=["zh-CN"], min_length=1, max_length=3, description="The first: usually")
    fields: list[ChatField] = Field(default=[], max_length=6)
    welcome: dict[Language, Annotated[str, StringConstraints(max_length=500)]] = Field(default={})
    color: str = Field(default="#1677ff", pattern=r"^#[0-9a-fA-F]{6}$")
    max_message: int = Field(default=2000, ge=100, le=LONGEST_TEXT, description="Characters of a message")
    max_file_mb: int = Field(default=5, ge=0, le=LARGEST_FILE_MB, description="0: no files")
    file_types: list[str] = Field(default=sorted(TYPES), max_length=len(TYPES))

    @field_validator("file_types")
    @classmethod
    def _known_types(cls, value: list[str]) -> list[str]:
        if not set(value) <= TYPES.keys():
            raise ValueError("error.file_type_unknown")
        return sorted(set(value))

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        keys = [field.key for field in self.fields]
        if len(set(keys)) < len(keys) or len(set(self.languages)) < len(self.languages):
            raise ValueError("error.said_twice")
        return self


def _origin(value: str) -> str:
    address = urlsplit(value)
    try:
        odd = address.scheme not in ("http", "https") or not address.hostname or address.port == 0
    except ValueError:
        odd = True
    if odd or value.lower() != f"{address.scheme}://{address.netloc}".lower() or "@" in address.netloc:
        raise ValueError("error.not_an_origin")
    return value.lower()


class ChatEntryFields(ChatLook):
    """`origins`: the websites that may use it, as in https://shop.example; none: every website."""

    name: str = Field(min_length=1, max_length=60)
    flow_id: UUID
    project_id: UUID | None = None
    business_id: UUID | None = None
    enabled: bool = True
    origins: list[Annotated[str, StringConstraints(max_length=200)]] = Field(default=[], max_length=50)
    idle_warn_seconds: int = Field(default=180, ge=10, le=3600, description="A silent visitor is asked after it")
    idle_close_seconds: int = Field(default=120, ge=10, le=3600, description="So long after that the chat ends")
    agent_silent_seconds: int = Field(
        default=120, ge=0, le=3600, description="A visitor without an answer waits for another agent; 0: never"
    )

    _origins = field_validator("origins")(lambda value: [_origin(one) for one in value])


class ChatEntryIn(ChatEntryFields):
    pass


class ChatEntryView(ChatEntryFields):
    id: UUID
    key: str = Field(description="Stands in the website's script line")


class ChatPhraseIn(Input):
    shortcut: str = Field(min_length=1, max_length=30, pattern=r"^\S+$")
    language: Language
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    queue_id: UUID | None = Field(default=None, description="None: in every queue")


class ChatPhraseView(ChatPhraseIn):
    id: UUID


# ── a conversation ───────────────────────────────────────────────────────────────────────────────────────────────────


class ChatWelcome(ChatLook):
    """What a visitor sees before the conversation."""

    name: str


class ConversationIn(Input):
    """`fields`: what the visitor wrote, by the entry's keys."""

    language: Language
    fields: dict[
        Annotated[str, StringConstraints(max_length=31)], Annotated[str, StringConstraints(max_length=200)]
    ] = Field(default={}, max_length=6)
    page_url: str = Field(default="", max_length=2000)
    title: str = Field(default="", max_length=300)


class ConversationOpened(BaseModel):
    """The token is shown once, and good for this conversation alone."""

    id: UUID
    token: str
    state: VisitorState


class ConversationView(BaseModel):
    """`last` is the number of the last message, `client_number` the last one that the visitor's side has given."""

    id: UUID
    state: VisitorState
    position: int | None = None
    agent_name: str | None = None
    last: int = 0
    client_number: int = 0
    read: int = Field(default=0, description="The number up to which the agent has read")


class ChoiceView(BaseModel):
    value: str
    label: str


class FileView(BaseModel):
    id: UUID
    name: str
    size: int
    type: str


class VisitorMessage(BaseModel):
    """A message as a visitor sees it. `code` says what a notice is about."""

    model_config = ConfigDict(populate_by_name=True)

    number: int
    at: datetime
    sender: Sender = Field(alias="from")
    name: str
    kind: MessageKind
    text: str
    choices: list[ChoiceView] = []
    file: FileView | None = None
    code: str = ""
    client_number: int | None = None


class MessageView(VisitorMessage):
    """A message as agents see it. What a supervisor whispers is a `part` of the message before it."""

    part: int = 0
    agent_id: UUID | None = None


class TextIn(Input):
    """`client_number` is the sender's own: 1, 2, … in this conversation. One that came before is not written again."""

    client_number: Number
    kind: Literal["text"] = "text"
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class ChoiceIn(Input):
    """One of a message's choices."""

    client_number: Number
    kind: Literal["choice"]
    value: str = Field(min_length=1, max_length=64)


class MessageTaken(BaseModel):
    number: int


class FileTaken(BaseModel):
    number: int
    file: FileView


class ReadIn(Input):
    """The number of the last message that was seen."""

    number: int = Field(ge=0, le=1_000_000_000)


class WhisperIn(Input):
    """Seen by the agent and by supervisors."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
