"""Queries of entries, conversations and messages."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.chat.models import ChatConversation, ChatEntryRow, ChatMessage

_ENTRY = text("SELECT tenant_id, id, shard, suspended FROM lookup_chat_entry(:key)")
_CONVERSATION = text("SELECT tenant_id, id, entry_id, language, shard FROM lookup_chat(:secret)")


async def entry_of(session: AsyncSession, key: str) -> tuple[UUID, UUID, int, bool] | None:
    """Returns whose the entry with this public key is: tenant, id, shard, and whether the tenant is suspended."""
    row = (await session.execute(_ENTRY, {"key": key})).one_or_none()
    return None if row is None else (row.tenant_id, row.id, row.shard, row.suspended)


async def conversation_of(session: AsyncSession, secret: bytes) -> tuple[UUID, UUID, UUID, str, int] | None:
    """Returns which conversation a token of this hash is good for: tenant, id, entry, language, shard."""
    row = (await session.execute(_CONVERSATION, {"secret": secret})).one_or_none()
    return None if row is None else (row.tenant_id, row.id, row.entry_id, row.language, row.shard)


async def entry(session: AsyncSession, entry_id: UUID) -> ChatEntryRow | None:
    found: ChatEntryRow | None = await session.scalar(select(ChatEntryRow).where(ChatEntryRow.id == entry_id))
    return found


async def exists(session: AsyncSession, interaction_id: UUID) -> bool:
    return await session.scalar(select(ChatConversation.id).where(ChatConversation.id == interaction_id)) is not None


async def messages(
    session: AsyncSession, interaction_id: UUID, after: int, *, whispers: bool, limit: int
) -> Sequence[ChatMessage]:
    """The messages after this number; what was whispered after it, too, for those who may see that."""
    later = ChatMessage.number > after
    whispered = and_(ChatMessage.number == after, ChatMessage.part > 0)
    statement = (
        select(ChatMessage)
        .where(
            ChatMessage.interaction_id == interaction_id,
            or_(later, whispered) if whispers else and_(later, ChatMessage.part == 0),
        )
        .order_by(ChatMessage.number, ChatMessage.part)
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


async def last(session: AsyncSession, interaction_id: UUID) -> int:
    found = await session.scalar(
        select(func.max(ChatMessage.number)).where(ChatMessage.interaction_id == interaction_id)
    )
    return int(found or 0)


async def own(
    session: AsyncSession, interaction_id: UUID, client_number: int, agent_id: UUID | None
) -> ChatMessage | None:
    """The message to which its sender, the visitor (no agent) or an agent, gave this number."""
    sender = ChatMessage.agent_id == agent_id if agent_id else ChatMessage.sender == "visitor"
    found: ChatMessage | None = await session.scalar(
        select(ChatMessage).where(
            ChatMessage.interaction_id == interaction_id, ChatMessage.client_number == client_number, sender
        )
    )
    return found


async def file_message(session: AsyncSession, interaction_id: UUID, file_id: UUID) -> ChatMessage | None:
    found: ChatMessage | None = await session.scalar(
        select(ChatMessage).where(
            ChatMessage.interaction_id == interaction_id,
            ChatMessage.kind == "file",
            ChatMessage.data["file"]["id"].astext == str(file_id),
        )
    )
    return found
