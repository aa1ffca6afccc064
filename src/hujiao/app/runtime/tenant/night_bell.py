"""The night bell: at whose desktops it rings, because it is night and a caller is there whom nobody takes. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hujiao.agents.contracts import AgentState, RingBell
from hujiao.app.runtime.tenant import agents
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import NightDue
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.hours.contracts import Schedule
from hujiao.hours.schedule import next_change, open_at


def look(work: Work) -> None:
    """Begins and stops it, as things are when the engine comes to rest."""
    tenant = work.tenant
    if not (tenant.config.night_bells or tenant.bells):
        return
    wanted = set(_wanted(tenant)) if is_night(tenant, work.now) else set()
    for agent_id in sorted(wanted ^ tenant.bells):
        on = agent_id in wanted
        work.fact("bell.started" if on else "bell.ended", None, agent_id=agent_id)
        agents.step(work, agent_id, RingBell(on))
    tenant.bells = wanted


def arm(work: Work) -> None:
    """Look again when night begins or ends; a take-over and another configuration begin here."""
    tenant = work.tenant
    changes = [at for schedule in _nights(tenant) if (at := next_change(schedule, work.now))]
    tenant.bell_due = min(changes) if changes and tenant.config.night_bells else None
    if tenant.bell_due:
        work.turn.timers.append(NightDue(tenant.bell_due))


def is_night(tenant: Tenant, now: datetime) -> bool:
    return any(not open_at(schedule, now) for schedule in _nights(tenant))


def _nights(tenant: Tenant) -> list[Schedule]:
    return [schedule for schedule in tenant.config.hours.values() if schedule.night_bell]


def _wanted(tenant: Tenant) -> list[UUID]:
    """Agents who have it on and may take a caller who rings at theirs or waits; who talks is at the desk."""
    there = [agent for agent_id in tenant.config.night_bells if (agent := tenant.agents.get(agent_id))]
    there = [agent for agent in there if agent.state not in ("logged_out", "engaged")]
    waited = _waited_in(tenant) if there else set()
    queues_of = tenant.dispatch.router.queues_of
    return [
        agent.agent_id
        for agent in there
        if _rings_at(tenant, agent) or not waited.isdisjoint(queues_of(agent.agent_id, any_work=True))
    ]


def _rings_at(tenant: Tenant, agent: AgentState) -> bool:
    record = tenant.live.get(agent.interaction_id) if agent.interaction_id else None
    return agent.state == "reserved" and record is not None and record.interaction.state == "offered"


def _waited_in(tenant: Tenant) -> set[UUID | None]:
    """Returns the queues in which a caller waits and nobody is free."""
    states = (tenant.live[interaction_id].interaction for interaction_id in tenant.on_the_line)
    waited = {state.queue_id for state in states if state.state == "queued"}
    return {queue_id for queue_id in waited if queue_id and not tenant.dispatch.router.free_agents(queue_id)}


def _due(work: Work, event: NightDue) -> None:
    if event.due_at == work.tenant.bell_due:
        arm(work)


EVENTS: dict[type, EventHandler] = {NightDue: _due}
