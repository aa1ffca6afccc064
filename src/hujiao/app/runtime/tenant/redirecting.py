"""An agent to whom a call was in person did not come: where their rules lead it, as the machine needs it. Pure."""

from __future__ import annotations

from hujiao.agents.contracts import Impossible
from hujiao.agents.forwarding import Trail
from hujiao.app.runtime.tenant import consulting, dialling, forwarding, transferring
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, Work
from hujiao.interactions.contracts import Consult, Dial, Dialling, Forwarded, NotForwarded, SeekForward, Transfer


def _seek(work: Work, record: Live, effect: SeekForward) -> None:
    tenant, trail = work.tenant, Trail(hops=record.interaction.forwarded)
    way = forwarding.way(tenant, _asker(tenant, record), effect.agent_id, why=effect.why, trail=trail)
    answer: Forwarded | NotForwarded = NotForwarded(effect.cause, way.trail)
    if len(way.trail.hops) > len(trail.hops):
        try:
            answer = Forwarded(_instead(tenant, record, way))
        except Impossible:  # who is next cannot be called now
            answer = NotForwarded(effect.cause)
    work.later(record.interaction.id, answer)


def _instead(tenant: Tenant, record: Live, way: forwarding.Way) -> Dial | Consult | Transfer:
    state = record.interaction
    if isinstance(state.journey, Dialling):
        return dialling.call_instead(tenant, state.journey.dial, way)
    if consulted := state.consulted:
        by_leg = state.other.second.leg_id if state.other and state.other.second else ""
        return consulting.asking(
            tenant, state, way, seconds=consulting.RING_SECONDS, by_leg=by_leg, note=consulted.note
        )
    return transferring.send_instead(tenant, record, way)


def _asker(tenant: Tenant, record: Live) -> forwarding.Asker:
    state = record.interaction
    if isinstance(state.journey, Dialling):
        return forwarding.colleague(tenant.config.agents[state.journey.dial.agent_id])
    if state.consulted:
        return forwarding.in_conversation(tenant, state)
    return forwarding.sent_on(tenant, state, state.transfers[-1].by_agent if state.transfers else None)


EFFECTS: dict[type, EffectHandler] = {SeekForward: _seek}
