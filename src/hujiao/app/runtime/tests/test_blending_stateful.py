"""The random world with blending: rules move agents, supervisors pin them, and callers find only whom they may have."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant import assignments
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.turn import AnswerSuggestion, AssignWork, Turn
from hujiao.app.runtime.tests import test_blending as blending
from hujiao.app.runtime.tests.company import REPAIRS, agent_id
from hujiao.app.runtime.tests.test_engine_stateful import AGENT, AGENTS, World, nobody_free_has_work, runs


class BlendedWorld(World):
    """`repairs` is for outbound work; the rule watches `bills` and moves everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.pins: dict[UUID, tuple[agents.WorkKind, datetime | None]] = {}

    def settings(self) -> TenantConfig:
        plain = super().settings()
        outbound = replace(plain.queues[REPAIRS], direction="outbound")
        return replace(
            plain, queues={**plain.queues, REPAIRS: outbound}, blend_rules=(blending.rule(mode=self.mode()),)
        )

    def mode(self) -> str:
        return "automatic"

    @initialize()
    def the_rule_begins(self) -> None:
        turn = Turn()
        self.company.engine.configure(self.company.engine.config, self.company.now, turn)
        self.company.keep(turn)
        for number in range(1, AGENTS + 1):
            self.company.ready(number)

    @rule(number=AGENT)
    def an_agent_is_ready(self, number: int) -> None:
        self.company.ready(number)

    @rule(key=st.sampled_from("12"))
    def somebody_waits(self, key: str) -> None:
        self.started += 1
        self.company.call(f"c{self.started}", key)

    @rule()
    def the_agents_talk_and_the_callers_go(self) -> None:
        """The valley after the peak."""
        for effect in self.company.offers():
            self.company.pick_up(effect.leg_id)
        for record in list(self.company.engine.live.values()):
            self.company.hang_up(record.interaction.customer_leg)
        self.company.wait(45)

    @rule(number=AGENT, kind=st.sampled_from(["inbound", "outbound", "blended", None]), timed=st.booleans())
    def a_supervisor_gives_work(self, number: int, kind: agents.WorkKind | None, timed: bool) -> None:
        until = self.company.now + timedelta(seconds=20) if timed else None
        with suppress(agents.Impossible):
            given = AssignWork(agent_ids=(agent_id(number),), work=kind, until_at=until, by=blending.SUPERVISOR)
            self.company.engine.handle(given, self.company.now, turn := Turn())
            self.company.keep(turn)
            self.pins.pop(agent_id(number), None)
            if kind:
                self.pins[agent_id(number)] = (kind, until)

    @rule(accept=st.booleans())
    def a_suggestion_is_answered(self, accept: bool) -> None:
        self.company.do(AnswerSuggestion(rule_id=blending.RULE, accept=accept, by=blending.SUPERVISOR))

    @invariant()
    def nobody_has_work_that_is_not_theirs(self) -> None:
        """Who is offered or talks was chosen for the queue's direction, unless somebody sent the caller to them."""
        engine = self.company.engine
        chosen: dict[UUID, dict[str, Any]] = {}
        for key, fact in self.company.facts:
            if fact.kind == "offer.made" and key:
                chosen[key] = fact.data
        for key, record in engine.live.items():
            state = record.interaction
            if state.state != "offered" or state.agent_id is None or chosen[key]["reason"] == "transfer":
                continue
            direction = engine.config.queues[chosen[key]["queue_id"]].direction
            kind = assignments.kind(engine, engine.agents[state.agent_id])
            assert kind in (direction, "blended"), (kind, direction)

    @invariant()
    def what_a_supervisor_said_holds(self) -> None:
        """Until its time, or until the agent has gone; a rule changes nothing about it."""
        engine = self.company.engine
        for one, (kind, until) in list(self.pins.items()):
            agent = engine.agents.get(one)
            if agent is None or agent.state == "logged_out" or (until and until <= self.company.now):
                del self.pins[one]
                continue
            given = agent.next_work.work if agent.next_work else agent.work
            assert given is not None and (given.by, given.kind) == ("supervisor", kind)

    @invariant()
    def every_move_begins_where_the_one_before_ended(self) -> None:
        where: dict[Any, str] = {}
        for move in (fact for _, fact in self.company.facts if fact.kind == "agent.moved"):
            assert move.data["from"] == where.get(move.agent_id, "inbound")
            where[move.agent_id] = move.data["to"]

    @invariant()
    def nobody_waits_beside_a_free_agent(self) -> None:
        """Of the right work."""
        nobody_free_has_work(self.company)


class SuggestingWorld(BlendedWorld):
    def mode(self) -> str:
        return "suggest"

    @invariant()
    def nobody_moves_unasked(self) -> None:
        """By the rule, that is."""
        moved = [fact for _, fact in self.company.facts if fact.kind == "agent.moved" and fact.data["by"] == "rule"]
        accepted = any(fact.kind == "blending.accepted" for _, fact in self.company.facts)
        assert accepted or not moved


test_blended_world = runs(BlendedWorld, examples=100)
test_suggesting_world = runs(SuggestingWorld, examples=60)
