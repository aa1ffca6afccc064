"""What is learnt of days that were: by hand, and against the truth that made them."""

from __future__ import annotations

import dataclasses
from random import Random
from statistics import fmean
from typing import Any
from uuid import UUID

import pytest

from hujiao.queues.contracts import QueueSettings
from hujiao.routing.contracts import QueueRouting, Requirement, Ring, RoutingAgent, RoutingQueue, Setup
from hujiao.routing.order import no_score
from hujiao.routing.overflow import OverflowRule
from hujiao.routing.simulation import compare
from hujiao.routing.simulation.chance import Came, Rate, Recorded, Time
from hujiao.routing.simulation.compare import Trial
from hujiao.routing.simulation.day import Day
from hujiao.routing.simulation.figures import figures, interval
from hujiao.routing.simulation.history import (
    SHAPED_ABANDONED,
    Entered,
    Handled,
    History,
    Missed,
    Patience,
    Sample,
    enough,
    learn,
    paces,
    patience,
    plan,
    staffed,
)
from hujiao.routing.simulation.plan import Familiar, Load, Plan, Shift
from hujiao.routing.simulation.run import simulate

SKILL = UUID(int=1)
SALES, HELP = UUID(int=10), UUID(int=11)
HOURS = 9 * 3600.0
AGENTS = 14
QUEUES = {
    queue_id: QueueSettings(id=queue_id, name=name, project_id=UUID(int=5), business_id=UUID(int=6))
    for queue_id, name in ((SALES, "sales"), (HELP, "help"))
}


def setup(agents: int = AGENTS, **queue: object) -> Setup:
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    return Setup(
        queues={
            SALES: RoutingQueue(id=SALES, rings=rings, **queue),  # type: ignore[arg-type]
            HELP: RoutingQueue(id=HELP, rings=rings),
        },
        agents={UUID(int=100 + n): RoutingAgent(id=UUID(int=100 + n), skills=((SKILL, 5),)) for n in range(agents)},
    )


def truth(agents: int = AGENTS, **queue: object) -> Plan:
    """A company as it really is, which the history of one day stands for."""
    made = setup(agents, **queue)
    loads = {
        queue_id: Load(
            Rate(per_hour),
            Time("lognormal", 220.0, 0.8),
            Time("fixed", 20.0),
            Time("exponential", 150.0),
            service_level_seconds=20.0,
            short_abandon_seconds=5.0,
            ringing=Time("fixed", 4.0),
        )
        for queue_id, per_hour in ((SALES, 90.0), (HELP, 110.0))
    }
    return Plan(made, loads, tuple(Shift(agent_id, 0.0, HOURS) for agent_id in made.agents), HOURS)


def happened(day: Day) -> History:
    return History(
        HOURS,
        tuple(Entered(one.queue_id, one.arrived_at, one.wait, one.outcome, one.grade, False) for one in day.calls),
        tuple(Handled(one.queue_id, one.agent_id, 4.0, one.took - 4.0) for one in day.calls if one.agent_id),
        tuple(Shift(agent_id, 0.0, HOURS) for agent_id in setup().agents),
    )


def tried(history: History, then: Setup, **more: object) -> dict[str, object]:
    learnt = learn(history, QUEUES)
    trial = Trial(
        was=plan(history, learnt, setup(), {}),
        now=None,
        then=plan(history, learnt, then, {}, more.get("shifts")),  # type: ignore[arg-type]
        real=history.entered,
        runs=10,
    )
    return compare.run(trial, no_score, lambda done, total: None)


# ── patience ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_product_limit_by_hand() -> None:
    """Of ten, one gives up at 10 s of all ten, and one at 30 s of the four who are left then."""
    waits = [(10.0, True), *[(20.0, False)] * 5, (30.0, True), *[(40.0, False)] * 3]
    many = patience(waits * SHAPED_ABANDONED)
    assert many is not None
    assert many.times == (10.0, 30.0)
    assert many.gone == pytest.approx((0.1, 1 - 0.9 * 0.75))
    assert many.rate == pytest.approx(2 / (10 + 100 + 30 + 120))


def test_few_who_give_up_say_only_how_fast() -> None:
    few = patience([(10.0, True), (50.0, False)])
    assert few == Patience((), (), 1 / 60)
    assert patience([(10.0, False), (50.0, False)]) is None
    assert patience([(0.0, True)]) is None


def test_patience_is_found_again_though_most_were_served() -> None:
    """Exponential patience of 150 s, seen only where somebody waited longer than a random time of 100 s."""
    random = Random(1)
    waits = []
    for _ in range(20_000):
        patient, served = random.expovariate(1 / 150), random.expovariate(1 / 100)
        waits.append((min(patient, served), patient < served))
    found = patience(waits)
    assert found is not None
    drawn = [found.draw(random) for _ in range(20_000)]
    for seconds, share in ((20, 0.1248), (60, 0.3297), (150, 0.6321), (300, 0.8647)):
        assert sum(one <= seconds for one in drawn) / len(drawn) == pytest.approx(share, abs=0.015)


# ── arrivals, handle times, paces ────────────────────────────────────────────────────────────────────────────────────


def test_callers_come_when_they_came_or_more_often() -> None:
    came = tuple(Came(float(at), at % 3) for at in range(0, 30_000, 10))
    assert Recorded(came).draw(Random(1), 20_000.0) == [one for one in came if one.at < 20_000]
    more = Recorded(came, 1.25).draw(Random(1), 30_000.0)
    assert len(more) == pytest.approx(1.25 * len(came), rel=0.03)
    assert more == sorted(more) and all(0 <= one.at <= came[-1].at for one in more)
    assert Recorded((), 1.25).draw(Random(1), 30_000.0) == []
    assert set(came) <= set(more)
    fewer = Recorded(came, 0.5).draw(Random(1), 30_000.0)
    assert len(fewer) == pytest.approx(0.5 * len(came), rel=0.1) and set(fewer) <= set(came)


def test_an_agents_pace_shows_with_time() -> None:
    quick, slow, new = (UUID(int=number) for number in (1, 2, 3))
    handled = [Handled(SALES, quick, 3.0, 100.0)] * 200 + [Handled(SALES, slow, 3.0, 300.0)] * 200
    found = paces([*handled, Handled(SALES, new, 3.0, 900.0)])
    assert found[quick] == pytest.approx(0.54, abs=0.02)
    assert found[slow] == pytest.approx(1.45, abs=0.02)
    assert found[new] == pytest.approx(1.17, abs=0.02)  # one call says little


def test_a_queue_of_which_little_is_known_takes_what_all_show() -> None:
    handled = [Handled(SALES, UUID(int=1), 3.0, float(seconds)) for seconds in range(100, 140)]
    history = History(
        HOURS,
        (Entered(SALES, 1.0, 10.0, "answered", 0, False), Entered(HELP, 2.0, 10.0, "answered", 2, False)),
        (*handled, Handled(HELP, UUID(int=1), 5.0, 900.0)),
        (),
    )
    assert enough(history) and not enough(History(HOURS, (), history.handled[:10], ()))
    learnt = learn(history, QUEUES)
    assert learnt.pooled_handle == [HELP]
    assert isinstance(learnt.loads[SALES].handle, Sample) and 900.0 not in learnt.loads[SALES].handle.values
    assert isinstance(learnt.loads[HELP].handle, Sample) and 900.0 in learnt.loads[HELP].handle.values
    assert learnt.loads[HELP].patience is None
    assert learnt.loads[HELP].arrivals == Recorded((Came(2.0, 2),))


def test_who_came_by_overflow_does_not_come_again() -> None:
    passed = Entered(HELP, 30.0, 5.0, "answered", 0, True)
    handled = tuple(Handled(SALES, UUID(int=1), 3.0, 100.0) for _ in range(40))
    learnt = learn(History(HOURS, (Entered(SALES, 0.0, 30.0, "overflowed", 0, False), passed), handled, ()), QUEUES)
    assert learnt.loads[HELP].arrivals == Recorded(())
    assert learnt.loads[SALES].arrivals == Recorded((Came(0.0, 0),))


def test_doubles_work_as_who_worked_longest() -> None:
    long, short = (UUID(int=100 + number) for number in range(2))
    shifts = (Shift(long, 0.0, 100.0), Shift(long, 200.0, 300.0), Shift(short, 0.0, 50.0))
    more, worked, added = staffed(setup(2), shifts, SALES, 3)
    assert (len(more.agents), len(worked), added) == (5, 3 + 2 + 1 + 2, 3)
    assert all(more.agents[shift.agent_id].skills == ((SKILL, 5),) for shift in worked)
    fewer, worked, added = staffed(setup(2), shifts, None, -1)
    assert (list(fewer.agents), worked, added) == ([short], (shifts[2],), -1)
    nobody, worked, added = staffed(setup(2), shifts, SALES, -5)
    assert (nobody.agents, worked, added) == ({}, (), -2)


# ── against the truth ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trial_tells_what_would_really_have_been() -> None:
    """One day is history. Two more agents: what is foretold is what the company that made the day does with them."""
    history = happened(simulate(truth(), 7))
    then, shifts, added = staffed(setup(), history.shifts, SALES, 2)
    assert added == 2
    found = tried(history, then, shifts=shifts)
    calibration = found["calibration"]["all"]  # type: ignore[index]
    assert calibration["agrees"]
    assert calibration["asa_seconds"]["simulated"]["mean"] == pytest.approx(calibration["asa_seconds"]["real"], rel=0.5)
    level = found["all"]["service_level"]  # type: ignore[index]
    assert level["difference"]["mean"] - level["difference"]["half"] > 0.03
    real = [figures(truth(AGENTS + 2), simulate(truth(AGENTS + 2), seed)).all.service_level for seed in range(20)]
    one_day = interval(real).half * (len(real) + 1) ** 0.5  # the history is a single day of such a company
    assert level["after"]["mean"] == pytest.approx(fmean(real), abs=one_day)


def test_a_history_that_another_set_up_made_does_not_agree() -> None:
    """The day was served by four more agents than are there now: the simulation says so, rather than be believed."""
    history = happened(simulate(truth(AGENTS + 4), 7))
    assert not tried(history, setup())["calibration"]["all"]["agrees"]  # type: ignore[index]


def test_the_same_set_up_makes_no_difference() -> None:
    found = tried(happened(simulate(truth(), 3)), setup())
    for figure in found["all"].values():  # type: ignore[attr-defined]
        assert figure["difference"] in ({"mean": 0.0, "half": 0.0}, {"mean": None, "half": None})


def test_overflow_keeps_the_place_and_is_counted_in_both_queues() -> None:
    """One agent has a caller for ever; who waits 30 s in sales goes on to help, where the rule does not lead back."""
    made = setup(1)
    loads = {queue_id: Load((), Time("fixed", 5_000.0)) for queue_id in (SALES, HELP)}
    loads[SALES] = Load((0.0, 10.0), Time("fixed", 100.0), patience=Time("fixed", 1_000.0))
    rules = {
        SALES: (OverflowRule(when="waited", over=30.0, to="queue", target=str(HELP)),),
        HELP: (OverflowRule(when="waited", over=0.0, to="queue", target=str(SALES)),),
    }
    day = simulate(Plan(made, loads, (Shift(UUID(int=100), 0.0, HOURS),), HOURS, overflow=rules), 1)
    assert [(call.queue_id, call.outcome, call.arrived_at, call.wait) for call in day.calls] == [
        (SALES, "answered", 0.0, 0.0),
        (SALES, "redirected", 10.0, 30.0),
        (HELP, "answered", 40.0, 60.0),
    ]
    away = {SALES: (OverflowRule(when="waited", over=30.0, to="number", target="10086"),)}
    day = simulate(Plan(made, loads, (Shift(UUID(int=100), 0.0, HOURS),), HOURS, overflow=away), 1)
    assert [call.outcome for call in day.calls] == ["answered", "redirected"]


def test_overflow_outside_hours() -> None:
    """Who waits when the hours end goes on at once, and so does who comes later."""
    load = Load((0.0, 10.0, 500.0), Time("fixed", 1_000.0))
    rules = {SALES: (OverflowRule(when="outside_hours", to="voicemail"),)}
    shifts, closed = (Shift(UUID(int=100), 0.0, HOURS),), {SALES: ((300.0, HOURS),)}
    day = simulate(Plan(setup(1), {SALES: load}, shifts, HOURS, overflow=rules, closed=closed), 1)
    assert [(call.outcome, call.wait) for call in day.calls] == [
        ("answered", 0.0),
        ("redirected", 290.0),
        ("redirected", 0.0),
    ]


# ── missed offers, and agents whom callers know ──────────────────────────────────────────────────────────────────────


def alone(load: Load, length: float = HOURS, agents: int = 1, **more: Any) -> Plan:
    made = setup(agents)
    shifts = tuple(Shift(agent_id, 0.0, length) for agent_id in made.agents)
    return Plan(made, {SALES: load, HELP: Load((), Time("fixed", 1.0))}, shifts, length, **more)


def test_a_missed_offer_is_made_again_until_somebody_takes_it() -> None:
    """Calls far apart, 40 % of the offers missed after 20 s: a wait is 20 s times a geometric number."""
    load = Load(tuple(at * 600.0 for at in range(4_000)), Time("fixed", 30.0), missed=0.4)
    load = dataclasses.replace(load, missed_ringing=Time("fixed", 20.0))
    waits = [call.wait for call in simulate(alone(load, 4_000 * 600.0), 1).calls]
    assert {round(wait) % 20 for wait in waits} == {0}
    assert sum(wait == 0 for wait in waits) / len(waits) == pytest.approx(0.6, abs=0.03)
    assert fmean(waits) == pytest.approx(20 * 0.4 / 0.6, rel=0.1)


def test_the_next_agent_gets_it_and_who_gives_up_meanwhile_frees_the_agent() -> None:
    """The first of two agents lets it ring for 15 s, the other takes it; alone, the caller is gone after 10 s."""
    load = Load((0.0,), Time("fixed", 100.0), missed=0.999, missed_ringing=Time("fixed", 15.0))
    agents = [UUID(int=100), UUID(int=101)]
    days = [simulate(alone(load, agents=2), seed) for seed in range(3)]
    assert all(day.calls[0].wait % 15 == 0 and day.calls[0].wait > 0 for day in days)
    assert all(agent.busy >= 15 for day in days for agent in day.agents if agent.agent_id in agents)
    impatient = dataclasses.replace(load, arrivals=(0.0, 12.0), patience=Time("fixed", 10.0))
    calls = simulate(alone(impatient), 1).calls
    assert [(call.outcome, call.wait) for call in calls] == [("abandoned", 10.0)] * 2


def test_the_share_of_missed_offers_is_learnt_and_the_days_are_true_with_it() -> None:
    real = truth()
    missing = {
        queue_id: dataclasses.replace(load, missed=0.15, missed_ringing=Time("fixed", 12.0))
        for queue_id, load in real.loads.items()
    }
    day = simulate(dataclasses.replace(real, loads=missing), 5)
    answered = sum(call.agent_id is not None for call in day.calls)
    seen = round(answered * 0.15 / 0.85)
    history = dataclasses.replace(
        happened(day), missed=tuple(Missed((SALES, HELP)[at % 2], 12.0) for at in range(seen))
    )
    learnt = learn(history, QUEUES)
    assert all(load.missed == pytest.approx(0.15, abs=0.04) for load in learnt.loads.values())
    with_them = tried(history, setup())
    assert with_them["calibration"]["all"]["agrees"]  # type: ignore[index]
    without = learn(happened(day), QUEUES).loads
    assert all((load.missed, load.missed_ringing) == (0.0, None) for load in without.values())


def test_callers_wait_for_the_agents_whom_they_know() -> None:
    """Ann's own agent is busy until 100; Bob was served by the other one yesterday, Carl too long ago."""
    own, other = UUID(int=100), UUID(int=101)
    callers = (Came(0.0, 0), Came(10.0, 0, "ann"), Came(200.0, 0, "bob"), Came(400.0, 0, "carl"), Came(600.0, 0, "ann"))
    load = Load(Recorded(callers), Time("fixed", 100.0))
    day = 86_400.0
    plan = alone(
        load,
        agents=2,
        familiar=Familiar({"ann": own}, {"bob": (other, -day), "carl": (other, -3 * day)}),
        awaits={SALES: QueueRouting(own_agent_seconds=300, last_agent_seconds=60, last_agent_days=2)},
    )
    calls = {call.arrived_at: (call.agent_id, call.wait) for call in simulate(plan, 1).calls}
    assert calls[0.0] == (own, 0.0)
    assert calls[10.0] == (own, 90.0)  # though the other one is free
    assert calls[200.0] == (other, 0.0)
    assert calls[400.0] == (own, 0.0)  # who has been free longer
    assert calls[600.0] == (own, 0.0)
    without = dataclasses.replace(plan, awaits={})
    assert next(call for call in simulate(without, 1).calls if call.arrived_at == 10.0).wait == 0.0


def test_who_served_a_caller_in_the_simulation_is_known_from_then_on() -> None:
    callers = (Came(0.0, 0, "ann"), Came(1.0, 0), Came(500.0, 0), Came(501.0, 0, "ann"))
    load = Load(Recorded(callers), Time("fixed", 50.0))
    routing = QueueRouting(last_agent_seconds=600, last_agent_days=1)
    found = simulate(alone(load, agents=2, awaits={SALES: routing}), 1).calls
    served = {call.arrived_at: (call.agent_id, call.wait) for call in found}
    assert served[501.0][0] == served[0.0][0]


def test_media_are_learnt_apart() -> None:
    entered = tuple(
        Entered(SALES, float(at), 1.0, "answered", 0, False, "", ("voice", "chat")[at % 2]) for at in range(80)
    )
    handled = tuple(
        Handled(SALES, UUID(int=100), 2.0, (100.0, 400.0)[at % 2], ("voice", "chat")[at % 2]) for at in range(80)
    )
    load = learn(History(100.0, entered, handled, ()), QUEUES).loads[SALES]
    assert [(one.medium, one.handle) for one in load.streams()] == [
        ("voice", Sample((100.0,) * 40)),
        ("chat", Sample((400.0,) * 40)),
    ]
