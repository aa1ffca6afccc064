"""Blending in the simulator: the valleys are filled and the service level is held."""

from __future__ import annotations

import pytest

from hujiao.routing.simulation.document import BadScenario
from hujiao.routing.simulation.figures import figures
from hujiao.routing.simulation.model import parse
from hujiao.routing.simulation.run import simulate

DAY = """
hours: 4
start: "08:00"
queues:
  hotline:
    skills: {hotline: 1}
    arrivals: {per_hour: 200, profile: [0.3, 0.6, 1.2, 1.2, 0.5, 0.3, 0.8, 1.0]}
    handle: 180
    patience: 180
agents:
  - {count: 16, skills: {hotline: 5}}
"""
BLENDING = """
blending:
  handle: 90
  out: {service_level_percent: 90, waiting_at_most: 0, idle_at_least: 4, for_seconds: 20}
  back: {service_level_percent: 82, waiting_over: 0, longest_wait_over: 5}
  least_inbound_seconds: 60
  inbound_at_least: 5
"""


def nothing(name: str) -> str:
    raise OSError


def test_idle_time_is_used_and_the_service_level_held() -> None:
    without, blended = parse(DAY, nothing).plan(), parse(DAY + BLENDING, nothing).plan()
    levels = []
    for seed in range(6):
        before, after = (figures(plan, simulate(plan, seed)) for plan in (without, blended))
        assert after.all.offered == before.all.offered  # the same callers
        assert after.occupancy.mean > before.occupancy.mean + 0.15
        assert after.outbound.handled > 100 and not before.outbound.handled
        levels.append(after.all.service_level)
    assert sum(levels) / len(levels) >= 0.8


def test_the_same_seed_gives_the_same_day() -> None:
    plan = parse(DAY + BLENDING, nothing).plan()
    assert simulate(plan, 3) == simulate(plan, 3)


def test_thresholds_that_cross_are_told_with_their_place() -> None:
    with pytest.raises(BadScenario, match=r"back\.service_level_percent"):
        parse(DAY + BLENDING.replace("82", "95"), nothing)
    with pytest.raises(BadScenario, match="which is no queue here"):
        parse(DAY + BLENDING + "  queues: [other]\n", nothing)
