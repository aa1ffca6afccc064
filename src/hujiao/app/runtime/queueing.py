"""Waiting in queues: arrivals, rings, overflow, announcements, offers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hujiao.app.runtime.tenant_config import AgentSettings
from hujiao.app.runtime.turn import Live, Turn
from hujiao.calls import contracts as calls
from hujiao.flows.call_back_offer import USUAL_OFFER
from hujiao.interactions import contracts as interactions
from hujiao.interactions import machine as interaction_machine
from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import Match
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.waiting import RECHECK_SECONDS

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine

RING_TIMER = "ring"
OVERFLOW_TIMER = "overflow"
MOST_POSITIONS = 20  # larger ones, and longer waits, are said in general words
MOST_MINUTES = 15


class Queueing:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def offer(self, match: Match) -> None:
        queue, agent = self.engine.config.queues[match.queue_id], self.engine.config.agents[match.agent_id]
        state = self.engine.live[match.interaction_id].interaction
        offer = interactions.OfferTo(
            agent_id=agent.id,
            sip_user=agent.sip_user,
            leg_id=calls.agent_leg(agent.id, self.engine.new_id()),
            recording_id=self.engine.new_id(),
            no_answer_seconds=queue.no_answer_seconds,
            automatic_answer=queue.automatic_answer,
            greeting=self.greeting(queue, agent, state.language),
            customer_leg=state.customer_leg or calls.outside_leg(self.engine.new_id()),
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
        if not record.interaction.customer_leg:
            return  # a call-back has all the time that was promised
        if record.fragment and record.fragment.offer:  # they are choosing
            self.engine.arm(record, OVERFLOW_TIMER, now + timedelta(seconds=RECHECK_SECONDS), turn)
            return
        rule, again = self.engine.dispatch.overflow(record.interaction, now, arriving=arriving)
        if rule and rule.to == "callback":
            self.engine.later(record.interaction.id, self._call_back(record.interaction, rule))
            again = now  # whether another rule holds for who stays
        elif rule:
            self.engine.later(record.interaction.id, self._elsewhere(record.interaction, rule, now))
        self.engine.arm(record, OVERFLOW_TIMER, again, turn)

    def _call_back(self, state: interactions.InteractionState, rule: OverflowRule) -> interactions.OfferCallBack:
        prompts = tuple(name for name in rule.prompts or (USUAL_OFFER,) if self.engine.prompts((name,), state.language))
        return interactions.OfferCallBack(
            why=rule.when,
            terms=rule.terms,
            prompts=prompts,
            impossible=self.engine.config.dialling.refusal(state.caller) or (None if prompts else "no_prompt"),
        )

    def _elsewhere(
        self, state: interactions.InteractionState, rule: OverflowRule, now: datetime
    ) -> interactions.Overflow:
        left = max(1, round((state.wait_until - now).total_seconds())) if state.wait_until else None
        config = self.engine.config
        queue = config.queues.get(UUID(rule.target)) if rule.to == "queue" else None
        if rule.to == "number" and state.queue_id:
            queue = config.queues.get(state.queue_id)
        return interactions.Overflow(
            why=rule.when,
            to=rule.to,
            target=rule.target,
            enter=self.entering(
                queue,
                place=state.queued_at,
                priority=state.priority,
                needs=state.needs if rule.to == "number" else {},
                variables=state.variables,
                max_wait_seconds=left,
                on_timeout=state.on_timeout,
                after=state.after,
                keys=state.keys,
            )
            if queue
            else None,
            leg_id=calls.outside_leg(self.engine.new_id()),
            prompts=list(rule.prompts),
        )

    def figures(self, record: Live) -> dict[str, Any]:
        """What a flow for waiting callers knows of this one's wait."""
        state = record.interaction
        assert state.queue_id is not None
        position = self.engine.dispatch.router.position(state.id)
        expected = self.engine.dispatch.expected(state.queue_id, state.medium, max(0, position - 1))
        return {"position": position, "ahead": max(0, position - 1), "expected_minutes": minutes(expected)}

    def _told(self, record: Live, queue: QueueSettings) -> Iterator[str]:
        figures = self.figures(record)
        position, expected = figures["position"], figures["expected_minutes"]
        if queue.announce_position and position:
            yield f"queue_position_{position}" if position <= MOST_POSITIONS else "queue_position_many"
        if queue.announce_expected_wait and expected is not None:
            yield f"expected_wait_{expected}" if expected <= MOST_MINUTES else "expected_wait_many"

    def greeting(self, queue: QueueSettings, agent: AgentSettings, language: str) -> list[str]:
        """What the customer hears before the agent: the number, digit by digit, and the queue's words."""
        names: list[str] = []
        if queue.say_agent_number:
            digits = [f"digit_{digit}" for digit in agent.number if digit.isdigit()]
            names += ["agent_number", *digits, "at_your_service"]
        if queue.greeting:
            names.append(queue.greeting.replace("{number}", agent.number))
        return self.engine.prompts(tuple(names), language)

    def entering(self, queue: QueueSettings, **more: Any) -> interactions.EnterQueue:
        return interactions.EnterQueue(
            queue_id=queue.id,
            music=queue.music,
            announce_every_seconds=queue.announce_every_seconds,
            announce_first_seconds=queue.announce_first_seconds,
            wrap_up_seconds=queue.wrap_up_seconds,
            recorded=queue.recording,
            service_level_seconds=queue.service_level_seconds,
            short_abandon_seconds=queue.short_abandon_seconds,
            **more,
        )

    def announce(self, record: Live, now: datetime, turn: Turn) -> None:
        """What a waiting caller is told now: the queue's own flow, or the place and the wait to be expected."""
        state = record.interaction
        queue = self.engine.config.queues.get(state.queue_id) if state.queue_id else None
        if queue is None or record.fragment:
            return
        if queue.waiting_flow_id:
            self.engine.flowing.start_fragment(record, queue.waiting_flow_id, self.figures(record), now, turn)
            return
        prompts = self.engine.prompts(tuple(self._told(record, queue)), state.language)
        if prompts:
            playback_id = f"{state.id}.announce-{self.engine.new_id()}"
            announcement = interactions.Announce(playback_id=playback_id, prompts=prompts)
            self.engine.later(state.id, announcement)


def minutes(seconds: float | None) -> int | None:
    """As it is said: whole minutes, at least one."""
    return None if seconds is None else max(1, round(seconds / 60))
