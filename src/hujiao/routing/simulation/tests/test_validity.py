"""The simulator against exact formulas, and against another simulator (ciw) where there is no simple formula.

Each comparison is by 95 % confidence intervals of fixed seeds; they must be narrow enough to mean something.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import ciw
import pytest

from hujiao.routing.contracts import ItemCriterion, Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.erlang import erlang_a, erlang_c, served_within
from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.figures import Figures, Interval, figures, interval
from hujiao.routing.simulation.plan import Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

SKILL = UUID(int=1)


def pooled(loads: Sequence[Load], agents: int, hours: float, warm_up: float) -> Plan:
    """Queues in order of priority, the same agents for all."""
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    ids = [UUID(int=10 + number) for number in range(len(loads))]
    people = [UUID(int=100 + number) for number in range(agents)]
    return Plan(
        Setup(
            queues={one: RoutingQueue(id=one, rings=rings, priority=-at) for at, one in enumerate(ids)},
            agents={one: RoutingAgent(id=one, skills=((SKILL, 1),)) for one in people},
            item_order=(ItemCriterion("queue_priority"), ItemCriterion("age")),
        ),
        dict(zip(ids, loads, strict=True)),
        tuple(Shift(one, 0.0, hours * 3600) for one in people),
        hours * 3600,
        warm_up * 3600,
        names={one: str(at) for at, one in enumerate(ids)},
    )


def days(plan: Plan, runs: int) -> list[Figures]:
    return [figures(plan, simulate(plan, seed)) for seed in range(runs)]


def agrees(measured: Interval, exact: float, within: float) -> None:
    assert measured.half < within * exact, f"too wide to tell: {measured}"
    assert measured.covers(exact), f"{measured} has not {exact}"


def test_impatient_callers_are_erlang_a() -> None:
    exact = erlang_a(48.0, 1.0, 0.5, 50)
    load = Load(Rate(48.0 * 60), Time("exponential", 60.0), patience=Time("exponential", 120.0))
    found = days(pooled([load], 50, 8.5, 0.5), 10)
    agrees(
        interval((day.all.abandoned + day.all.short_abandoned) / day.all.offered for day in found),
        exact.abandoned,
        0.15,
    )
    agrees(interval(day.all.waits.all_mean for day in found), exact.mean_wait * 60, 0.15)
    agrees(interval(day.occupancy.mean for day in found), exact.occupancy, 0.01)


def test_patient_callers_are_erlang_c() -> None:
    exact = erlang_c(8.5, 1.0, 10)
    found = days(pooled([Load(Rate(8.5 * 60), Time("exponential", 60.0))], 10, 26.0, 1.0), 10)
    agrees(interval(day.all.waits.all_mean for day in found), exact.mean_wait * 60, 0.15)
    agrees(interval(day.all.service_level for day in found), served_within(20 / 60, 8.5, 1.0, 10), 0.05)
    agrees(interval(day.occupancy.mean for day in found), exact.occupancy, 0.02)


def test_two_priorities_are_as_in_another_simulator() -> None:
    """Handle times are lognormal, which no simple formula knows: mean waits of both classes agree with ciw's."""
    handle, agents, hours, warm_up = Time("lognormal", 60.0, 0.7), 5, 12.0, 1.0
    rates = (1.5, 2.8)  # per minute
    ours = days(pooled([Load(Rate(rate * 60), handle) for rate in rates], agents, hours, warm_up), 12)
    theirs = [_ciw(rates, handle, agents, hours, warm_up, seed) for seed in range(12)]
    for at in range(2):
        one = interval(day.queues[str(at)].waits.all_mean for day in ours)
        other = interval(waits[at] for waits in theirs)
        assert one.half + other.half < 0.5 * other.mean, f"too wide to tell: {one} {other}"
        assert abs(one.mean - other.mean) <= (one.half**2 + other.half**2) ** 0.5, f"{one} {other}"
    assert ours[0].queues["0"].waits.all_mean < ours[0].queues["1"].waits.all_mean


def _ciw(
    rates: tuple[float, ...], handle: Time, agents: int, hours: float, warm_up: float, seed: int
) -> tuple[float, ...]:
    """Mean waits by class in seconds."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions={str(at): [ciw.dists.Exponential(rate / 60)] for at, rate in enumerate(rates)},
        service_distributions={str(at): [_Handle(handle)] for at in range(len(rates))},
        number_of_servers=[agents],
        priority_classes={str(at): at for at in range(len(rates))},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(hours * 3600)
    waits: dict[str, list[float]] = {}
    for record in simulation.get_all_records():
        if record.arrival_date >= warm_up * 3600:
            waits.setdefault(record.customer_class, []).append(record.waiting_time)
    return tuple(sum(waits[str(at)]) / len(waits[str(at)]) for at in range(len(rates)))


class _Handle(ciw.dists.Distribution):  # type: ignore[misc]
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def sample(self, t: float | None = None, ind: object = None) -> float:
        import random  # ciw.seed seeds this one

        return self._time.draw(random)  # type: ignore[arg-type]


@pytest.mark.parametrize("agents", [1, 4])
def test_work_is_conserved(agents: int) -> None:
    """What agents did is what callers brought: nobody is served twice, or by two."""
    plan = pooled([Load(Rate(60.0), Time("fixed", 45.0))], agents, 4.0, 0.0)
    found = simulate(plan, 3)
    answered = [
        call for call in found.calls if call.outcome == "answered" and call.arrived_at + call.wait + 45 <= 4 * 3600
    ]
    late = sum(
        max(0.0, 4 * 3600 - call.arrived_at - call.wait)
        for call in found.calls
        if call.arrived_at + call.wait + 45 > 4 * 3600
    )
    assert sum(agent.busy for agent in found.agents) == pytest.approx(len(answered) * 45 + late)
