"""Breaks: who may rest now, who waits for it in which order, and what supervisors decide. Pure."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec

from hujiao.agents.contracts import (
    AgentEvent,
    AgentState,
    AskBreak,
    BreakRequest,
    EndBreak,
    GrantBreak,
    Impossible,
    RefuseBreak,
)
from hujiao.agents.machine import has_break
from hujiao.app.runtime.tenant import agents
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import AgentCommand
from hujiao.app.runtime.tenant.work import EventHandler, Work

Standing = Literal["waiting", "granted", "began", "refused"]


class AskForBreak(msgspec.Struct, frozen=True, kw_only=True):
    """An agent asks for a break. `waits` False: for one at once or none."""

    agent_id: UUID
    reason: str
    waits: bool = True


def ask(tenant: Tenant, message: dict[str, Any]) -> AskForBreak:
    if message["reason_code_id"] not in tenant.config.breaks.reasons:
        raise Impossible("not_a_break", field="reason_code_id")
    return AskForBreak(agent_id=_own(message), reason=message["reason_code_id"])


def withdraw(tenant: Tenant, message: dict[str, Any]) -> AgentCommand:
    """What has not begun; a break itself ends when the agent is available."""
    request = _request(tenant, _own(message))
    if request.began_at:
        raise Impossible("break_began")
    return AgentCommand(_own(message), EndBreak())


def grant(tenant: Tenant, message: dict[str, Any]) -> AgentCommand:
    """By a supervisor, whatever the limit; the API has checked whom."""
    return _directed(tenant, message, GrantBreak(by=_by(message)))


def refuse(tenant: Tenant, message: dict[str, Any]) -> AgentCommand:
    return _directed(tenant, message, RefuseBreak(by=_by(message), word=message["word"]))


def end(tenant: Tenant, message: dict[str, Any]) -> AgentCommand:
    agent_id = UUID(message["agent_id"])
    if _request(tenant, agent_id).began_at is None:
        raise Impossible("no_break_asked")
    return AgentCommand(agent_id, EndBreak(by=_by(message)))


def _own(message: dict[str, Any]) -> UUID:
    return UUID(message["actor"]["agent_id"])


def _by(message: dict[str, Any]) -> UUID:
    return UUID(message["actor"]["account_id"])


def _directed(tenant: Tenant, message: dict[str, Any], event: AgentEvent) -> AgentCommand:
    agent_id = UUID(message["agent_id"])
    _request(tenant, agent_id)
    return AgentCommand(agent_id, event)


def _request(tenant: Tenant, agent_id: UUID) -> BreakRequest:
    agent = tenant.agents.get(agent_id)
    if agent is None or agent.break_request is None:
        raise Impossible("no_break_asked")
    return agent.break_request


def ask_for(work: Work, event: AskForBreak) -> None:
    """Granted where there is a place; else the agent waits, or is told that there is none."""
    tenant, agent_id = work.tenant, event.agent_id
    if agent_id not in tenant.config.agents:
        raise Impossible("not_an_agent")
    agents.step(work, agent_id, AskBreak(event.reason))
    if has_room(tenant, agent_id):
        agents.step(work, agent_id, GrantBreak())
    elif not (event.waits and tenant.config.breaks.waits):
        agents.step(work, agent_id, RefuseBreak())
    work.answer |= {"break": standing(tenant.agents[agent_id]) or "refused", "place": place(tenant, agent_id)}


def begin_next(work: Work) -> bool:
    """Grants the break of the first who waits and for whom there is a place; returns whether there was one.

    Looked for only when some break, or what is allowed, has changed.
    """
    tenant = work.tenant
    for agent_id in _waiting(tenant) if tenant.breaks_changed else ():
        if has_room(tenant, agent_id):
            agents.step(work, agent_id, GrantBreak())
            return True
    tenant.breaks_changed = False
    return False


def has_room(tenant: Tenant, agent_id: UUID) -> bool:
    """Whether fewer rest than may, in all that the agent counts in."""
    resting = [one for one in tenant.break_requests if has_break(tenant.agents[one])]
    return all(
        sum(pool in pools(tenant, one) for one in resting) < allowed
        for pool, allowed in pools(tenant, agent_id).items()
    )


def pools(tenant: Tenant, agent_id: UUID) -> dict[UUID | None, int]:
    """Where the agent's break counts, and how many may rest there: in the teams that have a number of their own, else
    among all who are in none (None)."""
    breaks, settings = tenant.config.breaks, tenant.config.agents.get(agent_id)
    if settings is None:
        return {}
    own: dict[UUID | None, int] = {team: breaks.teams[team] for team in settings.groups if team in breaks.teams}
    return own or ({} if breaks.most is None else {None: breaks.most})


def _waiting(tenant: Tenant) -> list[UUID]:
    """In their order."""
    waiting = [
        (request.asked_at, agent_id)
        for agent_id in tenant.break_requests
        if (request := tenant.agents[agent_id].break_request) and request.granted_at is None
    ]
    return [agent_id for _, agent_id in sorted(waiting)]


def place(tenant: Tenant, agent_id: UUID) -> int | None:
    """The place among those who wait for the same; None for who does not wait."""
    waiting, own = _waiting(tenant), pools(tenant, agent_id).keys()
    if agent_id not in waiting:
        return None
    before = waiting[: waiting.index(agent_id)]
    return 1 + sum(not own.isdisjoint(pools(tenant, one)) for one in before)


def standing(agent: AgentState) -> Standing | None:
    request = agent.break_request
    if request is None:
        return None
    if request.granted_at is None:
        return "waiting"
    return "began" if request.began_at else "granted"


def view(tenant: Tenant, agent: AgentState | None) -> dict[str, Any]:
    """What is seen of it, as JSON."""
    if agent is None:
        return {"break_request": None, "break_refused": None}
    request, refused = agent.break_request, agent.break_refused
    return {
        "break_request": request
        and {
            "state": standing(agent),
            "place": place(tenant, agent.agent_id),
            "reason_code_id": request.reason,
            "asked_at": request.asked_at,
            "began_at": request.began_at,
            "over_limit": request.granted_by is not None,
        },
        "break_refused": refused
        and {
            "reason_code_id": refused.reason,
            "at": refused.at,
            "word": refused.word,
            "full": refused.by is None,
        },
    }


EVENTS: dict[type, EventHandler] = {AskForBreak: ask_for}
