"""The formulas against published figures and against each other."""

from math import inf

import pytest

from hujiao.routing.erlang import erlang_a, erlang_b, erlang_c, served_within


def test_erlang_a_of_a_known_center() -> None:
    """48 calls a minute of one minute, mean patience two minutes, 50 agents."""
    figures = erlang_a(48.0, 1.0, 0.5, 50)
    assert figures.abandoned == pytest.approx(0.0309, abs=5e-5)
    assert figures.mean_wait * 60 == pytest.approx(3.71, abs=5e-3)
    assert figures.occupancy == pytest.approx(0.930, abs=5e-4)


def test_tables_of_erlang_b_and_c() -> None:
    assert erlang_b(10, 5.0) == pytest.approx(0.01838, abs=1e-5)
    assert erlang_c(1.0, 2.0, 1) == pytest.approx((0.5, 0.0, 0.5, 0.5, 0.5))  # M/M/1
    assert erlang_c(5.0, 1.0, 10).delayed == pytest.approx(0.0361, abs=1e-4)


def test_the_share_served_in_time_agrees_with_the_mean() -> None:
    """The mean of a wait is the integral of the share that waits longer."""
    step = 0.001
    mean = sum((1 - served_within((n + 0.5) * step, 9.0, 1.0, 10)) * step for n in range(20_000))
    assert mean == pytest.approx(erlang_c(9.0, 1.0, 10).mean_wait, rel=1e-4)


def test_patient_callers_are_erlang_c_and_none_waits_without_end() -> None:
    one, other = erlang_a(8.0, 1.0, 1e-9, 10), erlang_c(8.0, 1.0, 10)
    assert one == pytest.approx(other, rel=1e-6, abs=1e-8)
    assert erlang_c(10.0, 1.0, 10).mean_wait == inf
    overloaded = erlang_a(20.0, 1.0, 1.0, 10)
    assert overloaded.abandoned == pytest.approx(0.5, abs=0.01)


def test_large_centers_do_not_overflow() -> None:
    figures = erlang_a(5_000.0, 1.0, 0.5, 5_000)
    assert 0 < figures.abandoned < 0.01


@pytest.mark.parametrize("wrong", [(0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)])
def test_what_cannot_be_is_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        erlang_c(*wrong)
