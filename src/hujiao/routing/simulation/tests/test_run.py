"""Days that can be reckoned by hand, and days that are the same again."""

from __future__ import annotations

from math import isnan
from typing import Any
from uuid import UUID

import pytest

from hujiao.routing.contracts import Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.figures import Figures, figures, interval, report, t95
from hujiao.routing.simulation.model import parse
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

SKILL, OTHER = UUID(int=1), UUID(int=2)
QUEUE = UUID(int=10)
AGENTS = [UUID(int=20 + number) for number in range(3)]
HELD = Requirement(skills=((SKILL, 1),))


def plan(load: Load, shifts: list[Shift], length: float = 3_600.0, warm_up: float = 0.0, **queue: Any) -> Plan:
    rings = queue.pop("rings", (Ring(who=(HELD,)),))
    agents = {
        agent: RoutingAgent(id=agent, skills=((SKILL, 5),) if agent != AGENTS[2] else ((OTHER, 5),)) for agent in AGENTS
    }
    queues = {QUEUE: RoutingQueue(id=QUEUE, rings=rings, **queue)}
    return Plan(Setup(queues=queues, agents=agents), {QUEUE: load}, tuple(shifts), length, warm_up)


def always(*agents: int) -> list[Shift]:
    return [Shift(AGENTS[agent], 0.0, 3_600.0) for agent in agents]


def day(made: Plan) -> Figures:
    return figures(made, simulate(made, 1))


def test_a_line_of_callers_by_hand() -> None:
    """One agent, 100 s each, callers every 60 s: each waits 40 s longer than the one before."""
    made = plan(Load((0.0, 60.0, 120.0, 180.0), Time("fixed", 80.0), Time("fixed", 20.0)), always(0))
    found = simulate(made, 1)
    assert [call.wait for call in found.calls] == [0.0, 40.0, 80.0, 120.0]
    result = figures(made, found)
    assert result.all.service_level == 0.25
    assert (result.all.waits.mean, result.all.waits.p50, result.all.waits.longest) == (60.0, 40.0, 120.0)
    assert result.occupancy.mean == pytest.approx(400 / 3_600)


def test_impatient_callers_leave_and_short_ones_do_not_count() -> None:
    made = plan(Load((0.0, 10.0, 20.0), Time("fixed", 1_000.0), patience=Time("fixed", 4.0)), always(0))
    result = day(made).all
    assert (result.offered, result.answered, result.abandoned, result.short_abandoned) == (3, 1, 0, 2)
    assert result.service_level == 1.0


def test_rings_open_and_are_counted() -> None:
    rings = (Ring(who=(HELD,)), Ring(who=(Requirement(skills=((OTHER, 1),)),), after_seconds=30.0))
    made = plan(Load((0.0, 1.0), Time("fixed", 500.0)), always(0, 2), rings=rings)
    assert day(made).all.by_ring == {0: 1, 1: 1}
    assert [call.wait for call in simulate(made, 1).calls] == [0.0, 30.0]


def test_shifts_begin_end_and_the_last_caller_is_served_on() -> None:
    made = plan(Load((0.0, 3_500.0), Time("fixed", 300.0)), [Shift(AGENTS[0], 100.0, 3_600.0)])
    found = simulate(made, 1)
    assert [call.wait for call in found.calls] == [100.0, 0.0]
    assert next(agent for agent in found.agents if agent.agent_id == AGENTS[0]).busy == pytest.approx(400.0)
    gone = plan(Load((0.0, 3_500.0), Time("fixed", 300.0)), [Shift(AGENTS[0], 0.0, 3_000.0)])
    assert day(gone).all.unserved == 1


def test_the_warm_up_is_not_counted() -> None:
    made = plan(Load((0.0, 2_000.0), Time("fixed", 1_900.0)), always(0), warm_up=1_800.0)
    result = day(made)
    assert result.all.offered == 1
    assert result.occupancy.mean == pytest.approx((100 + 1_600) / 1_800)


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    load = Load(Rate(300.0), Time("lognormal", 20.0), patience=Time("exponential", 30.0), grades=((5, 0.3),))
    made = plan(load, always(0, 1))
    assert simulate(made, 1) == simulate(made, 1)
    assert simulate(made, 1) != simulate(made, 2)


def test_callers_are_the_same_whatever_the_routing() -> None:
    load = Load(Rate(300.0), Time("exponential", 20.0), grades=((5, 0.3),))
    one, other = simulate(plan(load, always(0)), 1), simulate(plan(load, always(0, 1), priority=3), 1)
    assert [(c.arrived_at, c.grade) for c in sorted(one.calls, key=lambda c: c.arrived_at)] == [
        (c.arrived_at, c.grade) for c in sorted(other.calls, key=lambda c: c.arrived_at)
    ]
    assert [call.wait for call in one.calls] != [call.wait for call in other.calls]


def test_callers_are_the_same_when_agents_learn_another_skill() -> None:
    text = """
hours: 2
queues:
  plain: {skills: {a: 1}, arrivals: {per_hour: 100}, handle: 60}
agents:
  - {count: 2, skills: {SKILLS}}
"""
    one, other = (parse(text.replace("SKILLS", skills), str).plan() for skills in ("a: 5", "b: 1, a: 5"))
    assert {queue.id for queue in one.setup.queues.values()} != {queue.id for queue in other.setup.queues.values()}
    assert [call.wait for call in simulate(one, 1).calls] == [call.wait for call in simulate(other, 1).calls]


def test_a_day_without_callers_has_no_figures_rather_than_wrong_ones() -> None:
    result = day(plan(Load((), Time("fixed", 1.0)), always(0)))
    assert isnan(result.all.service_level)
    assert report([result])["all"]["service_level"] == {"mean": None, "half": None}


def test_confidence_intervals() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.mean, found.half) == (3.0, pytest.approx(2.776 * 1.5811 / 5**0.5, rel=1e-4))
    assert found.covers(4.9) and not found.covers(5.0)
    assert [t95(freedom) for freedom in (10, 11, 19, 120)] == pytest.approx([2.228, 2.201, 2.093, 1.980], abs=1e-3)


def test_tiers_have_their_own_figures() -> None:
    text = """
hours: 1
queues:
  gold: {skills: {a: 1}, tier: 0, reserved: 1, arrivals: {per_hour: 100}, handle: 60}
  plain: {skills: {a: 1}, tier: 1, arrivals: {per_hour: 200}, handle: 60}
agents: [{count: 6, skills: {a: 5}}]
"""
    scenario = parse(text, str)
    result = figures(scenario.plan(), simulate(scenario.plan(), 1))
    assert result.tiers[0].offered + result.tiers[1].offered == result.all.offered
    assert result.tiers[0].waits.all_mean < result.tiers[1].waits.all_mean
