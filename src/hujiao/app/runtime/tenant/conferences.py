"""Conferences of several calls: who comes to which, and what one call's change means for the others. Pure.

A conference is nothing but the calls that take part: it is there from the first to the last of them, in one bridge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import flowing
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows
from hujiao.interactions.contracts import (
    ConferenceAct,
    ConferenceChanged,
    ConferenceOver,
    ControlParty,
    EndCall,
    EnterConference,
    HostWishes,
    InteractionState,
    NobodyElseThere,
    Party,
    SoundTones,
)


class EndConference(msgspec.Struct, frozen=True):
    """A supervisor ends it for everybody."""

    bridge: str
    by_account: UUID


# ── coming ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _enter(work: Work, record: Live, effect: flows.ToConference) -> None:
    terms, tenant = effect.terms, work.tenant
    if record.chat is not None:
        flowing.not_here(work, record, terms.on_refused)
        return
    bridge = tenant.conference_in(terms.room)
    there = sum(len(state.parties) for state in tenant.in_conference(bridge)) if bridge else 0
    if not terms.room:
        _refuse(work, record, effect, "no_name", terms.on_refused)
        return
    if there >= terms.most_parties:
        _refuse(work, record, effect, "full", terms.on_full)
        return
    numbers = terms.numbers[: terms.most_parties - there - 1]
    event = EnterConference(
        terms=replace(terms, numbers=numbers),
        bridge=bridge or calls.conference_bridge(tenant.new_id()),
        legs=tuple(calls.outside_leg(tenant.new_id()) for _ in numbers),
    )
    work.interaction(record.interaction.id, event)


def _refuse(work: Work, record: Live, effect: flows.ToConference, why: str, node: str | None) -> None:
    interaction_id = record.interaction.id
    work.fact("conference.refused", interaction_id, room=effect.terms.room, why=why)
    if node:
        work.flow(interaction_id, flows.GoTo(node))
    else:
        work.later(interaction_id, EndCall(reason="flow_ended"))


# ── what one call's change means for the others ───────────────────────────────────────────────────────────────────────


def _changed(work: Work, record: Live, effect: ConferenceChanged) -> None:
    """All are told anew: the last word holds."""
    states = work.tenant.in_conference(effect.bridge)
    if not states:
        work.command(record, calls.EndBridge(bridge_id=effect.bridge))
        return
    hosts = [state for state in states if _host(state)]
    if effect.over and not hosts:
        for state in states:
            work.later(state.id, ConferenceOver(why="host_left"))
        return
    if any(state.customer and state.customer.state == "in" for state in hosts):
        for state, party in _parties(states, "waiting"):
            if state.conference and state.conference.terms.admission == "with_host":
                work.later(state.id, ControlParty(leg_id=party.leg_id, act="admit", by="system"))
    there = _parties(states, "in")
    for state in states:
        work.later(state.id, NobodyElseThere(len(there) < 2))
    if effect.tones and len(there) > 1:
        work.later(there[0][0].id, SoundTones(effect.tones))


def _host_wishes(work: Work, record: Live, effect: HostWishes) -> None:
    states = work.tenant.in_conference(effect.bridge)
    guests = [(state, party) for state, party in _parties(states) if not (_host(state) and party.role == "customer")]

    def each(act: ConferenceAct, of: Iterable[tuple[InteractionState, Party]]) -> None:
        for state, party in of:
            work.later(state.id, ControlParty(leg_id=party.leg_id, act=act, by="host"))

    match effect.wish:
        case "admit_next":
            waiting = [one for one in guests if one[1].state == "waiting"]
            each("admit", sorted(waiting, key=lambda one: one[1].since)[:1])
        case "hold_last":
            there = [one for one in guests if one[1].state == "in"]
            each("hold", sorted(there, key=lambda one: one[1].since)[-1:])
        case "take_back":
            each("admit", [one for one in guests if one[1].state == "held"])
        case "mute_guests":
            each("mute", guests)
        case "unmute_guests":
            each("unmute", guests)
        case "end":
            for state in states:
                work.later(state.id, ConferenceOver(why="ended"))


def _host(state: InteractionState) -> bool:
    return state.conference is not None and state.conference.terms.host


def _parties(states: Iterable[InteractionState], *now: str) -> list[tuple[InteractionState, Party]]:
    """Everybody, or those in one of these states, each with their call."""
    return [(state, party) for state in states for party in state.parties if not now or party.state in now]


# ── as commanded ──────────────────────────────────────────────────────────────────────────────────────────────────────


def control(tenant: Tenant, message: dict[str, Any]) -> InteractionCommand:
    """`message` says whom by their leg, and what. Of one's own projects' calls (`projects`; None: of all)."""
    interaction_id = tenant.legs.get(message["leg_id"])
    state = tenant.live[interaction_id].interaction if interaction_id else None
    if state is None or not _in(state, message) or not _may(state, message):
        raise Impossible("not_your_interaction")
    by_account = UUID(message["actor"]["account_id"])
    event = ControlParty(leg_id=message["leg_id"], act=message["act"], by="supervisor", by_account=by_account)
    return InteractionCommand(state.id, event)


def end(tenant: Tenant, message: dict[str, Any]) -> EndConference:
    """Only who may direct all its calls ends it for all."""
    bridge = calls.conference_bridge(UUID(message["conference_id"]))
    states = tenant.in_conference(bridge)
    if not any(_may(state, message) for state in states):
        raise Impossible("not_your_interaction")
    if not all(_may(state, message) for state in states):
        raise Impossible("calls_of_other_projects")
    return EndConference(bridge, UUID(message["actor"]["account_id"]))


def _in(state: InteractionState, message: dict[str, Any]) -> bool:
    bridge = calls.conference_bridge(UUID(message["conference_id"]))
    return state.conference is not None and state.conference.bridge == bridge


def _may(state: InteractionState, message: dict[str, Any]) -> bool:
    projects = message.get("projects")
    return projects is None or str(state.project_id) in projects


def _end(work: Work, event: EndConference) -> None:
    for state in work.tenant.in_conference(event.bridge):
        work.later(state.id, ConferenceOver(why="ended", by_account=event.by_account))


EVENTS: dict[type, EventHandler] = {EndConference: _end}
EFFECTS: dict[type, EffectHandler] = {
    flows.ToConference: _enter,
    ConferenceChanged: _changed,
    HostWishes: _host_wishes,
}
