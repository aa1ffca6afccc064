"""Expressions as criteria: what they may name, and what a failing one is worth."""

from __future__ import annotations

from typing import Any

import pytest

from hujiao.kit.expressions import BadExpression
from hujiao.routing.contracts import ItemCriterion
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
    told: list[tuple[str, str]] = []
    by_criterion = Scorer(lambda criterion, problem: told.append((criterion.expression, problem)))

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
    assert "not a number" in told[1][1]
