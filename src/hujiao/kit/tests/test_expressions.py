"""What an expression may be worth: what is kept with a call has to be kept by the database."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from hujiao.kit.expressions import (
    EVENT_SECONDS,
    FLOW,
    LARGEST,
    LONGEST,
    Allowance,
    BadExpression,
    Budget,
    OverBudget,
    use_sandbox,
)
from hujiao.kit.sandbox import Sandbox

NAMES: dict[str, Any] = {"vars": {}, "caller": "138", "called": "95001", "keys": "", "language": "en"}


@pytest.mark.parametrize("source", ["null", "vars.none", "vars", "[null, {'a': null}]", "{'a': [null], 'b': null}"])
def test_a_null_costs_python_nothing(source: str) -> None:
    """Each null that is not counted is one of some thousand until the process ends."""
    names = {**NAMES, "vars": {"none": None, "other": None}}
    many = 300
    FLOW.evaluate(source, names)
    before = sys.getrefcount(None)
    for _ in range(many):
        FLOW.evaluate(source, names)
    assert sys.getrefcount(None) > before - many / 2


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("null", None),
        ("[1, [2.5, {'a': [caller]}], null]", [1, [2.5, {"a": ["138"]}], None]),
        ("{'a': {'b': [1.5]}, 1: true}", {"a": {"b": [1.5]}, "1": True}),
        ("timestamp('2026-01-02T03:04:05Z')", "2026-01-02T03:04:05+00:00"),
    ],
)
def test_values_are_plain_through_and_through(source: str, value: object) -> None:
    found = FLOW.evaluate(source, NAMES)
    assert found == value
    assert msgspec.json.decode(msgspec.json.encode(found)) == value


@pytest.mark.parametrize(
    "source", ["type(1)", "b'ab'", "[b'ab']", "1.0 / 0.0", "[0.0 / 0.0]", r"'a\u0000b'", "duration('90s')"]
)
def test_what_cannot_be_kept_is_refused(source: str) -> None:
    with pytest.raises(BadExpression, match="is not a text, number"):
        FLOW.evaluate(source, NAMES)


@pytest.mark.parametrize("grown", ["a" * LARGEST, ["a"] * LARGEST])
def test_a_value_does_not_grow_without_end(grown: object) -> None:
    with pytest.raises(BadExpression, match="at most"):
        FLOW.evaluate("vars.x + vars.x", {**NAMES, "vars": {"x": grown}})


def test_what_the_library_says_of_a_text_is_the_texts_fault() -> None:
    """Its own budget of iterations, too, which is no error of CEL's."""
    deep = "vars.l.all(a, vars.l.all(b, vars.l.all(c, a + b + c >= 0)))"
    with pytest.raises(BadExpression, match="budget"):
        FLOW.evaluate(deep, {**NAMES, "vars": {"l": list(range(99))}})


def test_an_expression_has_a_length() -> None:
    with pytest.raises(BadExpression, match=f"{LONGEST} at most"):
        FLOW.compile("1" + " + 1" * LONGEST)


def test_a_mistake_is_compiled_once() -> None:
    before = FLOW._compiled.cache_info()
    for _ in range(3):
        with pytest.raises(BadExpression):
            FLOW.compile("caller ==")
    after = FLOW._compiled.cache_info()
    assert after.misses - before.misses <= 1
    assert after.hits - before.hits >= 2


class TestSandbox:
    """As a runtime evaluates what tenants write."""

    @pytest.fixture(autouse=True)
    def sandbox(self) -> Iterator[Sandbox]:
        made = Sandbox()
        made.start()
        use_sandbox(made)
        yield made
        use_sandbox(None)
        made.close()

    @pytest.mark.parametrize(
        ("source", "value"),
        [
            ("caller + '1'", "1381"),
            ("vars.l.map(x, x * 2)", [2, 4]),
            ("vars.l.exists(x, x == 2) && caller == '138'", True),
            ("{'a': vars.l.filter(x, x > 1)}", {"a": [2]}),
        ],
    )
    def test_values_are_the_same_there(self, source: str, value: object) -> None:
        assert FLOW.evaluate(source, {**NAMES, "vars": {"l": [1, 2]}}) == value

    @pytest.mark.parametrize("source", ["vars.l.map(x, x.nothing)", "vars.l.map(x, b'a')", "vars.l.map(x, x"])
    def test_mistakes_are_told_from_there(self, source: str) -> None:
        with pytest.raises(BadExpression) as met:
            FLOW.evaluate(source, {**NAMES, "vars": {"l": [1, 2]}})
        assert not isinstance(met.value, OverBudget)

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("dyn(['xxxxxxxxxxxxxxxx'])" + ".map(a, a + a)" * 25 + ".size()", id="doubles a text"),
            pytest.param("dyn([1])" + ".map(x, [x, x, x, x, x, x, x, x])" * 12, id="a list of lists of one list"),
            pytest.param("[1].map(x, " + "[x, x, x, x] == [x, x, x, x] && " * 9 + "true)", id="in time"),
            pytest.param("vars.l.all(a, vars.l.all(b, vars.t.matches('(a|x)*y') || true))", id="matches a long text"),
            pytest.param("vars.l.map(a, vars.t + vars.t + vars.t).size() > 0", id="joins long texts"),
        ],
    )
    def test_what_explodes_is_stopped_and_the_next_one_is_served(self, source: str) -> None:
        names = {**NAMES, "vars": {"l": list(range(99)), "t": "x" * LARGEST}}
        with suppress(BadExpression):  # a bound of its own may be met first
            FLOW.evaluate(source, names)
        assert FLOW.evaluate("vars.l.exists(x, x == 98)", names) is True

    def test_an_explosion_ends_within_its_time_and_memory(self) -> None:
        source = "dyn(['xxxxxxxxxxxxxxxx'])" + ".map(a, a + a)" * 25 + ".size()"
        with pytest.raises(OverBudget, match="more than an expression may take"):
            FLOW.evaluate(source, NAMES)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000, "kilobytes: it was not done here"

    def test_one_events_expressions_share_their_time(self) -> None:
        allowance = Allowance()
        for deep in (11, 12, 13):
            with pytest.raises(OverBudget):
                FLOW.evaluate("dyn([1])" + ".map(x, [x, x, x, x, x, x, x, x])" * deep, NAMES, allowance)
        with pytest.raises(OverBudget, match="of one event"):
            FLOW.evaluate("1 + 1", NAMES, allowance)
        assert FLOW.evaluate("1 + 1", NAMES, Allowance()) == 2

    def test_what_was_over_budget_is_left_out_for_its_tenant_alone(self) -> None:
        explosion = "dyn([1])" + ".map(x, [x, x, x, x, x, x, x, x])" * 12
        tenant = Budget()
        with pytest.raises(OverBudget, match="may take"):
            FLOW.evaluate(explosion, NAMES, tenant.event())
        again = tenant.event()
        with pytest.raises(OverBudget, match="left out for a minute"):
            FLOW.evaluate(explosion, NAMES, again)
        assert again.left == EVENT_SECONDS, "it was not evaluated"
        assert FLOW.evaluate("1 + 1", NAMES, again) == 2
        with pytest.raises(OverBudget, match="may take"):
            FLOW.evaluate(explosion, NAMES, Budget().event())

    def test_what_fails_there_takes_of_that_time_too(self) -> None:
        allowance = Allowance()
        nine = "[1,2,3,4,5,6,7,8,9]"
        counts = f"{nine}.all(a, {nine}.all(b, {nine}.all(c, {nine}.all(d, {nine}.all(e, a + b + c + d + e > 0)))))"
        with pytest.raises(BadExpression, match="budget"):
            FLOW.evaluate(counts, NAMES, allowance)
        for _ in range(500):
            with pytest.raises(BadExpression) as met:
                FLOW.evaluate(counts, NAMES, allowance)
            if isinstance(met.value, OverBudget):
                return
        raise AssertionError(f"{allowance.left} s are left")

    def test_a_sandbox_that_was_killed_is_made_anew(self, sandbox: Sandbox) -> None:
        assert sandbox._keeper
        os.killpg(sandbox._keeper.pid, signal.SIGKILL)
        sandbox._keeper.wait()
        assert FLOW.evaluate("[1].exists(x, x == 1)", NAMES) is True
