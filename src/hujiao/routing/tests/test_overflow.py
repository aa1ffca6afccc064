"""When a queue passes somebody on."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.routing.overflow import OverflowRule, Situation, first, look_again_after


def rule(when: Any, over: float = 0.0, target: str = "other") -> OverflowRule:
    return OverflowRule(when=when, over=over, to="queue", target=target)


def situation(**changes: Any) -> Situation:
    usual: dict[str, Any] = {"waited": 0.0, "ahead": 0, "expected_wait": None, "signed_in": 3, "arriving": True}
    return Situation(**(usual | changes))


@pytest.mark.parametrize(
    ("wanted", "before", "after"),
    [
        (rule("waited", 60), {"waited": 59.0}, {"waited": 60.0}),
        (rule("ahead", 5), {"ahead": 5}, {"ahead": 6}),
        (rule("expected_wait", 90), {"expected_wait": 90.0}, {"expected_wait": 91.0}),
        (rule("expected_wait", 90), {"expected_wait": None}, {"expected_wait": 91.0}),
        (rule("nobody_signed_in"), {"signed_in": 1}, {"signed_in": 0}),
        (rule("outside_hours"), {"open": True}, {"open": False}),
        (
            OverflowRule(when="expression", expression="x", to="voicemail"),
            {"judge": lambda source: source != "x"},
            {"judge": lambda source: source == "x"},
        ),
    ],
)
def test_each_condition(wanted: OverflowRule, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert first([wanted], situation(**before)) is None
    assert first([wanted], situation(**after)) is wanted


def test_a_long_queue_turns_away_who_comes_and_nobody_who_waits() -> None:
    assert first([rule("ahead", 5)], situation(ahead=9, arriving=False)) is None


def test_the_first_that_holds_acts() -> None:
    rules = [rule("waited", 60, "a"), rule("ahead", 2, "b"), rule("nobody_signed_in", target="c")]
    found = first(rules, situation(ahead=3, signed_in=0))
    assert found is not None and found.target == "b"


def test_when_to_look_again() -> None:
    assert look_again_after([rule("waited", 60), rule("waited", 90)], 70.0, 5.0) == 20.0
    assert look_again_after([rule("waited", 60), rule("nobody_signed_in")], 0.0, 5.0) == 5.0
    assert look_again_after([rule("ahead", 3)], 0.0, 5.0) is None
    assert look_again_after([rule("outside_hours"), rule("waited", 60)], 0.0, 5.0, 3.0) == 3.0
    assert look_again_after([rule("waited", 60)], 0.0, 5.0, 3.0) == 60.0
    assert look_again_after([rule("outside_hours")], 0.0, 5.0) is None
