"""What the ledger says of chats, beside what it says of every interaction. What was written is in the messages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hujiao.interactions.folding import InteractionEvent
from hujiao.kit.events import Kinds, kinds, meant


class ChatOpened(InteractionEvent, tag="chat.opened"):
    """A visitor began a chat on a website."""

    entry_id: Annotated[UUID, meant("the website's entry")]
    entry_name: str
    page_url: Annotated[str, meant("the page where it began")] = ""
    page_title: str = ""


class ChatVisitorWarned(InteractionEvent, tag="chat.visitor_warned"):
    """The visitor was silent and was told that the chat will end."""


class ChatAgentSilent(InteractionEvent, tag="chat.agent_silent"):
    """The agent did not answer the visitor in time; the visitor waits for another one at the old place."""

    silent_seconds: Annotated[float, meant("how long the visitor had no answer", unit="s")]


EVENTS: Kinds = kinds(ChatOpened, ChatVisitorWarned, ChatAgentSilent)
