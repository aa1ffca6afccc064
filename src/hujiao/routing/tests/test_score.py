"""Expressions as criteria: what they may name, and what a failing one is worth."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.kit.expressions import BadExpression
from hujiao.kit.i18n import Said
from hujiao.routing.contracts import ItemCriterion
from hujiao.routing.plugins import SET_ASIDE_SECONDS, SLOW_IN_A_ROW, SLOW_SECONDS
from hujiao.routing.score import Scorer, check


@pytest.mark.parametrize(
    ("source", "subject"),
    [
        ("interaction.grade >= 3 ? 10 : 0", "interaction"),
        ("interaction.variables.worth * 2.5", "interaction"),
        ("agent.site == 'north' && queue.name == 'sales'", "agent"),
    ],
)
def test_what_may_be_named(source: str, subject: str) -> None:
    check(source, subject)


@pytest.mark.parametrize(
    ("source", "subject"),
    [("agent.site", "interaction"), ("nobody", "agent"), ("1 +", "agent"), ("'a' + 1", "agent"), ("'a'", "agent")],
)
def test_what_can_never_be_computed_is_refused(source: str, subject: str) -> None:
    with pytest.raises(BadExpression):
        check(source, subject)


def test_what_fails_counts_as_nothing_and_is_told() -> None:
    told: list[tuple[str, Said]] = []
    by_criterion = Scorer(lambda criterion, said: told.append((criterion.expression, said)))

    def score(expression: str, facts: dict[str, Any]) -> float:
        return by_criterion(ItemCriterion("expression", expression), facts)

    facts = {"interaction": {"grade": 4, "variables": {}, "name": "x"}, "queue": {"name": "sales"}}
    assert score("interaction.grade * 2", facts) == 8.0
    assert score("interaction.grade > 3", facts) == 1.0
    assert not told
    assert score("interaction.variables.worth", facts) == 0.0
    assert score("interaction.name", facts) == 0.0
    assert score("0.0 / 0.0", facts) == 0.0
    assert [expression for expression, _ in told] == ["interaction.variables.worth", "interaction.name", "0.0 / 0.0"]
    assert told[1][1] == ("problem.not_a_number", {"value": "'x'"})
    assert told[0][1].code is None, "the compiler's own words"


def test_what_is_slow_again_and_again_is_left_out_for_a_while() -> None:
    told: list[Said] = []
    now, took = [0.0], [SLOW_SECONDS * 2]

    def clock() -> float:
        now[0] += took[0]
        return now[0]

    score = Scorer(lambda _, said: told.append(said), clock)
    facts = {"interaction": {"grade": 4}, "queue": {"name": "sales"}}
    slow, other = ItemCriterion("expression", "interaction.grade * 2"), ItemCriterion("expression", "interaction.grade")
    assert [score(slow, facts) for _ in range(SLOW_IN_A_ROW + 1)] == [8.0] * SLOW_IN_A_ROW + [0.0]
    assert [one.code for one in told] == ["problem.left_out"]
    assert score(other, facts) == 4.0
    now[0] += SET_ASIDE_SECONDS
    took[0] = 0.0
    assert score(slow, facts) == 8.0
