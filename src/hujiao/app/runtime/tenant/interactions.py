"""Interactions: they begin, their machine takes what happens, and what it asks for is passed on. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import agents, at_number, chatting, queueing
from hujiao.app.runtime.tenant.numbers import refused_by
from hujiao.app.runtime.tenant.turn import InteractionCommand, Live
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Forget, ToInteraction, Work
from hujiao.calls import contracts as calls
from hujiao.interactions import contracts as interactions
from hujiao.interactions import machine


def begin(work: Work, record: Live, **more: Any) -> None:
    """The interaction is there from now on; `more` is what its first ledger event says besides."""
    state = record.interaction
    work.changed = True
    work.tenant.live[state.id] = record
    work.tenant.index(state)
    work.turn.interactions.add(state.id)
    work.fact(
        "interaction.started",
        state.id,
        medium=state.medium,
        direction=state.direction,
        caller=state.caller,
        caller_key=state.caller_key,
        called=state.called,
        caller_name=state.caller_name,
        variables=state.variables,
        access_number_id=state.access_number_id,
        flow_id=state.flow_id,
        flow_version=state.flow_version,
        project_id=state.project_id,
        business_id=state.business_id,
        language=state.language,
        **more,
    )


def step(work: Work, item: ToInteraction) -> None:
    """Give the interaction's machine this event."""
    tenant, interaction_id = work.tenant, item.interaction_id
    record = tenant.live.get(interaction_id)
    if record is None:
        return
    before = record.interaction
    state, effects = machine.step(before, item.event, work.now)
    record.interaction = state
    if state is not before or effects:
        work.changes(interaction_id)
    tenant.index(state)
    if record.worker and interaction_id not in tenant.on_the_line:
        agents.look_at_phone(work, record.worker)
    if state.queue_id:
        work.turn.queues.add(state.queue_id)
    if record.chat is not None:
        chatting.stepped(work, record, before, effects)
    work.follow(interaction_id, *effects)
    if state.state == "ended" and before.state != "ended":
        work.follow(interaction_id, Forget())


def _commanded(work: Work, event: InteractionCommand) -> None:
    """A number that may not be called is refused before the caller is taken from anybody; the attempt is kept."""
    record = work.tenant.live.get(event.interaction_id)
    if record is None:
        raise Impossible("not_possible_in_this_state")
    match event.event:
        case interactions.Transfer(to="number") as transfer:
            _may_be_called(work, record, transfer.target, transfer.by_agent, transfer.by_account)
        case interactions.Consult(number=number) if number:
            _may_be_called(work, record, number, record.interaction.agent_id, None)
    work.later(event.interaction_id, event.event)


def _follows(work: Work, record: Live, command: InteractionCommand) -> None:
    """What an agent has done at the phone is commanded like that."""
    _commanded(work, command)


def _may_be_called(work: Work, record: Live, number: str, agent: UUID | None, account: UUID | None) -> None:
    if refusal := work.tenant.config.dialling.refusal(number, by_agent=agent is not None):
        work.fact(
            "number.refused",
            record.interaction.id,
            number=number,
            reason=refusal,
            by_agent=agent,
            by_account=account,
        )
        raise Impossible(refusal, "target")


# ── what the machine asks for ─────────────────────────────────────────────────────────────────────────────────────────


def _fact(work: Work, record: Live, fact: interactions.Fact) -> None:
    work.turn.facts.append((work.now, record.interaction.id, fact))
    if fact.kind == "queue.left":
        queueing.left(work, record, fact)


def _set_timer(work: Work, record: Live, effect: interactions.SetTimer) -> None:
    work.set_timer(record, effect.name, effect.due_at)


def _cancel_timer(work: Work, record: Live, effect: interactions.CancelTimer) -> None:
    record.timers.pop(effect.name, None)


def _call_number(work: Work, record: Live, effect: calls.CallNumber) -> None:
    """What may not be called ends like a call that could not be made."""
    refusal = refused_by(work.tenant.config, record.interaction, effect.number)
    if refusal is None:
        work.command(record, effect)
        return
    work.fact("number.refused", record.interaction.id, number=effect.number, reason=refusal)
    failed = calls.EffectFailed(leg_id=effect.leg_id, at=work.now, effect_id="", effect="CallNumber", reason=refusal)
    if not at_number.takes(work, record, failed):
        work.later(record.interaction.id, failed)


def _refuse(work: Work, record: Live, effect: calls.Refuse) -> None:
    if not effect.prompts:
        effect = replace(effect, prompts=work.tenant.prompts(("all_busy",), record.interaction.language))
    work.command(record, effect)


def _forget(work: Work, record: Live, effect: Forget) -> None:
    interaction_id = record.interaction.id
    work.tenant.forget(interaction_id)
    work.turn.interactions.discard(interaction_id)
    work.turn.ended.add(interaction_id)
    if record.worker:
        agents.look_at_phone(work, record.worker)


EVENTS: dict[type, EventHandler] = {InteractionCommand: _commanded}
EFFECTS: dict[type, EffectHandler] = {
    InteractionCommand: _follows,
    interactions.Fact: _fact,
    interactions.SetTimer: _set_timer,
    interactions.CancelTimer: _cancel_timer,
    calls.CallNumber: _call_number,
    calls.Refuse: _refuse,
    Forget: _forget,
}
