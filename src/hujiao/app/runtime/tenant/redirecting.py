"""An agent to whom a call was in person did not come: where their rules lead it, as the machine needs it. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.agents.forwarding import Trail
from hujiao.app.runtime.tenant import consulting, dialling, forwarding, transferring
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, Work
from hujiao.interactions.contracts import Consult, Dial, Dialling, Forwarded, NotForwarded, SeekForward, Transfer


def _seek(work: Work, record: Live, effect: SeekForward) -> None:
    """Answered before anything else happens: nobody else is then sent to whom this call is going to."""
    work.interaction(record.interaction.id, _answer(work.tenant, record, effect))


def _answer(tenant: Tenant, record: Live, effect: SeekForward) -> Forwarded | NotForwarded:
    """Of a rule that has been taken away while the phone rang: nobody is to blame who relied on it."""
    asker, trail = _asker(tenant, record), Trail(hops=record.interaction.forwarded)
    blame = effect.blame if forwarding.has_rule(tenant, effect.agent_id, effect.why) else None
    refused = NotForwarded(agent_id=effect.agent_id, cause=effect.cause, blame=blame)
    if asker is None:
        return refused
    way = forwarding.way(tenant, asker, effect.agent_id, why=effect.why, trail=trail)
    if len(way.trail.hops) == len(trail.hops):
        return replace(refused, trail=way.trail)
    try:
        return Forwarded(agent_id=effect.agent_id, cause=effect.cause, instead=_instead(tenant, record, way))
    except Impossible:  # who is next cannot be called now
        last = way.trail.hops[-1].agent_id
        return replace(refused, trail=replace(trail, stopped="not_possible", stopped_at=last))


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


def _asker(tenant: Tenant, record: Live) -> forwarding.Asker | None:
    """None: the agent who calls has no settings any more."""
    state = record.interaction
    if isinstance(state.journey, Dialling):
        agent = tenant.config.agents.get(state.journey.dial.agent_id)
        return forwarding.colleague(agent) if agent else None
    if state.consulted:
        return forwarding.in_conversation(tenant, state)
    return forwarding.sent_on(tenant, state, state.transfers[-1].by_agent if state.transfers else None)


EFFECTS: dict[type, EffectHandler] = {SeekForward: _seek}
