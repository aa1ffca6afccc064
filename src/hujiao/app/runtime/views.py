"""The live view: what a desktop or a supervisor sees of agents, queues and interactions now. Plain JSON shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import to_builtins
from msgspec.structs import asdict

from hujiao.agents.contracts import Adjustment, AgentState
from hujiao.app.runtime.tenant import activity, assignments, breaks, chats
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import Live, Turn
from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import InteractionState, Offered, Parked, Party
from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import CALL, WEB_MEDIA


def agent_view(engine: Tenant, agent_id: UUID) -> dict[str, Any]:
    settings = engine.config.agents[agent_id]
    state = engine.agents.get(agent_id)
    seat = engine.config.seats.get(state.seat_id) if state and state.seat_id else None
    return {
        "id": agent_id,
        "number": settings.number,
        "name": settings.name,
        "state": state.state if state else "logged_out",
        "reason_code_id": state.reason if state else None,
        "since": state.since if state else None,
        "interaction_id": state.interaction_id if state else None,
        "phone_kind": state.phone_kind if state else settings.phone_kind,
        "phone_number": state.phone_number if state else "",
        "seat": seat.name if seat else None,
        "seat_id": state.seat_id if state and seat else None,
        "unreachable_since": state.unreachable_since if state else None,
        "queue_ids": sorted(engine.dispatch.router.queues_of(agent_id, any_work=True), key=str),
        "wrap_up_until": state.wrap_up_until if state else None,
        "items": [asdict(item) for item in state.items] if state else [],
        "adjustments": [_adjustment(engine, one) for one in state.adjustments] if state else [],
        **assignments.view(engine, agent_id, state),
        **breaks.view(engine, state),
        **activity.view(engine, agent_id, state),
        "forwarding": settings.forwarding.on,
        "forwards_now": settings.forwarding.at_once(state),
        "forwarded": state.forwarded if state else None,
        "failed_call": _failed_call(engine, state),
        "bell": state is not None and state.bell_since is not None,
        "next_state": state.next_state if state and state.state in ("reserved", "engaged", "wrap_up") else None,
    }


def _failed_call(engine: Tenant, agent: AgentState | None) -> dict[str, Any] | None:
    """A colleague by number and name."""
    failed = agent.failed_call if agent else None
    if failed is None:
        return None
    colleague = engine.config.agents.get(failed.colleague) if failed.colleague else None
    named = {"number": colleague.number, "name": colleague.name} if colleague else {"number": failed.number, "name": ""}
    return {**asdict(failed), **named}


def _adjustment(engine: Tenant, one: Adjustment) -> dict[str, Any]:
    queue = engine.config.queues.get(UUID(one.subject)) if one.kind in ("rank", "queue") else None
    return {**asdict(one), "name": queue.name if queue else None}


def queue_view(engine: Tenant, queue_id: UUID) -> dict[str, Any]:
    queue = engine.config.queues[queue_id]
    waiting = engine.dispatch.router.waiting(queue_id)
    first = min((item.waits_since for item in waiting), default=None)
    bounds = engine.config.thresholds.of_queue(queue_id)
    dispatch = engine.dispatch
    expected = dispatch.expected(queue_id, CALL, dispatch.router.waiting_count(queue_id, CALL))
    staffed = dispatch.staffed(queue_id)
    return {
        "id": queue_id,
        "name": queue.name,
        "project_id": queue.project_id,
        "waiting": len(waiting) + engine.ringing.of(queue_id),
        "longest_wait_since": datetime.fromtimestamp(first, UTC) if first is not None else None,
        "agents_available": engine.dispatch.router.free_agents(queue_id),
        "agents_signed_in": engine.dispatch.signed_in[queue_id],
        "agents_reserved": engine.dispatch.router.reserved(queue_id),
        "amber_after": bounds.amber,
        "red_after": bounds.red,
        "staffed": staffed,
        "expected_wait_seconds": expected if staffed else None,
    }


def blends(engine: Tenant) -> list[dict[str, Any]]:
    """Every blending rule with its figures at the last check."""
    return list(engine.blends.views.values())


def interaction_view(engine: Tenant, record: Live) -> dict[str, Any]:
    state, run = record.interaction, record.flow
    queue = engine.config.queues.get(state.queue_id) if state.queue_id else None
    return {
        "id": state.id,
        "state": "held" if state.held and not state.conference else state.state,
        "medium": state.medium,
        "direction": state.direction,
        "caller": state.caller,
        "called": state.called,
        "caller_name": state.caller_name,
        "customer_id": state.customer_id,
        "project_id": state.project_id,
        "business_id": state.business_id,
        "queue_id": state.queue_id,
        "queue_name": queue.name if queue else None,
        "agent_id": state.agent_id,
        "wrapping_agent_ids": list(state.wrap_ups),
        "language": state.language,
        "started_at": state.started_at,
        "since": state.since,
        "queued_at": _waits_since(state),
        "offered_at": state.ring_started_at,
        "connected_at": state.connected_at,
        "held": state.held,
        "held_at_phone": state.other is not None and state.other.held_at_phone,
        "two_calls_at_phone": state.other is not None and state.other.second is not None,
        "muted": state.other is not None and state.other.silent,
        "line_lost_until": state.line_lost.until if state.line_lost else None,
        "recording": _recording(state),
        "recording_rule": state.terms.recording if state.terms else "never",
        "position": engine.dispatch.router.position(state.id) or None,
        "flow_path": [{"node": node, "label": label, "keys": keys} for node, label, keys in run.path] if run else [],
        "keys": run.keys if run else "",
        "variables": _variables(record),
        "parties": [_party(engine, state, party) for party in state.parties],
        "callback": _callback(state),
        "guidance": _guidance(engine, record),
        "transfers": state.transfers,
        "written": _written(engine, state),
        "forwarded": state.forwarded,
        "malicious": state.malicious,
        "parked": _parked(engine, state),
        "conference": _conference(state),
        **_chat(record),
    }


def _waits_since(state: InteractionState) -> datetime | None:
    """When the wait began in the queue in which the contact is, or was last; what came before it counts elsewhere."""
    return state.queue.waits_since(on_the_line=bool(state.customer_leg)) if state.queue else None


def _chat(record: Live) -> dict[str, Any]:
    """What there is besides of a chat. `answer_until` is when the offer is over."""
    chat, state = record.chat, record.interaction
    if chat is None:
        return {"chat": None, "last": 0, "unread": 0}
    until = None
    if isinstance(state.journey, Offered) and state.ring_started_at:
        until = state.ring_started_at + timedelta(seconds=state.journey.offer.no_answer_seconds)
    known = {
        "entry_id": chat.entry_id,
        "fields": chat.fields,
        "page_url": chat.page_url,
        "page_title": chat.page_title,
        "heard": {sender: number for sender, number in chat.heard.items() if sender == str(state.agent_id)},
        "awaits": chat.awaits,
        "awaits_since": chat.awaits_since,
        "read_by_visitor": chat.read_by_visitor,
        "answer_until": until,
    }
    return {"chat": known, "last": chat.last, "unread": chat.unread}


def chat_frames(engine: Tenant, turn: Turn) -> Iterator[dict[str, Any]]:
    """What is to be told of chats when the turn is committed; `counts` are the live record's as of then."""

    def told(interaction_id: UUID, frame: dict[str, Any]) -> dict[str, Any]:
        record = engine.live.get(interaction_id)
        chat = record.chat if record else None
        counts = {"last": chat.last, "unread": chat.unread} if chat else {}
        return {"interaction_id": interaction_id, "frame": frame, "counts": counts}

    for interaction_id, message in turn.messages:
        yield told(interaction_id, {"type": "message", **to_builtins(message)})
    for interaction_id, by, number in turn.chat_reads:
        yield told(interaction_id, {"type": "read", "from": by, "number": number})
    for interaction_id in sorted(turn.sought):
        yield told(interaction_id, {"type": "sought"})
    for interaction_id in sorted(turn.chat_states):
        yield told(interaction_id, _standing(engine, interaction_id))


def _standing(engine: Tenant, interaction_id: UUID) -> dict[str, Any]:
    return {"type": "state", **chats.standing(engine, interaction_id)}


def chat_positions(engine: Tenant) -> dict[UUID, int]:
    """The places of the visitors who wait."""
    found = ((key, engine.dispatch.router.position(key)) for key in engine.chatting)
    return {key: place for key, place in found if place}


def chats_standing(engine: Tenant, chat_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """What visitors are told whose place is another one."""
    return [{"interaction_id": key, "frame": _standing(engine, key)} for key in chat_ids]


def _party(engine: Tenant, state: InteractionState, party: Party) -> dict[str, Any]:
    agent = engine.config.agents.get(party.agent_id) if party.agent_id else None
    number, name = (agent.number, agent.name) if agent else (party.number, "")
    if party.role == "customer" and agent is None:
        number, name = state.caller, state.caller_name
    return {
        "leg_id": party.leg_id,
        "role": party.role,
        "state": party.state,
        "room": "apart" if party.unheard else party.room,
        "since": party.since,
        "agent_id": party.agent_id,
        "number": number,
        "name": name,
        "muted": party.muted,
        "self_muted": party.self_muted,
        "mode": party.mode,
        "lost_until": _lost_until(state, party),
        "note": party.note,
    }


def _lost_until(state: InteractionState, party: Party) -> datetime | None:
    kept = state.line_lost if party == state.other else party.away
    return kept.until if kept else None


def _written(engine: Tenant, state: InteractionState) -> list[dict[str, Any]]:
    """What others have written of it, for the agent at hand; nothing goes from one project's people to another's."""
    reader = engine.config.agents.get(state.agent_id) if state.agent_id else None
    if reader is None or not reader.sees(state.project_id):
        return []
    known = [(one, engine.config.agents.get(one.agent_id)) for one in state.written if one.agent_id != reader.id]
    return [
        {
            "at": one.at,
            "agent_id": one.agent_id,
            "name": writer.name,
            "result": one.disposition_name,
            "note": one.note,
        }
        for one, writer in known
        if writer and writer.sees(state.project_id)
    ]


def _variables(record: Live) -> dict[str, Any]:
    """What flows have found so far, the one that an agent leads the customer through included."""
    runs = (record.flow, record.fragment if record.interaction.guidance else None)
    known = {name: value for run in runs if run for name, value in run.all_variables().items()}
    return known if any(runs) else record.interaction.variables


def _guidance(engine: Tenant, record: Live) -> dict[str, Any] | None:
    """The flow that customer and agent are in, and its step."""
    guidance, run = record.interaction.guidance, record.fragment
    if guidance is None or run is None:
        return None
    label = run.path[-1][1] if run.path else ""
    name = engine.config.flow_names.get(guidance.flow_id, "")
    return {"flow_id": guidance.flow_id, "flow_name": name, "since": guidance.since, "step": label}


def _parked(engine: Tenant, state: InteractionState) -> dict[str, Any] | None:
    """Where, by whom, until when, and whose phone is called to pick them up."""
    parked = state.journey
    if not isinstance(parked, Parked):
        return None
    agent = engine.config.agents.get(parked.by_agent)
    return {
        "place": parked.place,
        "by_agent": parked.by_agent,
        "by_name": agent.name if agent else "",
        "until": parked.until,
        "picking_agent": parked.picking.agent_id if parked.picking else None,
    }


def _recording(state: InteractionState) -> str:
    if state.recording is None:
        return "off"
    return "paused" if state.recording.paused else "on"


def _conference(state: InteractionState) -> dict[str, Any] | None:
    conference = state.conference
    if conference is None:
        return None
    terms = conference.terms
    return {"id": calls.conference_of(conference.bridge), "room": terms.room, "host": terms.host}


def _callback(state: InteractionState) -> dict[str, Any] | None:
    callback = state.callback
    return (
        {
            "first": callback.first,
            "tries": callback.tries,
            "most_tries": callback.most_tries,
            "expires_at": callback.expires_at,
            "origin": callback.origin,
        }
        if callback
        else None
    )


def snapshot(engine: Tenant, seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "agents": [agent_view(engine, agent_id) for agent_id in engine.config.agents],
        "queues": [queue_view(engine, queue_id) for queue_id in engine.config.queues],
        "interactions": [interaction_view(engine, record) for record in engine.live.values()],
        "blends": blends(engine),
        "use": {
            "calls": len(engine.on_the_line),
            "waiting": engine.dispatch.waiting(frozenset({CALL})),
            "chats": len(engine.chatting),
            "waiting_web": engine.dispatch.waiting(WEB_MEDIA),
        },
    }


def explanation(engine: Tenant, interaction_id: UUID, now: datetime) -> dict[str, Any] | None:
    """What a waiting interaction waits for; None when it does not wait."""
    why = engine.dispatch.router.explain(interaction_id, now.timestamp())
    if why is None:
        return None
    queue = engine.config.queues[why.queue_id]
    state = engine.live[interaction_id].interaction
    return {
        "interaction_id": interaction_id,
        "queue_id": why.queue_id,
        "queue_name": queue.name,
        "medium": why.medium,
        "queued_at": _waits_since(state),
        "position": why.position,
        "grade": state.grade,
        "ring": why.ring,
        "rings": why.rings,
        "next_ring_at": datetime.fromtimestamp(why.next_ring_at, UTC) if why.next_ring_at is not None else None,
        "waits_for": why.waits_for,
        "needs": [
            {
                "skills": [{"skill_id": skill, "level": level} for skill, level in need.skills],
                "group_ids": sorted(need.groups),
                "sites": sorted(need.sites),
            }
            for need in why.needs
        ],
        "free": why.free,
        "busy": why.busy,
        "away": why.away,
        "reserved_for": why.reserved_for,
        "overflow": _overflow(engine, state, queue),
    }


def _overflow(engine: Tenant, state: InteractionState, queue: QueueSettings) -> list[dict[str, Any]]:
    """What may still pass who waits on; a call-back has all the time that was promised."""
    if not state.customer_leg or state.queue is None:
        return []
    config, came = engine.config, state.queue.entered_at
    found = []
    for rule in engine.dispatch.overflow_rules(state):
        if rule.when == "ahead":  # on arrival only
            continue
        target = UUID(rule.target) if rule.to in ("queue", "flow") else None
        named = config.queues.get(target) if target else queue
        name = config.flow_names.get(target) if rule.to == "flow" and target else named.name if named else None
        left = timedelta(seconds=rule.over - state.waited_seconds)
        found.append(
            {
                "when": rule.when,
                "over": rule.over,
                "expression": rule.expression,
                "to": rule.to,
                "name": rule.target if rule.to == "number" else name or "",
                "at": came + left if rule.when == "waited" else None,
            }
        )
    return found
