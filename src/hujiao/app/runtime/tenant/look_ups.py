"""Flows that ask data sources, and what failed in a flow that goes on all the same. Pure."""

from __future__ import annotations

from datetime import timedelta

from hujiao.app.runtime.tenant.fragments import FLOW_TIMER
from hujiao.app.runtime.tenant.state import Tenant
from hujiao.app.runtime.tenant.turn import AskSource, Live, Problem, ProblemMet, SourceAnswered
from hujiao.app.runtime.tenant.work import EffectHandler, EventHandler, Work
from hujiao.data_sources.contracts import GOOD, DataSource, Found
from hujiao.flows import contracts as flows
from hujiao.flows.machine import masked
from hujiao.flows.nodes.look_up import LookUp
from hujiao.interactions.contracts import Fact
from hujiao.kit.i18n import Said

# The runtime keeps a source's time limit; this much later nobody will answer any more.
GRACE_SECONDS = 1


def problem_here(tenant: Tenant, record: Live, field: str, said: Said) -> flows.Problem:
    """A problem of the node where the caller is."""
    run = record.run
    assert run
    node = tenant.config.flows[run.flow_id, run.version].nodes[run.node]
    label = node.label or run.node
    return flows.Problem(flow_id=run.flow_id, node=run.node, label=label, field=field, said=said)


def wait_over(work: Work, record: Live) -> bool:
    """Whether a source was waited for: its defaults are used."""
    run = record.run
    if run is None or run.phase != "looking_up":
        return False
    source = _source(work.tenant, run)
    lost = Found(outcome="timeout", values=source.defaults if source else {}, problem="no answer came back")
    _answered(work, SourceAnswered(interaction_id=record.interaction.id, serial=run.playback, found=lost))
    return True


def _ask(work: Work, record: Live, effect: flows.AskSource) -> None:
    source = work.tenant.config.source(effect.source)
    if source is None:
        unknown = Said("source.unknown")
        looked = flows.Looked(serial=effect.serial, outcome="unknown", values={}, problem=str(unknown))
        work.follow(record.interaction.id, problem_here(work.tenant, record, "source", unknown))
        work.flow(record.interaction.id, looked)
        return
    work.turn.questions.append(
        AskSource(
            interaction_id=record.interaction.id,
            serial=effect.serial,
            source_id=source.id,
            parameters=effect.parameters,
        )
    )
    work.set_timer(record, FLOW_TIMER, work.now + timedelta(milliseconds=source.timeout_ms, seconds=GRACE_SECONDS))


def _answered(work: Work, event: SourceAnswered) -> None:
    record = work.tenant.live.get(event.interaction_id)
    run = record.run if record else None
    if record is None or run is None or run.phase != "looking_up" or run.playback != event.serial:
        return
    record.timers.pop(FLOW_TIMER, None)
    found, source = event.found, _source(work.tenant, run)
    if found.outcome not in GOOD and source:
        said = Said(f"source.{found.outcome}", {"words": masked(run, found.problem)})
        work.turn.problems.append(Problem(kind="source", place=source.name, about=source.id, said=said))
    looked = flows.Looked(
        serial=event.serial,
        outcome=found.outcome,
        values=found.values,
        seconds=found.seconds,
        cached=found.cached,
        problem=found.problem,
    )
    work.flow(event.interaction_id, looked)


def _failed(work: Work, record: Live, problem: flows.Problem) -> None:
    """The administrator is told, and the caller's timeline; of a step that ended the flow it knows already."""
    flow = work.tenant.config.flow_names.get(problem.flow_id, "")
    place = " › ".join(part for part in (flow, problem.label, problem.field) if part)
    work.turn.problems.append(Problem(kind="flow", place=place, about=problem.flow_id, said=problem.said))
    if problem.field:
        work.fact(
            "flow.expression_failed",
            record.interaction.id,
            node=problem.node,
            field=problem.field,
            **problem.said.facts(),
        )


def _met(work: Work, event: ProblemMet) -> None:
    problem = event.problem
    data = {"kind": problem.kind, "place": problem.place, "about": problem.about, **problem.said.facts()}
    work.turn.facts.append((work.now, None, Fact(kind="routing.problem", data=data)))


def _source(tenant: Tenant, run: flows.FlowRun) -> DataSource | None:
    node = tenant.config.flows[run.flow_id, run.version].nodes[run.node]
    return tenant.config.source(node.source) if isinstance(node, LookUp) else None


EVENTS: dict[type, EventHandler] = {SourceAnswered: _answered, ProblemMet: _met}
EFFECTS: dict[type, EffectHandler] = {flows.AskSource: _ask, flows.Problem: _failed}
