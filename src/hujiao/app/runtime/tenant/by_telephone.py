"""Agents who work by telephone alone: who is at the keys, and what they do by them. Pure.

Number and PIN are checked, and results looked up, in the database meanwhile; what comes back is done here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents.contracts import (
    AT_NUMBER,
    AgentEvent,
    AgentState,
    Impossible,
    SetAvailable,
    SetNotReady,
    SignIn,
    SignOut,
)
from hujiao.app.runtime.tenant import agents, breaks, summaries
from hujiao.app.runtime.tenant.agent_questions import AgentAnswered, AskAgent, Contact
from hujiao.app.runtime.tenant.config import AgentSettings, TenantConfig
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.summaries import CompleteSummary
from hujiao.app.runtime.tenant.turn import Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.flows import contracts as flows
from hujiao.interactions import contracts as interactions
from hujiao.kit.i18n import Said

_REFUSALS = {"too_many_agents": "too_many", "not_signed_in_to_work": "sign_in_first"}


def _said(key: str, **values: str | int) -> Said:
    return Said(f"by_telephone.{key}", values)


# ── who it is ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check(work: Work, record: Live, effect: flows.CheckAgent) -> None:
    """Only who is alone with the flow types a PIN: nobody else hears the keys, and nothing is recorded."""
    if record.chat is not None or record.fragment is not None:
        work.flow(record.interaction.id, flows.AgentTold(serial=effect.serial, outcome="refused"))
        return
    asked = AskAgent(
        interaction_id=record.interaction.id, serial=effect.serial, what="pin", number=effect.number, pin=effect.pin
    )
    work.turn.questions.append(asked)


def _known(work: Work, record: Live, event: AgentAnswered) -> None:
    """The agent is signed in to work if they are not; and where they call from is where they work."""
    tenant, settings = work.tenant, work.tenant.config.agents.get(event.agent_id) if event.agent_id else None
    if event.problem:
        work.flow(record.interaction.id, flows.AgentTold(serial=event.serial, outcome="failed"))
        return
    if settings is None:
        work.flow(record.interaction.id, flows.AgentTold(serial=event.serial, outcome="refused"))
        return
    before, record.worker = record.worker, settings.id
    record.interaction = msgspec.structs.replace(record.interaction, caller_works=True)
    tenant.at_keys.add(record.interaction.id)
    work.changes(record.interaction.id)
    if before and before != settings.id:
        agents.look_at_phone(work, before)
    said: tuple[Said, ...] = ()
    agent = tenant.agents.get(settings.id)
    if agent is None or agent.state == "logged_out" or _moves(work, agent):
        said = _sign_in(work, record, settings)
    agents.look_at_phone(work, settings.id)
    _tell(work, record, event.serial, *said, agent_id=settings.id)


def _moves(work: Work, agent: AgentState) -> bool:
    """Whether who is signed in is so from here on where they call from: not from a phone that is there."""
    elsewhere = agent.phone_kind != AT_NUMBER and agent.unreachable_since is None
    return work.tenant.config.outside_numbers and agent.state in ("available", "not_ready") and not elsewhere


def _sign_in(work: Work, record: Live, settings: AgentSettings) -> tuple[Said, ...]:
    """At the outside number, where the company lets agents work at such, else at the desk phone that is there.

    Returns what is said of it; nothing when it was done.
    """
    tenant = work.tenant
    if tenant.config.outside_numbers:
        number = settings.work_number or record.interaction.caller
        if tenant.config.dialling.refusal(number) or tenant.config.number(number):
            return (_said("number_not_allowed"),)
        return _done(work, settings.id, SignIn(phone_kind=AT_NUMBER, phone_number=number))
    if settings.phone_kind == "phone" and settings.sip_user in (tenant.phones or ()):
        return _done(work, settings.id, SignIn(phone_kind="phone"))
    return (_said("no_phone"),)


def ended(tenant: Tenant, config: TenantConfig) -> set[UUID]:
    """Returns who works at an outside number and, by the new settings, may not do so there any more."""
    found = set()
    for agent in tenant.agents.values():
        before, now = tenant.config.agents.get(agent.agent_id), config.agents.get(agent.agent_id)
        if agent.phone_kind != AT_NUMBER or agent.state == "logged_out" or now is None:
            continue
        moved = before is not None and before.work_number != now.work_number
        elsewhere = now.work_number not in ("", agent.phone_number)
        if moved or elsewhere or not (config.outside_numbers and now.has_pin):
            found.add(agent.agent_id)
    return found


# ── what they do ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _act(work: Work, record: Live, effect: flows.ActAsAgent) -> None:
    settings = work.tenant.config.agents.get(record.worker) if record.worker else None
    if settings is None or not settings.has_pin:
        work.flow(record.interaction.id, flows.AgentTold(serial=effect.serial, outcome="refused"))
        return
    agent = work.tenant.agents.get(settings.id)
    signed_in = agent is not None and agent.state != "logged_out"
    match effect.act:
        case "sign_in_or_out":
            said = _done(work, settings.id, SignOut()) if signed_in else _sign_in(work, record, settings)
            _tell(work, record, effect.serial, *said)
        case "available" if signed_in:
            _tell(work, record, effect.serial, *_ready(work, settings.id))
        case "not_ready" if signed_in:
            _not_ready(work, record, effect, settings.id)
        case "result" if agent is not None:
            contact = _being_written(work, agent)
            asked = AskAgent(
                interaction_id=record.interaction.id,
                serial=effect.serial,
                what="results",
                agent_id=settings.id,
                contact=contact,
                path=effect.path,
                more=effect.more,
            )
            work.turn.questions.append(asked)
        case "available" | "not_ready":
            _tell(work, record, effect.serial, _said("sign_in_first"))
        case _:
            _tell(work, record, effect.serial)


def _ready(work: Work, agent_id: UUID) -> tuple[Said, ...]:
    """Who still writes up has done with it: what was to be written is written later."""
    said = _done(work, agent_id, SetAvailable())
    agent = work.tenant.agents[agent_id]
    if not said and agent.state == "wrap_up" and (contact := _being_written(work, agent)):
        work.interaction(contact.interaction_id, interactions.WrapUp(agent_id=agent_id, automatic=True))
    return said


def _not_ready(work: Work, record: Live, effect: flows.ActAsAgent, agent_id: UUID) -> None:
    reasons = list(work.tenant.config.reasons.items())
    if reasons and not (effect.path and effect.path[0] <= len(reasons)):
        told = flows.AgentTold(
            serial=effect.serial,
            outcome="more" if effect.more else "choose",
            act="not_ready",
            said=(_said("choose_reason"),),
            choices=tuple(name for _, name in reasons),
        )
        work.flow(record.interaction.id, told)
        return
    reason = reasons[effect.path[0] - 1][0] if reasons else None
    if reason in work.tenant.config.breaks.reasons:
        said = _break(work, agent_id, reason)
    else:
        said = _done(work, agent_id, SetNotReady(reason))
    _tell(work, record, effect.serial, *said)


def _break(work: Work, agent_id: UUID, reason: str) -> tuple[Said, ...]:
    """As from the desktop: the agent waits for a place where the company lets who asks wait."""
    try:
        breaks.ask_for(work, breaks.AskForBreak(agent_id=agent_id, reason=reason))
    except Impossible:
        return (_said("not_possible"),)
    standing = breaks.standing(work.tenant.agents[agent_id])
    if standing == "waiting":
        return (_said("break_waits"),)
    return () if standing else (_said("break_refused"),)


def _done(work: Work, agent_id: UUID, event: AgentEvent) -> tuple[Said, ...]:
    """Give the agent's machine this event; returns why not, if it refuses."""
    try:
        agents.step(work, agent_id, event)
    except Impossible as error:
        return (_said(_REFUSALS.get(error.code, "not_possible")),)
    return ()


# ── results ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _being_written(work: Work, agent: AgentState) -> Contact | None:
    """Returns the contact that the agent writes up now."""
    record = work.tenant.live.get(agent.interaction_id) if agent.interaction_id else None
    if record is None or agent.agent_id not in record.interaction.wrap_ups:
        return None
    state = record.interaction
    return Contact(
        interaction_id=state.id, queue_id=state.queue_id, business_id=state.business_id, direction=state.direction
    )


def _results(work: Work, record: Live, event: AgentAnswered) -> None:
    interaction_id, agent_id = record.interaction.id, record.worker
    if event.problem or agent_id is None:
        _tell(work, record, event.serial, _said(event.problem or "failed"))
    elif event.disposition_id is None:
        told = flows.AgentTold(
            serial=event.serial,
            outcome="more" if event.more else "choose",
            act="result",
            path=event.path,
            said=(_said("choose_result"),),
            choices=event.names,
        )
        work.flow(interaction_id, told)
    else:
        said = "result_saved" if _save(work, agent_id, event) else "not_possible"
        _tell(work, record, event.serial, _said(said, name=event.disposition_name))


def _save(work: Work, agent_id: UUID, event: AgentAnswered) -> bool:
    """As from the desktop, without a note; one that must be written is written later."""
    assert event.contact_id is not None
    given: dict[str, Any] = {
        "agent_id": agent_id,
        "disposition_id": event.disposition_id,
        "disposition_name": event.disposition_name,
    }
    live = work.tenant.live.get(event.contact_id)
    if live is not None and agent_id in live.interaction.wrap_ups:
        terms = live.interaction.terms
        need = live.interaction.summaries.get(agent_id, terms.summary if terms else interactions.SummaryNeed())
        result = interactions.WrapUp(**given)
        automatic = bool(need.without(result).lacks)
        work.interaction(event.contact_id, msgspec.structs.replace(result, automatic=automatic))
        return True
    if not event.due or event.account_id is None:
        return False
    completed = CompleteSummary(interaction_id=event.contact_id, by_account=event.account_id, note="", **given)
    summaries.complete(work, completed)
    return True


# ── what they are told ────────────────────────────────────────────────────────────────────────────────────────────────


class TellAtKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Tell the agent at the keys how they stand, when all that was done has been."""

    serial: int
    said: tuple[Said, ...]
    agent_id: UUID | None


def _tell(work: Work, record: Live, serial: int, *said: Said, agent_id: UUID | None = None) -> None:
    """`agent_id`: who has just become known."""
    work.follow(record.interaction.id, TellAtKeys(serial=serial, said=said, agent_id=agent_id))


def _told(work: Work, record: Live, effect: TellAtKeys) -> None:
    said = (*effect.said, _standing(work, record))
    told = flows.AgentTold(serial=effect.serial, outcome="told", said=said, agent_id=effect.agent_id)
    work.flow(record.interaction.id, told)


def _standing(work: Work, record: Live) -> Said:
    agent = work.tenant.agents.get(record.worker) if record.worker else None
    if agent is None:
        return _said("state.logged_out")
    reason = work.tenant.config.reasons.get(agent.reason or "")
    if agent.state == "not_ready" and reason:
        return _said("state.not_ready_because", name=reason)
    return _said(f"state.{agent.state}")


def _answered(work: Work, event: AgentAnswered) -> None:
    record = work.tenant.live.get(event.interaction_id)
    run = record.run if record else None
    if record is None or run is None or run.phase != "away" or run.playback != event.serial:
        return  # it comes too late
    if event.what == "pin":
        _known(work, record, event)
    else:
        _results(work, record, event)


EVENTS: dict[type, EventHandler] = {AgentAnswered: _answered}
EFFECTS: dict[type, EffectHandler] = {
    flows.CheckAgent: _check,
    flows.ActAsAgent: _act,
    TellAtKeys: _told,
}
