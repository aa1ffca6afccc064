"""CEL, the one expression language: flow conditions, routing, overflow, filters."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

TEXT, NUMBER, ANY = cel.Type.STRING, cel.Type.INT, cel.Type.DYN
MAP = cel.Type.Map(TEXT, ANY)

# A value is kept with the call: so many characters and members in all. A flow that goes round doubles it each time.
LARGEST = 10_000


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
        """The expression's value, as JSON has it; `BadExpression` when it cannot be computed or kept."""
        result = self.compile(source).eval(data=names)
        if result.type() == cel.Type.ERROR:
            raise BadExpression(f"{source}: {result.value()}")
        value, size = _plain(result, source)
        if size > LARGEST:
            raise BadExpression(f"{source}: a value of {size} characters and members; {LARGEST} at most")
        return value


def _plain(result: Any, source: str) -> tuple[Any, int]:
    """What the database can keep, and how large it is; the members of lists and maps are CEL's own values still."""
    value = result.value() if isinstance(result, cel.Value) else result
    match value:
        case None | bool() | int():
            return value, 1
        case float() if math.isfinite(value):
            return value, 1
        case str() if "\0" not in value:
            return value, len(value)
        case datetime():
            return value.isoformat(), 1
        case list():
            members = [_plain(member, source) for member in value]
            return [member for member, _ in members], 1 + sum(size for _, size in members)
        case dict():
            pairs = [(*_plain(str(name), source), *_plain(member, source)) for name, member in value.items()]
            return {name: member for name, _, member, _ in pairs}, 1 + sum(one + other for _, one, _, other in pairs)
    raise BadExpression(f"{source}: {value!r:.100} is not a text, number, truth value, list, map or null")


# What an expression in a flow may name.
FLOW = Expressions({"vars": MAP, "caller": TEXT, "called": TEXT, "keys": TEXT, "language": TEXT})
