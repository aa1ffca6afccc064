"""What an agent does, as it is shown: the state, and what kind of conversation it is. Pure.

Who listens or coaches changes nothing of it: the record goes to the agent, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents.contracts import AgentState
from hujiao.alarms.contracts import Activity
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.interactions.contracts import MAIN, InteractionState

OUTGOING = ("outbound", "callback")


class Doing(msgspec.Struct, frozen=True):
    activity: Activity
    since: datetime | None = None


def of(tenant: Tenant, agent: AgentState | None) -> Doing:
    if agent is None or agent.state == "logged_out":
        return Doing("logged_out")
    match agent.state:
        case "available" if agent.items:
            return Doing("chatting", min(item.since for item in agent.items))
        case "available":
            return Doing("idle", agent.since)
        case "not_ready":
            rests = agent.reason in tenant.config.breaks.reasons
            return Doing("break" if rests else "not_ready", agent.since)
        case "wrap_up":
            return Doing("wrap_up", agent.since)
    record = tenant.live.get(agent.interaction_id) if agent.interaction_id else None
    if record is None:
        return Doing("ringing" if agent.state == "reserved" else "talking", agent.since)
    return _in(record.interaction, agent)


def _in(call: InteractionState, agent: AgentState) -> Doing:
    if any(party.role == "supervisor" and party.agent_id == agent.agent_id for party in call.parties):
        return Doing("supervising", agent.since)
    if agent.state == "reserved":
        return Doing("outbound" if call.direction == "outbound" else "ringing", agent.since)
    if call.held and call.customer is not None:
        return Doing("held", call.customer.since)
    here = sorted(
        party.joined_at or party.since
        for party in call.parties
        if party.room == MAIN and party.state == "in" and not party.unheard
    )
    if len(here) > 2:
        return Doing("three_way", here[2])
    return Doing("outbound" if call.direction in OUTGOING else "talking", agent.since)


def agents_in(calls: Iterable[InteractionState]) -> Iterator[UUID]:
    for call in calls:
        parties = (party.agent_id for party in call.parties)
        yield from (agent_id for agent_id in (call.agent_id, *parties) if agent_id is not None)


def view(tenant: Tenant, agent_id: UUID, agent: AgentState | None) -> dict[str, Any]:
    """As JSON, with the bounds that hold for it."""
    doing = of(tenant, agent)
    groups = tenant.config.agents[agent_id].groups
    bounds = tenant.config.thresholds.of_agent(doing.activity, groups, agent.reason if agent else None)
    return {
        "activity": doing.activity,
        "activity_since": doing.since,
        "amber_after": bounds.amber,
        "red_after": bounds.red,
        "group_ids": sorted(groups),
    }
