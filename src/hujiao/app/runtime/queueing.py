"""Waiting in queues: arrivals, rings, overflow, announcements, offers. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hujiao.app.runtime.turn import Live, Turn
from hujiao.interactions import contracts as interactions
from hujiao.interactions import machine as interaction_machine
from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import Match
from hujiao.routing.overflow import OverflowRule

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine

RING_TIMER = "ring"
OVERFLOW_TIMER = "overflow"


class Queueing:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def offer(self, match: Match) -> None:
        queue, agent = self.engine.config.queues[match.queue_id], self.engine.config.agents[match.agent_id]
        offer = interactions.OfferTo(
            agent_id=agent.id,
            sip_user=agent.sip_user,
            leg_id=f"agent-{self.engine.new_id()}",
            recording_id=self.engine.new_id(),
            no_answer_seconds=queue.no_answer_seconds,
            automatic_answer=queue.automatic_answer,
            why=interactions.WhyOffered(
                chosen=match.chosen,
                reason=match.reason,
                among=match.among,
                ring=match.ring,
                values=dict(match.values),
                over=match.over,
            ),
        )
        self.engine.later(match.interaction_id, offer, first=True)

    def join(self, record: Live, now: datetime, turn: Turn, *, arriving: bool) -> None:
        state = record.interaction
        if not self.engine.dispatch.join(state, now):
            self.engine.later(state.id, interactions.TimerDue(interaction_machine.MAX_WAIT))
            return
        self.arm_ring(record, now, turn)
        self.overflow(record, now, turn, arriving=arriving)

    def widen(self, record: Live, now: datetime, turn: Turn) -> None:
        """Another ring is due for a waiting interaction."""
        state = record.interaction
        opened = self.engine.dispatch.widen(state.id, now)
        if opened:
            data = {"queue_id": state.queue_id, "ring": opened[0], "rings": opened[1]}
            turn.facts.append((now, state.id, interactions.Fact(kind="queue.widened", data=data)))
        self.arm_ring(record, now, turn)

    def arm_ring(self, record: Live, now: datetime, turn: Turn) -> None:
        self.engine.arm(record, RING_TIMER, self.engine.dispatch.widens_at(record.interaction.id, now), turn)

    def overflow(self, record: Live, now: datetime, turn: Turn, *, arriving: bool) -> None:
        """Go elsewhere if one of the queue's rules says so, else look again when one may."""
        rule, again = self.engine.dispatch.overflow(record.interaction, now, arriving=arriving)
        if rule:
            self.engine.later(record.interaction.id, self._elsewhere(record.interaction, rule, now))
        self.engine.arm(record, OVERFLOW_TIMER, again, turn)

    def _elsewhere(
        self, state: interactions.InteractionState, rule: OverflowRule, now: datetime
    ) -> interactions.Overflow:
        left = max(1, round((state.wait_until - now).total_seconds())) if state.wait_until else None
        queue = self.engine.config.queues.get(UUID(rule.target)) if rule.to == "queue" else None
        return interactions.Overflow(
            why=rule.when,
            to=rule.to,
            target=rule.target,
            enter=self.entering(
                queue,
                place=state.queued_at,
                priority=state.priority,
                variables=state.variables,
                max_wait_seconds=left,
                on_timeout=state.on_timeout,
                after=state.after,
            )
            if queue
            else None,
            leg_id=f"out-{self.engine.new_id()}",
            prompts=list(rule.prompts),
        )

    def entering(self, queue: QueueSettings, **more: Any) -> interactions.EnterQueue:
        return interactions.EnterQueue(
            queue_id=queue.id,
            music=queue.music,
            announce_every_seconds=queue.announce_every_seconds,
            wrap_up_seconds=queue.wrap_up_seconds,
            recorded=queue.recording,
            service_level_seconds=queue.service_level_seconds,
            short_abandon_seconds=queue.short_abandon_seconds,
            **more,
        )

    def announce(self, record: Live) -> None:
        state = record.interaction
        position = self.engine.dispatch.router.position(state.id)
        name = f"queue_position_{position}" if position <= 20 else "queue_position_many"
        prompts = self.engine.prompts((name,), state.language)
        if position and prompts:
            playback_id = f"{state.id}.announce-{self.engine.new_id()}"
            announcement = interactions.Announce(playback_id=playback_id, prompts=prompts)
            self.engine.later(state.id, announcement)
