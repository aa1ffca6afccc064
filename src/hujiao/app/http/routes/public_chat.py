"""Chats as visitors of a website use them: nobody signs in, a token is good for one conversation."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query
from starlette.requests import Request
from starlette.responses import FileResponse

from hujiao.app.http.access import parts_of
from hujiao.app.http.body import BoundedRoute, largest_body
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.me import Done
from hujiao.app.http.uploads import MEGABYTE, received
from hujiao.app.http.visitors import InChat, address_of, command
from hujiao.chat import files
from hujiao.chat import service as chat
from hujiao.chat.contracts import LARGEST_FILE_MB, ConversationFacts
from hujiao.chat.views import (
    ChatWelcome,
    ChoiceIn,
    ConversationIn,
    ConversationOpened,
    ConversationView,
    FileTaken,
    FileView,
    MessageTaken,
    Number,
    ReadIn,
    TextIn,
    VisitorMessage,
)
from hujiao.kit.errors import NotFound
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import new_secret, secret_hash

router = APIRouter(prefix="/public/chat", tags=["chat for visitors"], route_class=BoundedRoute)

SMALL = 32 * 1024  # bytes of a message
_Parts = Annotated[Parts, Depends(parts_of)]
After = Annotated[int, Query(ge=0, le=1_000_000_000, description="The last number that is known")]
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FILE_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
Said = Annotated[TextIn | ChoiceIn, Body(discriminator="kind")]


# ── a conversation, for its token ────────────────────────────────────────────────────────────────────────────────────


@router.get("/conversation", name="read_conversation")
async def read_conversation(visitor: InChat) -> ConversationView:
    """Where the conversation is now."""
    visitor.parts.chats.limits.reading.take(visitor.id, time.monotonic())
    return await visitor.standing()


@router.get("/conversation/messages", name="list_conversation_messages")
async def list_conversation_messages(visitor: InChat, after: After = 0) -> list[VisitorMessage]:
    """At most 200, in their order."""
    visitor.parts.chats.limits.reading.take(visitor.id, time.monotonic())
    async with visitor.parts.database.tenant(visitor.facts.tenant_id) as session:
        return await chat.visitor_messages(session, visitor.id, after)


@router.post("/conversation/messages", name="send_conversation_message")
@largest_body(SMALL)
async def send_conversation_message(visitor: InChat, body: Said) -> MessageTaken:
    """Answered when it is kept. Sent again with the same `client_number` it is not written again."""
    visitor.parts.chats.limits.messages.take(visitor.id, time.monotonic())
    said = body.text if isinstance(body, TextIn) else body.value
    taken = await visitor.command("chat.visitor_says", client_number=body.client_number, what=body.kind, said=said)
    if "number" not in taken:
        async with visitor.parts.database.tenant(visitor.facts.tenant_id) as session:
            number, _ = await chat.came_before(session, visitor.id, body.client_number, agent_id=None, said=said)
        return MessageTaken(number=number)
    return MessageTaken(number=taken["number"])


@router.post("/conversation/files", name="send_conversation_file", openapi_extra=FILE_BODY)
@largest_body(LARGEST_FILE_MB * MEGABYTE)
async def send_conversation_file(
    request: Request, visitor: InChat, client_number: Number, name: Annotated[str, Query(min_length=1, max_length=255)]
) -> FileTaken:
    """The body is the file. Its content decides what it is."""
    parts, facts = visitor.parts, visitor.facts
    parts.chats.limits.files.take(visitor.id, time.monotonic())
    parts.chats.limits.files_from_there.take(address_of(request), time.monotonic())
    async with parts.database.tenant(facts.tenant_id) as session:
        entry = await chat.entry(session, facts.entry_id)
    with parts.chats.limits.uploads.taken(facts.tenant_id), parts.chats.limits.own_uploads.taken(visitor.id):
        async with received(request, parts.settings.home, facts.tenant_id, entry, name) as file:
            sent = {"what": "file", "said": file.facts.name, "file": file.facts}
            taken = await visitor.command("chat.visitor_says", client_number=client_number, **sent)
            if "number" not in taken:
                return await sent_before(parts, facts.tenant_id, facts.id, client_number, None)
            file.kept = True
            return FileTaken(number=taken["number"], file=FileView.model_validate(file.facts, from_attributes=True))


async def sent_before(
    parts: Parts, tenant_id: UUID, interaction_id: UUID, client_number: int, agent_id: UUID | None
) -> FileTaken:
    """The file as it was kept the first time; the one that came now is not."""
    async with parts.database.tenant(tenant_id) as session:
        number, file = await chat.came_before(session, interaction_id, client_number, agent_id=agent_id, said="")
    if file is None:
        raise NotFound("error.not_found")
    return FileTaken(number=number, file=file)


@router.get(
    "/conversation/files/{file_id}",
    name="read_conversation_file",
    response_class=FileResponse,
    responses=FILE_ANSWER,
)
async def read_conversation_file(visitor: InChat, file_id: UUID) -> FileResponse:
    visitor.parts.chats.limits.reading.take(visitor.id, time.monotonic())
    return await file_answer(visitor.parts, visitor.facts.tenant_id, visitor.id, file_id)


async def file_answer(parts: Parts, tenant_id: UUID, interaction_id: UUID, file_id: UUID) -> FileResponse:
    """Always a download: a browser shows nothing of it as a page of ours."""
    async with parts.database.tenant(tenant_id) as session:
        file = await chat.file_of(session, interaction_id, file_id)
    path = files.place(parts.settings.home, tenant_id, file_id)
    if not path.is_file():
        raise NotFound("error.not_found")
    return FileResponse(
        path,
        media_type=file.type,
        filename=file.name,
        content_disposition_type="attachment",
        headers={"cache-control": "private, no-store"},
    )


@router.post("/conversation/typing", name="type_in_conversation")
@largest_body(SMALL)
async def type_in_conversation(visitor: InChat) -> Done:
    """The visitor is writing. More often than now and then it is not passed on."""
    if not visitor.parts.chats.limits.typing.wait(visitor.id, time.monotonic()):
        await visitor.parts.chats.tell(visitor.facts.tenant_id, visitor.id, {"type": "typing", "from": "visitor"})
    return Done()


@router.post("/conversation/read", name="read_in_conversation")
@largest_body(SMALL)
async def read_in_conversation(visitor: InChat, body: ReadIn) -> Done:
    visitor.parts.chats.limits.reading.take(visitor.id, time.monotonic())
    await visitor.command("chat.visitor_reads", number=body.number)
    return Done()


@router.post("/conversation/end", name="end_conversation")
@largest_body(SMALL)
async def end_conversation(visitor: InChat) -> Done:
    """The visitor ends the conversation, which can be read on."""
    visitor.parts.chats.limits.reading.take(visitor.id, time.monotonic())
    await visitor.command("chat.visitor_ends")
    return Done()


# ── an entry, by its public key ──────────────────────────────────────────────────────────────────────────────────────


async def _entry(request: Request, parts: Parts, key: str) -> tuple[UUID, int, chat.Entry]:
    """`NotFound` for one that is not there, is switched off, or is for other websites."""
    try:
        async with parts.database.lookup() as session:
            tenant_id, entry_id, shard = await chat.entry_of(session, key)
        async with parts.database.tenant(tenant_id) as session:
            entry = await chat.entry(session, entry_id)
        if not entry.serves(request.headers.get("origin")):
            raise NotFound("error.not_found")
    except NotFound:
        parts.chats.limits.strangers.take(address_of(request), time.monotonic())
        raise
    return tenant_id, shard, entry


@router.get("/{key}", name="read_chat_welcome")
async def read_chat_welcome(request: Request, parts: _Parts, key: str) -> ChatWelcome:
    """What a visitor sees before the conversation."""
    return (await _entry(request, parts, key))[2].welcome()


@router.post("/{key}/conversations", name="open_conversation", status_code=201)
@largest_body(SMALL)
async def open_conversation(request: Request, parts: _Parts, key: str, body: ConversationIn) -> ConversationOpened:
    """A new conversation, in the entry's flow. Too many from one address, or of the whole company, are refused."""
    tenant_id, shard, entry = await _entry(request, parts, key)
    address = address_of(request)
    fields = entry.checked(body)
    parts.chats.limits.openings.take(address, time.monotonic())
    token, conversation_id = new_secret(), new_id()
    opened = await command(
        parts,
        tenant_id,
        shard,
        "chat.open",
        conversation_id=conversation_id,
        entry_id=entry.id,
        secret_hash=secret_hash(token).hex(),
        address=secret_hash(f"{tenant_id} {address}").hex()[:32],
        language=body.language,
        fields=fields,
        kinds=entry.kinds(),
        page_url=body.page_url,
        page_title=body.title,
    )
    facts = ConversationFacts(
        tenant_id=tenant_id, shard=shard, id=conversation_id, entry_id=entry.id, language=body.language
    )
    parts.chats.remember(secret_hash(token), facts)
    return ConversationOpened(id=conversation_id, token=token, state=opened.get("state", "flow"))
