"""Parking customers and picking them up, as commanded; and whom a parked one rings back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant.config import AgentSettings
from hujiao.app.runtime.tenant.consulting import is_free
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.supervising import free
from hujiao.app.runtime.tenant.transferring import again
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.interactions.contracts import NotPickedUp, Park, Parked, PickUp, RingBack

RING_SECONDS = 20


class ParkCustomer(msgspec.Struct, frozen=True):
    """An agent parks the customer whom they talk with."""

    interaction_id: UUID


def park(record: Live) -> ParkCustomer:
    return ParkCustomer(record.interaction.id)


def pick_up(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """An agent picks up one of those parked whom they may see (`projects`; None: all)."""
    record = tenant.live.get(UUID(message["interaction_id"]))
    projects = message.get("projects")
    seen = record is not None and (projects is None or str(record.interaction.project_id) in projects)
    if record is None or not seen or not isinstance(record.interaction.journey, Parked):
        raise Impossible("not_parked")
    agent = tenant.config.agents.get(UUID(message["actor"]["agent_id"]))
    if agent is None:
        raise Impossible("not_an_agent")
    free(tenant, agent.id)
    return InteractionCommand(record.interaction.id, _picking(tenant, agent))


def _picking(tenant: Tenant, agent: AgentSettings, *, rings_back: bool = False) -> PickUp:
    return PickUp(
        agent_id=agent.id,
        sip_user=agent.sip_user,
        leg_id=tenant.leg_to(agent.id),
        recording_id=tenant.new_id(),
        ring_seconds=RING_SECONDS,
        rings_back=rings_back,
    )


def _parked(work: Work, event: ParkCustomer) -> None:
    """At the first place that is free."""
    tenant, taken = work.tenant, set(_places(work.tenant))
    settings = tenant.config.parking
    place = next((place for place in range(1, settings.places + 1) if place not in taken), None)
    if place is None:
        raise Impossible("no_place_to_park")
    work.answer["place"] = place
    work.later(event.interaction_id, Park(place=place, seconds=settings.seconds))


def _places(tenant: Tenant) -> Iterator[int]:
    for record in tenant.live.values():
        if isinstance(record.interaction.journey, Parked):
            yield record.interaction.journey.place


def _ring_back(work: Work, record: Live, effect: RingBack) -> None:
    """To who had parked the customer, if they are free; else the customer goes on without."""
    tenant, state = work.tenant, record.interaction
    if not isinstance(state.journey, Parked):
        return
    agent, now = tenant.config.agents.get(state.journey.by_agent), tenant.agents.get(state.journey.by_agent)
    if effect.possible and agent and now and is_free(now):
        work.later(state.id, _picking(tenant, agent, rings_back=True))
        return
    there = state.queue_id in tenant.config.queues
    work.later(state.id, NotPickedUp(again(tenant, record, state.queue_id) if there else None))


EVENTS: dict[type, EventHandler] = {ParkCustomer: _parked}
EFFECTS: dict[type, EffectHandler] = {RingBack: _ring_back}
