"""Chats as agents and supervisors have them, and what administrators set for them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import FileResponse

from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.body import largest_body
from hujiao.app.http.commands import command, direct
from hujiao.app.http.lists import administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.routes.interactions import READERS, sight_of
from hujiao.app.http.routes.me import Done
from hujiao.app.http.routes.public_chat import FILE_ANSWER, FILE_BODY, After, file_answer, sent_before
from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.app.http.uploads import MEGABYTE, received
from hujiao.chat import service as chat
from hujiao.chat.contracts import LARGEST_FILE_MB
from hujiao.chat.service import ChatEntries, ChatPhrases
from hujiao.chat.views import (
    ChatEntryIn,
    ChatEntryView,
    ChatPhraseIn,
    ChatPhraseView,
    FileTaken,
    FileView,
    MessageTaken,
    MessageView,
    Number,
    ReadIn,
    TextIn,
    WhisperIn,
)
from hujiao.flows import service as flows
from hujiao.identity.contracts import Right
from hujiao.interactions import service as interactions
from hujiao.kit.errors import BadField, HujiaoError, NotFound

router = APIRouter(tags=["chat"], route_class=UnitRoute)

_Parts = Annotated[Parts, Depends(parts_of)]
_Agent = Annotated[Caller, need(Right.AGENT_WORK)]
SEE = need(*READERS, Right.AGENT_WORK)
WORK = need(Right.AGENT_WORK)


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Entries(ChatEntries):
    async def values(self, data: ChatEntryIn, row: Any) -> dict[str, Any]:
        await flows.check_published(self.session, data.flow_id)
        if wrong := await flows.not_for_chat(self.session, data.flow_id):
            raise BadField("error.flow_not_for_chat", field="flow_id", detail={"step": wrong})
        return await super().values(data, row)


administer(
    router,
    "/chat-entries",
    one="chat_entry",
    many="chat_entries",
    catalogue=lambda work: _Entries(work.session, work.tenant_id, work.projects),
    data=ChatEntryIn,
    view=ChatEntryView,
    right=Right.ADMIN_NUMBERS,
)

administer(
    router,
    "/chat-phrases",
    one="chat_phrase",
    many="chat_phrases",
    catalogue=lambda work: ChatPhrases(work.session, work.tenant_id),
    data=ChatPhraseIn,
    view=ChatPhraseView,
    right=Right.ADMIN_QUEUES,
    read=(Right.CONFIG_READ, Right.AGENT_WORK),
)


# ── the agent's own chats ────────────────────────────────────────────────────────────────────────────────────────────


@router.post("/me/interactions/{interaction_id}/accept", name="accept_chat", dependencies=[WORK])
async def accept_chat(caller: _Agent, parts: _Parts, interaction_id: UUID) -> Done:
    """Take a chat that is offered; `reject` is as for calls."""
    await command(parts, caller, "chat.accept", interaction_id=interaction_id)
    return Done()


@router.post("/me/interactions/{interaction_id}/messages", name="send_chat_message", dependencies=[WORK])
async def send_chat_message(caller: _Agent, parts: _Parts, interaction_id: UUID, body: TextIn) -> MessageTaken:
    """Answered when it is kept. Sent again with the same `client_number` it is not written again."""
    own, said = {"agent_id": caller.own_agent.id}, body.text
    wanted = {"client_number": body.client_number, "what": "text", "said": said}
    taken = await command(parts, caller, "chat.agent_says", interaction_id=interaction_id, **wanted)
    if "number" in taken:
        return MessageTaken(number=taken["number"])
    async with parts.database.tenant(caller.principal.tenant_id) as session:
        number, _ = await chat.came_before(session, interaction_id, body.client_number, said=said, **own)
    return MessageTaken(number=number)


@router.post(
    "/me/interactions/{interaction_id}/files", name="send_chat_file", dependencies=[WORK], openapi_extra=FILE_BODY
)
@largest_body(LARGEST_FILE_MB * MEGABYTE)
async def send_chat_file(
    request: Request,
    caller: _Agent,
    parts: _Parts,
    interaction_id: UUID,
    client_number: Number,
    name: Annotated[str, Query(min_length=1, max_length=255)],
) -> FileTaken:
    """The body is the file. Its content decides what it is."""
    tenant_id, agent = caller.principal.tenant_id, caller.own_agent
    record = await _own(parts, caller, interaction_id)
    async with parts.database.tenant(tenant_id) as session:
        entry = await chat.entry(session, UUID((record.get("chat") or {})["entry_id"]))
    with parts.chats.limits.own_uploads.taken(agent.id):
        async with received(request, parts.settings.home, tenant_id, entry, name) as file:
            sent = {"client_number": client_number, "what": "file", "said": file.facts.name, "file": file.facts}
            taken = await command(parts, caller, "chat.agent_says", interaction_id=interaction_id, **sent)
            if "number" not in taken:
                return await sent_before(parts, tenant_id, interaction_id, client_number, agent.id)
            file.kept = True
            return FileTaken(number=taken["number"], file=FileView.model_validate(file.facts, from_attributes=True))


@router.post("/me/interactions/{interaction_id}/typing", name="type_in_chat", dependencies=[WORK])
async def type_in_chat(caller: _Agent, parts: _Parts, interaction_id: UUID) -> Done:
    """The agent is writing. More often than now and then it is not passed on."""
    await _own(parts, caller, interaction_id)
    agent_id = caller.own_agent.id
    if not parts.chats.limits.typing.wait((agent_id, interaction_id), time.monotonic()):
        frame = {"type": "typing", "from": "agent", "agent_id": str(agent_id)}
        await parts.chats.tell(caller.principal.tenant_id, interaction_id, frame)
    return Done()


@router.post("/me/interactions/{interaction_id}/read", name="read_in_chat", dependencies=[WORK])
async def read_in_chat(caller: _Agent, parts: _Parts, interaction_id: UUID, body: ReadIn) -> Done:
    await command(parts, caller, "chat.agent_reads", interaction_id=interaction_id, number=body.number)
    return Done()


@router.post("/me/interactions/{interaction_id}/end", name="end_chat", dependencies=[WORK])
async def end_chat(caller: _Agent, parts: _Parts, interaction_id: UUID) -> Done:
    """The agent's part is over; the wrap-up begins as after a call."""
    await command(parts, caller, "interaction.hang_up", interaction_id=interaction_id)
    return Done()


async def _own(parts: Parts, caller: Caller, interaction_id: UUID) -> dict[str, Any]:
    """The live record of a chat in which the caller has a part; `NotFound` for any other."""
    view = await parts.hub.view(caller.principal.tenant_id, caller.principal.shard)
    record = view.interactions.get(str(interaction_id))
    scope = await scope_of(parts, caller)
    if record is None or not record.get("chat") or not scope.own(record):
        raise NotFound("error.not_found")
    return record


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _readable(work: Work, parts: Parts, interaction_id: UUID) -> None:
    """`NotFound` unless the caller may see the interaction: live, or by the records of what was."""
    principal = work.caller.principal
    with suppress(HujiaoError):
        view = await parts.hub.view(principal.tenant_id, principal.shard)
        record = view.interactions.get(str(interaction_id))
        if record is not None and (await scope_of(parts, work.caller)).interaction(record):
            return
    if not principal.may(Right.INTERACTIONS_ALL) and work.caller.agent is None:
        raise NotFound("error.not_found")
    sight = sight_of(work.caller, Right.INTERACTIONS_ALL)
    if not await interactions.may_see(work.session, sight, interaction_id):
        raise NotFound("error.not_found")


@router.get("/interactions/{interaction_id}/messages", name="list_chat_messages", dependencies=[SEE])
async def list_chat_messages(
    work: InTenant, parts: _Parts, interaction_id: UUID, after: After = 0
) -> list[MessageView]:
    """What was written in a chat, at most 200 messages in their order; empty for a call."""
    await _readable(work, parts, interaction_id)
    return await chat.messages(work.session, interaction_id, after)


@router.get(
    "/interactions/{interaction_id}/files/{file_id}",
    name="read_chat_file",
    dependencies=[SEE],
    response_class=FileResponse,
    responses=FILE_ANSWER,
)
async def read_chat_file(work: InTenant, parts: _Parts, interaction_id: UUID, file_id: UUID) -> FileResponse:
    await _readable(work, parts, interaction_id)
    return await file_answer(parts, work.tenant_id, interaction_id, file_id)


@router.post(
    "/interactions/{interaction_id}/whisper", name="whisper_in_chat", dependencies=[need(Right.SUPERVISION_COACH)]
)
async def whisper_in_chat(work: InTenant, parts: _Parts, interaction_id: UUID, body: WhisperIn) -> Done:
    """Write to the agent of a chat; the visitor sees nothing of it."""
    projects = None if work.projects is None else sorted(work.projects)
    wanted = {"interaction_id": interaction_id, "text": body.text, "projects": projects}
    await direct(parts, work.caller, "chat.whisper", name=work.caller.principal.name, **wanted)
    return Done()
