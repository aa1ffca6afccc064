"""The agents whom a caller waits for before all others: the customer's own, who served them last. Pure."""

from __future__ import annotations

from uuid import UUID

from hujiao.routing.contracts import Preferred, QueueRouting

DAY = 86_400.0


def awaited(
    routing: QueueRouting, since: float, own: UUID | None, last: UUID | None, last_at: float | None
) -> tuple[Preferred, ...]:
    """By the queue's settings, for who has waited since then; times are seconds on one clock."""
    wanted = []
    if own and routing.own_agent_seconds:
        wanted.append(Preferred(own, since + routing.own_agent_seconds, "customer_agent"))
    lately = last_at is not None and since - last_at <= routing.last_agent_days * DAY
    if last and lately and routing.last_agent_seconds:
        wanted.append(Preferred(last, since + routing.last_agent_seconds, "last_agent"))
    return tuple(wanted)
