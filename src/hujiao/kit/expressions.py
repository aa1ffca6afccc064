"""CEL, the one expression language: flow conditions, routing, overflow, filters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cel_expr_python import cel

# What an expression in a flow may name.
FLOW_NAMES = {
    "vars": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    "caller": cel.Type.STRING,
    "called": cel.Type.STRING,
    "keys": cel.Type.STRING,
    "language": cel.Type.STRING,
}
_flow_environment = cel.NewEnv(variables=FLOW_NAMES)


class BadExpression(ValueError):
    """The expression is wrong as written or failed as run; the text says where."""


@lru_cache(maxsize=4096)
def compile_flow_expression(source: str) -> Any:
    try:
        return _flow_environment.compile(source)
    except RuntimeError as error:
        raise BadExpression(str(error)) from error


def evaluate(source: str, names: dict[str, Any]) -> Any:
    """The expression's value; `BadExpression` when it cannot be computed."""
    result = compile_flow_expression(source).eval(data=names)
    if result.type() == cel.Type.ERROR:
        raise BadExpression(f"{source}: {result.value()}")
    return result.value()
