"""Flows that ask data sources, and what failed in a flow that goes on all the same. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hujiao.app.runtime.turn import AskSource, Live, Problem, SourceAnswered, Turn
from hujiao.data_sources.contracts import GOOD, DataSource, Found
from hujiao.flows import contracts as flows
from hujiao.flows.machine import masked
from hujiao.flows.nodes.look_up import LookUp
from hujiao.interactions import contracts as interactions

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine

# The runtime keeps a source's time limit; this much later nobody will answer any more.
GRACE_SECONDS = 1
FLOW_TIMER = "flow"


class LookUps:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ask(self, record: Live, effect: flows.AskSource, now: datetime, turn: Turn) -> None:
        source = self.engine.config.source(effect.source)
        if source is None:
            self.problem(record, "source", "no such data source", now, turn)
            looked = flows.Looked(serial=effect.serial, outcome="unknown", values={}, problem="no such data source")
            self.engine.flowing.step(record.interaction.id, looked, now, turn)
            return
        turn.questions.append(
            AskSource(
                interaction_id=record.interaction.id,
                serial=effect.serial,
                source_id=source.id,
                parameters=effect.parameters,
            )
        )
        due = now + timedelta(milliseconds=source.timeout_ms, seconds=GRACE_SECONDS)
        self.engine.set_timer(record, FLOW_TIMER, due, turn)

    def answered(self, event: SourceAnswered, now: datetime, turn: Turn) -> None:
        record = self.engine.live.get(event.interaction_id)
        run = record.run if record else None
        if record is None or run is None or run.phase != "looking_up" or run.playback != event.serial:
            return
        record.timers.pop(FLOW_TIMER, None)
        found, source = event.found, self._source(run)
        if found.outcome not in GOOD and source:
            problem = f"{found.outcome}: {masked(run, found.problem)}"
            turn.problems.append(Problem(kind="source", place=source.name, about=source.id, problem=problem))
        looked = flows.Looked(
            serial=event.serial,
            outcome=found.outcome,
            values=found.values,
            seconds=found.seconds,
            cached=found.cached,
            problem=found.problem,
        )
        self.engine.flowing.step(event.interaction_id, looked, now, turn)

    def wait_over(self, record: Live, now: datetime, turn: Turn) -> bool:
        """Whether a source was waited for: its defaults are used."""
        run = record.run
        if run is None or run.phase != "looking_up":
            return False
        source = self._source(run)
        lost = Found(outcome="timeout", values=source.defaults if source else {}, problem="no answer came back")
        self.answered(SourceAnswered(interaction_id=record.interaction.id, serial=run.playback, found=lost), now, turn)
        return True

    def problem(self, record: Live, field: str, problem: str, now: datetime, turn: Turn) -> None:
        """Of the node where the caller is."""
        run = record.run
        assert run
        node = self.engine.config.flows[run.flow_id, run.version].nodes[run.node]
        told = flows.Problem(
            flow_id=run.flow_id, node=run.node, label=node.label or run.node, field=field, problem=problem
        )
        self.failed(record, told, now, turn)

    def failed(self, record: Live, problem: flows.Problem, now: datetime, turn: Turn) -> None:
        """The administrator is told, and the caller's timeline; of a step that ended the flow it knows already."""
        flow = self.engine.config.flow_names.get(problem.flow_id, "")
        place = " › ".join(part for part in (flow, problem.label, problem.field) if part)
        turn.problems.append(Problem(kind="flow", place=place, about=problem.flow_id, problem=problem.problem))
        if not problem.field:
            return
        data = {"node": problem.node, "field": problem.field, "problem": problem.problem}
        turn.facts.append((now, record.interaction.id, interactions.Fact(kind="flow.expression_failed", data=data)))

    def _source(self, run: flows.FlowRun) -> DataSource | None:
        node = self.engine.config.flows[run.flow_id, run.version].nodes[run.node]
        return self.engine.config.source(node.source) if isinstance(node, LookUp) else None
