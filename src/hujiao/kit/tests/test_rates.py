"""How often somebody may do something."""

from __future__ import annotations

import pytest

from hujiao.kit.errors import Throttled
from hujiao.kit.rates import Rates


def test_so_many_at_once_then_one_by_one() -> None:
    rates = Rates(3, 10)
    assert [rates.wait("a", 0.0) for _ in range(3)] == [0, 0, 0]
    assert rates.wait("a", 0.0) == 10
    assert rates.wait("b", 0.0) == 0, "others have their own"
    assert rates.wait("a", 4.0) == pytest.approx(6)
    assert rates.wait("a", 10.0) == 0
    with pytest.raises(Throttled) as refused:
        rates.take("a", 10.0)
    assert refused.value.detail["retry_after_seconds"] == 10


def test_a_bucket_fills_up_to_its_burst() -> None:
    rates = Rates(2, 1)
    rates.wait("a", 0.0)
    assert [bool(rates.wait("a", 1000.0)) for _ in range(3)] == [False, False, True]


def test_what_is_given_back_does_not_count() -> None:
    rates = Rates(1, 10)
    for _ in range(5):
        assert rates.wait("a", 0.0) == 0
        rates.give_back("a")
    rates.give_back("a")
    assert [bool(rates.wait("a", 0.0)) for _ in range(2)] == [False, True], "never more than the burst"
    rates.give_back("nobody")


def test_only_so_many_owners_are_remembered() -> None:
    rates = Rates(1, 100, kept=2)
    for owner in ("a", "b", "c"):
        rates.wait(owner, 0.0)
    assert rates.wait("c", 0.0) > 0
    assert rates.wait("a", 0.0) == 0, "forgotten, and so full again"
