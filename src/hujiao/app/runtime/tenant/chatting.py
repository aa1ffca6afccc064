"""What is written in a chat, and whose it is: below the modules that lead a chat. Pure.

A message stands in the same commit as what it led to. Nobody is told of it before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents.contracts import LeaveItem, TakeItem
from hujiao.app.runtime.tenant import agents, fragments
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import Work
from hujiao.chat.contracts import MEDIUM, ChatEntry, ChatState, Choice, Message, MessageKind, NoticeCode, Sender
from hujiao.flows.nodes.base import Node
from hujiao.interactions.contracts import Fact, InteractionState

SILENCE = "silence"  # the timer's name
_LEG = "chat-"


def leg(role: str, new_id: UUID) -> str:
    """The endpoint of a party of a chat, which is no leg of the switch."""
    return f"{_LEG}{role}-{new_id}"


def is_chat(state: InteractionState) -> bool:
    return state.medium == MEDIUM


def entry(tenant: Tenant, chat: ChatState) -> ChatEntry:
    """The settings; the usual ones for an entry that is there no more."""
    found = tenant.config.chat_entries.get(chat.entry_id)
    return found or ChatEntry(id=chat.entry_id, name="", flow_id=chat.entry_id)


def of_address(tenant: Tenant, address: str) -> int:
    """How many visitors from there are in chats."""
    there = (tenant.live[key].chat for key in tenant.chatting)
    return sum(chat is not None and chat.address == address for chat in there)


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def say(
    work: Work,
    record: Live,
    sender: Sender,
    kind: MessageKind = "text",
    text: str = "",
    **more: Any,
) -> int:
    """Write the next message; returns its number. Whose turn it is follows from who wrote."""
    chat = record.chat
    assert chat is not None
    whispered = kind == "whisper"
    number, part = (chat.last, chat.whispers + 1) if whispered else (chat.last + 1, 0)
    message = Message(number=number, part=part, at=work.now, sender=sender, kind=kind, text=text, **more)
    work.turn.messages.append((record.interaction.id, message))
    record.chat = replace(chat, last=number, whispers=part)
    keep(work, record)
    if sender in ("flow", "agent") and not whispered:
        awaits(work, record, "visitor")
    return number


def notice(work: Work, record: Live, code: NoticeCode, **more: Any) -> None:
    say(work, record, "system", "notice", code=code, **more)


def keep(work: Work, record: Live) -> None:
    """Have the chat's state written; no desktop's view of the interaction changes by it."""
    work.changed = True
    work.turn.kept.add(record.interaction.id)


# ── what flows say ───────────────────────────────────────────────────────────────────────────────────────────────────


def asked(tenant: Tenant, record: Live) -> Node | None:
    """The step of the flow that the visitor is at, when it asks something."""
    run = record.run
    found = fragments.document(tenant, run, record.interaction.language) if run else None
    node = found.nodes.get(run.node) if run and found else None
    return node if node and node.asks else None


def written(work: Work, record: Live, names: tuple[str, ...]) -> None:
    """What the flow's prompts say, with the choices of the question that they ask."""
    config, language = work.tenant.config, record.interaction.language
    text = "\n".join(filter(None, (config.prompt_text(name, language) for name in names)))
    node = asked(work.tenant, record)
    choices = tuple(Choice(value, label) for value, label in node.choices().items()) if node else ()
    if choices:
        say(work, record, "flow", "choices", text, choices=choices)
    elif text:
        say(work, record, "flow", "text", text)


# ── whose turn ───────────────────────────────────────────────────────────────────────────────────────────────────────


def awaits(work: Work, record: Live, whom: Literal["visitor", "agent"] | None) -> None:
    """It is this side's turn. An agent's begins with the first message that they have not answered."""
    chat = record.chat
    assert chat is not None
    if whom == "agent" and chat.awaits == "agent":
        return
    record.chat = replace(chat, awaits=whom, awaits_since=work.now if whom else None, warned=False)
    watch(work, record)


def due(tenant: Tenant, record: Live) -> datetime | None:
    """When who is awaited has been silent for too long."""
    chat = record.chat
    if chat is None or chat.awaits_since is None:
        return None
    settings = entry(tenant, chat)
    if chat.awaits == "agent":
        seconds = settings.agent_silent_seconds
        return chat.awaits_since + timedelta(seconds=seconds) if seconds else None
    seconds = settings.idle_warn_seconds + (settings.idle_close_seconds if chat.warned else 0)
    return chat.awaits_since + timedelta(seconds=seconds)


def watch(work: Work, record: Live) -> None:
    """See to it that the timer is not later than what is due; one that is earlier looks again."""
    at, armed = due(work.tenant, record), record.timers.get(SILENCE)
    if at and (armed is None or at < armed):
        work.set_timer(record, SILENCE, at)


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def holders(state: InteractionState) -> set[UUID]:
    """The agents who have the chat in hand: who is offered it or talks, and who writes up."""
    if state.state == "ended":
        return set()
    other = state.other
    at_hand = {other.agent_id} if other and other.agent_id else set()
    return at_hand | set(state.wrap_ups)


def stepped(work: Work, record: Live, before: InteractionState, effects: Iterable[Any]) -> None:
    """What a change of the interaction means for a chat: who has it in hand, and what visitors are told."""
    state = record.interaction
    had, has = holders(before), holders(state)
    for agent_id in sorted(has - had):
        agents.step(work, agent_id, TakeItem(interaction_id=state.id, medium=MEDIUM))
    for agent_id in sorted(had - has):
        _learn(work, agent_id, before)
        agents.step(work, agent_id, LeaveItem(state.id))
    if state.state == before.state and state.agent_id == before.agent_id:
        return
    work.turn.chat_states.add(state.id)
    if state.state == "connected":
        name = _name(work.tenant, state.agent_id)
        notice(work, record, "agent_joined", name=name, agent_id=state.agent_id)
        awaits(work, record, "agent")
    elif before.state == "connected" and state.state in ("queued", "flow"):
        notice(work, record, "agent_left", name=_name(work.tenant, before.agent_id), agent_id=before.agent_id)
        awaits(work, record, None)
    elif state.state == "queued":
        awaits(work, record, None)
    elif state.state in ("wrap_up", "ended") and before.state not in ("wrap_up", "ended"):
        notice(work, record, _ended(effects))
        awaits(work, record, None)
        record.timers.pop(SILENCE, None)


def _learn(work: Work, agent_id: UUID, before: InteractionState) -> None:
    """How long an agent had a chat in hand; an offer that came to nothing tells nothing."""
    talked = before.state == "connected" or agent_id in before.wrap_ups
    item = next((item for item in work.tenant.agents[agent_id].items if item.interaction_id == before.id), None)
    if talked and item and before.queue_id:
        seconds = (work.now - item.since).total_seconds()
        work.tenant.dispatch.served(before.queue_id, MEDIUM, seconds, work.now)


def _ended(effects: Iterable[Any]) -> NoticeCode:
    """Why, as the ledger says it."""
    facts = (effect.data for effect in effects if isinstance(effect, Fact) and effect.kind == "interaction.ended")
    for data in facts:
        if data["end_reason"] == "visitor_silent":
            return "idle_closed"
        if data["ended_by"] in ("customer", "agent"):
            return "ended_by_visitor" if data["ended_by"] == "customer" else "ended_by_agent"
    return "ended"


def _name(tenant: Tenant, agent_id: UUID | None) -> str:
    settings = tenant.config.agents.get(agent_id) if agent_id else None
    return settings.name if settings else ""
