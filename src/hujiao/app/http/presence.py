"""What the live view says of one person's own work."""

from __future__ import annotations

from hujiao.app.http.access import Caller
from hujiao.app.http.parts import Parts
from hujiao.kit.errors import Unavailable

IN_A_CALL = {"reserved", "engaged"}


async def in_a_call(parts: Parts, caller: Caller) -> bool:
    """Whether the caller's agent has a call or is offered one; not while nobody can say, which holds no one back."""
    if caller.agent is None:
        return False
    try:
        view = await parts.hub.view(caller.principal.tenant_id, caller.principal.shard)
    except Unavailable:
        return False
    own = view.agents.get(str(caller.agent.id))
    return own is not None and own["state"] in IN_A_CALL
