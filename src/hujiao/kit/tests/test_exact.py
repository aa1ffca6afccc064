"""Strings, dates and exact money in expressions, and that all of it stays within its budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.kit.expressions import EVENT_SECONDS, FLOW, Allowance, BadExpression, use_sandbox
from hujiao.kit.sandbox import Sandbox

NAMES: dict[str, Any] = {
    "vars": {"price": "12.30", "count": 3, "rate": 0.1, "words": ["a", "b"]},
    "caller": "13800000001", "called": "95001", "keys": "1*2", "language": "en",
    "now": "2026-12-01T11:05:00+08:00", "zone": "Asia/Shanghai",
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("caller.substring(0, 3)", "138"),
        ("keys.replace('*', '')", "12"),
        ("keys.split('*')", ["1", "2"]),
        ("vars.words.join('-')", "a-b"),
        ("' Ab '.trim().upperAscii()", "AB"),
        ("'Ab'.lowerAscii()", "ab"),
        ("caller.indexOf('8')", 2),
        ("'%s: %d'.format([called, vars.count])", "95001: 3"),
        ("caller.matches('^1[3-9][0-9]{9}$')", True),
        ("timestamp(now).getDayOfWeek(zone)", 2),
        ("timestamp(now).getHours(zone)", 11),
        ("timestamp(now) + duration('48h')", "2026-12-03T03:05:00+00:00"),
        ("dec(vars.price)", "12.30"),
        ("decAdd(dec(vars.price), '0.70')", "13.00"),
        ("decAdd(dec(vars.rate), '0.2')", "0.3"),
        ("decSub('1', '0.9')", "0.1"),
        ("decMul(dec(vars.price), dec(vars.count))", "36.90"),
        ("decRound('1.005', 2)", "1.01"),
        ("decRound('-1.005', 2)", "-1.01"),
        ("decCompare('2', '10') < 0", True),
    ],
)
def test_what_expressions_can_do(source: str, value: object) -> None:
    assert FLOW.evaluate(source, NAMES) == value


@pytest.mark.parametrize(
    "source",
    ["dec('x')", "dec('1e9')", "decAdd('', '1')", "decRound('1', 99)", "decRound('1', -1)", "dec('" + "9" * 31 + "')"],
)
def test_what_is_no_number_is_told(source: str) -> None:
    with pytest.raises(BadExpression):
        FLOW.evaluate(source, NAMES)


AMOUNT = st.decimals(-(10**12), 10**12, places=3)


@given(AMOUNT, AMOUNT)
def test_money_is_exact(one: Decimal, other: Decimal) -> None:
    assert Decimal(FLOW.evaluate(f"decAdd('{one}', '{other}')", NAMES)) == one + other
    assert Decimal(FLOW.evaluate(f"decMul('{one}', '{other}')", NAMES)) == Context(prec=60).multiply(one, other)
    assert Decimal(FLOW.evaluate(f"decRound('{one}', 2)", NAMES)) == one.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[None]:
    made = Sandbox()
    made.start()
    use_sandbox(made)
    yield
    use_sandbox(None)
    made.close()


PIECE = st.sampled_from(["vars.text", "'ab'", "vars.text + vars.text", "'%s%s'.format([vars.text, vars.text])"])
GROWS = st.sampled_from([
    "({0}).replace('', {1})", "({0}).split('').join({1})", "({0}) + ({1})", "[{0}, {1}].join({0})",
    "'%s%s%s'.format([{0}, {1}, {0}])", "[1, 2, 3, 4, 5].map(n, ({0}) + ({1})).join('')",
    "strings.quote({0} + '\\\\')", "strings.quote({0}) + ({1})",
    "({0}).matches('(a*)*' + {1}) ? {0} : {1}", "decMul(dec(string(size({0}))), '9') + ({1})",
])  # fmt: skip


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(GROWS, inner, inner).map(lambda drawn: drawn[0].format(*drawn[1:]))


@pytest.mark.parametrize(
    "source", ["size(%s) > 0", "%s == ''", "strings.quote // in between\n(%s) == ''"], ids=["in", "alone", "hidden"]
)
def test_what_doubles_at_each_level_is_not_done_in_this_process(sandbox: None, source: str) -> None:
    grows = "'\\\\'"
    for _ in range(29):
        grows = f"strings.quote({grows})"
    began = time.thread_time()
    with pytest.raises(BadExpression):
        FLOW.evaluate(source % grows, NAMES)
    assert time.thread_time() - began < EVENT_SECONDS * 5


@settings(deadline=None, max_examples=60)
@given(st.recursive(PIECE, grown, max_leaves=30), st.integers(0, 10_000))
def test_whatever_is_written_it_stays_within_its_budget(sandbox: None, source: str, size: int) -> None:
    """Processor time of this process and of the sandbox; many times the budget is let for a busy machine."""
    allowance = Allowance()
    began = time.thread_time()
    with suppress(BadExpression):
        FLOW.evaluate(source, {**NAMES, "vars": {"text": "a" * size}}, allowance)
    assert time.thread_time() - began < EVENT_SECONDS * 5
    assert allowance.left > -EVENT_SECONDS * 5
