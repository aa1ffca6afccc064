"""Next calls that are done: an agent's call has reached the customer after it was due."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hujiao.interactions.facts import InteractionFacts

# Of several customers with the number it is the one whom the call was meant for, where that is known.
_DONE = """
UPDATE next_call n SET closed_at = $4, outcome = 'called', interaction_id = $2
FROM contact_point p
WHERE n.tenant_id = $1 AND n.agent_id = $3 AND n.closed_at IS NULL AND n.due_at <= $4
  AND p.tenant_id = $1 AND p.customer_id = n.customer_id AND p.kind = 'phone' AND p.key = $5
  AND n.customer_id = coalesce((
    SELECT (e.data ->> 'customer_id')::uuid FROM ledger_event e
    WHERE e.tenant_id = $1 AND e.interaction_id = $2 AND e.kind = 'caller.recognised' ORDER BY e.seq DESC LIMIT 1
  ), n.customer_id)
RETURNING n.agent_id
"""


def reached(call: InteractionFacts) -> bool:
    """Whether it is an agent's call to a customer, who has answered."""
    goes_out = call.medium == "voice" and call.direction in ("outbound", "callback")
    return goes_out and bool(call.connected_at and call.agent_id and call.caller_key)


async def close(connection: Any, tenant_id: UUID, calls: Iterable[InteractionFacts]) -> set[UUID]:
    """Close those that these calls have done. Returns their agents."""
    concerned: set[UUID] = set()
    for call in calls:
        rows = await connection.fetch(_DONE, tenant_id, call.id, call.agent_id, call.connected_at, call.caller_key)
        concerned.update(row["agent_id"] for row in rows)
    return concerned
