"""Exact decimal numbers for expressions, as texts: `decAdd(dec(vars.price), "0.70")`. Pure.

A number has at most so many digits, and what is larger is refused: no chain of them grows without bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from cel_expr_python import cel

_FORM = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_MOST_PLACES = 30
_EXACT = Context(prec=130)
_TEXT, _INT, _DOUBLE = cel.Type.STRING, cel.Type.INT, cel.Type.DOUBLE


def _number(text: str) -> Decimal:
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no decimal number")
    return Decimal(text)


def exact(value: str | int | float) -> str:
    """The number as a text."""
    return _told(_number(value if isinstance(value, str) else format(Decimal(repr(value)), "f")))


def rounded(text: str, places: int) -> str:
    """To so many places, half up."""
    if not 0 <= places <= _MOST_PLACES:
        raise ValueError(f"{places} is not from 0 to {_MOST_PLACES}")
    return _told(_number(text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT))


def _told(number: Decimal) -> str:
    return format(number, "f")


def _of_two(name: str, work: Callable[[Decimal, Decimal], Decimal]) -> cel.FunctionDecl:
    def result(one: str, other: str) -> str:
        return _told(work(_number(one), _number(other)))

    return cel.FunctionDecl(name, [cel.Overload(f"{name}_texts", _TEXT, [_TEXT, _TEXT], False, result)])


def _compared(one: str, other: str) -> int:
    return int(_number(one).compare(_number(other)))


FUNCTIONS = (
    cel.FunctionDecl(
        "dec", [cel.Overload(f"dec_{kind.name()}", _TEXT, [kind], False, exact) for kind in (_TEXT, _INT, _DOUBLE)]
    ),
    cel.FunctionDecl("decRound", [cel.Overload("decRound_text", _TEXT, [_TEXT, _INT], False, rounded)]),
    _of_two("decAdd", _EXACT.add),
    _of_two("decSub", _EXACT.subtract),
    _of_two("decMul", _EXACT.multiply),
    cel.FunctionDecl("decCompare", [cel.Overload("decCompare_texts", _INT, [_TEXT, _TEXT], False, _compared)]),
)
