"""Contacts marked as malicious, while they go on or long after: by whom and why is in the ledger. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.app.runtime.tenant.work import EventHandler, Work


class MarkMalicious(msgspec.Struct, frozen=True, kw_only=True):
    """The contact is malicious, or is not after all. Who may say so has been checked."""

    interaction_id: UUID
    malicious: bool
    reason: str
    by_account: UUID
    by_name: str
    by_agent: UUID | None


def _mark(work: Work, event: MarkMalicious) -> None:
    """An interaction that has ended has no live record: then the ledger alone is told."""
    record = work.tenant.live.get(event.interaction_id)
    if record is not None and record.interaction.malicious != event.malicious:
        record.interaction = replace(record.interaction, malicious=event.malicious)
        work.changes(event.interaction_id)
    by: dict[str, Any] = {"by_account": event.by_account, "by_name": event.by_name, "by_agent": event.by_agent}
    if event.malicious:
        work.fact("interaction.marked_malicious", event.interaction_id, reason=event.reason, **by)
    else:
        work.fact("interaction.mark_withdrawn", event.interaction_id, **by)


EVENTS: dict[type, EventHandler] = {MarkMalicious: _mark}
