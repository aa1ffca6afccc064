"""CEL, the one expression language: flow conditions, routing, overflow, filters.

Tenants write expressions, and an expression of a few hundred characters can ask for hours of work or all of the memory.
So each has a length, each value a size, and each event an `Allowance` of time. Small work is done in place; what may
grow (it goes through lists, or names much data) is done by the process's sandbox, which can be stopped.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from cel_expr_python import cel
from cel_expr_python.ext.ext_strings import ExtStrings

from hujiao.kit.exact import FUNCTIONS
from hujiao.kit.i18n import Said

TEXT, NUMBER, ANY = cel.Type.STRING, cel.Type.INT, cel.Type.DYN
MAP = cel.Type.Map(TEXT, ANY)

# Characters of an expression: compiling takes some 30 µs for each at worst.
LONGEST = 2_000
# A value is kept with the call: so many characters and members in all. A flow that goes round doubles it each time.
LARGEST = 10_000
# Seconds of processor time for one expression, and for all those of one event.
ONE_SECONDS, EVENT_SECONDS = 0.04, 0.06
# What was over budget is left out for so long; so many are remembered.
ASIDE_SECONDS, MOST_ASIDE = 60.0, 1_000
# Characters of the expression times bytes of what it may name: up to here its work is a few milliseconds at most.
IN_PLACE = 200_000

# How much of an expression is told beside what is wrong with it.
TOLD = 200
# CEL's own word for too much work.
_ITERATIONS = "Iteration budget exceeded"

# Calls of these alone are evaluated in place: they go through no list and give no more than they are given.
_SMALL = frozenset({
    "in", "size", "has", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bool",
    "timestamp", "duration", "type", "charAt", "indexOf", "lastIndexOf", "substring", "trim", "lowerAscii",
    "upperAscii", "dec", "decRound", "decAdd", "decSub", "decMul", "decCompare", "getFullYear", "getMonth", "getDate",
    "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds",
})  # fmt: skip
_CALLED = re.compile(r"(\w+)\s*\(", re.ASCII)
_UNREAD = re.compile(r"//|`")  # what may stand between a name and its bracket, or around a name

# (names with their types, source, names as JSON, seconds) → (value, seconds taken); raises `BadExpression`.
Sandbox = Callable[[Mapping[str, str], str, bytes, float], tuple[Any, float]]
_sandbox: Sandbox | None = None


def use_sandbox(sandbox: Sandbox | None) -> None:
    """Let this process's larger expressions be evaluated there; without one they are evaluated in place."""
    global _sandbox
    _sandbox = sandbox


class BadExpression(ValueError):
    """The expression is wrong as written or failed as run; the text says where. `seconds`: what the sandbox took."""

    seconds = 0.0

    def __init__(self, words: str, said: Said | None = None) -> None:
        super().__init__(words)
        self._said = said

    @property
    def said(self) -> Said:
        """For whoever wrote the expression; the compiler's words are its own."""
        return self._said or Said(self.first_line)

    @property
    def first_line(self) -> str:
        """What a person wants to read: without the compiler's prefix and its drawing of the place."""
        line = str(self).splitlines()[0] if str(self) else ""
        return line.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:")


class OverBudget(BadExpression):
    """It takes more time or memory than an expression may."""


def slow(source: str) -> Said:
    return Said("problem.slow", {"expression": source[:TOLD]})


class Allowance:
    """The time that the expressions of one event may take together. `aside` are those that are left out, until when."""

    def __init__(self, seconds: float = EVENT_SECONDS, aside: dict[str, float] | None = None) -> None:
        self.left = seconds
        self._aside = {} if aside is None else aside

    def check(self, source: str) -> None:
        """Raises `OverBudget` for what may not be evaluated now."""
        if self._aside.get(source, 0.0) > time.monotonic():
            words = f"{source}: it took more time than an expression may, and is left out for a minute"
            raise OverBudget(words, slow(source))
        if self.left <= 0:
            self.over(source)
            raise OverBudget(f"{source}: over the time that the expressions of one event may take", slow(source))

    def over(self, source: str) -> None:
        if len(self._aside) >= MOST_ASIDE:
            self._aside.clear()
        self._aside[source] = time.monotonic() + ASIDE_SECONDS


class Budget:
    """Of one tenant: an allowance for each event. What was over budget is left out for a while, and costs nothing."""

    def __init__(self) -> None:
        self._aside: dict[str, float] = {}

    def event(self) -> Allowance:
        return Allowance(aside=self._aside)


class Expressions:
    """Expressions that may name just these things."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        environment = cel.NewEnv(variables=dict(names), extensions=[ExtStrings()], functions=FUNCTIONS)
        self._types = {name: kind.name().lower() for name, kind in names.items()}

        @lru_cache(maxsize=4096)
        def compiled(source: str) -> Any:
            """The program, or what is wrong with it: a mistake that is met on every call is not compiled every time."""
            if len(source) > LONGEST:
                said = Said("problem.long_expression", {"size": len(source), "most": LONGEST})
                return BadExpression(f"{len(source)} characters; {LONGEST} at most", said)
            try:
                return environment.compile(source)
            except Exception as error:  # whatever the library says of a text, it is the text's fault
                return BadExpression(str(error))

        self._compiled = compiled

    def compile(self, source: str) -> Any:
        """The compiled expression; `BadExpression` when it is wrong as written."""
        program = self._compiled(source)
        if isinstance(program, BadExpression):
            raise BadExpression(str(program), program.said)
        return program

    def evaluate(self, source: str, names: Mapping[str, Any], allowance: Allowance | None = None) -> Any:
        """The expression's value, as JSON has it; `BadExpression` when it cannot be computed or kept, or is over the
        event's allowance."""
        allowance = allowance or Allowance()
        allowance.check(source)
        began = time.thread_time()
        elsewhere = 0.0
        try:
            program = self.compile(source)
            if _sandbox is None:
                return evaluated(program, source, names)
            data = _encoded(source, names)
            if len(source) * len(data) <= IN_PLACE and _stays_small(source):
                return evaluated(program, source, names)
            value, elsewhere = _sandbox(self._types, source, data, min(ONE_SECONDS, allowance.left))
            return value
        except BadExpression as error:
            elsewhere = error.seconds
            if isinstance(error, OverBudget):
                allowance.over(source)
            raise
        finally:
            allowance.left -= time.thread_time() - began + elsewhere


def _stays_small(source: str) -> bool:
    return not _UNREAD.search(source) and _SMALL.issuperset(_CALLED.findall(source))


def evaluated(program: Any, source: str, names: Mapping[str, Any]) -> Any:
    """The value of a compiled expression, computed here and now."""
    try:
        result = program.eval(data=dict(names))
    except Exception as error:
        raise BadExpression(f"{source}: {error}", slow(source) if _ITERATIONS in str(error) else None) from error
    if result.type() == cel.Type.ERROR:
        raise BadExpression(f"{source}: {result.value()}")
    value, size = _plain(result, source)
    if size > LARGEST:
        said = Said("problem.large_value", {"size": size, "most": LARGEST})
        raise BadExpression(f"{source}: a value of {size} characters and members; {LARGEST} at most", said)
    return value


def _encoded(source: str, names: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(names)
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise BadExpression(f"{source}: {error}") from error


def _plain(result: Any, source: str) -> tuple[Any, int]:
    """What the database can keep, and how large it is; the members of lists and maps are CEL's own values still."""
    if isinstance(result, cel.Value):
        # The library gives its own null away without counting it; after some thousand Python itself would end.
        value = None if result.type() == cel.Type.NULL else result.value()
    else:
        value = result
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
    words = f"{source}: {value!r:.100} is not a text, number, truth value, list, map or null"
    raise BadExpression(words, Said("problem.no_plain_value", {"value": f"{value!r:.100}"}))


# What an expression in a flow may name.
FLOW = Expressions(
    {"vars": MAP, "caller": TEXT, "called": TEXT, "keys": TEXT, "language": TEXT, "now": TEXT, "zone": TEXT}
)
