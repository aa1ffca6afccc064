"""What is asked in the database for an agent at the telephone, and what comes back."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The contact that an agent writes up now."""

    interaction_id: UUID
    queue_id: UUID | None
    business_id: UUID | None
    direction: str


class AskAgent(msgspec.Struct, frozen=True, kw_only=True):
    """Ask whether `number` and `pin` are an agent's, or which results there are; report with `AgentAnswered`.

    `contact` None: of the last one that still waits for its result. `path` chooses of the tree, level by level from 1.
    """

    interaction_id: UUID
    serial: int
    what: Literal["pin", "results"]
    number: str = ""
    pin: str = ""
    agent_id: UUID | None = None
    contact: Contact | None = None
    path: tuple[int, ...] = ()
    more: bool = False


class AgentAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """`agent_id` None: number and PIN are nobody's. Of results, those to choose from below `path` have `names`, or one
    is chosen: the `disposition`; `due` when its contact is over. `problem`: why there is no answer.
    """

    interaction_id: UUID
    serial: int
    what: Literal["pin", "results"]
    agent_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    due: bool = False
    path: tuple[int, ...] = ()
    more: bool = False
    names: tuple[str, ...] = ()
    disposition_id: UUID | None = None
    disposition_name: str = ""
    problem: str = ""
