"""The recording of a conversation, as commanded: by the agent who talks, or by who may do so in its project. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hujiao.agents import adjustments
from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.transferring import may
from hujiao.app.runtime.tenant.turn import InteractionCommand
from hujiao.interactions.contracts import ControlRecording


def event(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """`message` has the `act` and, for the record, the `reason`."""
    record = tenant.live.get(UUID(message["interaction_id"]))
    if record is None or not may(record.interaction, message):
        raise Impossible("not_your_interaction")
    account, agent = message["actor"].get("account_id"), message["actor"].get("agent_id")
    # A recording that runs may always be paused: else what must not be recorded is.
    starts = message["act"] == "start"
    if starts and agent and not adjustments.may(tenant.agents.get(UUID(agent)), "record"):
        raise Impossible("record_taken")
    event = ControlRecording(
        act=message["act"],
        recording_id=tenant.new_id(),
        reason=message.get("reason") or "",
        by_agent=UUID(agent) if agent else None,
        by_account=UUID(account) if account else None,
    )
    return InteractionCommand(record.interaction.id, event)
