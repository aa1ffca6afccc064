"""Commands from the desktops as events of the machines; answers in the public error form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant import (
    breaks,
    chats,
    conferences,
    consulting,
    dialling,
    guiding,
    parking,
    recording,
    returning,
    supervising,
    transferring,
)
from hujiao.app.runtime.tenant.agent_adjustments import AdjustAgents, EndOfAgents
from hujiao.app.runtime.tenant.call_backs import RequestCallBack
from hujiao.app.runtime.tenant.marking import MarkMalicious
from hujiao.app.runtime.tenant.measuring import MeasureLine
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.summaries import CompleteSummary
from hujiao.app.runtime.tenant.turn import AgentCommand, AnswerSuggestion, AssignWork, InteractionCommand
from hujiao.interactions import contracts as interactions

EXTENDED_BY = timedelta(minutes=1)

SIMPLE = {
    "interaction.hold": interactions.Hold(),
    "interaction.resume": interactions.Resume(),
    "interaction.mute": interactions.Mute(True),
    "interaction.unmute": interactions.Mute(False),
    "interaction.hang_up": interactions.AgentHangsUp(),
    "interaction.reject": interactions.AgentRejects(),
    "interaction.swap": interactions.Swap(),
    "interaction.end_consultation": interactions.EndConsultation(),
    "interaction.join": interactions.Join(),
    "interaction.end_guidance": interactions.EndGuidance(by="agent"),
    "interaction.hand_over": interactions.HandOver(),
}

PARTIES: dict[str, Callable[[str], Any]] = {
    "interaction.hang_up_party": interactions.HangUpParty,
    "interaction.hold_party": lambda leg_id: interactions.HoldParty(leg_id, True),
    "interaction.resume_party": lambda leg_id: interactions.HoldParty(leg_id, False),
    "interaction.mute_party": lambda leg_id: interactions.MuteParty(leg_id, True),
    "interaction.unmute_party": lambda leg_id: interactions.MuteParty(leg_id, False),
}


# What there is in a chat, where nobody is on hold, nothing is recorded and no phone is called.
_OF_CHATS = frozenset(
    {
        "interaction.hang_up",
        "interaction.reject",
        "interaction.transfer",
        "interaction.supervise",
        "interaction.end_supervision",
        "interaction.disconnect",
        "agents.force",
    }
)


# What is done with a customer: nobody queues, or leads through a flow, a colleague whom they have called.
_OF_CUSTOMERS = frozenset({"interaction.transfer", "interaction.guide", "interaction.park"})


def _adjust(message: dict[str, Any]) -> AdjustAgents:
    return AdjustAgents(
        agent_ids=tuple(map(UUID, message["agent_ids"])),
        changes=tuple((kind, subject, level) for kind, subject, level in message["changes"]),
        by=UUID(message["actor"]["account_id"]),
        until_at=datetime.fromisoformat(message["until_at"]) if message["until_at"] else None,
        for_good=message.get("for_good", False),
        reason=message.get("reason", ""),
    )


def _end_adjustments(message: dict[str, Any]) -> EndOfAgents:
    return EndOfAgents(ids=frozenset(map(UUID, message["ids"])), by=UUID(message["actor"]["account_id"]))


def _give_work(message: dict[str, Any]) -> AssignWork:
    return AssignWork(
        agent_ids=tuple(map(UUID, message["agent_ids"])),
        work=message["work"],
        until_at=datetime.fromisoformat(message["until_at"]) if message["until_at"] else None,
        by=UUID(message["actor"]["account_id"]),
    )


def _answer_suggestion(message: dict[str, Any]) -> AnswerSuggestion:
    return AnswerSuggestion(
        rule_id=UUID(message["rule_id"]), accept=message["accept"], by=UUID(message["actor"]["account_id"])
    )


def _mark(message: dict[str, Any]) -> MarkMalicious:
    account, agent = message["actor"]["account_id"], message["actor"].get("agent_id")
    return MarkMalicious(
        interaction_id=UUID(message["interaction_id"]),
        malicious=message["malicious"],
        reason=message.get("reason") or "",
        by_account=UUID(account),
        by_name=message["by_name"],
        by_agent=UUID(agent) if agent else None,
    )


def _measure(message: dict[str, Any]) -> MeasureLine:
    return MeasureLine(
        interaction_id=UUID(message["interaction_id"]),
        agent_id=UUID(message["actor"]["agent_id"]),
        measured=message["measured"],
    )


def _complete_summary(message: dict[str, Any]) -> CompleteSummary:
    return CompleteSummary(
        interaction_id=UUID(message["interaction_id"]),
        agent_id=UUID(message["actor"]["agent_id"]),
        by_account=UUID(message["actor"]["account_id"]),
        disposition_id=UUID(message["disposition_id"]) if message["disposition_id"] else None,
        disposition_name=message["disposition_name"],
        note=message["note"],
    )


# By agents and by those who direct calls alike; each says itself who may.
_ABOUT_OTHERS: dict[str, Callable[[Tenant, dict[str, Any]], Any]] = {
    "calls.dial": dialling.event,
    "interaction.pick_up": parking.pick_up,
    "interaction.transfer": transferring.event,
    "interaction.recording": recording.event,
    "interaction.supervise": supervising.supervise,
    "interaction.end_supervision": supervising.end,
    "interaction.disconnect": supervising.disconnect,
    "agents.force": supervising.force,
    "break.ask": breaks.ask,
    "break.withdraw": breaks.withdraw,
    "breaks.grant": breaks.grant,
    "breaks.refuse": breaks.refuse,
    "breaks.end": breaks.end,
    "conference.control": conferences.control,
    "conference.end": conferences.end,
}

# What the API has checked: whom it concerns, and what the asker may.
Directed = AdjustAgents | EndOfAgents | AssignWork | AnswerSuggestion | MarkMalicious | MeasureLine | CompleteSummary
CHECKED: dict[str, Callable[[dict[str, Any]], Directed]] = {
    "work.give": _give_work,
    "work.answer": _answer_suggestion,
    "adjustments.give": _adjust,
    "adjustments.end": _end_adjustments,
    "interaction.mark": _mark,
    "interaction.measure": _measure,
    "interaction.complete_summary": _complete_summary,
}


def event(tenant: Tenant, message: dict[str, Any]) -> Any:
    """The event that the command asks for. `Impossible` when this agent may not do it."""
    kind = message["kind"]
    if kind in CHECKED:
        return CHECKED[kind](message)
    if kind == "callback.request":
        return _call_back(message)
    if kind == "callback.cancel":
        return InteractionCommand(UUID(message["interaction_id"]), interactions.CancelCallBack())
    if kind in chats.COMMANDS:
        return chats.COMMANDS[kind](tenant, message)
    if kind in _ABOUT_OTHERS:
        asked = _ABOUT_OTHERS[kind](tenant, message)
        about = tenant.live.get(UUID(message["interaction_id"])) if "interaction_id" in message else None
        if about and about.chat and kind not in _OF_CHATS:
            raise agents.Impossible("not_for_chats")
        if about and about.interaction.internal and kind in _OF_CUSTOMERS:
            raise agents.Impossible("not_for_internal_calls")
        return asked
    agent_id = UUID(message["actor"]["agent_id"])
    match kind:
        case "agent.sign_in":
            seat = UUID(message["seat_id"]) if message.get("seat_id") else None
            return AgentCommand(agent_id, agents.SignIn(phone_kind=message["phone_kind"], seat_id=seat))
        case "agent.sign_out":
            return AgentCommand(agent_id, agents.SignOut())
        case "agent.set_state" if message["state"] == "available":
            return AgentCommand(agent_id, agents.SetAvailable())
        case "agent.set_state" if message.get("reason_code_id") in tenant.config.breaks.reasons:
            return breaks.AskForBreak(agent_id=agent_id, reason=message["reason_code_id"], waits=False)
        case "agent.set_state":
            return AgentCommand(agent_id, agents.SetNotReady(message.get("reason_code_id")))
    interaction_id = UUID(message["interaction_id"])
    record = tenant.live.get(interaction_id)
    if not record or not _has_a_part(record.interaction, agent_id):
        raise agents.Impossible("not_your_interaction")
    if kind == "interaction.wrap_up":
        disposition = UUID(message["disposition_id"]) if message.get("disposition_id") else None
        result = interactions.WrapUp(
            agent_id=agent_id,
            disposition_id=disposition,
            disposition_name=message.get("disposition_name") or "",
            note=message.get("note") or "",
            keep_open=bool(message.get("keep_open")),
        )
        return InteractionCommand(interaction_id, result)
    if kind == "interaction.extend_wrap_up":
        return InteractionCommand(interaction_id, _longer(tenant, agent_id))
    if record.chat is not None and kind not in _OF_CHATS:
        raise agents.Impossible("not_for_chats")
    if record.interaction.internal and kind in _OF_CUSTOMERS:
        raise agents.Impossible("not_for_internal_calls")
    if kind == "interaction.return":
        return returning.returns(tenant, record, agent_id, message["leg_id"])
    if record.interaction.agent_id != agent_id:
        if kind in ("interaction.hang_up", "interaction.reject"):
            return consulting.leave(record, agent_id)
        if kind in ("interaction.mute", "interaction.unmute"):
            return InteractionCommand(interaction_id, interactions.Mute(kind == "interaction.mute", agent_id))
        there = any(party.agent_id == agent_id for party in record.interaction.parties)
        raise agents.Impossible("for_the_host_alone" if there else "not_your_interaction")
    if kind == "interaction.consult":
        return consulting.consult(tenant, record, message)
    if kind == "interaction.park":
        return parking.park(record)
    if kind == "interaction.guide":
        return guiding.guide(tenant, record, message)
    if kind == "interaction.keys":
        return InteractionCommand(interaction_id, interactions.SendKeys(message["keys"]))
    if kind in PARTIES:
        return InteractionCommand(interaction_id, PARTIES[kind](message["leg_id"]))
    if kind not in SIMPLE:
        raise agents.Impossible("unknown_command")
    return InteractionCommand(interaction_id, SIMPLE[kind])


def _has_a_part(state: interactions.InteractionState, agent_id: UUID) -> bool:
    """At hand, in it beside others, or still writing it up."""
    asked = agent_id == state.colleague or any(party.agent_id == agent_id for party in state.parties)
    return asked or agent_id == state.agent_id or agent_id in state.wrap_ups


def _longer(tenant: Tenant, agent_id: UUID) -> interactions.ExtendWrapUp:
    """A minute more than the agent has to write up."""
    ends = tenant.agents[agent_id].wrap_up_until if agent_id in tenant.agents else None
    if ends is None:
        raise agents.Impossible("not_possible_in_this_state")
    return interactions.ExtendWrapUp(agent_id, ends + EXTENDED_BY)


def _call_back(message: dict[str, Any]) -> RequestCallBack:
    return RequestCallBack(
        id=UUID(message["callback_id"]),
        queue_id=UUID(message["queue_id"]),
        number=message["number"],
        name=message["name"],
        terms=msgspec.convert(message["terms"], interactions.CallBackTerms),
        by=UUID(message["actor"]["account_id"]),
    )


def refusal(code: str, field: str | None = None, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "field": field, "message": f"error.{code}", "detail": detail or {}}}
