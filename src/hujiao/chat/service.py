"""Entries and phrases as administrators keep them; conversations as visitors and agents read them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.chat import repository
from hujiao.chat.contracts import ChatEntry, ConversationFacts
from hujiao.chat.models import ChatEntryRow, ChatMessage, ChatPhraseRow
from hujiao.chat.views import (
    ChatEntryFields,
    ChatEntryIn,
    ChatEntryView,
    ChatLook,
    ChatPhraseIn,
    ChatPhraseView,
    ChatWelcome,
    ConversationIn,
    FileView,
    MessageView,
    VisitorMessage,
)
from hujiao.kit.catalogue import Catalogue
from hujiao.kit.errors import BadField, Conflict, NotFound
from hujiao.kit.secrets import secret_hash
from hujiao.tenancy import service as tenancy

MOST_MESSAGES = 200  # of one answer

_COLUMNS = frozenset({"name", "flow_id", "project_id", "business_id", "enabled"})


class ChatEntries(Catalogue[ChatEntryRow, ChatEntryIn, ChatEntryView]):
    row, view = ChatEntryRow, ChatEntryView
    search, order, project = (ChatEntryRow.name,), (ChatEntryRow.name,), "project_id"

    async def values(self, data: ChatEntryIn, row: ChatEntryRow | None) -> dict[str, Any]:
        if data.business_id is not None:
            if data.project_id is None:
                raise BadField("error.unknown_reference", field="business_id")
            await tenancy.check_business(self.session, data.project_id, data.business_id)
        columns = data.model_dump(include=set(_COLUMNS))
        document = data.model_dump(mode="json", exclude=set(_COLUMNS))
        return {**columns, "document": document, "key": row.key if row else secrets.token_urlsafe(12)}

    async def show(self, rows: Sequence[ChatEntryRow]) -> list[ChatEntryView]:
        return [ChatEntryView(id=row.id, key=row.key, **_fields(row).model_dump()) for row in rows]


class ChatPhrases(Catalogue[ChatPhraseRow, ChatPhraseIn, ChatPhraseView]):
    row, view = ChatPhraseRow, ChatPhraseView
    search = (ChatPhraseRow.shortcut, ChatPhraseRow.text)
    order = (ChatPhraseRow.shortcut, ChatPhraseRow.language)


def _fields(row: ChatEntryRow) -> ChatEntryFields:
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return ChatEntryFields(**columns, **row.document)


async def entries(session: AsyncSession) -> dict[UUID, ChatEntry]:
    """The tenant's entries as the runtime needs them."""
    found = {}
    for row in await session.scalars(select(ChatEntryRow)):
        fields = _fields(row)
        settings = {name: getattr(fields, name) for name in ChatEntry.__struct_fields__ if name != "id"}
        found[row.id] = ChatEntry(id=row.id, **{**settings, "languages": tuple(fields.languages)})
    return found


async def uses_flow(session: AsyncSession, flow_id: UUID) -> bool:
    """Whether visitors come into this flow."""
    return await session.scalar(select(ChatEntryRow.id).where(ChatEntryRow.flow_id == flow_id).limit(1)) is not None


class Entry:
    """An entry as a visitor's website asks for it."""

    def __init__(self, entry_id: UUID, fields: ChatEntryFields) -> None:
        self.id = entry_id
        self.fields = fields

    def serves(self, origin: str | None) -> bool:
        """Whether it is for pages of this website. Programs, which name none, are no websites."""
        allowed = self.fields.origins
        return self.fields.enabled and (not allowed or origin is None or origin.lower() in allowed)

    def welcome(self) -> ChatWelcome:
        return ChatWelcome(name=self.fields.name, **self.fields.model_dump(include=set(ChatLook.model_fields)))

    def checked(self, wanted: ConversationIn) -> dict[str, str]:
        """What the visitor wrote, by the entry's fields; `BadField` for what is missing or of another kind."""
        if wanted.language not in self.fields.languages:
            raise BadField("error.language_not_offered", field="language")
        known = {field.key: field for field in self.fields.fields}
        for key in sorted(wanted.fields.keys() - known.keys()):
            raise BadField("error.unknown_field", field=f"fields.{key}")
        for key, field in known.items():
            value = wanted.fields.get(key, "")
            if field.required and not value:
                raise BadField("error.missing", field=f"fields.{key}")
            if value and field.kind == "email" and not _like_email(value):
                raise BadField("error.not_an_email", field=f"fields.{key}")
            if value and field.kind == "phone" and not _like_phone(value):
                raise BadField("error.not_a_phone_number", field=f"fields.{key}")
        return {key: value for key, value in wanted.fields.items() if value}

    def kinds(self) -> dict[str, str]:
        return {field.key: field.kind for field in self.fields.fields}


def _like_email(value: str) -> bool:
    name, at, host = value.rpartition("@")
    return bool(at and name and "." in host.strip(".")) and not any(letter.isspace() for letter in value)


def _like_phone(value: str) -> bool:
    digits = [letter for letter in value if letter.isdigit()]
    return 3 <= len(digits) <= 20 and all(letter.isdigit() or letter in "+-() ./" for letter in value)


async def entry_of(session: AsyncSession, key: str) -> tuple[UUID, UUID, int]:
    """Returns whose entry has this key: tenant, entry, shard. `NotFound` for a suspended tenant's, too."""
    found = await repository.entry_of(session, key)
    if found is None or found[3]:
        raise NotFound("error.not_found")
    return found[:3]


async def entry(session: AsyncSession, entry_id: UUID) -> Entry:
    row = await repository.entry(session, entry_id)
    if row is None:
        raise NotFound("error.not_found")
    return Entry(row.id, _fields(row))


async def conversation_of(session: AsyncSession, token: str) -> ConversationFacts | None:
    """Returns the conversation that the token is good for."""
    found = await repository.conversation_of(session, secret_hash(token))
    if found is None:
        return None
    tenant_id, conversation_id, entry_id, language, shard = found
    return ConversationFacts(tenant_id=tenant_id, shard=shard, id=conversation_id, entry_id=entry_id, language=language)


async def visitor_messages(session: AsyncSession, interaction_id: UUID, after: int) -> list[VisitorMessage]:
    rows = await repository.messages(session, interaction_id, after, whispers=False, limit=MOST_MESSAGES)
    return [VisitorMessage(**_shown(row)) for row in rows]


async def messages(session: AsyncSession, interaction_id: UUID, after: int) -> list[MessageView]:
    """As agents and supervisors see them."""
    rows = await repository.messages(session, interaction_id, after, whispers=True, limit=MOST_MESSAGES)
    return [MessageView(**_shown(row), part=row.part, agent_id=row.agent_id) for row in rows]


def _shown(row: ChatMessage) -> dict[str, Any]:
    data = row.data or {}
    return {
        "number": row.number,
        "at": row.at,
        "sender": row.sender,
        "name": row.name,
        "kind": row.kind,
        "text": row.text,
        "choices": data.get("choices", []),
        "file": data.get("file"),
        "code": data.get("code", ""),
        "client_number": row.client_number,
    }


async def last(session: AsyncSession, interaction_id: UUID) -> int:
    return await repository.last(session, interaction_id)


async def exists(session: AsyncSession, interaction_id: UUID) -> bool:
    return await repository.exists(session, interaction_id)


async def came_before(
    session: AsyncSession, interaction_id: UUID, client_number: int, *, agent_id: UUID | None, said: str
) -> tuple[int, FileView | None]:
    """Returns number and file of a message that its sender has sent once more.

    `Conflict` when it was another one: two windows gave the same number.
    """
    row = await repository.own(session, interaction_id, client_number, agent_id)
    if row is None or (row.kind != "file" and said not in (row.text, (row.data or {}).get("value"))):
        raise Conflict("error.client_number_used", field="client_number", code="client_number_used")
    file = (row.data or {}).get("file")
    return row.number, FileView(**file) if file else None


async def file_of(session: AsyncSession, interaction_id: UUID, file_id: UUID) -> FileView:
    row = await repository.file_message(session, interaction_id, file_id)
    if row is None or row.data is None:
        raise NotFound("error.not_found")
    return FileView(**row.data["file"])
