"""Whose supervisor somebody is, by what they see live."""

from __future__ import annotations

from uuid import UUID

from hujiao.app.http.sockets.live import scope_of
from hujiao.app.http.unit import Work


async def supervised(work: Work) -> set[UUID] | None:
    """The agents whom the caller sees live, and those of the caller's projects; None: all."""
    parts, principal = work.unit.parts, work.caller.principal
    scope = await scope_of(parts, work.caller)
    if scope.everything:
        return None
    live = (await parts.hub.view(principal.tenant_id, principal.shard)).agents
    seen = {one for one, agent in live.items() if scope.agent(agent)} | scope.agents
    return {UUID(one) for one in seen}
