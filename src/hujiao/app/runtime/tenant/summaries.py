"""Summaries that agents write after they went on: of a contact that has ended only the ledger knows. Pure."""

from __future__ import annotations

from uuid import UUID

import msgspec

from hujiao.app.runtime.tenant.work import EventHandler, Work


class CompleteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The agent writes what was still to be written. That it was, and that it is enough, has been checked."""

    interaction_id: UUID
    agent_id: UUID
    by_account: UUID
    disposition_id: UUID | None
    disposition_name: str
    note: str


def complete(work: Work, event: CompleteSummary) -> None:
    work.fact(
        "summary.completed",
        event.interaction_id,
        agent_id=event.agent_id,
        by_account=event.by_account,
        disposition_id=event.disposition_id,
        disposition_name=event.disposition_name,
        note=event.note,
    )


EVENTS: dict[type, EventHandler] = {CompleteSummary: complete}
