"""CEL, the one expression language: flow conditions, routing, overflow, filters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cel_expr_python import cel

TEXT, NUMBER, ANY = cel.Type.STRING, cel.Type.INT, cel.Type.DYN
MAP = cel.Type.Map(TEXT, ANY)


class BadExpression(ValueError):
    """The expression is wrong as written or failed as run; the text says where."""

    @property
    def first_line(self) -> str:
        """What a person wants to read: without the compiler's prefix and its drawing of the place."""
        line = str(self).splitlines()[0] if str(self) else ""
        return line.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:")


class Expressions:
    """Expressions that may name just these things."""

    def __init__(self, names: dict[str, Any]) -> None:
        environment = cel.NewEnv(variables=names)

        @lru_cache(maxsize=4096)
        def compiled(source: str) -> Any:
            try:
                return environment.compile(source)
            except RuntimeError as error:
                raise BadExpression(str(error)) from error

        self.compile = compiled

    def evaluate(self, source: str, names: dict[str, Any]) -> Any:
        """The expression's value; `BadExpression` when it cannot be computed."""
        result = self.compile(source).eval(data=names)
        if result.type() == cel.Type.ERROR:
            raise BadExpression(f"{source}: {result.value()}")
        return result.value()


# What an expression in a flow may name.
FLOW = Expressions({"vars": MAP, "caller": TEXT, "called": TEXT, "keys": TEXT, "language": TEXT})
