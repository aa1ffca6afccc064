"""CEL and installed strategies as criteria of routing: a number for an agent or an interaction, higher is better."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from cel_expr_python import cel

from hujiao.kit.expressions import MAP, BadExpression, Expressions
from hujiao.kit.i18n import Said
from hujiao.routing.order import Criterion
from hujiao.routing.plugins import NotInstalled, SetAside, Strategies, Watch, judging_pairs

# What an expression may name, by what it judges. Their fields are documented with the criteria.
SUBJECTS = {name: Expressions({name: MAP, "queue": MAP}) for name in ("agent", "interaction")}


NUMBERS = (cel.Type.INT, cel.Type.UINT, cel.Type.DOUBLE, cel.Type.BOOL, cel.Type.DYN)


def check(source: str, subject: str) -> None:
    """Raises `BadExpression` for what can never be computed or gives no number."""
    given = SUBJECTS[subject].compile(source).return_type()
    if given not in NUMBERS:
        raise BadExpression(f"{source} is of the type {given}, not a number")


def check_condition(source: str) -> None:
    """Raises `BadExpression` for what can never be computed or gives neither true nor false."""
    given = SUBJECTS["interaction"].compile(source).return_type()
    if given not in (cel.Type.BOOL, cel.Type.DYN):
        raise BadExpression(f"{source} is of the type {given}, not true or false")


class Scorer:
    """For the router. What fails or is slow counts as 0 and is told to `failed` (criterion, problem)."""

    def __init__(
        self, failed: Callable[[Criterion, Said], None], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._failed = failed
        self._strategies = Strategies(clock)
        self._expressions = Watch(clock)
        self.pairs = judging_pairs()

    def __call__(self, criterion: Criterion, facts: Mapping[str, Any]) -> float:
        subject = "agent" if "agent" in facts else "interaction"
        try:
            if criterion.kind == "plugin":
                both = "agent" in facts and "interaction" in facts
                value = self._strategies.score(criterion.plugin, "pair" if both else subject, facts)
            else:
                value = self._expressions.call(
                    criterion.expression, lambda: SUBJECTS[subject].evaluate(criterion.expression, dict(facts))
                )
            if isinstance(value, bool | int | float) and math.isfinite(value):
                return float(value)
            said = Said("problem.not_a_number", {"value": f"{value!r:.100}"})
        except BadExpression as error:
            said = error.said
        except SetAside:
            said = Said("problem.left_out")
        except NotInstalled:
            said = Said("problem.not_installed")
        except Exception as error:  # a strategy is somebody else's code
            said = Said(f"{type(error).__name__}: {error}")
        self._failed(criterion, said)
        return 0.0
