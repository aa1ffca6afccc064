"""Scenarios as people write them, and what they are told when one is wrong."""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import fmean, pstdev

import pytest

from hujiao.routing.simulation.chance import Rate, Time
from hujiao.routing.simulation.document import BadScenario
from hujiao.routing.simulation.model import parse

WHOLE = """\
name: Desk
start: 08:00
hours: 10
queues:
  sales:
    skills: {sales: 5}
    rings:
      - {after_seconds: 20, queues: [help]}
    arrivals: {per_hour: 200, profile: [0.5, 1]}
    handle: {distribution: lognormal, mean: 180, cv: 0.5}
    patience: 90
  help:
    skills: {help: 1}
    arrivals: {times: ["08:10", "09:00:05", 7200, "2"]}
    patience: none
handle: {help: 60}
agents:
  - {count: 2, skills: {sales: 7}, from: 07:00, to: 16:00}
  - {count: 1, skills: {help: 4}, site: north, from: 14:00, to: 02:00}
"""


def no_file(name: str) -> str:
    raise FileNotFoundError(2, "No such file or directory", name)


def test_a_scenario_becomes_a_plan() -> None:
    plan = parse(WHOLE, no_file).plan()
    sales, desk = plan.setup.queues.values()
    assert plan.length == 36_000
    assert list(plan.names.values()) == ["sales", "help"]
    assert sales.rings[1].after_seconds == 20
    assert sales.rings[1].who == desk.rings[0].who
    assert plan.loads[desk.id].arrivals == (600.0, 3605.0, 7200.0, 2.0)
    assert plan.loads[desk.id].handle == Time("exponential", 60.0)
    assert plan.loads[desk.id].patience is None
    assert [(shift.begins, shift.ends) for shift in plan.shifts] == [(0, 28_800), (0, 28_800), (21_600, 64_800)]


def test_a_shift_over_midnight_is_there_on_both_days() -> None:
    plan = parse(WHOLE.replace("start: 08:00", "start: 01:00").replace("hours: 10", "hours: 48"), no_file).plan()
    north = [agent.id for agent in plan.setup.agents.values() if agent.site == "north"]
    shifts = [(shift.begins / 3600, shift.ends / 3600) for shift in plan.shifts if shift.agent_id in north]
    assert shifts == [(0, 1), (13, 25), (37, 49)]


def test_times_from_a_file() -> None:
    text = WHOLE.replace('times: ["08:10", "09:00:05", 7200, "2"]', "file: calls.csv")
    history = "arrived_at,caller\n2026-03-02T08:00:30,1\n2026-03-02T12:00:00,2\n2026-03-03T07:00:00,3\n"
    plan = parse(text, {"calls.csv": history}.__getitem__).plan()
    assert list(plan.loads.values())[1].arrivals == (30.0, 14_400.0, 82_800.0)


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("hours: 10", "hours: ten", "line 3: hours should be a valid number, not 'ten'"),
        ("{sales: 5}", "{sales: 50}", "line 6: queues.sales.skills.sales should be less than or equal to 10, not '50'"),
        ("after_seconds", "after", "line 8: queues.sales.rings.0.after is not a setting that is known here"),
        ("[help]", "[hlp]", "line 8: queues.sales.rings.0.queues names 'hlp', which is no queue here"),
        ("lognormal", "normal", "line 10: queues.sales.handle.distribution should be"),
        ("start: 08:00", "start: 25:00", "line 2: start should be a time of day from 00:00 to 24:00, not '25:00'"),
        ("  help:", "  sales:", "line 12: queues.sales is said twice"),
        ("count: 2, ", "", "line 18: agents.0.count is missing"),
        ('"08:10"', "noon", "line 14: queues.help.arrivals time 1, 'noon', should be seconds from the start"),
        ('times: ["08:10", "09:00:05", 7200, "2"]', "file: a.csv", "queues.help.arrivals.file a.csv cannot be read"),
        ("{per_hour: 200, profile: [0.5, 1]}", "{}", "line 9: queues.sales.arrivals should say exactly one of"),
        ("handle: {help: 60}", "seed: 5", "line 12: queues.help.handle is missing"),
        ("handle: {help: 60}", "handle: {help: 60}\nwarm_up_minutes: 600", "line 17: warm_up_minutes should end"),
        ("from: 07:00, to: 16:00", "from: 07:00, to: 07:00", "line 18: agents.0.to should be another time than from"),
        ("queues:\n", "queues: [\n", "line 6: this is not YAML"),
        ("hours: 10\n", "", "hours is missing"),
        (WHOLE, "", "line 1: there is nothing in it"),
        (WHOLE, "hours: &a [*a]", "line 1"),
    ],
)
def test_a_mistake_is_told_with_its_field_and_line(good: str, bad: str, sentence: str) -> None:
    assert good in WHOLE
    with pytest.raises(BadScenario) as told:
        parse(WHOLE.replace(good, bad, 1), no_file)
    assert sentence in str(told.value)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(BadScenario) as told:
        parse(WHOLE.replace("hours: 10", "hours: -1").replace("count: 2", "count: 0"), no_file)
    assert len(str(told.value).splitlines()) == 2


def test_the_example_in_the_documents_is_whole() -> None:
    example = Path(__file__).parents[5] / "docs" / "examples" / "routing.yaml"
    assert len(parse(example.read_text("utf-8"), no_file).plan().setup.agents) == 22


@pytest.mark.parametrize(
    ("time", "deviation"),
    [(Time("exponential", 60.0), 60.0), (Time("lognormal", 60.0, 0.5), 30.0), (Time("fixed", 60.0), 0.0)],
)
def test_times_have_their_mean_and_spread(time: Time, deviation: float) -> None:
    random = Random(1)
    drawn = [time.draw(random) for _ in range(40_000)]
    assert fmean(drawn) == pytest.approx(60.0, rel=0.02)
    assert pstdev(drawn) == pytest.approx(deviation, rel=0.04)


def test_a_profile_gives_each_half_hour_its_rate() -> None:
    times = Rate(2_000.0, (0.0, 2.0, 0.5)).times(Random(1), 7_200.0)
    counts = [sum(int(at // 1800) == piece for at in times) for piece in range(4)]
    assert counts[0] == 0
    assert counts[1:] == pytest.approx([2_000, 500, 1_000], rel=0.1)
    assert times == sorted(times)
