"""Chats: visitors come, write and go; agents take them and answer; who is silent for too long loses them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import chatting, flowing, interactions
from hujiao.app.runtime.tenant.arrivals import Recognise
from hujiao.app.runtime.tenant.config import reached
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, TimerHandler, ToChat, Work
from hujiao.calls import contracts as calls
from hujiao.chat.contracts import MEDIUM, VISITOR, ChatState, Conversation, FileFacts, VisitorState
from hujiao.flows import contracts as flows
from hujiao.flows.contracts import HIDDEN
from hujiao.interactions.contracts import AgentAway, CustomerSilent, InteractionState, Party, Resumed

CHATS_OF_AN_ADDRESS = 20  # at once; a whole office may be behind one
MOST_MESSAGES = 5_000  # of one conversation
# Who waits is looked for so often, and has gone when no window of theirs has answered for so long.
PRESENCE, PRESENCE_SECONDS, ANSWER_SECONDS = "presence", 90, 60
NORMAL = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OpenChat(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor comes. `address` tells those of one place apart, and nothing more."""

    conversation: Conversation
    address: str
    kinds: dict[str, str]


class Say(msgspec.Struct, frozen=True, kw_only=True):
    """`agent_id` None: the visitor. `what` is text, choice or file."""

    interaction_id: UUID
    agent_id: UUID | None
    client_number: int
    what: str
    said: str
    file: FileFacts | None = None


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has seen the messages up to this number."""

    interaction_id: UUID
    agent_id: UUID | None
    number: int


class VisitorEnds(msgspec.Struct, frozen=True):
    interaction_id: UUID


class VisitorHere(msgspec.Struct, frozen=True):
    """A window of the visitor's is open."""

    interaction_id: UUID


class Accept(msgspec.Struct, frozen=True, kw_only=True):
    interaction_id: UUID
    agent_id: UUID


class Whisper(msgspec.Struct, frozen=True, kw_only=True):
    interaction_id: UUID
    name: str
    text: str
    agent_id: UUID | None


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open(tenant: Tenant, message: dict[str, Any]) -> OpenChat:
    fields, kinds = message["fields"], message["kinds"]
    conversation = Conversation(
        id=UUID(message["conversation_id"]),
        entry_id=UUID(message["entry_id"]),
        secret_hash=message["secret_hash"],
        language=message["language"],
        name=fields.get("name", ""),
        fields=fields,
        page_url=message["page_url"],
        page_title=message["page_title"],
        opened_at=_EPOCH,
    )
    return OpenChat(conversation=conversation, address=message["address"], kinds=kinds)


def _visitor_says(tenant: Tenant, message: dict[str, Any]) -> Say:
    return _said(_of_visitor(tenant, message), None, message)


def _agent_says(tenant: Tenant, message: dict[str, Any]) -> Say:
    record, agent_id = _of_agent(tenant, message)
    return _said(record, agent_id, message)


def _said(record: Live, agent_id: UUID | None, message: dict[str, Any]) -> Say:
    file = message.get("file")
    return Say(
        interaction_id=record.interaction.id,
        agent_id=agent_id,
        client_number=message["client_number"],
        what=message["what"],
        said=message["said"],
        file=msgspec.convert(file, FileFacts) if file else None,
    )


def _visitor_reads(tenant: Tenant, message: dict[str, Any]) -> Read:
    record = _of_visitor(tenant, message)
    return Read(interaction_id=record.interaction.id, agent_id=None, number=message["number"])


def _agent_reads(tenant: Tenant, message: dict[str, Any]) -> Read:
    record, agent_id = _of_agent(tenant, message)
    return Read(interaction_id=record.interaction.id, agent_id=agent_id, number=message["number"])


def _visitor_ends(tenant: Tenant, message: dict[str, Any]) -> VisitorEnds:
    return VisitorEnds(_of_visitor(tenant, message).interaction.id)


def _accept(tenant: Tenant, message: dict[str, Any]) -> Accept:
    record, agent_id = _of_agent(tenant, message)
    return Accept(interaction_id=record.interaction.id, agent_id=agent_id)


def _whisper(tenant: Tenant, message: dict[str, Any]) -> Whisper:
    record, projects = _chat(tenant, message), message.get("projects")
    if projects is not None and str(record.interaction.project_id) not in projects:
        raise Impossible("not_your_interaction")
    agent_id = message["actor"].get("agent_id")
    return Whisper(
        interaction_id=record.interaction.id,
        name=message["name"],
        text=message["text"],
        agent_id=UUID(agent_id) if agent_id else None,
    )


def _chat(tenant: Tenant, message: dict[str, Any]) -> Live:
    record = tenant.live.get(UUID(message["interaction_id"]))
    if record is None or record.chat is None:
        raise Impossible("not_your_interaction")
    return record


def _of_visitor(tenant: Tenant, message: dict[str, Any]) -> Live:
    """The token has said whose it is."""
    record = tenant.live.get(UUID(message["interaction_id"]))
    if record is None or record.chat is None or record.interaction.state in ("wrap_up", "ended"):
        raise Impossible("chat_ended")
    return record


def _of_agent(tenant: Tenant, message: dict[str, Any]) -> tuple[Live, UUID]:
    """A chat in which the agent has a part."""
    record, agent_id = _chat(tenant, message), UUID(message["actor"]["agent_id"])
    if not any(party.agent_id == agent_id for party in record.interaction.parties):
        raise Impossible("not_your_interaction")
    return record, agent_id


COMMANDS: dict[str, Callable[[Tenant, dict[str, Any]], Any]] = {
    "chat.open": _open,
    "chat.visitor_says": _visitor_says,
    "chat.visitor_reads": _visitor_reads,
    "chat.visitor_ends": _visitor_ends,
    "chat.agent_says": _agent_says,
    "chat.agent_reads": _agent_reads,
    "chat.accept": _accept,
    "chat.whisper": _whisper,
}


# ── visitors ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(work: Work, event: OpenChat) -> None:
    tenant, config, wanted = work.tenant, work.tenant.config, event.conversation
    entry = config.chat_entries.get(wanted.entry_id)
    if wanted.id in tenant.live:
        return
    if entry is None or not entry.enabled or config.suspended:
        raise Impossible("not_found")
    if reached(config.limits.chats, lambda: len(tenant.chatting)):
        raise Impossible("too_many_chats")
    if chatting.of_address(tenant, event.address) >= CHATS_OF_AN_ADDRESS:
        raise Impossible("too_many_chats_here")
    conversation = replace(wanted, opened_at=work.now)
    work.turn.conversations.append(conversation)
    state = InteractionState(
        id=wanted.id,
        tenant_id=config.id,
        caller=wanted.name,
        called=entry.name,
        caller_key=_key(config.dialling.canonical, wanted.fields, event.kinds),
        caller_name=wanted.name,
        medium=MEDIUM,
        variables=dict(wanted.fields),
        project_id=entry.project_id,
        business_id=entry.business_id,
        flow_id=entry.flow_id,
        flow_version=config.published.get(entry.flow_id),
        language=wanted.language,
        started_at=work.now,
        since=work.now,
        parties=(
            Party(
                role="customer",
                leg_id=chatting.leg(VISITOR, wanted.id),
                state="in",
                since=work.now,
                called_at=work.now,
            ),
        ),
    )
    record = Live(
        interaction=state,
        chat=ChatState(
            entry_id=entry.id,
            name=wanted.name,
            address=event.address,
            fields=wanted.fields,
            page_url=wanted.page_url,
            page_title=wanted.page_title,
        ),
    )
    interactions.begin(work, record)
    work.fact(
        "chat.opened",
        state.id,
        entry_id=entry.id,
        entry_name=entry.name,
        page_url=wanted.page_url,
        page_title=wanted.page_title,
    )
    work.answer["state"] = "flow"
    work.set_timer(record, PRESENCE, work.now + timedelta(seconds=PRESENCE_SECONDS))
    work.follow(state.id, Recognise())
    flowing.start(work, record, entry.flow_id)


def _key(canonical: Callable[[str], str], fields: dict[str, str], kinds: dict[str, str]) -> str:
    """By what the visitor's contacts are known to be of one person: the phone number, else the e-mail address."""
    of_kind = {kind: fields[key] for key, kind in reversed(kinds.items()) if fields.get(key)}
    return (canonical(of_kind["phone"]) if "phone" in of_kind else "") or of_kind.get("email", "").lower()


def _said_by(work: Work, event: Say) -> None:
    record = work.tenant.live[event.interaction_id]
    chat, state = record.chat, record.interaction
    assert chat is not None
    if event.agent_id and not _talks(state, event.agent_id):
        raise Impossible("not_possible_in_this_state")
    if event.what != "file" and len(event.said) > chatting.entry(work.tenant, chat).max_message:
        raise Impossible("message_too_long", "text")
    if event.client_number > chat.heard.get(_sender(event.agent_id), 0) + 1:
        raise Impossible("client_number_gap", "client_number")
    if event.client_number <= chat.heard.get(_sender(event.agent_id), 0):
        work.answer["repeated"] = True
        return
    if chat.last >= MOST_MESSAGES:
        raise Impossible("chat_too_long")
    record.chat = replace(chat, heard={**chat.heard, _sender(event.agent_id): event.client_number})
    if event.agent_id:
        agent = work.tenant.config.agents.get(event.agent_id)
        work.answer["number"] = _write(work, record, event, "agent", agent.name if agent else "")
    else:
        _visitor_said(work, record, event)


def _sender(agent_id: UUID | None) -> str:
    return str(agent_id) if agent_id else VISITOR


def _talks(state: InteractionState, agent_id: UUID) -> bool:
    """Whether the agent writes to the visitor: who has taken the chat, and a supervisor who has barged in."""
    party = next((party for party in state.parties if party.agent_id == agent_id), None)
    return party is not None and party.state == "in" and not party.unheard


def _visitor_said(work: Work, record: Live, event: Say) -> None:
    state, question = record.interaction, chatting.asked(work.tenant, record)
    listens = question is not None and (record.fragment is not None or state.state == "flow")
    shown = event.said
    if listens and question is not None:
        shown = HIDDEN if question.secrets() else question.choices().get(event.said, event.said)
    work.answer["number"] = _write(work, record, replace(event, said=shown), "visitor", state.caller_name)
    if event.what == "file":
        pass
    elif listens:
        work.flow(state.id, flows.Text(event.said))
    elif state.state in ("queued", "offered"):
        work.later(state.id, calls.KeyPressed(leg_id=state.customer_leg, at=work.now, key=event.said.strip()))
    if state.state == "connected":
        assert record.chat is not None
        record.chat = replace(record.chat, unread=record.chat.unread + 1)
        chatting.awaits(work, record, "agent")


def _write(work: Work, record: Live, event: Say, sender: Any, name: str) -> int:
    return chatting.say(
        work,
        record,
        sender,
        "file" if event.file else "text",
        event.said,
        name=name,
        file=event.file,
        agent_id=event.agent_id,
        client_number=event.client_number,
    )


def _read(work: Work, event: Read) -> None:
    record = work.tenant.live[event.interaction_id]
    chat = record.chat
    assert chat is not None
    number = min(event.number, chat.last)
    if event.agent_id is None and number > chat.read_by_visitor:
        record.chat = replace(chat, read_by_visitor=number)
    elif event.agent_id == record.interaction.agent_id and (number > chat.read or chat.unread):
        record.chat = replace(chat, read=max(number, chat.read), unread=0 if number == chat.last else chat.unread)
    else:
        return
    chatting.keep(work, record)
    by = "agent" if event.agent_id else "visitor"
    work.turn.chat_reads.append((event.interaction_id, by, number))


def _visitor_left(work: Work, event: VisitorEnds) -> None:
    state = work.tenant.live[event.interaction_id].interaction
    work.later(state.id, calls.LegEnded(leg_id=state.customer_leg, at=work.now, cause=NORMAL))


def _present(work: Work, event: VisitorHere) -> None:
    record = work.tenant.live.get(event.interaction_id)
    if record is not None and record.chat is not None and record.chat.sought:
        record.chat = replace(record.chat, sought=False)
        work.set_timer(record, PRESENCE, work.now + timedelta(seconds=PRESENCE_SECONDS))


def _perhaps_gone(work: Work, record: Live) -> None:
    """Nobody is called to a visitor whose windows are closed. In a conversation the rule for silence ends it."""
    chat, state = record.chat, record.interaction
    if chat is None or state.state in ("wrap_up", "ended"):
        return
    if chat.sought and state.state in ("flow", "queued", "offered"):
        work.later(state.id, calls.LegEnded(leg_id=state.customer_leg, at=work.now, cause=NORMAL))
        return
    waits = state.state != "connected"
    record.chat = replace(chat, sought=waits)
    if waits:
        work.turn.sought.add(state.id)
    seconds = ANSWER_SECONDS if waits else PRESENCE_SECONDS
    work.set_timer(record, PRESENCE, work.now + timedelta(seconds=seconds))


# ── agents and supervisors ───────────────────────────────────────────────────────────────────────────────────────────


def _accepted(work: Work, event: Accept) -> None:
    state = work.tenant.live[event.interaction_id].interaction
    other = state.other
    if state.state != "offered" or other is None or other.agent_id != event.agent_id:
        raise Impossible("not_possible_in_this_state")
    work.later(state.id, calls.LegAnswered(leg_id=other.leg_id, at=work.now))


def _whispered(work: Work, event: Whisper) -> None:
    record = work.tenant.live[event.interaction_id]
    if record.interaction.state != "connected":
        raise Impossible("not_possible_in_this_state")
    chatting.say(work, record, "agent", "whisper", event.text, name=event.name, agent_id=event.agent_id)


# ── what no switch carries out ───────────────────────────────────────────────────────────────────────────────────────


def _carry_out(work: Work, record: Live, command: ToChat) -> None:
    """Endpoints of a chat: nobody hears anything, and who is told to answer does."""
    interaction_id, effect = record.interaction.id, command.effect
    match effect:
        case calls.CallAgent() if effect.automatic_answer:
            work.later(interaction_id, calls.LegAnswered(leg_id=effect.leg_id, at=work.now))
        case calls.Play():
            played = calls.PlaybackFinished(leg_id=effect.leg_id, at=work.now, playback_id=effect.playback_id)
            work.later(interaction_id, played)
        case calls.HangUp() | calls.Refuse():
            work.later(interaction_id, calls.LegEnded(leg_id=effect.leg_id, at=work.now, cause=effect.cause))
        case calls.CallNumber():
            failed = calls.EffectFailed(
                leg_id=effect.leg_id, at=work.now, effect_id="", effect="CallNumber", reason="not_for_chats"
            )
            work.later(interaction_id, failed)
        case _:
            pass


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _silent(work: Work, record: Live) -> None:
    """Whoever's turn it is may have been silent for too long."""
    chat, state = record.chat, record.interaction
    at = chatting.due(work.tenant, record)
    if chat is None or at is None:
        return
    if at > work.now:
        chatting.watch(work, record)
    elif chat.awaits == "agent":
        _agent_silent(work, record)
    elif state.state not in ("flow", "connected"):
        return
    elif not chat.warned:
        record.chat = replace(chat, warned=True)
        work.fact("chat.visitor_warned", state.id)
        chatting.notice(work, record, "idle_warning")
        chatting.watch(work, record)
    else:
        work.later(state.id, CustomerSilent())


def _agent_silent(work: Work, record: Live) -> None:
    chat, state = record.chat, record.interaction
    if state.state != "connected" or state.agent_id is None or chat is None or chat.awaits_since is None:
        return
    silent = round((work.now - chat.awaits_since).total_seconds(), 3)
    work.fact("chat.agent_silent", state.id, agent_id=state.agent_id, silent_seconds=silent)
    work.later(state.id, AgentAway(state.agent_id))


# ── how it stands ────────────────────────────────────────────────────────────────────────────────────────────────────


def standing(tenant: Tenant, interaction_id: UUID) -> dict[str, Any]:
    """How a conversation stands, for its visitor; ended when it is there no more."""
    record = tenant.live.get(interaction_id)
    if record is None or record.chat is None:
        return {"id": interaction_id, "state": "ended"}
    chat, state = record.chat, record.interaction
    agent = tenant.config.agents.get(state.agent_id) if state.agent_id and state.state == "connected" else None
    return {
        "id": interaction_id,
        "state": _visitor_state(state),
        "position": tenant.dispatch.router.position(interaction_id) or None,
        "agent_name": agent.name if agent else None,
        "last": chat.last,
        "client_number": chat.heard.get(VISITOR, 0),
        "read": chat.read,
    }


# ── after a take-over ────────────────────────────────────────────────────────────────────────────────────────────────


def found(found: Resumed, record: Live) -> Resumed:
    """What there is of the parties: those of a chat are always there, and no switch knows them."""
    if record.chat is None:
        return found
    here = {party.leg_id for party in record.interaction.parties}
    up = {party.leg_id for party in record.interaction.parties if party.state != "calling"}
    return replace(found, legs=found.legs | here, up=found.up | up)


def asks_already(record: Live) -> bool:
    """Whether the visitor has the question that the flow waits for."""
    return record.chat is not None and record.run is not None and record.run.phase == "waiting_key"


def _visitor_state(state: InteractionState) -> VisitorState:
    match state.state:
        case "flow" | "queued" | "offered" | "connected":
            return state.state
        case "wrap_up" | "ended":
            return "ended"
        case _:
            return "flow"


EVENTS: dict[type, EventHandler] = {
    OpenChat: _opened,
    Say: _said_by,
    Read: _read,
    VisitorEnds: _visitor_left,
    VisitorHere: _present,
    Accept: _accepted,
    Whisper: _whispered,
}
EFFECTS: dict[type, EffectHandler] = {ToChat: _carry_out}
TIMERS: dict[str, TimerHandler] = {chatting.SILENCE: _silent, PRESENCE: _perhaps_gone}
