"""One tenant's calls, agents and queues as one deterministic whole.

`Engine.handle` takes an event, runs the machines of flow, interaction and agent until they rest, and leaves in the turn
what is to be committed and then performed. No I/O, no clock; ids come from `new_id`. Each module of `tenant` registers
the events, effects and timers that it takes; here they are looked up, one item after another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.tenant import (
    agents,
    arrivals,
    at_number,
    at_phone,
    blending,
    breaks,
    by_telephone,
    call_backs,
    chats,
    conferences,
    dialling,
    flowing,
    fragments,
    guiding,
    interactions,
    legs,
    look_ups,
    marking,
    measuring,
    night_bell,
    parking,
    queueing,
    redirecting,
    returning,
    summaries,
    supervising,
)
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import PhonesSeen, TimerFired, Turn
from hujiao.app.runtime.tenant.work import (
    BrokenInvariant,
    EffectHandler,
    EventHandler,
    Follow,
    Item,
    TimerHandler,
    ToFlow,
    ToInteraction,
    Work,
)
from hujiao.calls import contracts as calls
from hujiao.flows.contracts import GoTo
from hujiao.interactions.contracts import PhoneGone, Resumed, TimerDue
from hujiao.kit.expressions import Budget
from hujiao.kit.registry import merged
from hujiao.routing.order import Score, no_score

_MODULES = (
    agents, arrivals, at_number, at_phone, blending, breaks, by_telephone, call_backs, chats, conferences, dialling,
    flowing, fragments, guiding, interactions, legs, look_ups, marking, measuring, night_bell, parking, queueing,
    redirecting, returning, summaries, supervising,
)  # fmt: skip


_EVENTS: dict[type, EventHandler] = merged(_MODULES, "EVENTS")
_EFFECTS: dict[type, EffectHandler] = merged(_MODULES, "EFFECTS")
_TIMERS: dict[str, TimerHandler] = merged(_MODULES, "TIMERS")


class Engine(Tenant):
    """The tenant, and what happens to it. `load` takes up what the database has."""

    def __init__(self, config: TenantConfig, *, node: str, new_id: Callable[[], UUID], score: Score = no_score) -> None:
        super().__init__(config, node=node, new_id=new_id, score=score)
        self._budget = Budget()

    def _work(self, now: datetime, turn: Turn) -> Work:
        return Work(self, now, turn, self._budget.event())

    # ── from outside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, event: Any, now: datetime, turn: Turn) -> dict[str, Any]:
        """Take one event and run to rest; returns what the sender of a command is told. Raises `Impossible` for a
        command that may not happen now, before anything has changed. Whatever else it raises leaves a memory that is to
        be dropped.
        """
        work = self._work(now, turn)
        try:
            self._take(event, work)
            self._rest(work)
        except Impossible as refusal:
            if work.changed:
                raise BrokenInvariant(f"{refusal.code} after a change") from refusal
            raise
        return work.answer

    def configure(self, config: TenantConfig, now: datetime, turn: Turn) -> None:
        """New settings; calls in progress keep their flow's version, and who is no agent any more, or may not work at
        their outside number any more, finishes theirs."""
        work = self._work(now, turn)
        agents.sign_out(work, self.agents.keys() - config.agents.keys() | by_telephone.ended(self, config))
        kept = {key: document for key, document in self.config.flows.items() if key in self.flow_versions_in_use()}
        self.config = msgspec.structs.replace(config, flows={**kept, **config.flows})
        self.breaks_changed = True
        self._drop_needs(now, turn)
        self.dispatch.configure(self.config, self.agents.values(), now)
        for record in self.live.values():
            queueing.configured(work, record)
        turn.queues |= set(self.config.queues)
        blending.arm(work)
        night_bell.arm(work)
        self._rest(work)

    def _drop_needs(self, now: datetime, turn: Turn) -> None:
        """A skill that is there no more is asked of nobody: its callers would wait in vain."""
        for record in self.live.values():
            state = record.interaction
            if state.queue is None:
                continue
            needs = {skill: level for skill, level in state.queue.needs.items() if skill in self.config.skills}
            if needs != state.queue.needs:
                record.interaction = replace(state, queue=replace(state.queue, needs=needs))
                turn.interactions.add(state.id)
                if self.dispatch.router.item(state.id):
                    self.dispatch.join(record.interaction, now)

    def resume(self, found: Resumed, now: datetime, turn: Turn) -> None:
        """After a take-over: every interaction asks again for what can be ensured.

        Nobody is offered before all are known: who came first might be known last.
        """
        for interaction_id, record in list(self.live.items()):
            work, state = self._work(now, turn), record.interaction
            record.pending = []
            asks_already = chats.asks_already(record)
            if not state.guidance and not asks_already:
                fragments.stop(record)
            found_here = at_number.found(chats.found(found, record), record)
            work.interaction(interaction_id, found_here)
            self._run(work)
            if record.interaction.guidance and record.fragment:
                work.flow(interaction_id, GoTo(record.fragment.node))
                self._run(work)
            at_number.ask_again(work, record, found.up)
            in_flow = state.state == "flow" and record.flow and not state.message
            if in_flow and record.flow and state.customer_leg in found_here.legs and not asks_already:
                work.flow(interaction_id, GoTo(record.flow.node))
                self._run(work)
        work = self._work(now, turn)
        agents.sign_out(work, self.agents.keys() - self.config.agents.keys() | by_telephone.ended(self, self.config))
        # What was begun about these may not have been finished.
        gone = [(agent.interaction_id, agent.agent_id) for agent in self.agents.values() if agent.unreachable_since]
        agents.phones_seen(work, PhonesSeen(self.phones))
        for engaged, agent_id in gone:
            if engaged:
                work.later(engaged, PhoneGone(agent_id))
        self._run(work)
        self.dispatch.ask_again(self.agents.values())
        blending.arm(work)
        night_bell.arm(work)
        self._rest(work)

    def done(self, interaction_id: UUID, effect: calls.AnyEffect) -> None:
        """The switch has done it: no crash needs to know of it any more."""
        record = self.live.get(interaction_id)
        if record:
            record.pending = [waiting for waiting in record.pending if waiting.effect_id != effect.effect_id]

    # ── running to rest ──────────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self, work: Work) -> None:
        """Who waits for a break has it before another caller."""
        self._run(work)
        while breaks.begin_next(work) or self._offer_next(work):
            self._run(work)
        night_bell.look(work)

    def _offer_next(self, work: Work) -> bool:
        """Whether there was somebody to offer."""
        match = self.dispatch.next(work.now)
        if match:
            queueing.offer(work, match)
        return match is not None

    def _run(self, work: Work) -> None:
        """What is at hand and what waits, without a decision about who serves whom."""
        while item := work.pop():
            self._do(item, work)

    def _do(self, item: Item, work: Work) -> None:
        match item:
            case ToInteraction():
                interactions.step(work, item)
            case ToFlow():
                flowing.step(work, item)
            case Follow():
                record = self.live.get(item.interaction_id)
                if record is None:
                    return  # a flow that it led to has ended the call: nothing of it goes on
                if handler := _EFFECTS.get(type(item.effect)):
                    handler(work, record, item.effect)
                else:
                    work.command(record, item.effect)

    def _take(self, event: Any, work: Work) -> None:
        if isinstance(event, TimerFired):
            self._timer(event, work)
            return
        for kind in type(event).__mro__:
            if handler := _EVENTS.get(kind):
                handler(work, event)
                return
        raise TypeError(f"unknown event {type(event).__name__}")

    def _timer(self, event: TimerFired, work: Work) -> None:
        """One of the tenant's own, or the interaction's."""
        record = self.live.get(event.interaction_id)
        if record is None or record.timers.get(event.name) != event.due_at:
            return
        work.changed = True
        del record.timers[event.name]
        work.turn.interactions.add(event.interaction_id)
        if handler := _TIMERS.get(event.name):
            handler(work, record)
        else:
            work.later(event.interaction_id, TimerDue(event.name))
