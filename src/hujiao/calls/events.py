"""What the ledger says of calls to outside numbers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hujiao.calls.dialling import Refusal
from hujiao.kit.events import Event, kinds, meant


class NumberRefused(Event, tag="number.refused"):
    """Somebody wanted an outside number to be called that may not be called."""

    number: Annotated[str, meant("as it was dialled")]
    reason: Annotated[str, meant("why it is not called", values=Refusal)]
    by_agent: Annotated[UUID | None, meant("the agent who wanted it")] = None
    by_account: Annotated[UUID | None, meant("the account that wanted it")] = None


EVENTS = kinds(NumberRefused)
