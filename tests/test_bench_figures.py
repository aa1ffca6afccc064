"""The measurements' own arithmetic: what is heard of a stream, and which value is tried next."""

from __future__ import annotations

import pytest

from bench.hearing import RATE, Ear
from bench.stepping import Climb


def heard(*packets: tuple[float, float], first_stamp: int = 0) -> Ear:
    """Packets by when they were sent and how long they took, in seconds."""
    ear = Ear()
    for sent, took in packets:
        ear.heard((first_stamp + round(sent * RATE)) & 0xFFFFFFFF, 1_000_000 + sent + took)
    return ear


def test_even_packets_have_no_jitter_however_long_they_take() -> None:
    ear = heard(*((number * 0.02, 0.3) for number in range(50)))
    assert ear.received == 50
    assert ear.worst_jitter == pytest.approx(0, abs=1e-6)
    assert ear.longest_gap == pytest.approx(0.02)


def test_a_sender_that_is_late_is_no_jitter_but_a_gap() -> None:
    ear = heard((0, 0.01), (0.02, 0.01), (0.32, 0.01))
    assert ear.worst_jitter == pytest.approx(0, abs=1e-6)
    assert ear.longest_gap == pytest.approx(0.3)


def test_jitter_is_the_smoothed_difference_of_ways() -> None:
    ear = heard((0, 0.010), (0.02, 0.026), (0.04, 0.010))
    first = 0.016 / 16
    second = first + (0.016 - first) / 16
    assert ear.jitter == pytest.approx(second, abs=1e-6)
    even = [(0.06 + number * 0.02, 0.010) for number in range(20)]
    calm = heard((0, 0.010), (0.02, 0.026), (0.04, 0.010), *even)
    assert calm.jitter == pytest.approx(second * (15 / 16) ** 20, abs=1e-6)
    assert calm.worst_jitter == pytest.approx(second, abs=1e-6)


def test_timestamps_wrap_and_come_out_of_order() -> None:
    packets = ((0.0, 0.01), (0.02, 0.01), (0.04, 0.05), (0.03, 0.06))
    assert heard(*packets, first_stamp=2**32 - 200).jitter == pytest.approx(heard(*packets).jitter, abs=1e-6)
    assert heard(*packets).jitter < 0.01


def test_only_what_comes_after_the_beginning_counts_and_an_open_hole_does() -> None:
    ear = heard((0, 0.01), (0.02, 0.5), (0.04, 0.01))
    assert ear.worst_jitter > 0.03
    ear.begin()
    assert (ear.received, ear.longest_gap, ear.worst_jitter) == (0, 0.0, 0.0)
    ear.heard(round(0.06 * RATE), 1_000_000.07)
    ear.silent_since(1_000_000.27)
    assert ear.received == 1
    assert ear.worst_jitter == pytest.approx(0, abs=1e-6)
    assert ear.longest_gap == pytest.approx(0.2)


def climbed(climb: Climb, bears: float, *, hiccups: set[int] = frozenset()) -> list[float]:  # type: ignore[assignment]
    """Every value that is tried by who bears so much; the tries with these numbers fail by chance."""
    tried: list[float] = []
    while (value := climb.next()) is not None:
        climb.tried(value, passed=value <= bears and len(tried) not in hiccups)
        tried.append(value)
        assert len(tried) < 100
    return tried


def test_it_climbs_until_a_value_fails_twice_and_then_closes_in() -> None:
    climb = Climb(10, 1000, factor=1.5, least=10)
    tried = climbed(climb, 57)
    assert tried[:6] == [10, 20, 30, 45, 67.5, 67.5]
    assert climb.good <= 57 < climb.bad
    assert climb.bad - climb.good <= 0.06 * climb.bad


def test_one_failure_may_be_another_programs() -> None:
    climb = Climb(10, 40, factor=1.5, least=10)
    assert climbed(climb, 100, hiccups={1}) == [10, 20, 20, 30]
    assert climb.good == 30


def test_who_bears_not_even_the_first_value_is_asked_for_less() -> None:
    climb = Climb(40, 400, least_between=10)
    tried = climbed(climb, 12)
    assert tried[:4] == [40, 40, 20, 20]
    assert climb.good <= 12


def test_nothing_above_the_limit_is_tried() -> None:
    assert max(climbed(Climb(5, 50), 1000)) <= 50
