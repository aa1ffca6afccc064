"""The estimated wait where it can be reckoned; how true it is over whole days: `./hujiao bench routing --part wait`."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest

from hujiao.routing.expect import WaitEstimator


def estimator(staff: int = 0, handle: float | None = None) -> WaitEstimator:
    made = WaitEstimator(0.0)
    made.staff = staff
    for _ in range(400 if handle else 0):
        made.handled(handle or 0.0)
    return made


def takes(made: WaitEstimator, every: float, times: int, waiting: int = 5) -> None:
    """So many taken at even steps, while somebody waits all the time."""
    made.change(0.0, waiting)
    for step in range(1, times + 1):
        made.change(step * every, waiting, taken=1)


def test_nothing_is_told_while_nothing_is_known() -> None:
    assert estimator().expected(0) is None


def test_a_new_queue_goes_by_its_staff() -> None:
    made = estimator(staff=10, handle=100.0)
    assert made.rate() == pytest.approx(0.1, rel=0.02)
    assert made.expected(0) == pytest.approx(10.0 * 2 / 3, rel=0.02)


def test_agents_who_also_serve_others_take_fewer() -> None:
    made = estimator(staff=10, handle=100.0)
    takes(made, every=20.0, times=400)  # half of what ten agents could
    assert made.rate() == pytest.approx(0.05, rel=0.1)
    alone = estimator(staff=10, handle=100.0)
    takes(alone, every=10.0, times=400)
    assert alone.rate() == pytest.approx(0.1, rel=0.05)


def test_more_staff_is_known_at_once() -> None:
    made = estimator(staff=10, handle=100.0)
    takes(made, every=10.0, times=400)
    before = made.rate()
    made.staff = 20
    assert made.rate() == pytest.approx(2 * before)


def test_without_own_staff_it_goes_by_what_is_seen() -> None:
    made = estimator()
    takes(made, every=20.0, times=400)
    assert made.rate() == pytest.approx(0.05, rel=0.05)


def test_staff_that_comes_later_is_not_credited_with_the_helpers() -> None:
    made = estimator(handle=100.0)
    takes(made, every=2.0, times=400)
    made.staff = 10
    made.change(801.0, 5)
    assert made.rate() == pytest.approx(0.1, rel=0.1)


def test_who_is_taken_on_arrival_says_nothing() -> None:
    made = estimator(staff=10, handle=100.0)
    for step in range(1_000):
        made.change(float(step), 1)
        made.change(float(step), 0, taken=1)
    assert made.rate() == pytest.approx(0.1, rel=0.02)


def test_leaving_callers_shorten_the_line() -> None:
    made = estimator(staff=10, handle=100.0)
    patient = made.expected(20)
    made.change(0.0, 10)
    for step in range(1, 200):
        made.change(step * 10.0, 10, taken=1)
        made.change(step * 10.0, 10, abandoned=1)
    assert made.leaving() == pytest.approx(0.01, rel=0.05)  # each of ten leaves once in a thousand seconds
    hurried = made.expected(20)
    assert patient is not None and hurried is not None
    assert hurried < 0.6 * patient


def test_a_long_line_is_summed_as_truly_as_a_short_one() -> None:
    made = estimator(staff=10, handle=100.0)
    made.change(0.0, 10)
    for step in range(1, 200):
        made.change(step * 10.0, 10, taken=1)
        made.change(step * 10.0, 10, abandoned=1)
    steps = [1 / (made.rate() + step * made.leaving()) for step in range(1, 2_001)]
    correction = sum(step**3 for step in steps) / (3 * sum(step**2 for step in steps))
    assert made.expected(1_999) == pytest.approx(sum(steps) - correction, rel=0.002)


@pytest.mark.parametrize("ahead", [0, 1, 5, 30])
def test_half_of_those_who_are_answered_wait_no_longer(ahead: int) -> None:
    """Against a drawn line: takes at rate 0.1, everybody's patience of 200 s, whoever is in question included."""
    made = estimator(staff=10, handle=100.0)
    made.change(0.0, 10)
    for step in range(1, 400):
        made.change(step * 10.0, 10, taken=1)
        if step % 2:  # one of ten leaves every 20 s
            made.change(step * 10.0, 10, abandoned=1)
    random = Random(1)
    waits = [wait for wait in (_drawn(random, ahead, 0.1, 1 / 200) for _ in range(20_000)) if wait is not None]
    assert made.expected(ahead) == pytest.approx(median(waits), rel=0.08)


def _drawn(random: Random, ahead: int, rate: float, leaving: float) -> float | None:
    """The wait of somebody with so many before them; None when they leave first."""
    own = random.expovariate(leaving)
    line = [random.expovariate(leaving) for _ in range(ahead)]
    at = 0.0
    while True:
        at += random.expovariate(rate)
        line = [patience for patience in line if patience > at]
        if at > own:
            return None
        if not line:
            return at
        del line[0]
