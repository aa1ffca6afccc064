"""What agents' browsers have measured of their lines, while the call goes on or when it is over. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from hujiao.app.runtime.tenant.work import EventHandler, Work


class MeasureLine(msgspec.Struct, frozen=True, kw_only=True):
    """`measured` are the ledger event's fields. That the agent had a part in the call has been checked."""

    interaction_id: UUID
    agent_id: UUID
    measured: dict[str, Any]


def _measured(work: Work, event: MeasureLine) -> None:
    work.fact("agent.line_measured", event.interaction_id, agent_id=event.agent_id, **event.measured)


EVENTS: dict[type, EventHandler] = {MeasureLine: _measured}
