"""CEL as a criterion of routing: a number for an agent or an interaction, the higher the better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cel_expr_python import cel

from hujiao.kit.expressions import MAP, BadExpression, Expressions

# What an expression may name, by what it judges. Their fields are documented with the criteria.
SUBJECTS = {name: Expressions({name: MAP, "queue": MAP}) for name in ("agent", "interaction")}


def check(source: str, subject: str) -> None:
    """Raises `BadExpression` for what can never be computed."""
    SUBJECTS[subject].compile(source)


def check_condition(source: str) -> None:
    """Raises `BadExpression` for what can never be computed or gives neither true nor false."""
    given = SUBJECTS["interaction"].compile(source).return_type()
    if given not in (cel.Type.BOOL, cel.Type.DYN):
        raise BadExpression(f"{source} is of the type {given}, not true or false")


def scorer(failed: Callable[[str, str], None]) -> Callable[[str, Mapping[str, Any]], float]:
    """A function for the router. What fails counts as 0 and is told to `failed` (expression, problem)."""

    def score(source: str, facts: Mapping[str, Any]) -> float:
        subject = "agent" if "agent" in facts else "interaction"
        try:
            value = SUBJECTS[subject].evaluate(source, dict(facts))
        except BadExpression as error:
            failed(source, str(error))
            return 0.0
        if isinstance(value, bool | int | float):
            return float(value)
        failed(source, f"{source}: {value!r} is not a number")
        return 0.0

    return score
