"""What an expression may be worth: what is kept with a call has to be kept by the database."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hujiao.kit.expressions import FLOW, LARGEST, BadExpression

NAMES: dict[str, Any] = {"vars": {}, "caller": "138", "called": "95001", "keys": "", "language": "en"}


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
