"""What the live view says of one person's own work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from hujiao.app.http.access import Caller
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import Work
from hujiao.calls import service as calls
from hujiao.customers import contacts
from hujiao.interactions import service as interactions
from hujiao.interactions.views import Sight
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


async def has_a_part(work: Work, interaction_id: UUID) -> bool:
    """Whether the caller's agent has served this interaction, or does so now; who only supervises it has no part."""
    agent, principal = work.caller.own_agent, work.caller.principal
    if await interactions.may_see(work.session, Sight(own_agent=agent.id), interaction_id):
        return True
    view = await work.unit.parts.hub.view(principal.tenant_id, principal.shard)
    record = view.interactions.get(str(interaction_id))
    return record is not None and str(agent.id) in _having_a_part(record)


def _having_a_part(record: dict[str, Any]) -> list[str | None]:
    """Of a live record the agents, but for those who supervise."""
    asked = [one["agent_id"] for one in record.get("parties", ()) if one["role"] != "supervisor"]
    return [record.get("agent_id"), *record.get("wrapping_agent_ids", ()), *asked]


async def in_hand(work: Work, customer_id: UUID, keys: Collection[str]) -> bool:
    """Whether the caller's agent has this customer now: offered, talking or writing up; by the customer or by one of
    these forms of their contacts. Not while nobody can say."""
    agent, principal = work.caller.agent, work.caller.principal
    if agent is None:
        return False
    try:
        view = await work.unit.parts.hub.view(principal.tenant_id, principal.shard)
    except Unavailable:
        return False
    dialling = await calls.dialling(work.session, work.tenant_id)
    for record in view.interactions.values():
        if str(agent.id) not in _having_a_part(record):
            continue
        written = [record.get("caller", ""), *((record.get("chat") or {}).get("fields") or {}).values()]
        found = {key for text in written for key in contacts.keys_of(text, dialling)}
        if record.get("customer_id") == str(customer_id) or not found.isdisjoint(keys):
            return True
    return False
